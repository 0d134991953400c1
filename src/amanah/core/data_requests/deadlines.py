"""What is due in a case, and on which day (`spec/data_requests.md` 9.6). It reads no clock and names nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from amanah.core.data_requests.telling import Withheld

DueKind = Literal["answer-by-law", "answer-by-rules", "package", "secrecy-ends", "secrecy-look", "destroy"]
DUE_KINDS: tuple[DueKind, ...] = (
    "answer-by-law", "answer-by-rules", "package", "secrecy-ends", "secrecy-look", "destroy",
)  # fmt: skip
SOON_DAYS = 14


@dataclass(frozen=True, order=True)
class Deadline:
    """One thing that is due: on which day, in which case, what."""

    due_on: date
    reference: str
    kind: DueKind


@dataclass(frozen=True)
class CaseDates:
    """The days of one case from which everything that is due follows."""

    reference: str
    received_on: date
    law_days: int | None
    rules_days: int
    keep_days: int
    is_answered: bool = False
    package_since: date | None = None
    """The day of a decision to give something that has not been given yet."""
    closed_on: date | None = None
    is_destroyed: bool = False
    is_held: bool = False
    withheld: Withheld | None = None


def compute_deadlines(case: CaseDates, today: date) -> tuple[Deadline, ...]:
    """List what is still due in a case, the soonest first; what was done is not due."""
    due: list[tuple[DueKind, date | None]] = []
    if not case.is_answered and case.closed_on is None:
        due.append(("answer-by-rules", case.received_on + timedelta(days=case.rules_days)))
        if case.law_days is not None:
            due.append(("answer-by-law", case.received_on + timedelta(days=case.law_days)))
    if case.package_since is not None and case.closed_on is None:
        days = case.rules_days if case.law_days is None else min(case.law_days, case.rules_days)
        due.append(("package", case.package_since + timedelta(days=days)))
    if case.withheld is not None and case.withheld.holds(today):
        due.append(("secrecy-ends", case.withheld.end))
        due.append(("secrecy-look", case.withheld.look))
    if not case.is_destroyed and not case.is_held:
        due.append(("destroy", compute_destruction(case.closed_on, case.keep_days)))
    return tuple(sorted(Deadline(day, case.reference, kind) for kind, day in due if day is not None))


def compute_destruction(closed_on: date | None, keep_days: int) -> date | None:
    """Give the first day on which what a closed case holds is destroyed."""
    return None if closed_on is None else closed_on + timedelta(days=keep_days)


def list_due_by(deadlines: Iterable[Deadline], day: date) -> tuple[Deadline, ...]:
    """List what is due by a day, the soonest first; what is late is still due."""
    return tuple(sorted(one for one in deadlines if one.due_on <= day))
