"""The log says by which rules, pack and pace this door works: once at first, and again whenever that changes."""

from collections.abc import Iterator
from typing import Any

import pytest

from amanah.core.data_requests.rules import DEFAULTS, RuleSet
from amanah.core.public_log.entries import parse_entry
from amanah.core.public_log.reading import LogView
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.log_copy import forget_view, get_view, keep_view
from amanah.request_door.rules.actions import apply_rules_change, record_rules
from amanah.request_door.rules.stating import state_rules

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    """Begin with a log that is empty; nothing of it is left for other tests."""
    keep_view(LogView())
    yield
    forget_view()


def hand_over() -> list[dict[str, Any]]:
    """Do as the clerk does: what waits goes into the log, and the log is read again."""
    entries = [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    OutboxEntry.objects.all().delete()
    view = get_view()
    assert view is not None
    keep_view(LogView((*view.entries, *entries)))
    return [dict(entry.body) for entry in entries if entry.kind == "request_rules_stated"]


def test_before_the_log_was_read_nothing_is_said() -> None:
    forget_view()
    state_rules(NOW)
    assert not OutboxEntry.objects.exists()


def test_the_rules_are_stated_once_while_they_wait() -> None:
    state_rules(NOW)
    state_rules(NOW + 1)
    said = hand_over()
    state_rules(NOW + 2)
    assert (len(said), hand_over()) == (1, [])
    assert (said[0]["jurisdiction"], said[0]["seal_every"], said[0]["report_every"]) == ("uk", 20, 120)


def test_other_rules_are_stated_again() -> None:
    state_rules(NOW)
    first = hand_over()
    apply_rules_change(record_rules(RuleSet(community="commons", **{**DEFAULTS, "most_people": 1})), at=NOW)
    state_rules(NOW + 1)
    second = hand_over()
    assert [len(first), len(second)] == [1, 1]
    assert first[0]["rules"] != second[0]["rules"]
    assert first[0]["pack"] == second[0]["pack"]
