"""What is due in which case, for the desk and for calendars; what it gives names no body and no person."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.deadlines import (
    SOON_DAYS,
    CaseDates,
    Deadline,
    DueKind,
    compute_deadlines,
    list_due_by,
)
from amanah.core.data_requests.holds import list_destroyable
from amanah.core.data_requests.rules import RuleSet
from amanah.core.data_requests.telling import Withheld
from amanah.request_door.answers.material import list_frozen, list_material
from amanah.request_door.answers.queries import GIVING, find_released_package
from amanah.request_door.answers.telling import get_withheld
from amanah.request_door.decisions.queries import find_answer
from amanah.request_door.requests.models import DataRequest, State
from amanah.request_door.requests.queries import (
    find_instrument,
    find_request_by_reference,
    list_closed_requests,
    list_open_requests,
)
from amanah.request_door.rules.queries import get_rules_in_force

DUE_WORDS: dict[DueKind, Promise] = {
    "answer-by-law": _("Answer it: the law sets this day"),
    "answer-by-rules": _("Answer it: our own rules set this day"),
    "package": _("Give what was decided, or close the case"),
    "secrecy-ends": _("Secrecy ends by itself; the next report tells"),
    "secrecy-look": _("Look whether the law still forbids to tell"),
    "destroy": _("What the case holds is destroyed"),
}
LATE_WORDS: dict[DueKind, Promise] = {
    "answer-by-law": _("Late: not answered by the day that the law sets"),
    "answer-by-rules": _("Late: not answered by the day that our own rules set"),
    "package": _("Late: what was decided was not given, and the case not closed"),
    "secrecy-look": _("Late: nobody has looked whether the law still forbids to tell"),
    "destroy": _("Late: what the case holds should be destroyed by now"),
}


@dataclass(frozen=True)
class DueLine:
    """One thing that is due, as the desk says it."""

    due_on: date
    reference: str
    kind: DueKind
    is_late: bool

    @property
    def words(self) -> Promise:
        """Say what is due, or that it is late."""
        return LATE_WORDS.get(self.kind, DUE_WORDS[self.kind]) if self.is_late else DUE_WORDS[self.kind]

    @property
    def is_answer(self) -> bool:
        """Tell whether somebody outside waits for it."""
        return self.kind in {"answer-by-law", "answer-by-rules"}


def list_deadlines(today: date) -> list[DueLine]:
    """List what is late, and what is due within two weeks, the soonest first."""
    return [_build_line(one, today) for one in list_due_by(_list_due(today), _add(today, SOON_DAYS))]


def list_all_deadlines(today: date) -> list[DueLine]:
    """List everything that is due, however far ahead."""
    return [_build_line(one, today) for one in sorted(_list_due(today))]


def list_deadlines_of(reference: str, today: date) -> list[DueLine]:
    """List everything that is due in one case."""
    return [one for one in list_all_deadlines(today) if one.reference == reference]


def _list_due(today: date) -> list[Deadline]:
    rules, _document = get_rules_in_force()
    frozen, withheld = list_frozen(), get_withheld(today)
    stored = {str(one.reference): one for one in [*list_open_requests(), *list_closed_requests(date.max)]}
    for reference in set(withheld) - set(stored):
        found = find_request_by_reference(reference)
        if found is not None:
            stored[reference] = found
    cases = (
        _build_dates(request, rules, frozen, withheld.get(reference)) for reference, request in stored.items()
    )
    return [due for case in cases for due in compute_deadlines(case, today)]


def _build_dates(
    request: DataRequest, rules: RuleSet, frozen: set[str], withheld: Withheld | None
) -> CaseDates:
    reference = str(request.reference)
    is_open = request.state == State.RECEIVED
    instrument = find_instrument(request) if is_open else None
    return CaseDates(
        reference=reference,
        received_on=request.received_on,
        law_days=instrument.answer_within_days if instrument else None,
        rules_days=rules.answer_within_days,
        keep_days=rules.keep_closed_days,
        is_answered=not is_open or find_answer(reference) is not None,
        package_since=_find_package_day(reference) if is_open else None,
        closed_on=request.closed_on,
        is_destroyed=request.state == State.DESTROYED,
        is_held=bool(frozen) and not is_open and _is_held_whole(reference, frozen),
        withheld=withheld,
    )


def _is_held_whole(reference: str, frozen: set[str]) -> bool:
    """Tell whether a hold keeps everything that is left of a case."""
    material = [one.material for one in list_material(reference)]
    return bool(material) and not list_destroyable(material, frozen)


def _find_package_day(reference: str) -> date | None:
    """Give the day of a decision to give something that was not given yet."""
    answer = find_answer(reference)
    if answer is None or find_released_package(reference) is not None:
        return None
    is_giving = answer.body["outcome"] in GIVING and answer.body["scope"] is not None
    day: date | None = answer.decided_on if is_giving else None
    return day


def _build_line(due: Deadline, today: date) -> DueLine:
    return DueLine(due.due_on, due.reference, due.kind, due.due_on < today)


def _add(day: date, days: int) -> date:
    return day + timedelta(days=days)
