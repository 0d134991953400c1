"""Publishing reports on their fixed dates, always (8.1). It opens nothing that is under secrecy, and nothing twice.

What a report says depends on the records that it opens and on bands; when it comes depends on the calendar alone.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Min

from amanah.core.data_requests.periods import ReportPeriod
from amanah.core.data_requests.records import parse_record
from amanah.core.data_requests.reporting import (
    Report,
    ReportSource,
    build_report,
    compute_cumulated,
    parse_report,
)
from amanah.core.data_requests.statements import Statement
from amanah.core.public_log.sealed_slots import encode_opening
from amanah.request_door.jurisdictions.queries import get_pack_in_force
from amanah.request_door.records.entries import append_log_entry
from amanah.request_door.records.log_copy import LogCopy, find_copy
from amanah.request_door.records.models import PublishedReport, Record, SealedPeriod
from amanah.request_door.records.queries import (
    get_report_pace,
    get_seal_pace,
    is_period_in_log,
    list_parsed_reports,
    list_statements,
    open_records,
    select_cases_under_secrecy,
)
from amanah.web.settings import get_config

_LOGGER = logging.getLogger("amanah.records")
_lost: set[str] = set()


def publish_due_reports(now: int) -> int:
    """Publish every report that is due; give how many. What cannot be checked in the public log yet waits."""
    copy = find_copy()
    first_sealed = SealedPeriod.objects.aggregate(first=Min("number"))["first"]
    if copy is None or first_sealed is None:
        return 0
    pace = get_report_pace()
    first = pace.find_number(get_seal_pace().compute_end(first_sealed))
    last = PublishedReport.objects.aggregate(last=Max("number"))["last"]
    published = 0
    for period in pace.list_due(first, last, now):
        if period.name in _lost:
            continue
        try:
            is_done = _publish_report(period, copy, now)
        except IntegrityError:
            # Another process published it a moment ago.
            return published
        if not is_done:
            return published
        published += 1
    return published


def _publish_report(period: ReportPeriod, copy: LogCopy, now: int) -> bool:
    """Publish one report; tell whether it could be."""
    last = get_seal_pace().compute_last_ended(period.ends_at)
    if not _is_all_sealed(last, copy):
        return False
    with transaction.atomic():
        earlier = list_parsed_reports()
        document = _build_document(period, last, earlier, now)
        cumulated = compute_cumulated([*earlier, parse_report(document)])
        counts = {"asked": cumulated.asked, "given": cumulated.given, "people": cumulated.people}
        digest = hashlib.sha256(document).hexdigest()
        stated = copy.reports.get(period.name)
        if stated not in {None, digest}:
            _note_lost(period.name)
            return True
        PublishedReport.objects.create(
            number=period.number,
            name=period.name,
            document=document,
            published_on=datetime.fromtimestamp(period.published_at, UTC).date(),
            **counts,
        )
        # A database put back from a backup publishes again what the log knows, and never says it twice.
        if stated is None:
            append_log_entry("report_stated", period.name, {"report": digest, **counts}, at=now)
    return True


def _note_lost(name: str) -> None:
    """Say once that another report was published under this name, and that this database does not have it."""
    if name not in _lost:
        _lost.add(name)
        _LOGGER.error(
            "The report %s that the public log states is missing here, since the database was put back from a backup. "
            "It is not published in other words.",
            name,
        )


def _is_all_sealed(last: int, copy: LogCopy) -> bool:
    """Tell whether every seal up to the end of a report stands in the log that this door has verified."""
    newest = SealedPeriod.objects.aggregate(newest=Max("number"))["newest"]
    if newest is None or newest < last:
        return False
    inside = SealedPeriod.objects.filter(number__lte=last).aggregate(newest=Max("number"))["newest"]
    return inside is None or inside in copy.roots


def _build_document(period: ReportPeriod, last: int, earlier: Sequence[Report], now: int) -> bytes:
    pack, pack_bytes = get_pack_in_force()
    listed = pack.list_asked_under()
    secret = [one.code for one in listed if one.may_be_secret]
    published_on = datetime.fromtimestamp(period.published_at, UTC).date()
    return build_report(
        ReportSource(
            name=period.name,
            community=get_config().community,
            pack=hashlib.sha256(pack_bytes).hexdigest(),
            instruments=tuple(one.code for one in listed if not one.may_be_secret),
            banded=_count_banded(secret, period, last),
            openings=tuple(
                encode_opening(one) for one in open_records(_list_openable(last, earlier, period, now))
            ),
            statements=tuple(
                Statement(one.code, one.made_on, one.expires_on) for one in list_statements(published_on)
            ),
        ),
        earlier,
    )


def _list_openable(
    last: int, earlier: Sequence[Report], period: ReportPeriod, now: int
) -> list[tuple[int, int]]:
    """List what was sealed in time, is under no secrecy at the end or now, and was not opened before (8.5)."""
    days = [datetime.fromtimestamp(at, UTC).date() for at in (period.ends_at - 1, now)]
    opened = {(opening["number"], opening["place"]) for report in earlier for opening in report.openings}
    sealed = Record.objects.filter(slot__period_id__lte=last)
    for day in days:
        sealed = sealed.exclude(case_ref__in=select_cases_under_secrecy(day))
    places = {(row[0], row[1]) for row in sealed.values_list("slot__period_id", "slot__place")} - opened
    in_log = {number for number, _ in places if is_period_in_log(number)}
    return sorted(place for place in places if place[0] in in_log)


def _count_banded(codes: Sequence[str], period: ReportPeriod, last: int) -> dict[str, tuple[int, int]]:
    """Count everything that came under instruments that may be secret, secret or not (8.4)."""
    before = get_seal_pace().compute_last_ended(period.starts_at)
    sealed = Record.objects.filter(slot__period_id__lte=last).values_list("slot__period_id", "record")
    records = [(number > before, parse_record(bytes(data))) for number, data in sealed]
    under = {
        record.ref: record.body["instrument"] for _, record in records if record.kind == "request-received"
    }
    counts = {code: [0, 0] for code in codes}
    for is_new, record in records:
        row = counts.get(under.get(record.ref, "")) if is_new else None
        if row is not None and record.kind == "request-received":
            row[0] += 1
        elif row is not None and record.kind == "disclosure-made":
            row[1] += record.body["people"]
    return {code: (received, people) for code, (received, people) in counts.items()}
