"""Who may sign in at the desk, and which setup address still works. It never tells why a sign-in fails."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amanah.programme_door.staff.models import Organiser, Passkey, SetupToken

SIGNED_IN = "organiser"


def has_organisers() -> bool:
    """Tell whether the first run is over."""
    return Organiser.objects.exists()


def is_setup_open(token: str, *, now: datetime) -> bool:
    """Tell whether a setup address works: known, not used, and in time."""
    return SetupToken.objects.filter(token_hash=compute_token_hash(token), expires_at__gt=now).exists()


def find_organiser(organiser: str) -> Organiser | None:
    """Find an account by its random id."""
    return Organiser.objects.filter(organiser=organiser).first()


def find_organiser_by_name(name: str) -> Organiser | None:
    """Find an account by the name that its owner types."""
    return Organiser.objects.filter(name=name.strip()).first()


def find_signed_in(session: Mapping[str, Any]) -> Organiser | None:
    """Find the organiser whom a desk session belongs to."""
    organiser = session.get(SIGNED_IN)
    return find_organiser(organiser) if isinstance(organiser, str) else None


def find_passkey(credential: str) -> Passkey | None:
    """Find a passkey by its credential id (base64url)."""
    return Passkey.objects.select_related("organiser").filter(credential=credential).first()


def list_organisers() -> list[Organiser]:
    """List all organisers by name."""
    return list(Organiser.objects.order_by("name").prefetch_related("passkeys"))


def count_organisers() -> int:
    """Count who can sign in."""
    return Organiser.objects.count()


def compute_token_hash(token: str) -> str:
    """Give what is stored of a setup address."""
    return hashlib.sha256(b"amanah/setup/v1\0" + token.encode()).hexdigest()
