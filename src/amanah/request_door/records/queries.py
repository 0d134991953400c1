"""Reads of the private log: where a record was sealed, what is under secrecy, what was reported, what comes next.

What it gives to pages that everybody reads comes from published reports alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from amanah.core.data_requests.periods import ReportPace, ReportPeriod, SealPace
from amanah.core.data_requests.records import FIRST_CHAIN, compute_chain
from amanah.core.data_requests.reporting import Report, parse_report
from amanah.core.encoding import JsonValue
from amanah.core.public_log.sealed_slots import Opening, SealedSlots, UsedSlot, encode_opening
from amanah.request_door.records.log_copy import find_copy
from amanah.request_door.records.models import MadeStatement, PublishedReport, Record, SealedPeriod, Secrecy
from amanah.web.settings import get_config

_MOST_PARSED = 4_096


class PublicCounts(NamedTuple):
    """What every page may say of requests: the totals of all reports up to the last one."""

    asked: int
    given: int
    people: int


@dataclass(frozen=True)
class ListedReport:
    """A published report as lists show it."""

    number: int
    name: str
    published_on: date
    counts: PublicCounts


@dataclass(frozen=True)
class KeptSecrecy:
    """That a request may not be told of, as the desk sees it."""

    case: str
    reason: str
    until: date | None
    ended_on: date | None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day; it ends with the beginning of its last day (9.5)."""
        is_over = self.until is not None and self.until <= day
        return not is_over and (self.ended_on is None or self.ended_on > day)


def get_seal_pace() -> SealPace:
    """Give how often records are sealed here."""
    pacing = get_config().pacing
    return SealPace(pacing.seal_every, pacing.seal_offset)


def get_report_pace() -> ReportPace:
    """Give how often reports are published here."""
    pacing = get_config().pacing
    return ReportPace(pacing.report_every, pacing.report_delay)


def find_seal(chain: bytes) -> int | None:
    """Find the period that a record was sealed in; None while it waits."""
    row = Record.objects.filter(chain=chain).select_related("slot").first()
    slot = getattr(row, "slot", None)
    return slot.period_id if slot else None


def is_sealed_in_log(chain: bytes) -> bool:
    """Tell whether a record stands in a sealed period that the verified log knows by the same root (7.5)."""
    number = find_seal(chain)
    return number is not None and is_period_in_log(number)


def is_period_in_log(number: int) -> bool:
    """Tell whether the verified log knows a period by the root that its slots have here."""
    copy = find_copy()
    return copy is not None and copy.roots.get(number) == rebuild_slots(number).compute_root().hex()


def rebuild_slots(number: int) -> SealedSlots:
    """Give a sealed period again, from its key and its used slots."""
    period = SealedPeriod.objects.get(number=number)
    used = tuple(
        UsedSlot(slot.place, bytes(slot.salt), bytes(slot.record.record))
        for slot in period.slots.select_related("record")
    )
    return SealedSlots(bytes(period.key), used)


def open_records(chosen: Iterable[tuple[int, int]]) -> list[Opening]:
    """Open sealed records, each by its period and place."""
    places: dict[int, list[int]] = {}
    for number, place in chosen:
        places.setdefault(number, []).append(place)
    return [
        opening
        for number, wanted in sorted(places.items())
        for opening in rebuild_slots(number).open_slots(number, sorted(wanted))
    ]


def list_openings(case: str) -> list[dict[str, JsonValue]]:
    """List the openings of all sealed records of one request, for whoever may know of it; others never see this."""
    sealed = Record.objects.filter(case_ref=case, slot__isnull=False)
    chosen = sealed.values_list("slot__period_id", "slot__place")
    return [encode_opening(opening) for opening in open_records(chosen)]


def select_cases_under_secrecy(day: date) -> "QuerySet[Any, Any]":
    """Select the requests of which the law forbids to tell on a day (as `KeptSecrecy.holds` says it).

    A part of other queries, not a list: anybody can claim secrecy, and a database refuses a query of too many names.
    """
    is_not_over = Q(until__isnull=True) | Q(until__gt=day)
    is_not_ended = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    return Secrecy.objects.filter(is_not_over & is_not_ended).values("case_ref")


def list_secrecies() -> list[KeptSecrecy]:
    """List every secrecy that was ever written down."""
    return [KeptSecrecy(row.case_ref, row.reason, row.until, row.ended_on) for row in Secrecy.objects.all()]


def find_secrecy(case: str) -> KeptSecrecy | None:
    """Find the secrecy of one request."""
    return next((one for one in list_secrecies() if one.case == case), None)


def list_statements(day: date) -> list[MadeStatement]:
    """List the statements that were made by a day and have not expired on it."""
    return [*MadeStatement.objects.filter(made_on__lte=day, expires_on__gt=day)]


def list_reports(*, most: int | None = None) -> list[ListedReport]:
    """List the published reports, the newest first."""
    rows = PublishedReport.objects.defer("document").order_by("-number")
    return [_list_row(row) for row in rows[:most]]


def find_listed(name: str) -> ListedReport | None:
    """Find one published report by its name."""
    row = PublishedReport.objects.defer("document").filter(name=name).first()
    return _list_row(row) if row else None


def find_last_report() -> ListedReport | None:
    """Find the report that was published last."""
    row = PublishedReport.objects.defer("document").order_by("-number").first()
    return _list_row(row) if row else None


def read_report(name: str) -> bytes | None:
    """Read a published report, byte for byte; None where there is none of that name."""
    row = PublishedReport.objects.filter(name=name).first()
    return bytes(row.document) if row else None


def list_parsed_reports() -> list[Report]:
    """List all published reports with what they say, the oldest first."""
    return [_parse(bytes(row.document)) for row in PublishedReport.objects.order_by("number")]


@lru_cache(maxsize=_MOST_PARSED)
def _parse(document: bytes) -> Report:
    """Read a report once: a demonstration has thousands, and none of them changes."""
    return parse_report(document)


def get_public_counts() -> PublicCounts:
    """Give the counts of the last report; zeros before the first."""
    last = find_last_report()
    return last.counts if last else PublicCounts(0, 0, 0)


def compute_next_sealing(now: int) -> int:
    """Give when the next period ends."""
    pace = get_seal_pace()
    return pace.compute_end(pace.compute_last_ended(now) + 1)


def compute_next_report(now: int) -> ReportPeriod:
    """Give the report that is published next."""
    pace = get_report_pace()
    number = pace.find_number(now - pace.delay)
    while pace.build_period(number).published_at <= now:
        number += 1
    while number > 0 and pace.build_period(number - 1).published_at > now:
        number -= 1
    return pace.build_period(number)


def is_chain_whole() -> bool:
    """Tell whether every record still stands in its place, unchanged."""
    chain = FIRST_CHAIN
    for place, row in enumerate(Record.objects.order_by("place").iterator()):
        chain = compute_chain(chain, bytes(row.record))
        if row.place != place or bytes(row.chain) != chain:
            return False
    return True


def _list_row(row: PublishedReport) -> ListedReport:
    counts = PublicCounts(row.asked, row.given, row.people)
    return ListedReport(row.number, row.name, row.published_on, counts)
