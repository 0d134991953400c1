"""What surrounds the private log of a request door in a test: a clock, seeded chance, a log that takes its entries."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from amanah.core.public_log.entries import Entry, parse_entry
from amanah.core.public_log.reading import LogView
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.actions import append_record
from amanah.request_door.records.log_copy import keep_view
from amanah.request_door.records.publishing import publish_due_reports
from amanah.request_door.records.sealing import seal_due_periods

EVERY = 20
LONG = 120
START = 1_795_600_020
REFERENCE = "0A1B-2C3D-4E5F"
OTHER = "7777-8888-9999"


class Chance:
    """Random bytes that come again in a second run of the same test."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._drawn = 0

    def __call__(self, size: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._seed} {self._drawn}".encode()).digest(size)


class Log:
    """Takes over what waits in the outbox, as the clerk does, and shows it to this process."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def take_over(self) -> None:
        waiting = [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]
        self.entries += sorted(waiting, key=lambda entry: (entry.at, entry.body.get("number", 0)))
        OutboxEntry.objects.all().delete()
        self.show()

    def show(self) -> None:
        keep_view(LogView(tuple(self.entries)))

    def list_bodies(self, kind: str) -> list[Any]:
        return [entry.body for entry in self.entries if entry.kind == kind]


def receive(instrument: str = "uk-informal-ask", **changes: Any) -> dict[str, Any]:
    body = {
        "asks_class": True,
        "body_name": "Invented Police",
        "categories": ["membership-list"],
        "channel": "form",
        "facts": "ab" * 32,
        "instrument": instrument,
        "jurisdiction": "uk",
        "people": 0,
        "since": None,
        "until": None,
    }
    return body | changes


def answer(outcome: str, *reasons: str) -> dict[str, Any]:
    return {
        "approvals": 0,
        "decision": None,
        "document": None,
        "kind": "request-answered",
        "outcome": outcome,
        "people": 0,
        "reasons": [*reasons],
    }


def record(kind: str, ref: str | None, body: dict[str, Any], **options: Any) -> bytes:
    with transaction.atomic():
        return append_record(kind, ref, body, **options)


def keep_time(log: Log, since: int, until: int, chance: Callable[[int], bytes] | None = None) -> None:
    """Let the clock run, one look every ten seconds, with a log that takes over at once."""
    for now in range(since, until + 1, EVERY // 2):
        seal_due_periods(now, chance or secrets.token_bytes)
        log.take_over()
        publish_due_reports(now)
        log.take_over()


def find_day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


@contextmanager
def crashing_after(statements: int) -> Iterator[None]:
    """Let so many statements reach the database, and end at the next one as a process does that is killed."""
    counted = 0

    def crash(execute: Any, *arguments: Any) -> Any:
        nonlocal counted
        counted += 1
        if counted > statements:
            raise KeyboardInterrupt
        return execute(*arguments)

    with connection.execute_wrapper(crash):
        yield
