"""Sealing the records of each period into the public log, whether or not there are any (7.2 to 7.4).

It never seals a number twice: not after a crash, a backup, a clock that went back, nor beside another process.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from amanah.core.public_log.sealed_slots import MOST_OPEN, MOST_SECRET, RANDOM_SIZE, SealedSlots, seal_records
from amanah.request_door.records.actions import lock_log
from amanah.request_door.records.entries import append_log_entry
from amanah.request_door.records.log_copy import find_copy
from amanah.request_door.records.models import Record, SealedPeriod, SealedSlot
from amanah.request_door.records.queries import get_seal_pace, select_cases_under_secrecy


def seal_due_periods(now: int, random: Callable[[int], bytes] = secrets.token_bytes) -> int:
    """Seal every period that has ended; give how many. Nothing is sealed before the public log was read.

    Only the log tells which numbers were sealed by a database that was since put back from a backup.
    """
    copy = find_copy()
    if copy is None:
        return 0
    last = SealedPeriod.objects.aggregate(last=Max("number"))["last"]
    known = [number for number in (last, copy.last_sealed) if number is not None]
    due = get_seal_pace().list_due(max(known, default=None), now)
    for count, number in enumerate(due):
        try:
            _seal_period(number, now, random)
        except IntegrityError:
            # Another process sealed this period a moment ago; what is left is looked at anew.
            return count
    return len(due)


def _seal_period(number: int, now: int, random: Callable[[int], bytes]) -> None:
    with transaction.atomic():
        lock_log()
        rows, sealed = _fill_slots(now, random(RANDOM_SIZE))
        period = SealedPeriod.objects.create(number=number, key=sealed.key)
        SealedSlot.objects.bulk_create(
            SealedSlot(record=row, period=period, place=slot.place, salt=slot.salt)
            for row, slot in zip(rows, sealed.used, strict=True)
        )
        root = sealed.compute_root().hex()
        append_log_entry("slots_sealed", None, {"number": number, "root": root}, at=now)


def _fill_slots(now: int, drawn: bytes) -> tuple[list[Record], SealedSlots]:
    """Take what waits, the oldest first, so many of either sort as a period holds."""
    hidden = select_cases_under_secrecy(datetime.fromtimestamp(now, UTC).date())
    waiting = Record.objects.filter(slot__isnull=True).order_by("place")
    open_rows = [*waiting.exclude(case_ref__in=hidden)[:MOST_OPEN]]
    secret_rows = [*waiting.filter(case_ref__in=hidden)[:MOST_SECRET]]
    sealed = seal_records(
        [bytes(row.record) for row in open_rows], [bytes(row.record) for row in secret_rows], drawn
    )
    return [*open_rows, *secret_rows], sealed
