"""Lines are drawn in public before anybody answers, and never move after that."""

from typing import Any

import pytest

from amanah.core.surveys.seasons import (
    LONGEST_SEASON,
    SeasonError,
    StatedSeason,
    find_season,
    list_void_statements,
    verify_season,
)
from amanah.core.surveys.stated_plan import Season, SeasonLines
from tests.core.surveys.season_log import DAY, ENDS_AT, SEASON, STARTS_AT, THETA, SeasonLog

NEXT = "6" * 16


def make_season(**changes: Any) -> StatedSeason:
    facts = {
        "name": NEXT,
        "at": 10,
        "starts_at": 100,
        "ends_at": 200,
        "trust": 600_000,
        "harm": 50_000,
    } | changes
    lines = SeasonLines(Season(facts["starts_at"], facts["ends_at"]), facts["trust"], facts["harm"])
    return StatedSeason(facts["name"], 0, facts["at"], lines)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ends_at": 100}, "backwards"),
        ({"starts_at": 0}, "backwards"),
        ({"ends_at": 101 + LONGEST_SEASON}, "too-long"),
        ({"trust": 0}, "line-unfit"),
        ({"trust": 1_000_000}, "line-unfit"),
        ({"harm": 0}, "line-unfit"),
        ({"at": 101}, "begun"),
    ],
)
def test_a_season_that_breaks_a_rule_is_refused_for_that_reason(changes: dict[str, int], reason: str) -> None:
    with pytest.raises(SeasonError) as refusal:
        verify_season(make_season(**changes), [], [])
    assert refusal.value.reason == reason


def test_a_season_may_begin_at_once_and_last_as_long_as_allowed() -> None:
    verify_season(make_season(at=100, ends_at=100 + LONGEST_SEASON), [], [])


def test_seasons_touch_and_do_not_overlap() -> None:
    first = make_season(name=SEASON)
    verify_season(make_season(starts_at=200, ends_at=300), [first], [])
    with pytest.raises(SeasonError) as refusal:
        verify_season(make_season(starts_at=199, ends_at=300), [first], [])
    assert refusal.value.reason == "overlap"


def test_a_season_that_has_not_begun_may_be_stated_again_until_a_survey_is_announced_in_it() -> None:
    first = make_season()
    again = make_season(at=20, trust=700_000)
    verify_season(again, [first], [(50, 150), (150, 250)])
    with pytest.raises(SeasonError) as refusal:
        verify_season(again, [first], [(100, 200)])
    assert refusal.value.reason == "asked"


def test_a_season_that_has_begun_stays_even_where_the_new_one_lies_ahead() -> None:
    with pytest.raises(SeasonError) as refusal:
        verify_season(make_season(at=150, starts_at=300, ends_at=400), [make_season()], [])
    assert refusal.value.reason == "begun"


def test_the_log_gives_the_last_statement_that_keeps_the_rules_and_no_other() -> None:
    log = SeasonLog()
    log.state_season(line=500_000)
    log.state_season(line=THETA)
    log.state_season(NEXT, starts_at=ENDS_AT - 1, ends_at=ENDS_AT + DAY)
    log.plan_survey(1)
    log.state_season(line=100_000)
    log.state_season(line=100_000, at=STARTS_AT + 1)
    log.state_season(NEXT, at=ENDS_AT - DAY, starts_at=ENDS_AT, ends_at=ENDS_AT + DAY)
    season, following = (one.season for one in _read(log))
    assert (season.lines.trust, season.index) == (THETA, 1)
    assert following.starts_at == ENDS_AT
    assert [one.reason for one in list_void_statements(log.placed)] == ["overlap", "asked", "begun"]
    assert find_season([season, following], ENDS_AT - 1) is season
    assert find_season([season, following], ENDS_AT) is following
    assert find_season([season, following], ENDS_AT + DAY) is None


def test_a_survey_that_reaches_over_the_end_of_a_season_does_not_lie_in_it() -> None:
    log = SeasonLog()
    log.state_season()
    log.plan_survey(1, closes_at=ENDS_AT)
    log.plan_survey(2, closes_at=ENDS_AT + 1)
    log.plan_survey(3, opens_at=STARTS_AT - 1)
    assert [survey.occasion for survey in log.logged.surveys] == [f"{1:016x}"]
    assert log.plans[f"{2:016x}"].gate is None


def _read(log: SeasonLog) -> Any:
    from amanah.core.surveys.logged_season import read_logged_seasons

    return read_logged_seasons(log.placed)
