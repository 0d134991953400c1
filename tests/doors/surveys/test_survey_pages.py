"""Surveys: written at the desk, asked one question a screen, counted from the published file alone."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from amanah.core.encoding import encode_canonical_json
from amanah.programme_door.occasions.models import LoggedEntry, Occasion
from amanah.programme_door.surveys.actions import MOST_CHOICES, SurveyAnnouncedError, append_question
from amanah.programme_door.surveys.forms import QuestionForm
from amanah.programme_door.surveys.models import Question, Survey
from amanah.programme_door.surveys.queries import count_results, find_survey
from tests.support.desk import (
    DATABASES,
    as_field,
    build_answer,
    build_client,
    build_signed_in_client,
    give_key,
    open_example,
    publish_bundle,
)

pytestmark = pytest.mark.django_db(databases=DATABASES)
CHOICE = {
    "written_in": "en",
    "kind": "single",
    "wording": "Tea or coffee?",
    "choices": "Tea\nCoffee",
    "highest": "",
    "low": "",
    "high": "",
}
SCALE = {
    **CHOICE,
    "kind": "scale",
    "wording": "How warm?",
    "choices": "",
    "highest": "10",
    "low": "cold",
    "high": "hot",
}


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


def write_survey(client):
    now = timezone.now()
    form = {
        "written_in": "en",
        "title": "Drinks",
        "intro": "We buy what you like.",
        "opens_at": as_field(now),
        "closes_at": as_field(now + timedelta(days=2)),
    }
    return client.post("/desk/programmes/solid-ground/surveys/new/", form).headers["Location"]


def test_a_survey_is_built_question_by_question(client):
    open_example()
    address = write_survey(client)
    assert "Surveys without a question" in read(client, "/desk/")
    assert client.post(address, CHOICE).status_code == 302
    assert client.post(address, SCALE | {"is_required": "on"}).status_code == 302
    occasion = address.split("/")[3]
    survey = find_survey(occasion, "en")
    assert [(question.code, question.kind, question.is_required) for question in survey.questions] == [
        ("q1", "single", False),
        ("q2", "scale", True),
    ]
    assert [choice.code for choice in survey.questions[0].choices] == ["a", "b"]
    assert list(survey.questions[1].steps) == list(range(11))
    page = read(client, address)
    assert "Tea or coffee?" in page
    assert "Not announced yet" in read(client, "/desk/")
    client.post(f"{address}q1/remove/")
    assert not Question.objects.filter(survey=occasion, code="q1").exists()


def test_removing_a_question_never_gives_its_code_to_another_one_after_it(client):
    open_example()
    address = write_survey(client)
    for form in (CHOICE, SCALE):
        client.post(address, form)
    client.post(f"{address}q1/remove/")
    client.post(address, CHOICE)
    codes = [question.code for question in find_survey(address.split("/")[3], "en").questions]
    assert codes == ["q2", "q3"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"wording": ""}, "Write the question."),
        ({"choices": "Tea"}, "Write 2 to 26 choices"),
        ({"choices": "Tea\nTea"}, "Two choices are the same."),
        ({"choices": "\n".join(str(number) for number in range(MOST_CHOICES + 1))}, "Write 2 to 26 choices"),
        ({"kind": "scale", "highest": "11", "low": "a", "high": "b"}, "A scale goes to 10 at most."),
        ({"kind": "scale", "highest": "4"}, "Say what this end of the scale means."),
    ],
)
def test_a_question_that_cannot_be_asked_is_explained(client, changed, words):
    open_example()
    address = write_survey(client)
    assert words in client.post(address, CHOICE | changed).content.decode()
    assert not find_survey(address.split("/")[3], "en").questions


def test_a_survey_too_long_for_one_pass_is_refused_when_it_is_written(client):
    open_example()
    address = write_survey(client)
    many = CHOICE | {"kind": "multiple", "choices": "\n".join(f"choice {number}" for number in range(26))}
    answers = [client.post(address, many).status_code for _ in range(20)]
    assert answers[0] == 302
    assert answers[-1] == 200
    page = client.post(address, many).content.decode()
    assert "The survey is too long" in page


def test_a_translation_keeps_the_choices_in_number_and_order(client):
    open_example()
    address = write_survey(client)
    client.post(address, CHOICE)
    arabic = CHOICE | {"written_in": "ar", "wording": "شاي أم قهوة؟", "choices": "شاي"}
    short = client.post(f"{address}q1/", arabic | {"choices": "شاي\nقهوة\nماء"})
    assert "Write as many choices as before" in short.content.decode()
    assert client.post(f"{address}q1/", arabic | {"choices": "شاي\nقهوة"}).status_code == 302
    question = find_survey(address.split("/")[3], "ar").questions[0]
    assert [(choice.code, choice.words["wording"]) for choice in question.choices] == [
        ("a", "شاي"),
        ("b", "قهوة"),
    ]
    assert find_survey(address.split("/")[3], "en").questions[0].words["wording"] == "Tea or coffee?"


def test_what_everybody_answers_stands_fast_once_announced(client, announced):
    assert "Add a question" not in read(client, f"/desk/surveys/{announced.occasion}/")
    form = QuestionForm(CHOICE)
    assert form.is_valid()
    with pytest.raises(SurveyAnnouncedError):
        append_question(occasion=announced.occasion, plan=form.build_plan(), now=1)
    mended = client.post(f"/desk/surveys/{announced.occasion}/q2/", CHOICE | {"choices": "a\nb\nc\nd"})
    assert "must stay the same" in mended.content.decode()
    assert client.post(f"/desk/surveys/{announced.occasion}/q1/remove/").status_code == 409
    assert client.post(f"/desk/surveys/{announced.occasion}/remove/").status_code == 409
    assert Survey.objects.filter(occasion=announced.occasion).exists()


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
