"""What follows when a decision was made: each kind's handler, called once, and again only after a crash.

Other nouns fill the table when they are loaded. A handler writes in the transaction that it is called in.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from amanah.core.errors import InvalidInputError, RefusedError
from amanah.request_door.decisions.models import Decision, State
from amanah.request_door.records.actions import lock_log
from amanah.request_door.trustees.log_state import is_behind_log

if TYPE_CHECKING:
    from datetime import date

_LOGGER = logging.getLogger("amanah.decisions")

Handler = Callable[[Decision, int], None]

CARRY_OUT: dict[str, Handler] = {}
"""Each kind of decision and what carries it out; a kind without a handler is carried out by being decided."""


def carry_out(decision: str, *, now: int) -> bool:
    """Carry one decision out if it was made and waits for it; give whether that was done here and now.

    Of two that try at the same moment one waits for the row and then finds nothing left to do.
    """
    # What an old panel decided, after an old backup was put back, has no effect: not on secrecy, holds or the log.
    if is_behind_log():
        return False
    with transaction.atomic():
        # Before the row, as whoever signs does: two orders of locking would wait for each other for ever.
        lock_log()
        held = Decision.objects.select_for_update().filter(decision=decision, state=State.APPROVED).first()
        if held is None:
            return False
        try:
            # A savepoint: what a refused handler wrote is taken back, and the refusal is kept.
            with transaction.atomic():
                _call(held, now)
        # Both stay what they are however often it is tried: a rule says no, or what was decided cannot be read.
        except (RefusedError, InvalidInputError) as refusal:
            _LOGGER.error("A decision of the kind %s cannot be carried out (%s).", held.kind, refusal.code)
            held.state = State.VOID
        else:
            held.state = State.DONE
        held.save(update_fields=["state"])
    return held.state == State.DONE


def carry_out_soon(decision: str, *, now: int) -> None:
    """Carry a decision out right after it was made; what fails here is done by the clock."""
    try:
        carry_out(decision, now=now)
    # The signature stands whatever happens after it: whoever gave it must not be told that it failed.
    except Exception as error:  # noqa: BLE001
        _LOGGER.error(
            "A decision could not be carried out at once (%s). It is tried again.", type(error).__name__
        )


def carry_out_due(now: int) -> None:
    """Carry out what was decided and was left undone, by a crash or by a handler that could not; a duty of the clock.

    One that fails holds up no other: the last failure is raised when all have had their turn.
    """
    failure: Exception | None = None
    for decision in Decision.objects.filter(state=State.APPROVED).values_list("decision", flat=True):
        try:
            carry_out(decision, now=now)
        # Whatever goes wrong with one decision, the others are somebody else's answers.
        except Exception as error:  # noqa: BLE001
            failure = error
    if failure is not None:
        raise failure


def get_day(now: int) -> "date":
    """Give the day of a time, in UTC."""
    return datetime.fromtimestamp(now, UTC).date()


def list_signatures(decision: Decision) -> list[bytes]:
    """Give the signatures under a decision as stored, by trustee."""
    rows = decision.approvals.order_by("trustee").values_list("document", flat=True)
    return [bytes(row) for row in rows]


def _call(decision: Decision, now: int) -> None:
    handler = CARRY_OUT.get(decision.kind)
    if handler is not None:
        handler(decision, now)
