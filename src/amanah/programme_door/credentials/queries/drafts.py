"""What waits for a signature, found by the secret of its address. It never tells a used secret from a wrong one."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from amanah.programme_door.credentials.models import Draft


@dataclass(frozen=True)
class DraftOnShow:
    """An unsigned authorisation, or a request for a key (`kind` key, no document); `name` is who is asked.

    `giver` is empty where the giver's own key is not known yet; then `document["issuer"]["id"]` is empty too, and
    whoever signs writes their identifier there first.
    """

    secret_hash: str
    kind: Literal["grant", "key"]
    name: str
    document: dict[str, Any]
    giver: str
    closes_on: date


def compute_secret_hash(secret: str) -> str:
    """Give what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_draft(secret: str, *, today: date) -> DraftOnShow | None:
    """Find what waits behind an address."""
    row = Draft.objects.filter(secret_hash=compute_secret_hash(secret), closes_on__gte=today).first()
    return _show(row) if row else None


def list_drafts(today: date) -> list[DraftOnShow]:
    """List what still waits, the oldest first."""
    return [_show(row) for row in Draft.objects.filter(closes_on__gte=today)]


def _show(row: Draft) -> DraftOnShow:
    return DraftOnShow(
        row.secret_hash,
        "key" if row.kind == "key" else "grant",
        row.name,
        json.loads(row.document),
        row.giver,
        row.closes_on,
    )
