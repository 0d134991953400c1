"""Every season asks about harm once: what counts, what is missing, and when an announcement must be refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.surveys.harm_rule import (
    COMPULSORY,
    HarmState,
    SurveyOfHarm,
    compute_next_closing,
    decide_harm,
    list_harm_codes,
)
from amanah.core.surveys.questions import Condition, Question
from amanah.core.surveys.stated_plan import Season

SEASON = Season(1_000, 9_000)
ALL = frozenset(COMPULSORY)
NONE: frozenset[str] = frozenset()
HARM = Question("harm-opposite", "single", ("a", "b"), mechanism="bag", weight=7, is_in_block=True)


def survey(codes: frozenset[str], opens_at: int = 2_000, closes_at: int = 3_000) -> SurveyOfHarm:
    return SurveyOfHarm(opens_at, closes_at, codes)


def decide(
    announced: list[SurveyOfHarm], planned: list[SurveyOfHarm], next_closing: int = 5_000
) -> HarmState:
    return decide_harm(SEASON, announced=announced, planned=planned, next_closing=next_closing).state


def test_a_season_has_asked_once_announced_surveys_ask_all_four_between_them() -> None:
    halves = [survey(frozenset(COMPULSORY[:2])), survey(frozenset(COMPULSORY[2:]))]
    assert decide(halves, []) is HarmState.ASKED
    assert decide(halves[:1], halves[1:]) is HarmState.PLANNED
    assert decide(halves[:1], []) is HarmState.MISSING


def test_what_is_missing_is_named_in_the_fixed_order() -> None:
    asked = [survey(frozenset({"harm-watched"}))]
    standing = decide_harm(SEASON, announced=asked, planned=[survey(NONE)], next_closing=5_000)
    assert standing.missing == ("harm-alienated", "harm-stigmatised", "harm-opposite")


@pytest.mark.parametrize(("opens_at", "closes_at"), [(999, 3_000), (2_000, 9_001)])
def test_a_survey_that_does_not_lie_wholly_in_the_season_does_not_count(
    opens_at: int, closes_at: int
) -> None:
    assert decide([survey(ALL, opens_at, closes_at)], []) is HarmState.MISSING
    assert decide([], [survey(ALL, opens_at, closes_at)]) is HarmState.MISSING
    assert decide([], [survey(NONE, opens_at, closes_at)], 9_001) is HarmState.TOO_LATE


def test_the_last_survey_of_a_season_is_told_from_one_that_another_can_follow() -> None:
    assert decide([], [survey(NONE)], 9_000) is HarmState.MISSING
    assert decide([], [survey(NONE)], 9_001) is HarmState.LAST_CHANCE
    assert decide([], [survey(ALL)], 9_001) is HarmState.PLANNED
    assert decide([], [], 9_001) is HarmState.TOO_LATE


def test_the_next_survey_outlasts_a_whole_time_for_fetching_after_the_one_before() -> None:
    assert compute_next_closing(fetch_until=100, shortest_fetch_window=50) == 151


def test_only_a_question_that_an_alarm_can_listen_to_counts() -> None:
    assert list_harm_codes([HARM]) == {"harm-opposite"}
    assert list_harm_codes([replace(HARM, mechanism="plain", weight=0, is_in_block=False)]) == NONE
    assert list_harm_codes([replace(HARM, choices=("x", "y"))]) == NONE
    assert list_harm_codes([replace(HARM, code="harm-own")]) == NONE
    # Whoever asks only those who were content has not asked.
    assert list_harm_codes([replace(HARM, only_if=Condition("q1", ("a",)))]) == NONE


surveys = st.lists(
    st.builds(
        SurveyOfHarm,
        st.integers(0, 10_000),
        st.integers(0, 12_000),
        st.frozensets(st.sampled_from(COMPULSORY)),
    ),
    max_size=4,
)


@given(announced=surveys, planned=surveys, next_closing=st.integers(0, 12_000))
def test_nothing_is_refused_that_can_still_be_made_up_or_is_no_survey_of_the_season(
    announced: list[SurveyOfHarm], planned: list[SurveyOfHarm], next_closing: int
) -> None:
    standing = decide_harm(SEASON, announced=announced, planned=planned, next_closing=next_closing)
    later = survey(ALL, SEASON.starts_at, max(next_closing, SEASON.starts_at))
    can_follow = later.lies_in(SEASON)
    if standing.state is HarmState.LAST_CHANCE:
        assert not can_follow
        assert any(one.lies_in(SEASON) for one in planned)
        assert standing.missing
    if can_follow and standing.missing:
        assert decide([*announced, *planned], [later], 99_999) is HarmState.PLANNED
