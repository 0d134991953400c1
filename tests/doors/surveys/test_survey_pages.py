"""Surveys: written at the desk, asked one question a screen, counted from the published file alone."""

import json
import re

import pytest
from tests.support.desk import (
    DATABASES,
    build_answer,
    build_client,
    build_signed_in_client,
    give_key,
    open_example,
    publish_bundle,
)
from tests.support.survey_forms import build_question_form

from amanah.core.encoding import encode_canonical_json
from amanah.programme_door.occasions.models import LoggedEntry, Occasion
from amanah.programme_door.surveys.actions import SurveyAnnouncedError, append_question
from amanah.programme_door.surveys.forms import QuestionForm
from amanah.programme_door.surveys.models import Question, Survey
from amanah.programme_door.surveys.queries import count_results

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.fixture
def client():
    return build_signed_in_client()


@pytest.fixture
def announced():
    found = next(occasion for occasion in open_example() if occasion.kind == "survey")
    give_key(found)
    return found


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_what_everybody_answers_stands_fast_once_announced(client, announced):
    assert "Add a question" not in read(client, f"/desk/surveys/{announced.occasion}/")
    form = QuestionForm(build_question_form(), kind="single")
    assert form.is_valid()
    with pytest.raises(SurveyAnnouncedError):
        append_question(occasion=announced.occasion, plan=form.build_plan(), now=1)
    mended = client.post(f"/desk/surveys/{announced.occasion}/q2/", build_question_form(choices="a\nb\nc\nd"))
    assert "must stay the same" in mended.content.decode()
    for step in ("q1/remove", "q1/move", "breakdowns"):
        address = client.post(f"/desk/surveys/{announced.occasion}/{step}/").headers["Location"]
        assert "must stay the same" in read(client, address)
    assert client.post(f"/desk/surveys/{announced.occasion}/remove/").status_code == 409
    assert Survey.objects.filter(occasion=announced.occasion).exists()
    assert Question.objects.filter(survey=announced.occasion).count() == 3


def test_the_member_sees_each_question_with_its_codes_in_the_page(announced):
    page = read(build_client(), f"/en/surveys/{announced.occasion}/answer/")
    for part in (
        'data-question="q1"',
        'data-kind="scale"',
        'name="q2" value="a"',
        'type="checkbox" name="q3"',
    ):
        assert part in page
    assert page.index('data-question="q1"') < page.index('data-question="q3"')


def test_nobody_sees_a_result_before_closing(client, announced):
    address = f"/desk/surveys/{announced.occasion}/results/"
    assert client.get(address).status_code == 404
    assert "not even you" in read(client, f"/desk/surveys/{announced.occasion}/")
    client.post(f"/desk/close/{announced.occasion}/")
    assert Occasion.objects.get(occasion=announced.occasion).state == "closing"
    assert client.get(address).status_code == 404


def publish(announced, count, *more):
    payloads = [
        build_answer(announced.occasion, {"q1": number % 5, "q2": "abcd"[number % 4], "q3": ["a", "b"]})
        for number in range(count)
    ]
    entry = {"at": 1, "body": {"bundle": "ab" * 32, "redeemed": count + len(more)}, "by": "programme-door"}
    entry |= {"kind": "occasion_closed", "ref": announced.occasion, "sig": "", "v": 1}
    LoggedEntry.objects.create(
        position=0, kind="occasion_closed", ref=announced.occasion, entry=encode_canonical_json(entry)
    )
    return publish_bundle(announced, [*payloads, *more])


def read_results(client, announced):
    """Read the desk's page and the public one; both show the same sections of questions."""
    desk = read(client, f"/desk/surveys/{announced.occasion}/results/")
    return desk, read(build_client(), f"/en/recount/{announced.occasion}/")


def list_rows(page):
    """Give what each table of answers says: a list of (name, figure) for each question."""
    tables = re.findall(r"<caption>Answers</caption>(.*?)</table>", page, re.DOTALL)
    row = r'role="rowheader">(.*?)</th>.*?<span>(.*?)</span></td>'
    return [re.findall(row, table, re.DOTALL) for table in tables]


