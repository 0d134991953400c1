"""Writes of the private log: records, secrecy, statements. It never changes a record, and takes none away.

All of it happens in the transaction of whoever did what is recorded.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection, transaction

from amanah.core.data_requests.records import FIRST_CHAIN, compute_chain, encode_record, is_reference
from amanah.core.data_requests.statements import Statement
from amanah.core.encoding import JsonValue
from amanah.core.errors import InvalidInputError
from amanah.request_door.records.models import MadeStatement, Record, Secrecy
from amanah.web.outbox_models import OutsideTransactionError

CLAIMED = "claimed"
"""Why a request is secret as long as nobody has decided whether the law says so: the body says so."""
_LOCK_NUMBER = 0x616D_616E_6168


class CaseMissingError(InvalidInputError):
    """A programme mistake: only what belongs to a request can be under secrecy."""

    code = "case-missing"


def append_record(
    kind: str,
    ref: str | None,
    body: Mapping[str, JsonValue],
    *,
    case: str | None = None,
    is_secret: bool = False,
) -> bytes:
    """Add a record to the end of the log; give the 32 bytes that name it.

    `case` is the reference of the request that it belongs to, taken from `ref` where that is one. `is_secret` puts
    the case under secrecy where nothing has yet, because the body claims so.
    """
    record = encode_record(kind, ref, body)
    case_ref = case or (ref if is_reference(ref) else None) or ""
    lock_log()
    if is_secret:
        _record_claim(case_ref)
    last = Record.objects.order_by("-place").first()
    chain = compute_chain(bytes(last.chain) if last else FIRST_CHAIN, record)
    Record.objects.create(place=last.place + 1 if last else 0, record=record, chain=chain, case_ref=case_ref)
    return chain


def lock_log() -> None:
    """Let one writer at a time add to the log; SQLite's transactions here do so by themselves."""
    if not connection.in_atomic_block:
        raise OutsideTransactionError("Write a record in the same transaction as what it tells.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_NUMBER])


def record_secrecy(case: str, reason: str, until: date | None) -> None:
    """Write down that the law forbids to tell of a request; no report opens its records until that has ended."""
    Secrecy.objects.update_or_create(
        case_ref=case, defaults={"reason": reason, "until": until, "ended_on": None}
    )


def end_secrecy(case: str, *, on: date) -> None:
    """Write down that secrecy has ended; the next report opens the records. Ending it again changes nothing."""
    Secrecy.objects.filter(case_ref=case, ended_on__isnull=True).update(ended_on=on)


def record_statements(codes: Iterable[str], *, made_on: date, expires_on: date) -> None:
    """Take in statements that trustees have signed; they are seen with the next report and not before."""
    statements = [Statement(code, made_on, expires_on) for code in codes]
    with transaction.atomic():
        for one in statements:
            MadeStatement.objects.get_or_create(
                statement=f"{one.code} {one.made_on} {one.expires_on}",
                defaults={"code": one.code, "made_on": one.made_on, "expires_on": one.expires_on},
            )


def _record_claim(case_ref: str) -> None:
    if not case_ref:
        raise CaseMissingError("Say to which request a secret record belongs.")
    Secrecy.objects.get_or_create(case_ref=case_ref, defaults={"reason": CLAIMED})
