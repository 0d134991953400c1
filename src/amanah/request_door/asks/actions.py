"""Taking asks in, putting them on the board and taking them down, and what trustees decide about the gate.

Nothing here happens while the gate is shut, and no answer is ever taken.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from amanah.core.data_requests.asks import Ask, compute_ask_hash, encode_ask
from amanah.core.data_requests.documents import compute_document_hash, parse_document
from amanah.core.encoding import compute_hash
from amanah.core.errors import RefusedError, VerificationError
from amanah.request_door.asks import models
from amanah.request_door.asks.gate import find_season, find_shut_reason, get_gate
from amanah.request_door.asks.models import State
from amanah.request_door.asks.queries import compute_status_hash
from amanah.request_door.records.actions import lock_log
from amanah.request_door.records.entries import append_log_entry
from amanah.request_door.records.log_copy import get_view
from amanah.web.settings import get_config

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision

MOST_A_DAY = 20
_ID_SIZE = 8


class GateShutError(RefusedError):
    """Outside bodies may ask only while the log says that the gate is open."""

    code = "gate-shut"


class AsksFullError(RefusedError):
    """More asks came in today than trustees can read."""

    code = "asks-full"


class SeasonUnfitError(RefusedError):
    """What trustees signed about a season is not what the log says of it now."""

    code = "season-unfit"


class LogNotReadError(VerificationError):
    """What was decided waits until this door has read the public log, and a fresh one: then it is tried again."""

    code = "log-not-read"


class AskGoneError(RefusedError):
    """What trustees signed is about an ask that is not there in that state."""

    code = "ask-gone"


@dataclass(frozen=True)
class AskTexts:
    """What a body wrote, tidied."""

    body: str
    title: str
    text: str
    channel: str


def record_ask(texts: AskTexts, *, secret: bytes, now: int) -> None:
    """Take an ask in for the trustees to read; the same form sent twice is one ask."""
    today = _get_day(now)
    status_hash = compute_status_hash(secret)
    with transaction.atomic():
        # Before it looks: the same form sent twice at one moment is one ask.
        lock_log()
        if models.Ask.objects.filter(status_hash=status_hash).exists():
            return
        gate = get_gate(now)
        if not gate.is_open:
            raise GateShutError("The gate is shut. Outside bodies may ask again when it is open.")
        if models.Ask.objects.filter(handed_in_on=today).count() >= MOST_A_DAY:
            raise AsksFullError("More asks came in today than trustees can read; come again tomorrow.")
        document = encode_ask(
            Ask(
                ask=compute_hash("amanah/ask/v1", secret)[:_ID_SIZE].hex(),
                body=texts.body,
                channel=texts.channel,
                community=get_config().community,
                season=gate.season,
                text=texts.text,
                title=texts.title,
            )
        )
        models.Ask.objects.create(
            ask=compute_hash("amanah/ask/v1", secret)[:_ID_SIZE].hex(),
            ask_hash=compute_ask_hash(document),
            status_hash=status_hash,
            season=gate.season,
            document=document,
            state=State.WAITING,
            handed_in_on=today,
        )


def publish_admitted_ask(decision: "Decision", now: int) -> None:
    """Carry out an admission: put the ask on the board, and say so in the log."""
    _require_log(now)
    row = _find_row(decision, State.WAITING)
    if find_shut_reason(row.season, now) is not None:
        raise GateShutError("The gate shut before the trustees had signed; the ask was not let in.")
    row.state = State.SHOWN
    row.save(update_fields=["state"])
    append_log_entry("ask_posted", row.ask, {"ask": row.ask_hash, "season": row.season}, at=now)


def withdraw_decided_ask(decision: "Decision", now: int) -> None:
    """Carry out what trustees decided: take an ask down, or end the wait of one that is not to be let in."""
    _withdraw(_find_row(decision, State.WAITING, State.SHOWN), "trustees", now)


def withdraw_own_ask(secret: bytes, *, now: int) -> None:
    """Take back an ask, for whoever holds its link; doing so again changes nothing."""
    with transaction.atomic():
        row = (
            models.Ask.objects.select_for_update()
            .filter(status_hash=compute_status_hash(secret))
            .exclude(state=State.LEFT)
            .first()
        )
        if row is not None:
            _withdraw(row, "body", now)


def withdraw_asks_of_shut_gates(now: int) -> None:
    """Take down every ask whose gate is shut, and forget those of seasons that are over; a duty of the clock."""
    if get_view() is None or not models.Ask.objects.exists():
        return
    with transaction.atomic():
        for row in models.Ask.objects.select_for_update().exclude(state=State.LEFT):
            if find_shut_reason(row.season, now) is not None:
                _withdraw(row, "gate", now)
        for row in models.Ask.objects.filter(state=State.LEFT):
            found = find_season(row.season)
            if found is None or found.season.ends_at <= now:
                row.delete()


def record_confirmation(decision: "Decision", now: int) -> None:
    """Carry out a confirmation: say in the log that trustees signed the lines of a season."""
    _require_log(now)
    document = bytes(decision.document)
    season = decision.body["season"]
    found = find_season(season)
    if found is None:
        raise SeasonUnfitError("The public log states no such season; read it again, then draft again.")
    if found.season.stated_at > parse_document(document).at:
        raise SeasonUnfitError("The season was stated again after this was drafted; read its lines again.")
    append_log_entry("season_confirmed", season, {"decision": compute_document_hash(document)}, at=now)


def close_gate(decision: "Decision", now: int) -> None:
    """Carry out a closing: say in the log that trustees closed the gate for the rest of its season."""
    _require_log(now)
    season = decision.body["season"]
    found = find_season(season)
    if found is None or found.season.ends_at <= now:
        raise SeasonUnfitError("The public log states no such season, or it is over; nothing was closed.")
    append_log_entry("gate_closed", season, {"reason": "trustees"}, at=now)


def _require_log(now: int) -> None:
    """Refuse to judge by no log or an old one; that is no refusal of what was decided."""
    if get_gate(now).reason in {"log-unread", "log-old"}:
        raise LogNotReadError(
            "The public log was not read yet, or gives no sign of life; this is tried again."
        )


def _find_row(decision: "Decision", *states: State) -> models.Ask:
    row = (
        models.Ask.objects.select_for_update().filter(ask_hash=decision.body["ask"], state__in=states).first()
    )
    if row is None:
        raise AskGoneError("This ask is not there any more, or was decided already.")
    return row


def _withdraw(row: models.Ask, reason: str, now: int) -> None:
    """Only what was posted can be withdrawn in the log; what waited was never public."""
    if row.state == State.SHOWN:
        append_log_entry("ask_withdrawn", row.ask, {"reason": reason}, at=now)
    row.state, row.reason = State.LEFT, reason
    row.save(update_fields=["state", "reason"])


def _get_day(now: int) -> date:
    return datetime.fromtimestamp(now, UTC).date()
