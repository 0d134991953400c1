"""The worked example asks what could hurt through a bag, in both languages, in a season whose lines stand before it."""

import pytest

from amanah.core.encoding import parse_canonical_json
from amanah.core.public_log.entries import parse_entry
from amanah.core.surveys.harm_rule import COMPULSORY
from amanah.core.surveys.stated_plan import TRUST_QUESTION
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.surveys.queries import find_plan, find_plan_words
from tests.support.desk import open_example

pytestmark = pytest.mark.django_db


def find_survey() -> str:
    (survey,) = (occasion for occasion in open_example() if occasion.kind == "survey")
    return str(survey.occasion)


def test_it_asks_about_trust_harm_and_the_police_through_a_bag_and_about_the_evenings_plainly() -> None:
    plan = find_plan(find_survey())
    assert plan is not None
    plain = [question.code for question in plan.questions if not question.is_randomised]
    asked = [question.code for question in plan.questions if question.is_randomised]
    assert plain == ["q1"]
    assert set(asked) == {TRUST_QUESTION, "police-trust", *COMPULSORY}
    assert all(question.is_in_block == (question.code in COMPULSORY) for question in plan.questions)


def test_its_season_stands_in_the_log_before_its_plan_and_draws_every_line() -> None:
    plan = find_plan(find_survey())
    assert plan is not None
    assert plan.gate is not None
    assert plan.season is not None
    assert {claim.question for claim in plan.alarms} == set(COMPULSORY)
    assert (plan.gate.question, plan.gate.line) == (TRUST_QUESTION, 600_000)
    entries = [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    stated = {entry.kind: entry for entry in entries}
    season = stated["season_stated"]
    # Within one second the log keeps no order.
    assert season.at < stated["survey_stated"].at
    assert season.at <= season.body["starts_at"] == plan.season.starts_at
    assert season.body["ends_at"] == plan.season.ends_at >= plan.closes_at


def test_every_word_of_it_is_there_in_both_languages() -> None:
    occasion = find_survey()
    words, plan = find_plan_words(occasion), find_plan(occasion)
    assert words is not None
    assert plan is not None
    document = parse_canonical_json(words)
    assert len(document["questions"]) == len(plan.questions)
    for question in document["questions"]:
        assert set(question["words"]) == {"en", "ar"}, question
        for choice in question["choices"]:
            assert set(choice["words"]) == {"en", "ar"}, question
