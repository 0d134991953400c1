"""What trustees decide about asks and the gate, with real signatures: it stands in the log when k have signed."""

from typing import Any

import pytest

from amanah.core.data_requests.documents import compute_document_hash
from amanah.core.surveys.logged_asks import check_asks
from amanah.core.surveys.logged_season import TOLD_KINDS
from amanah.request_door.asks.actions import LogNotReadError, withdraw_asks_of_shut_gates
from amanah.request_door.asks.gate import find_season, get_gate
from amanah.request_door.asks.models import Ask, State
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.decisions.models import Decision
from amanah.request_door.decisions.queries import get_decision
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.log_copy import forget_view
from tests.counter.asks_town import NOW, SEASON, STARTS_AT, TYPED, AskTown
from tests.counter.decision_bench import number, seat_panel
from tests.counter.decision_bench import sign as sign_alone

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> AskTown:
    seat_panel()
    return AskTown()


def draft(kind: str, now: int = NOW, **body: Any) -> str:
    return draft_decision(kind, body, by=number(1), now=now)


def sign(decision: str, *trustees: int, now: int = NOW) -> Decision:
    """Sign, then let the clock carry out what was decided."""
    sign_alone(decision, *trustees, now=now)
    carry_out_due(now)
    return get_decision(decision)


def decide(kind: str, now: int = NOW, **body: Any) -> Decision:
    return sign(draft(kind, now, **body), 1, 2, now=now)


def list_told(town: AskTown) -> Any:
    kinds = TOLD_KINDS | {"ask_posted", "ask_withdrawn", "heartbeat"}
    return [
        (index, {"kind": one.kind, "ref": one.ref, "at": one.at, "body": one.body})
        for index, one in enumerate(town.log.entries)
        if one.kind in kinds
    ]


def test_an_ask_is_posted_by_the_second_of_two_signatures_and_not_by_the_first(town: AskTown) -> None:
    town.open_gate()
    row = town.ask()
    decision = draft("ask-admitted", ask=row.ask_hash)
    sign(decision, 1)
    assert town.list_said("ask_posted") == []
    assert TYPED["title"] not in town.read("/en/asks/")
    sign(decision, 2)
    assert town.list_said("ask_posted") == [("ask_posted", row.ask, {"ask": row.ask_hash, "season": SEASON})]
    assert TYPED["title"] in town.read("/en/asks/")
    assert check_asks(list_told(town)) == ()


def test_an_ask_that_is_admitted_after_the_gate_shut_is_not_posted_and_the_decision_says_so(
    town: AskTown,
) -> None:
    town.open_gate()
    row = town.ask()
    decision = draft("ask-admitted", ask=row.ask_hash)
    town.say("gate_closed", SEASON, NOW, reason="alarm")
    made = sign(decision, 1, 2)
    assert made.state == "void"
    assert town.list_said("ask_posted") == []
    withdraw_asks_of_shut_gates(NOW)
    assert (Ask.objects.get().state, Ask.objects.get().reason) == (State.LEFT, "gate")
    town.read_gate("open", at=NOW)
    assert sign(draft("ask-admitted", ask=row.ask_hash), 1, 2).state == "void"


@pytest.mark.parametrize("kind", ["ask-admitted", "season-confirmed", "gate-closed"])
@pytest.mark.parametrize("is_unread", [True, False])
def test_what_was_decided_waits_for_a_log_that_was_read_and_is_fresh(
    town: AskTown, kind: str, is_unread: bool
) -> None:
    town.open_gate()
    body = {"ask": town.ask().ask_hash} if kind == "ask-admitted" else {"season": SEASON}
    decision = draft(kind, **body)
    sign_alone(decision, 1, 2, now=NOW)
    later = NOW if is_unread else town.log.entries[-1].at + 27 * 3_600
    if is_unread:
        forget_view()
    for _ in range(2):
        with pytest.raises(LogNotReadError):
            carry_out_due(later)
        assert get_decision(decision).state == "approved"
    assert not OutboxEntry.objects.exists()
    town.beat(later)
    carry_out_due(later)
    assert get_decision(decision).state == "done"


def test_other_words_than_those_that_were_signed_are_never_posted(town: AskTown) -> None:
    town.open_gate()
    row = town.ask()
    assert decide("ask-admitted", ask="f" * 64).state == "void"
    assert decide("ask-admitted", ask=row.ask_hash).state == "done"
    assert decide("ask-admitted", ask=row.ask_hash).state == "void"
    assert len(town.list_said("ask_posted")) == 1


def test_trustees_take_an_ask_down_for_good(town: AskTown) -> None:
    town.open_gate()
    row = town.ask()
    decide("ask-admitted", ask=row.ask_hash)
    town.list_said()
    decide("ask-withdrawn", ask=row.ask_hash)
    assert town.list_said("ask_withdrawn") == [("ask_withdrawn", row.ask, {"reason": "trustees"})]
    assert TYPED["title"] not in town.read("/en/asks/")
    assert decide("ask-admitted", ask=row.ask_hash).state == "void"
    assert decide("ask-withdrawn", ask=row.ask_hash).state == "void"


def test_trustees_need_not_let_an_ask_in_and_nothing_of_it_is_public(town: AskTown) -> None:
    town.open_gate()
    row = town.ask()
    assert decide("ask-withdrawn", ask=row.ask_hash).state == "done"
    assert town.list_said("ask_posted", "ask_withdrawn") == []
    assert Ask.objects.get().reason == "trustees"


def test_trustees_confirm_the_lines_that_stand_in_the_log(town: AskTown) -> None:
    town.state_season(at=STARTS_AT - 100)
    made = decide("season-confirmed", now=STARTS_AT - 50, season=SEASON)
    assert made.state == "done"
    said = town.list_said("season_confirmed")
    assert said == [("season_confirmed", SEASON, {"decision": compute_document_hash(bytes(made.document))})]
    found = find_season(SEASON)
    assert found is not None
    assert [one.decision for one in found.confirmations] == [said[0][2]["decision"]]


def test_lines_that_were_stated_again_after_the_draft_are_not_confirmed_by_it(town: AskTown) -> None:
    town.state_season(at=STARTS_AT - 100)
    decision = draft("season-confirmed", now=STARTS_AT - 50, season=SEASON)
    town.state_season(at=STARTS_AT - 40, line=100_000)
    assert sign(decision, 1, 2, now=STARTS_AT - 30).state == "void"
    assert town.list_said("season_confirmed") == []


def test_a_season_that_nobody_stated_is_neither_confirmed_nor_closed(town: AskTown) -> None:
    town.open_gate()
    assert decide("season-confirmed", season="9" * 16).state == "void"
    assert decide("gate-closed", season="9" * 16).state == "void"
    assert town.list_said("season_confirmed", "gate_closed") == []


def test_trustees_close_the_gate_and_every_ask_is_taken_down(town: AskTown) -> None:
    town.open_gate()
    row = town.ask()
    decide("ask-admitted", ask=row.ask_hash)
    town.list_said()
    decide("gate-closed", season=SEASON)
    assert town.list_said("gate_closed") == [("gate_closed", SEASON, {"reason": "trustees"})]
    assert get_gate(NOW).reason == "trustees"
    assert "closed in the trustees" in town.read("/en/asks/").replace("&#39;", "'")
    withdraw_asks_of_shut_gates(NOW + 1)
    assert town.list_said("ask_withdrawn") == [("ask_withdrawn", row.ask, {"reason": "gate"})]
    town.beat(NOW + 7_200)
    assert check_asks(list_told(town)) == ()
