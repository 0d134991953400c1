"""A survey on paper says what it shows to whoever holds it, and its key-in page holds nothing but public facts."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amanah.core.surveys.questions import Condition
from amanah.programme_door.occasions.models import Occasion
from amanah.programme_door.question_library.actions import append_template
from amanah.programme_door.question_library.queries import find_template
from amanah.programme_door.surveys.actions import QuestionPlan, append_question
from amanah.programme_door.surveys.models import Survey
from amanah.programme_door.surveys.queries import list_asked_questions
from tests.doors.question_library.test_template_page import read, write_survey
from tests.support.desk import DATABASES, build_client, build_signed_in_client, give_key, open_example

pytestmark = pytest.mark.django_db(databases=DATABASES)
SECONDS = 1_900_000_000


@pytest.fixture
def client() -> Client:
    return build_signed_in_client()


def add(occasion: str, *names: str) -> None:
    for name in names:
        template = find_template(name)
        assert template
        append_template(occasion=occasion, template=template, now=SECONDS)


def open_survey() -> Occasion:
    """Announce the worked example, and give its survey a key and the present time."""
    survey = next(occasion for occasion in open_example() if occasion.kind == "survey")
    survey.opens_at = int(timezone.now().timestamp()) - 10
    give_key(survey)
    return survey


def test_the_sheet_says_what_paper_cannot_hide(client: Client) -> None:
    occasion = write_survey()
    add(occasion, "programme-trust", "session-feedback")
    page = read(client, f"/desk/surveys/{occasion}/paper/")
    assert "Whoever holds this sheet can read it, bag or no bag." in page
    assert "Whoever typed could read it." in page
    assert "All sheets are mixed before anybody types." in page
    assert "A bag: of 9 balls 7 say your answer." in page
    assert "Draft. Do not fill in." in page
    assert "anonymous" not in page.lower()


def test_a_sheet_without_bags_does_not_speak_of_them(client: Client) -> None:
    occasion = write_survey()
    add(occasion, "session-feedback")
    assert "draws a ball" not in read(client, f"/desk/surveys/{occasion}/paper/")


def test_one_in_three_gets_a_sheet_of_its_own(client: Client) -> None:
    occasion = write_survey()
    add(occasion, "session-feedback", "harm")
    short, long = (read(client, f"/desk/surveys/{occasion}/paper/?sheet={sheet}") for sheet in "ab")
    assert "print two of sheet A for each one of sheet B" in short
    assert "spied upon" not in short
    assert "spied upon" in long
    assert "of 8 balls 7 say your answer" in long
    assert re.search(r'class="paper-letter"[^>]*>A<', short)
    assert re.search(r'class="paper-letter"[^>]*>B<', long)


def test_every_kind_of_question_has_boxes_for_all_that_can_be_answered(client: Client) -> None:
    occasion = write_survey()
    add(occasion, "police-trust", "police-fairness", "before-after-change", "impossible")
    for kind in ("multiple", "ranking"):
        plan = QuestionPlan(
            "en", kind, {"wording": kind}, ["One", "Two", "Three"], is_required=True, highest=0
        )
        append_question(occasion=occasion, plan=plan, now=SECONDS)
    page = read(client, f"/desk/surveys/{occasion}/paper/?sheet=b")
    boxes = [item.count('class="box') for item in page.split('class="paper-wording"')[1:]]
    # Steps, items times steps, twice the steps, choices; and one more where nobody has to say.
    assert boxes == [11 + 1, 3 * 4 + 1, 2 * 5 + 1, 2 * 5 + 1, 2 + 1, 3, 3]
    assert "Write 1 beside the most important one" in page


def test_a_branch_is_told_by_the_number_and_the_words_of_the_question_before(client: Client) -> None:
    occasion = write_survey()
    plan = QuestionPlan(
        "en", "single", {"wording": "Did you come?"}, ["Yes", "No"], is_required=False, highest=0
    )
    code = append_question(occasion=occasion, plan=plan, now=SECONDS)
    branch = replace(plan, texts={"wording": "Why not?"}, only_if=Condition(code, ("b",)))
    append_question(occasion=occasion, plan=branch, now=SECONDS)
    assert "Only if you crossed “No” in question 1." in read(client, f"/desk/surveys/{occasion}/paper/")


def test_what_was_asked_within_a_quarter_is_said_before_it_is_printed_again(client: Client) -> None:
    first, second = write_survey(), write_survey(2, "second-circle")
    add(first, "police-trust")
    add(second, "police-trust")
    assert "Paper keeps no count" in read(client, f"/desk/surveys/{second}/paper/")
    Survey.objects.filter(occasion=first).update(opens_at=timezone.now() - timedelta(days=93))
    assert "Paper keeps no count" not in read(client, f"/desk/surveys/{second}/paper/")


def test_the_sheet_is_printed_in_the_language_of_the_desk(client: Client) -> None:
    occasion = write_survey()
    add(occasion, "harm")
    page = read(client, f"/desk/surveys/{occasion}/paper/?language=ar&sheet=b")
    assert '<html lang="ar" dir="rtl">' in page
    assert "يتجسس عليك" in page


def test_an_announced_sheet_is_no_draft_any_more(client: Client) -> None:
    assert "Draft." not in read(client, f"/desk/surveys/{open_survey().occasion}/paper/")


def test_the_key_in_page_has_the_public_facts_of_the_survey_and_no_other(client: Client) -> None:
    survey = open_survey()
    page = read(client, f"/desk/surveys/{survey.occasion}/key-in/")
    block = re.search(r'id="amanah-key-in">(.*?)</script>', page)
    assert block
    facts = json.loads(block[1])
    assert set(facts) == {"occasion", "descriptor", "spki"}
    assert facts["descriptor"]["occasion"] == facts["occasion"] == survey.occasion
    answer = client.get(f"/desk/surveys/{survey.occasion}/key-in/")
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    has_block = any(question.is_in_block for question in list_asked_questions(survey.occasion))
    assert ('data-act="sheet-a"' in page) == has_block


def test_nothing_is_typed_outside_the_time_of_the_survey_or_before_its_key(client: Client) -> None:
    survey = open_survey()
    survey.opens_at = int(timezone.now().timestamp()) + 1000
    survey.save()
    page = read(client, f"/desk/surveys/{survey.occasion}/key-in/")
    assert "The survey is not open now." in page
    assert "key_in" not in page
    survey.spki = None
    survey.save()
    assert client.get(f"/desk/surveys/{survey.occasion}/key-in/").status_code == 404


def test_the_pages_take_no_form_and_nobody_without_an_account(client: Client) -> None:
    survey = open_survey()
    for name in ("paper", "key-in"):
        address = f"/desk/surveys/{survey.occasion}/{name}/"
        assert client.post(address, {"q1": "a"}).status_code == 405
        assert build_client().get(address).status_code == 302
