"""Surveys: written at the desk, asked one question a screen, counted from the published file alone."""

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.programme_door.occasions.models import LoggedEntry, Occasion
from amanah.programme_door.surveys.actions import SurveyAnnouncedError, append_question
from amanah.programme_door.surveys.forms import QuestionForm
from amanah.programme_door.surveys.models import Survey
from amanah.programme_door.surveys.queries import encode_words, list_asked_questions
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
from tests.support.survey_forms import build_question_form

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
    asked = list_asked_questions(announced.occasion)
    mended = client.post(f"/desk/surveys/{announced.occasion}/q1/", build_question_form("multiple"))
    assert "must stay the same" in mended.content.decode()
    for step in ("q1/remove", "q1/move", "breakdowns"):
        address = client.post(f"/desk/surveys/{announced.occasion}/{step}/").headers["Location"]
        assert "must stay the same" in read(client, address)
    for step in ("new-question", "new-question/single"):
        address = client.get(f"/desk/surveys/{announced.occasion}/{step}/").headers["Location"]
        assert "must stay the same" in read(client, address)
    arabic = {"written_in": "ar", "wording": "سؤال آخر", "choices": "أ\nب\nج\nد"}
    translated = client.post(f"/desk/surveys/{announced.occasion}/q1/?words=ar", arabic)
    assert "must stay the same" in translated.content.decode()
    survey = Survey.objects.get(occasion=announced.occasion)
    own = {"written_in": "en", "title": "Another title", "intro": "Other words."}
    times = {"opens_at": as_field(survey.opens_at), "closes_at": as_field(survey.closes_at)}
    reworded = client.post(f"/desk/surveys/{announced.occasion}/change/", own | times)
    assert "must stay the same" in reworded.content.decode()
    assert encode_words(announced.occasion) == bytes(survey.plan_words)
    assert client.post(f"/desk/surveys/{announced.occasion}/remove/").status_code == 409
    assert Survey.objects.filter(occasion=announced.occasion).exists()
    assert list_asked_questions(announced.occasion) == asked


def test_the_member_sees_each_question_with_its_codes_in_the_page(announced):
    page = read(build_client(), f"/en/surveys/{announced.occasion}/answer/")
    asked = list_asked_questions(announced.occasion)
    places = [page.index(f'data-question="{question.code}"') for question in asked]
    assert places == sorted(places)
    assert {question.kind for question in asked} >= {"single", "multiple", "index"}
    for question in asked:
        assert f'data-kind="{question.kind}"' in page
    assert 'type="checkbox" name="q1" value="a"' in page


def test_nobody_sees_a_result_before_closing(client, announced):
    address = f"/desk/surveys/{announced.occasion}/results/"
    assert "not even you" in read(client, address)
    assert "not even you" in read(client, f"/desk/surveys/{announced.occasion}/")
    client.post(f"/desk/close/{announced.occasion}/")
    assert Occasion.objects.get(occasion=announced.occasion).state == "closing"
    assert "not even you" in read(client, address)


def publish(announced, count, *more):
    payloads = [
        build_answer(announced.occasion, {"q1": ["a", "b"], "harm-watched": number % 2})
        for number in range(count)
    ]
    entry = {"at": 1, "body": {"bundle": "ab" * 32, "redeemed": count + len(more)}, "by": "programme-door"}
    entry |= {"kind": "occasion_closed", "ref": announced.occasion, "sig": "", "v": 1}
    LoggedEntry.objects.create(
        position=0, kind="occasion_closed", ref=announced.occasion, entry=encode_canonical_json(entry)
    )
    return publish_bundle(announced, [*payloads, *more])


def test_the_programme_leads_to_what_was_answered(announced):
    address = f"/en/surveys/{announced.occasion}/results/"
    assert address not in read(build_client(), "/en/programmes/solid-ground/")
    publish(announced, 12)
    page = read(build_client(), "/en/programmes/solid-ground/")
    assert address in page
    assert f"/surveys/{announced.occasion}/answer/" not in page


def test_in_public_there_is_nothing_before_closing(announced):
    page = read(build_client(), f"/en/recount/{announced.occasion}/")
    assert "Not closed yet." in page
    assert "What was answered" not in page