def test_results_are_the_counts_of_the_published_file_at_the_desk_and_in_public(client, announced):
    publish(announced, 12, build_answer("0" * 16, {"q1": 1}))
    for page in read_results(client, announced):
        assert "12 answers were counted." in page
        assert "1 pass was used without a readable answer." in page
        assert "Fewer than 10 answers." not in page
        assert page.count('<div class="bars flow"') == 3
        scale, single, multiple = list_rows(page)
        assert [name for name, _ in scale][1:4] == ["1", "2", "3"]
        assert re.match(r"0 · \w+", scale[0][0])
        assert re.match(r"4 · \w+", scale[4][0])
        assert [figure for _, figure in scale] == ["3", "3", "2", "2", "2", "0"]
        assert [figure for _, figure in single] == ["3", "3", "3", "3", "0"]
        assert [figure for _, figure in multiple] == ["12", "12", "0", "0", "0"]
        assert scale[-1][0] == single[-1][0] == multiple[-1][0] == "Left out"
        assert page.count("the shares can add up to more than 100 in 100") == 1
        assert "I would rather not say" in page
        assert "Not one of the choices" not in page


def test_few_answers_come_with_a_warning(client, announced):
    publish(announced, 9)
    for page in read_results(client, announced):
        assert "Fewer than 10 answers." in page
        assert "may guess who said what" in page


def test_few_answers_to_one_question_of_many_are_said_there(client, announced):
    publish(announced, 9, *(build_answer(announced.occasion, {"q1": 2}) for _ in range(3)))
    for page in read_results(client, announced):
        assert "Fewer than 10 answers." not in page
        assert page.count("Fewer than 10 people answered this question.") == 2


def test_what_a_changed_program_signed_is_counted_as_none_of_the_choices_and_stands_on_no_page(
    client, announced
):
    hostile = [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ config }}{% raw %}",
        "__proto__",
        "\u202egnorw",
        "z",
    ]
    sent = [build_answer(announced.occasion, {"q1": text, "q2": text, "q3": ["a", text]}) for text in hostile]
    sent += [
        build_answer(announced.occasion, {ascii(text): text, "q1": 2**53 - 1, "q2": 7, "q3": "a"})
        for text in hostile
    ]
    publish(announced, 10, *sent)
    for page in read_results(client, announced):
        assert "22 answers were counted." in page
        for rows in list_rows(page):
            assert rows[-2:] == [("Not one of the choices", "12"), ("Left out", "0")]
            assert sum(int(figure) for name, figure in rows[:-2]) in {10, 20}
        assert [text for text in hostile[:-1] if text in page] == []
        assert "alert(1)" not in page
        assert page.count("<script>") == build_client().get("/en/").content.decode().count("<script>")


def test_a_survey_that_nobody_answered_has_a_page(client, announced):
    publish(announced, 0)
    for page in read_results(client, announced):
        assert "0 answers were counted." in page
        assert '<div class="bars flow"' not in page


def test_the_programme_leads_to_what_was_answered(announced):
    address = f"/en/recount/{announced.occasion}/"
    assert address not in read(build_client(), "/en/programmes/solid-ground/")
    publish(announced, 12)
    page = read(build_client(), "/en/programmes/solid-ground/")
    assert address in page
    assert f"/surveys/{announced.occasion}/answer/" not in page


def test_in_public_there_is_nothing_before_closing(announced):
    page = read(build_client(), f"/en/recount/{announced.occasion}/")
    assert "Not closed yet." in page
    assert "What was answered" not in page


def test_counts_come_from_the_file_alone(announced):
    bundle = json.loads(publish(announced, 12, b"not an answer"))
    counted = count_results(announced.occasion, bundle)
    assert (counted.readable, counted.unreadable) == (12, 1)
    assert dict(counted.questions[1].counts) == {"a": 3, "b": 3, "c": 3, "d": 3}
    assert dict(counted.questions[2].counts) == {"a": 12, "b": 12, "c": 0, "d": 0}
