"""A database put back from an old backup: what the panel of long ago decides leaves neither door nor outbox."""

from typing import Any

import pytest

from amanah.core.data_requests.panels import compute_panel_hash
from amanah.core.public_log.entries import Entry
from amanah.request_door.answers.queries import find_letter
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.decisions.queries import get_decision, is_released
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.log_copy import forget_view
from amanah.request_door.trustees.log_state import PanelUncheckedError
from amanah.request_door.trustees.proposals import open_proposal, plan_least, state_proposal
from amanah.request_door.trustees.queries import get_panel_in_force
from tests.counter.answered_cases import Door
from tests.counter.decision_bench import NOW, decide, number, read_paper, receive, seat_panel, sign

pytestmark = pytest.mark.django_db


def find_panel() -> tuple[Any, bytes]:
    known = get_panel_in_force()
    assert known is not None
    return known


def state_panel(door: Door, panel_number: int, panel_hash: str) -> None:
    body = {"least": 2, "members": 3, "number": panel_number, "panel": panel_hash}
    door.log.entries.append(Entry(NOW, "request-door", "panel_stated", None, body, bytes(64)))


def draft_change() -> str:
    plan_least(made := open_proposal(), 3, find_panel()[0].origin)
    return draft_decision("panel-changed", {"next": state_proposal(made)}, by=number(1), now=NOW)


def test_what_an_old_panel_decided_before_the_log_was_read_leaves_the_door_never() -> None:
    seat_panel()
    reference = receive()
    read_paper(reference)
    decision = decide(reference)
    door = Door()
    state_panel(door, 2, "ab" * 32)
    door.log.show()
    door.keep_time(3)
    assert get_decision(decision.decision).state == "approved"
    assert not is_released(get_decision(decision.decision))
    assert find_letter(reference) is None


def test_a_panel_changes_only_where_the_log_was_read_and_knows_no_newer_one() -> None:
    seat_panel()
    before = compute_panel_hash(find_panel()[1])
    change = draft_change()
    forget_view()
    sign(change, 1, 2)
    with pytest.raises(PanelUncheckedError):
        carry_out_due(NOW)
    assert not OutboxEntry.objects.exists()
    door = Door()
    state_panel(door, 2, "ab" * 32)
    door.log.show()
    carry_out_due(NOW)
    assert (find_panel()[0].number, get_decision(change).state) == (1, "approved")
    assert not OutboxEntry.objects.exists()
    door.log.entries.pop()
    state_panel(door, 1, before)
    door.log.show()
    carry_out_due(NOW)
    assert (find_panel()[0].number, get_decision(change).state) == (2, "done")
