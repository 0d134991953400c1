"""Outside bodies ask only while the gate is open: a reader of the log sees every ask that stood while it was not."""

import pytest

from amanah.core.surveys.logged_asks import AskError, check_asks, list_logged_asks
from tests.core.surveys.season_log import DAY, ENDS_AT, SEASON, STARTS_AT, SeasonLog, name_survey

ASK, OTHER = "a" * 16, "b" * 16
OPEN_AT = STARTS_AT + 2 * DAY


def make_log(*, state: str = "open") -> SeasonLog:
    """Tell a season whose one survey is counted and read."""
    log = SeasonLog()
    log.state_season()
    log.plan_survey(1)
    log.count_survey(1)
    read(log, 1, state=state, at=OPEN_AT)
    return log


def read(log: SeasonLog, number: int, *, state: str, at: int) -> None:
    body = {"batches": number, "detector": None, "evidence": 3_000_000, "occasion": name_survey(number)}
    log.say("gate_read", SEASON, at, state=state, **body)


def post(log: SeasonLog, at: int, name: str = ASK, season: str = SEASON) -> None:
    log.say("ask_posted", name, at, ask="c" * 64, season=season)


def withdraw(log: SeasonLog, at: int, reason: str = "gate") -> None:
    log.say("ask_withdrawn", ASK, at, reason=reason)


def list_words(log: SeasonLog) -> list[str]:
    return [str(problem) for problem in check_asks(log.placed)]


def test_an_ask_that_is_posted_while_the_gate_is_open_holds() -> None:
    log = make_log()
    post(log, OPEN_AT + 1)
    assert check_asks(log.placed) == ()
    [ask] = list_logged_asks(log.placed)
    assert (ask.name, ask.season, ask.posted_index, ask.withdrawn_index) == (
        ASK,
        SEASON,
        len(log.entries) - 1,
        None,
    )


def test_an_ask_before_the_gate_ever_opened_is_named_with_its_entry() -> None:
    log = make_log(state="shut")
    post(log, OPEN_AT + 1)
    [problem] = check_asks(log.placed)
    assert isinstance(problem, AskError)
    assert problem.code == "ask-while-shut"
    assert (
        str(problem) == f"Entry {len(log.entries) - 1} posts the ask {ASK} while the gate is shut: not-yet."
    )


@pytest.mark.parametrize("reason", ["trustees", "alarm"])
def test_an_ask_after_the_gate_was_closed_is_named(reason: str) -> None:
    log = make_log()
    log.say("gate_closed", SEASON, OPEN_AT + 10, reason=reason)
    post(log, OPEN_AT + 10 + 600)
    assert list_words(log) == [
        f"Entry {len(log.entries) - 1} posts the ask {ASK} while the gate is shut: {reason}."
    ]


def test_a_door_that_has_not_read_a_closing_of_minutes_ago_did_no_wrong() -> None:
    log = make_log()
    log.say("gate_closed", SEASON, OPEN_AT + 10, reason="trustees")
    post(log, OPEN_AT + 10 + 599)
    withdraw(log, OPEN_AT + 10 + 700)
    assert list_words(log) == []


def test_a_reading_that_shuts_it_again_counts_as_soon_as_it_can_be_known() -> None:
    log = make_log()
    log.plan_survey(2, opens_at=STARTS_AT + DAY, closes_at=STARTS_AT + 2 * DAY)
    log.count_survey(2, at=OPEN_AT + 100)
    read(log, 2, state="shut", at=OPEN_AT + 100)
    post(log, OPEN_AT + 699)
    assert list_words(log) == []
    post(log, OPEN_AT + 700, OTHER)
    assert list_words(log) == [
        f"Entry {len(log.entries) - 1} posts the ask {OTHER} while the gate is shut: not-yet."
    ]


def test_no_moment_is_granted_for_what_the_clock_alone_tells() -> None:
    log = make_log()
    post(log, ENDS_AT)
    assert "while the gate is shut: ended" in list_words(log)[0]


def test_an_ask_in_a_season_that_nobody_stated_is_named() -> None:
    log = make_log()
    post(log, OPEN_AT + 1, season="9" * 16)
    assert "while the gate is shut: no-season" in list_words(log)[0]


def test_a_reading_that_came_later_excuses_no_ask_before_it() -> None:
    log = make_log(state="shut")
    post(log, OPEN_AT + 1)
    read(log, 1, state="open", at=OPEN_AT + 2)
    assert len(list_words(log)) == 1


def test_an_ask_that_still_stands_an_hour_after_the_gate_shut_is_named() -> None:
    log = make_log()
    post(log, OPEN_AT + 1)
    log.say("gate_closed", SEASON, OPEN_AT + 10, reason="trustees")
    log.say("heartbeat", "", OPEN_AT + 10 + 3_599, entries=1)
    assert list_words(log) == []
    log.say("heartbeat", "", OPEN_AT + 10 + 3_600, entries=2)
    assert list_words(log) == [
        f"The ask {ASK} of entry {log.placed[-4][0]} still stands: the gate is shut, trustees."
    ]
    withdraw(log, OPEN_AT + 10 + 3_700)
    assert list_words(log) == []


@pytest.mark.parametrize("reason", ["body", "trustees", "gate"])
def test_an_ask_that_left_is_told_with_its_reason(reason: str) -> None:
    log = make_log()
    post(log, OPEN_AT + 1)
    withdraw(log, OPEN_AT + 2, reason)
    [ask] = list_logged_asks(log.placed)
    assert (ask.withdrawn_index, ask.reason) == (len(log.entries) - 1, reason)


def test_a_log_without_asks_has_none_to_name() -> None:
    assert check_asks(()) == ()
    assert check_asks(make_log().placed) == ()


def test_a_confirmation_counts_for_the_lines_that_stood_before_it() -> None:
    log = SeasonLog()
    log.state_season(at=STARTS_AT - 100)
    log.say("season_confirmed", SEASON, STARTS_AT - 90, decision="d" * 64)
    assert [one.decision for one in log.logged.confirmations] == ["d" * 64]
    log.state_season(at=STARTS_AT - 80, line=700_000)
    assert log.logged.confirmations == ()
    log.say("season_confirmed", SEASON, STARTS_AT - 70, decision="e" * 64)
    assert [one.index for one in log.logged.confirmations] == [3]


def test_a_gate_closed_by_either_door_is_shut_and_says_which() -> None:
    log = make_log()
    log.entries.append(
        {
            "kind": "gate_closed",
            "ref": SEASON,
            "at": OPEN_AT + 1,
            "by": "request-door",
            "body": {"reason": "trustees"},
        }
    )
    [closing] = log.logged.closings
    assert (closing.reason, closing.by) == ("trustees", "request-door")
    post(log, OPEN_AT + 601)
    assert "while the gate is shut: trustees" in list_words(log)[0]
