"""What everybody can read about a programme stands in the public log by its fingerprint, change by change."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from amanah.core.encoding import parse_canonical_json
from amanah.core.public_log.entries import check_schema, parse_entry
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.programmes.actions import (
    PROGRAMME_STATED,
    open_programme,
    record_community_words,
    record_programme_words,
)
from amanah.programme_door.sessions.actions import (
    SessionPlan,
    plan_session,
    record_session,
    withdraw_session,
)
from amanah.programme_door.surveys.actions import (
    QuestionPlan,
    SurveyPlan,
    append_question,
    plan_survey,
    record_question_words,
    withdraw_question,
    withdraw_survey,
)
from amanah.web.pages import KEPT_PAGES
from tests.support.desk import DATABASES, build_client, open_example

pytestmark = pytest.mark.django_db(databases=DATABASES)
NOW = 1_790_000_000
SLUG = "evening-class"
TEXTS = {"title": "Evening class", "summary": "Eight evenings", "who_teaches": "A teacher", "who_pays": ""}
STARTS_AT = datetime(2026, 10, 1, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_kept():
    KEPT_PAGES.pages.clear()


def list_stated(slug=SLUG):
    """List (at, facts) of everything stated, in the order of the log."""
    entries = [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    for entry in entries:
        check_schema(entry)
    stated = [entry for entry in entries if (entry.kind, entry.ref) == (PROGRAMME_STATED, slug)]
    return sorted((entry.at, entry.body["facts"]) for entry in stated)


def read_facts(slug=SLUG):
    return build_client().get(f"/programmes/{slug}/facts.json")


def compute_digest(slug=SLUG):
    return hashlib.sha256(read_facts(slug).content).hexdigest()


def open_class(now=NOW):
    open_programme(slug=SLUG, language="en", texts=TEXTS, now=now)


def build_plan(title="First evening", starts_at=STARTS_AT, official="", duty=""):
    return SessionPlan("en", {"title": title, "place": "Hall"}, official, starts_at, 90, duty)


def write(*, at, is_shown=True, **texts):
    record_programme_words(slug=SLUG, language="en", texts=TEXTS | texts, is_shown=is_shown, now=at)


def test_opening_a_programme_states_the_very_bytes_that_are_published():
    open_class()

    assert list_stated() == [(NOW, compute_digest())]
    assert read_facts().headers["Content-Type"] == "application/json"
    assert parse_canonical_json(read_facts().content)["words"] == {
        "en": {name: text for name, text in TEXTS.items() if text}
    }


def test_every_change_that_anybody_can_see_adds_one_statement_of_what_is_shown_then():
    open_class()
    seen = [compute_digest()]
    occasion = ""

    def change(step, act):
        nonlocal occasion
        occasion = act(NOW + step) or occasion
        seen.append(compute_digest())
        assert list_stated()[-1] == (NOW + step, seen[-1])

    change(1, lambda at: write(at=at, who_pays="Nobody yet"))
    change(2, lambda at: plan_session(programme=SLUG, plan=build_plan(), now=at, random_bytes=bytes(8)))
    change(3, lambda at: record_session(occasion=occasion, plan=build_plan("Opening"), now=at))
    later = STARTS_AT + timedelta(days=1)
    change(4, lambda at: record_session(occasion=occasion, plan=build_plan("Opening", later), now=at))
    warned = build_plan("Opening", later, official="A councillor", duty="none")
    change(5, lambda at: record_session(occasion=occasion, plan=warned, now=at))
    bound = build_plan("Opening", later, official="A councillor", duty="prevent")
    change(6, lambda at: record_session(occasion=occasion, plan=bound, now=at))
    change(7, lambda at: withdraw_session(occasion, now=at))

    assert len(list_stated()) == 8
    # The last change undid all but the first: the same facts have the same fingerprint again.
    assert seen[-1] == seen[1]
    assert len(set(seen)) == 7


def test_a_session_without_an_official_states_no_duty_to_report():
    open_class()
    plan_session(programme=SLUG, plan=build_plan(duty="office"), now=NOW + 1, random_bytes=bytes(8))
    assert b"official_duty" not in read_facts().content


def test_writing_the_same_again_states_nothing():
    open_class()
    write(at=NOW + 5)
    write(at=NOW + 6, who_pays="")
    record_community_words("en", {"welcome": "Come in"})

    assert [at for at, _ in list_stated()] == [NOW]


def test_a_text_left_empty_is_no_change():
    open_class()
    occasion = plan_session(programme=SLUG, plan=build_plan(), now=NOW + 1, random_bytes=bytes(8))
    record_session(occasion=occasion, plan=build_plan(), now=NOW + 2)

    assert [at for at, _ in list_stated()] == [NOW, NOW + 1]


def test_a_programme_that_is_hidden_is_stated_as_not_shown_and_gives_no_facts():
    open_class()
    before = compute_digest()
    write(at=NOW + 1, is_shown=False)
    write(at=NOW + 2, is_shown=False, summary="Nobody sees this")
    plan_session(programme=SLUG, plan=build_plan(), now=NOW + 3, random_bytes=bytes(8))

    assert list_stated()[1:] == [(NOW + 1, None)]
    assert read_facts().status_code == 404
    write(at=NOW + 4)
    assert list_stated()[-1] == (NOW + 4, compute_digest())
    assert compute_digest() != before


def test_of_several_changes_in_one_second_the_last_alone_is_stated():
    open_class()
    for place in range(3):
        plan_session(
            programme=SLUG, plan=build_plan(f"Evening {place}"), now=NOW, random_bytes=bytes([place] * 8)
        )

    assert list_stated() == [(NOW, compute_digest())]
    assert len(json.loads(read_facts().content)["sessions"]) == 3


def test_a_survey_is_stated_once_it_can_be_answered_and_its_questions_are_not_part_of_it():
    open_class()
    survey = SurveyPlan("en", {"title": "How was it", "intro": ""}, STARTS_AT, STARTS_AT + timedelta(days=7))
    occasion = plan_survey(programme=SLUG, plan=survey, now=NOW + 1, random_bytes=b"\x07" * 8)
    question = QuestionPlan("en", "single", {"wording": "Again?"}, ["Yes", "No"], False, 0)
    code = append_question(occasion=occasion, plan=question, now=NOW + 2)
    append_question(occasion=occasion, plan=question, now=NOW + 3)
    mended = QuestionPlan("en", "single", {"wording": "Once more?"}, ["Yes", "No"], False, 0)
    record_question_words(occasion=occasion, code=code, plan=mended)

    assert [at for at, _ in list_stated()] == [NOW, NOW + 2]
    (shown,) = json.loads(read_facts().content)["surveys"]
    assert shown["words"] == {"en": {"title": "How was it"}}
    withdraw_question(occasion=occasion, code="q2", now=NOW + 4)
    assert len(list_stated()) == 2
    withdraw_survey(occasion, now=NOW + 5)
    assert list_stated()[-1] == (NOW + 5, list_stated()[0][1])


def test_the_worked_example_states_its_programme_once_and_truly():
    open_example()

    assert [facts for _, facts in list_stated("solid-ground")] == [compute_digest("solid-ground")]
    facts = json.loads(read_facts("solid-ground").content)
    assert set(facts["words"]) == {"en", "ar"}
    assert len(facts["sessions"]) == 3
    assert len(facts["surveys"]) == 1


def test_the_facts_of_an_unknown_programme_are_not_found():
    assert read_facts("no-such-programme").status_code == 404
