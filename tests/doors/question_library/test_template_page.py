"""The desk's page of templates: every word, source and translation is read before anything is added."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amanah.programme_door.programmes.actions import open_programme
from amanah.programme_door.surveys.actions import SurveyPlan, plan_survey
from amanah.programme_door.surveys.queries import list_asked_questions
from tests.doors.question_library.test_adding import add, announce
from tests.support.desk import DATABASES, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.fixture
def client() -> Client:
    return build_signed_in_client()


def write_survey(number: int = 1, slug: str = "evening-circle") -> str:
    now = timezone.now()
    texts = {"title": "Evening", "summary": "S", "who_teaches": "T", "who_pays": "P"}
    open_programme(slug=slug, language="en", texts=texts, now=int(now.timestamp()))
    plan = SurveyPlan("en", {"title": f"Wave {number}", "intro": "Why."}, now, now + timedelta(days=9))
    return plan_survey(programme=slug, plan=plan, now=int(now.timestamp()), random_bytes=bytes([number]) * 8)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_whole_template_is_added_with_one_button(client: Client) -> None:
    occasion = write_survey()
    page = read(client, f"/desk/surveys/{occasion}/templates/")
    assert "spied upon" in page
    assert "يتجسس عليك" in page
    assert "European Social Survey" in page
    answer = client.post(f"/desk/surveys/{occasion}/templates/", {"template": "harm"}, follow=True)
    assert "4 questions are added." in answer.content.decode()
    assert [question.code for question in list_asked_questions(occasion)] == [
        "harm-alienated", "harm-stigmatised", "harm-watched", "harm-opposite",
    ]  # fmt: skip
    assert "All of it is in this survey" in read(client, f"/desk/surveys/{occasion}/templates/")


def test_what_breaks_the_budget_is_refused_in_words(client: Client) -> None:
    occasion = write_survey()
    add(occasion, "programme-trust")
    answer = client.post(
        f"/desk/surveys/{occasion}/templates/", {"template": "programme-trust-items"}, follow=True
    )
    assert "notice no" in answer.content.decode()
    assert len(list_asked_questions(occasion)) == 1


def test_an_announced_survey_offers_no_button(client: Client) -> None:
    occasion = write_survey()
    announce(occasion)
    page = read(client, f"/desk/surveys/{occasion}/templates/")
    assert "Add all of it" not in page
    client.post(f"/desk/surveys/{occasion}/templates/", {"template": "harm"})
    assert list_asked_questions(occasion) == []


def test_an_earlier_survey_is_asked_again_with_one_button(client: Client) -> None:
    earlier, later = write_survey(), write_survey(2, "second-circle")
    add(earlier, "session-feedback")
    assert "Wave 1" in read(client, f"/desk/surveys/{later}/templates/")
    client.post(f"/desk/surveys/{later}/templates/", {"earlier": earlier})
    assert list_asked_questions(later) == list_asked_questions(earlier)


def test_an_unknown_template_or_survey_adds_nothing(client: Client) -> None:
    occasion = write_survey()
    for wanted in ({"template": "no-such"}, {"earlier": "ab" * 8}, {"earlier": occasion}, {}):
        assert client.post(f"/desk/surveys/{occasion}/templates/", wanted).status_code == 302
    assert list_asked_questions(occasion) == []


def test_in_arabic_the_page_says_whose_translation_it_is(client: Client) -> None:
    occasion = write_survey()
    page = read(client, f"/desk/surveys/{occasion}/templates/?language=ar")
    assert 'lang="ar" dir="rtl"' in page
    assert page.index("ما مدى ثقتك الشخصية بالشرطة") < page.index(
        "how much do you personally trust the police"
    )


def test_nobody_without_an_account_sees_or_adds(client: Client) -> None:
    occasion = write_survey()
    assert Client(HTTP_HOST="localhost").get(f"/desk/surveys/{occasion}/templates/").status_code == 302
