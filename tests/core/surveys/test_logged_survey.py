"""What the log says about a survey: planned before anybody could answer, closed when it was said, passes handed out."""

from typing import Any

import pytest

from amanah.core.surveys.logged_survey import LoggedSurvey, read_logged_survey
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import StatedPlan, compute_plan_hash, encode_plan

OCCASION, OTHER = "00112233445566aa", "ffeeddccbbaa9988"
CLOSES_AT = 1_900_000_000
PLAN = StatedPlan(OCCASION, CLOSES_AT, (Question("q1", "single", ("a", "b")),), "0" * 64)
HASH = compute_plan_hash(encode_plan(PLAN))
Log = list[dict[str, Any]]


def say(kind: str, ref: str = OCCASION, at: int = 1, **body: Any) -> dict[str, Any]:
    return {"kind": kind, "ref": ref, "at": at, "body": body}


STATED = say("survey_stated", plan=HASH)
OF_ANOTHER = say("survey_stated", OTHER, plan="ab" * 32)
PLANNED = say(
    "wave_planned",
    "a" * 16,
    occasions=[{"occasion": OTHER, "closes_at": 5}, {"occasion": OCCASION, "closes_at": CLOSES_AT}],
)
OPENED = say("wave_opened", "a" * 16, keys=[[OTHER, "k"], [OCCASION, "l"]])
CLOSED = say("occasion_closed", at=CLOSES_AT, bundle="ab" * 32, redeemed=3)
DESTROYED = say("occasion_key_destroyed", served=9)
GOOD = [
    OF_ANOTHER,
    STATED,
    PLANNED,
    OPENED,
    CLOSED,
    say("occasion_key_destroyed", OTHER, served=4),
    DESTROYED,
]


def test_a_survey_that_was_stated_announced_and_closed_as_planned() -> None:
    assert read_logged_survey(GOOD, PLAN) == LoggedSurvey(
        was_planned=True, plan_index=1, was_timed=True, closed_at=CLOSES_AT, served=9
    )


@pytest.mark.parametrize(
    "entries",
    [
        [PLANNED, OPENED, CLOSED],
        [PLANNED, OPENED, STATED, CLOSED],
        [say("survey_stated", plan="cd" * 32), PLANNED, OPENED, CLOSED],
        [STATED, say("survey_stated", plan="cd" * 32), PLANNED, OPENED, CLOSED],
        [OF_ANOTHER, PLANNED, OPENED, CLOSED],
    ],
    ids=["never stated", "stated after the key", "another plan", "two plans", "the plan of another survey"],
)
def test_a_survey_without_its_one_plan_in_time_was_not_planned_and_not_timed(entries: Log) -> None:
    logged = read_logged_survey(entries, PLAN)
    assert not logged.was_planned
    assert not logged.was_timed


@pytest.mark.parametrize(
    "closed", [say("occasion_closed", at=CLOSES_AT - 1), say("occasion_closed", OTHER, at=CLOSES_AT)]
)
def test_a_survey_that_was_closed_early_or_not_yet_was_not_timed(closed: dict[str, Any]) -> None:
    logged = read_logged_survey([STATED, PLANNED, OPENED, closed], PLAN)
    assert logged.was_planned
    assert not logged.was_timed


def test_a_closing_time_that_differs_from_the_plan_s_is_not_timed() -> None:
    planned = say("wave_planned", "a" * 16, occasions=[{"occasion": OCCASION, "closes_at": CLOSES_AT - 60}])
    assert not read_logged_survey([STATED, planned, OPENED, CLOSED], PLAN).was_timed


def test_before_its_end_a_survey_has_no_number_of_passes() -> None:
    logged = read_logged_survey([STATED, PLANNED, OPENED], PLAN)
    assert (logged.closed_at, logged.served, logged.setting.served) == (None, None, None)
