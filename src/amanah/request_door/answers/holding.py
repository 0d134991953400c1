"""Legal holds: they begin and end by decision, and freeze what existed when they began (`spec/data_requests.md` 9.4).

A hold is looked at where something would be destroyed, and nowhere else: it can begin, keep or lengthen nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from amanah.core.data_requests.holds import compute_frozen
from amanah.core.data_requests.scopes import Scope, encode_scope, parse_scope
from amanah.core.encoding import compute_hash, encode_canonical_json, parse_canonical_json
from amanah.core.errors import RefusedError
from amanah.request_door.answers.material import list_all_material, read_materials
from amanah.request_door.answers.models import Hold
from amanah.request_door.decisions.carrying_out import get_day
from amanah.request_door.records.actions import append_record

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision

SALT_SIZE = 32
_DOMAIN = "amanah/hold/v1"


class HoldUnknownError(RefusedError):
    """There is no hold that begins with this request and has this scope; perhaps it was ended before."""

    code = "hold-unknown"


@dataclass(frozen=True)
class HeldScope:
    """A hold in force: by which decision, for which request, over what, and what it froze."""

    hold: str
    reference: str
    scope: Scope
    begun_on: date
    materials: tuple[str, ...]


def begin_hold(decision: "Decision", now: int) -> None:
    """Carry out that something is kept from destruction: what lies in the scope today, and nothing later."""
    reference, scope = str(decision.reference), parse_scope(decision.body["scope"])
    salt = secrets.token_bytes(SALT_SIZE)
    Hold.objects.create(
        hold=decision.decision,
        reference=reference,
        scope=_encode(scope),
        salt=salt,
        materials=encode_canonical_json([*list_frozen_by(scope)]),
        begun_on=get_day(now),
    )
    append_record("hold-begun", reference, {"scope": _compute_scope_hash(scope, salt)})


def end_hold(decision: "Decision", _now: int) -> None:
    """Carry out that a hold ends; what is due is destroyed by the clock, not here."""
    reference, scope = str(decision.reference), parse_scope(decision.body["scope"])
    held = Hold.objects.filter(reference=reference, scope=_encode(scope)).order_by("hold").first()
    if held is None:
        raise HoldUnknownError("There is no such hold any more.")
    append_record("hold-ended", reference, {"scope": _compute_scope_hash(scope, bytes(held.salt))})
    held.delete()


def list_frozen_by(scope: Scope) -> tuple[str, ...]:
    """List what a hold with this scope would freeze if it began now."""
    return compute_frozen(scope, list_all_material())


def list_holds(reference: str = "") -> list[HeldScope]:
    """List the holds in force, of one request or of all."""
    rows = Hold.objects.filter(reference=reference) if reference else Hold.objects.all()
    return [
        HeldScope(
            hold=str(row.hold),
            reference=str(row.reference),
            scope=parse_scope(parse_canonical_json(bytes(row.scope))),
            begun_on=row.begun_on,
            materials=tuple(read_materials(row)),
        )
        for row in rows.order_by("begun_on", "hold")
    ]


def find_hold(hold: str) -> HeldScope | None:
    """Find one hold in force by the decision that began it."""
    return next((one for one in list_holds() if one.hold == hold), None)


def _encode(scope: Scope) -> bytes:
    return encode_canonical_json(encode_scope(scope))


def _compute_scope_hash(scope: Scope, salt: bytes) -> str:
    """Give how records name what is held; the salt keeps a name that somebody suspects from being tried out."""
    return compute_hash(_DOMAIN, salt, _encode(scope)).hex()
