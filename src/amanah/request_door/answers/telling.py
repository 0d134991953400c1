"""Telling people: what the law forbids for now and until when, and that a report has told of a case (9.5).

Nothing here publishes anything: what was withheld is opened by the next report, whose day is fixed.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from amanah.core.data_requests.telling import Withheld, compute_telling
from amanah.core.errors import RefusedError
from amanah.request_door.answers.models import SecrecyLook, ToldReport
from amanah.request_door.decisions.carrying_out import get_day
from amanah.request_door.jurisdictions.queries import get_pack_in_force
from amanah.request_door.records.actions import CLAIMED, append_record, end_secrecy, lock_log
from amanah.request_door.records.queries import (
    KeptSecrecy,
    compute_next_sealing,
    find_last_report,
    find_secrecy,
    get_report_pace,
    list_parsed_reports,
    list_reports,
    list_secrecies,
)
from amanah.request_door.requests.queries import find_request_by_reference

if TYPE_CHECKING:
    from amanah.core.data_requests.reporting import Report
    from amanah.request_door.decisions.models import Decision


class NotWithheldError(RefusedError):
    """Nothing forbids to tell of this request any more, or secrecy ends on its own day."""

    code = "not-withheld"


@dataclass(frozen=True)
class WithheldCase:
    """One request of which people are not told yet: by which law, since when, until when, by the report of which day.

    `law` is empty where only the body says that it must be kept secret.
    """

    reference: str
    law: str
    withheld: Withheld
    told_on: date | None


def end_withholding(decision: "Decision", now: int) -> None:
    """Carry out that secrecy has ended; the next report opens the request, and nothing changes before it (8.6)."""
    reference = str(decision.reference)
    end_secrecy(reference, on=get_day(now))
    SecrecyLook.objects.filter(reference=reference).delete()


def record_look(reference: str, today: date) -> None:
    """Write down that trustees looked and the law still forbids to tell; the next look is due in 90 days."""
    withheld = find_withheld(reference)
    if withheld is None or not withheld.holds(today) or withheld.end is not None:
        raise NotWithheldError("Nothing is withheld in this case that has to be looked at.")
    looked_on = max(today, withheld.looked_on or today)
    SecrecyLook.objects.update_or_create(reference=reference, defaults={"looked_on": looked_on})


def record_told(_now: int) -> None:
    """Write into the private log which requests each published report has told of; a duty of the clock."""
    last = find_last_report()
    known = ToldReport.objects.aggregate(newest=Max("number"))["newest"]
    if last is None or (known is not None and known >= last.number):
        return
    for number, report in _list_untold(known):
        with transaction.atomic():
            lock_log()
            _row, is_new = ToldReport.objects.get_or_create(number=number)
            for reference in _list_told(report) if is_new else ():
                append_record("people-told", reference, {"report": report.name})


def find_withheld(reference: str) -> Withheld | None:
    """Find what forbids, or forbade, to tell of a request; it counts from the day on which the request came."""
    secrecy = find_secrecy(reference)
    return None if secrecy is None else _build(secrecy)


def get_withheld(today: date) -> dict[str, Withheld]:
    """Give what is withheld on a day, by the reference of the request."""
    return {one.case: _build(one) for one in list_secrecies() if one.holds(today)}


def list_withheld(today: date) -> list[WithheldCase]:
    """List the requests of which people are not told yet."""
    found = [
        WithheldCase(
            reference=reference,
            law=describe_law(withheld.reason),
            withheld=withheld,
            told_on=_compute_told_on(withheld),
        )
        for reference, withheld in get_withheld(today).items()
    ]
    return sorted(found, key=lambda one: (one.withheld.since, one.reference))


def compute_telling_day(now: int) -> date:
    """Give the day of the report that tells of what is decided now, where nothing forbids it."""
    period = compute_telling(None, compute_next_sealing(now), get_report_pace())
    return get_day(now if period is None else period.published_at)


def describe_law(reason: str) -> str:
    """Give the law that a code of the pack stands for; nothing where only the body claims one."""
    if reason == CLAIMED:
        return ""
    pack, _data = get_pack_in_force()
    laws = (one.secrecy.law for one in pack.instruments if one.secrecy and one.secrecy.code == reason)
    return next(laws, reason)


def _build(secrecy: KeptSecrecy) -> Withheld:
    stored = find_request_by_reference(secrecy.case)
    looked = SecrecyLook.objects.filter(reference=secrecy.case).first()
    return Withheld(
        reason=secrecy.reason,
        since=date.min if stored is None else stored.received_on,
        until=secrecy.until,
        ended_on=secrecy.ended_on,
        looked_on=None if looked is None else looked.looked_on,
    )


def _compute_told_on(withheld: Withheld) -> date | None:
    period = compute_telling(withheld, 0, get_report_pace())
    return None if period is None else get_day(period.published_at)


def _list_untold(known: int | None) -> list[tuple[int, "Report"]]:
    numbers = sorted(row.number for row in list_reports())
    both = zip(numbers, list_parsed_reports(), strict=True)
    return [(number, report) for number, report in both if known is None or number > known]


def _list_told(report: "Report") -> list[str]:
    """List the requests whose receipt a report opens: from then on everybody can know of them."""
    records = [opening["record"] for opening in report.openings]
    told = [str(record["ref"]) for record in records if record["kind"] == "request-received"]
    return sorted(set(told))
