"""Destroying what closed cases hold when their time is over, piece by piece, unless a hold names the piece (3.7, 9.4).

The private log keeps its records: they hold no name of anybody asked about. What was destroyed comes back from no file.
"""

from datetime import date

from django.db import transaction

from amanah.core.data_requests.deadlines import compute_destruction
from amanah.core.data_requests.holds import list_destroyable
from amanah.request_door.answers.actions import destroy_answers, destroy_package
from amanah.request_door.answers.forgetting import forget_remains, note_remains
from amanah.request_door.answers.material import (
    ANSWER,
    PACKAGE,
    REQUEST,
    list_frozen,
    list_leftovers,
    list_material,
)
from amanah.request_door.decisions.actions import destroy_decisions
from amanah.request_door.decisions.carrying_out import get_day
from amanah.request_door.decisions.queries import list_decisions
from amanah.request_door.records.actions import append_record, lock_log
from amanah.request_door.requests.actions import destroy_request
from amanah.request_door.requests.models import State
from amanah.request_door.requests.queries import find_request_by_reference, list_closed_requests
from amanah.request_door.rules.queries import get_rules_in_force

_CLOSED = (State.CLOSED, State.DESTROYED)


def destroy_due(now: int) -> None:
    """Destroy what is due, then take it out of the files of the database; a duty of the clock.

    A case that fails holds up no other: the last failure is raised when all have had their turn.
    """
    failure: Exception | None = None
    for reference in _list_references(get_day(now)):
        try:
            destroy_case(reference, now=now)
        # Whatever goes wrong with one case, the names in the others must go.
        except Exception as error:  # noqa: BLE001
            failure = error
    forget_remains()
    if failure is not None:
        raise failure


def destroy_case(reference: str, *, now: int) -> bool:
    """Destroy what is due and not held of one case, all in one transaction; give whether anything was."""
    today = get_day(now)
    if not list_destroyable_pieces(reference, today):
        return False
    with transaction.atomic():
        # A hold that begins at the same moment waits here, or this waits for it.
        lock_log()
        pieces = list_destroyable_pieces(reference, today)
        for piece in pieces:
            _destroy(piece)
    if pieces:
        note_remains()
    return bool(pieces)


def list_destroyable_pieces(reference: str, today: date) -> tuple[str, ...]:
    """List what is due of a case and no hold has frozen."""
    return list_destroyable(list_due_material(reference, today), list_frozen())


def list_due_material(reference: str, today: date) -> list[str]:
    """List what is kept of a case and whose time is over, held or not.

    What was decided about a case later, as the end of a hold, is kept for as long after it as a case after its end.
    """
    stored = find_request_by_reference(reference)
    if stored is None or stored.state not in _CLOSED:
        return []
    rules, _document = get_rules_in_force()
    decided = [one.decided_on for one in list_decisions(reference) if one.decided_on is not None]
    due_on = compute_destruction(stored.closed_on, rules.keep_closed_days)
    answers_due_on = compute_destruction(max(decided, default=stored.closed_on), rules.keep_closed_days)
    if due_on is None or due_on > today:
        return []
    waits = answers_due_on is not None and answers_due_on > today
    names = [one.material for one in list_material(reference)]
    return [name for name in names if not (waits and name.startswith(f"{ANSWER} "))]


def _list_references(today: date) -> list[str]:
    """List the cases of which something may be due: closed long enough, or with something left that was held."""
    rules, _document = get_rules_in_force()
    day_after = date.fromordinal(today.toordinal() - rules.keep_closed_days + 1)
    closed = {str(one.reference) for one in list_closed_requests(day_after)}
    return sorted(closed | {*list_leftovers()})


def _destroy(piece: str) -> None:
    kind, _, name = piece.partition(" ")
    if kind == REQUEST:
        destroy_request(name)
        append_record("case-destroyed", name, {})
    elif kind == ANSWER:
        destroy_answers(name)
        destroy_decisions(name)
    elif kind == PACKAGE:
        destroy_package(name)
