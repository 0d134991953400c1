"""Who may sign in at this desk, which panel is in force, and what a panel in the making still needs.

It never tells why a sign-in fails.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from amanah.core.data_requests.panels import Panel, parse_panel
from amanah.core.encoding import JsonValue, encode_base64url, encode_canonical_json, parse_canonical_json
from amanah.request_door.trustees.models import Account, Link, Passkey, Proposal, Role, Seat
from amanah.request_door.trustees.models import Panel as KeptPanel
from amanah.request_door.trustees.signing_keys import compute_fingerprint
from amanah.web.settings import get_config

SIGNED_IN = "account"
SIGNED_IN_WITH = "passkey"
TRUSTED_ROLES = (Role.TRUSTEE, Role.DEPUTY)


@dataclass(frozen=True)
class PanelLink:
    """One panel that is or was in force, with the decision that brought it and the signatures under that."""

    panel: bytes
    decision: bytes
    approvals: tuple[bytes, ...]


@dataclass(frozen=True)
class ShownTrustee:
    """One trustee as pages show them; a fingerprint is what people compare by voice."""

    trustee: str
    name: str
    office: str
    is_deputy: bool
    fingerprints: tuple[str, ...]


@dataclass(frozen=True)
class ShownPanel:
    """A panel as pages show it."""

    number: int
    panel_hash: str
    least: int
    origin: str
    members: tuple[ShownTrustee, ...]
    deputies: tuple[ShownTrustee, ...]
    in_force_from: datetime | None


def find_signed_in(session: Mapping[str, Any]) -> Account | None:
    """Find whose desk session this is; it ends with the account, and with the passkey that opened it."""
    account, credential = session.get(SIGNED_IN), session.get(SIGNED_IN_WITH)
    if not (isinstance(account, str) and isinstance(credential, str)):
        return None
    passkey = find_passkey(credential)
    return passkey.account if passkey is not None and passkey.account_id == account else None


def find_passkey(credential: str) -> Passkey | None:
    """Find a passkey that counts by its credential id (base64url)."""
    return Passkey.objects.select_related("account").filter(credential=credential).first()


def find_account(account: str) -> Account | None:
    """Find an account by its random id."""
    return Account.objects.filter(account=account).first()


def list_own_keys(account: Account) -> list[tuple[str, str]]:
    """List (credential id, key) of an account, in no order that means anything."""
    return sorted(account.passkeys.values_list("credential", "key"))


def list_counter_staff() -> list[Account]:
    """List by name who takes requests in."""
    return list(Account.objects.filter(role=Role.COUNTER).order_by("name"))


def has_panel() -> bool:
    """Tell whether a panel was ever in force; from then on panels alone make panels."""
    return KeptPanel.objects.filter(in_force_from__isnull=False).exists()


def get_panel_in_force() -> tuple[Panel, bytes] | None:
    """Give the panel in force with its bytes, or None before the founding."""
    kept = KeptPanel.objects.filter(in_force_from__isnull=False).order_by("-number").first()
    if kept is None:
        return None
    document = bytes(kept.document)
    return parse_panel(document), document


def find_panel_hash() -> str:
    """Give the hash of the panel in force, or nothing: what the public page is kept by."""
    newest = KeptPanel.objects.filter(in_force_from__isnull=False).order_by("-number")
    return newest.values_list("panel_hash", flat=True).first() or ""


def find_panel(panel_hash: str) -> bytes | None:
    """Find any panel that was written down here, in force or only proposed."""
    kept = KeptPanel.objects.filter(panel_hash=panel_hash).first()
    return None if kept is None else bytes(kept.document)


def list_panel_chain() -> list[PanelLink]:
    """List all panels that are or were in force, from the first, with what put each in force."""
    rows = KeptPanel.objects.filter(in_force_from__isnull=False).order_by("number")
    return [
        PanelLink(
            panel=bytes(row.document),
            decision=bytes(row.decision),
            approvals=tuple(_list_documents(bytes(row.approvals))),
        )
        for row in rows
    ]


def encode_panel_chain() -> bytes:
    """Give the public file of all panels (6.8): canonical JSON, the first panel first."""
    chain: list[JsonValue] = [
        {
            "approvals": [_parse(approval) for approval in link.approvals],
            "decision": _parse(link.decision),
            "panel": _parse(link.panel),
        }
        for link in list_panel_chain()
    ]
    return encode_canonical_json(chain)


def list_shown_panels() -> list[ShownPanel]:
    """List all panels that are or were in force for a page, the newest first."""
    rows = KeptPanel.objects.filter(in_force_from__isnull=False).order_by("-number")
    return [build_shown_panel(bytes(row.document), str(row.panel_hash), row.in_force_from) for row in rows]


def build_shown_panel(document: bytes, panel_hash: str, in_force_from: int | None = None) -> ShownPanel:
    """Give a panel as pages show it."""
    panel = parse_panel(document)
    shown = [
        ShownTrustee(
            trustee=one.trustee,
            name=one.name,
            office=one.office,
            is_deputy=one.is_deputy,
            fingerprints=tuple(compute_fingerprint(encode_base64url(key)) for key in one.keys),
        )
        for one in panel.trustees
    ]
    return ShownPanel(
        number=panel.number,
        panel_hash=panel_hash,
        least=panel.least,
        origin=panel.origin,
        members=tuple(one for one in shown if not one.is_deputy),
        deputies=tuple(one for one in shown if one.is_deputy),
        in_force_from=None if in_force_from is None else datetime.fromtimestamp(in_force_from, UTC),
    )


def find_moved_origin() -> str | None:
    """Give the address for which the panel was made where this door now has another one, else None."""
    known = get_panel_in_force()
    origin = get_config().urls["request"]
    return known[0].origin if known is not None and known[0].origin != origin else None


def get_own_place() -> tuple[str, str]:
    """Give the address of this door and the host that its passkeys belong to."""
    origin = get_config().urls["request"]
    return origin, urlsplit(origin).hostname or ""


def find_open_link(token: str, *, now: datetime) -> Link | None:
    """Find a one-time address that still works: known, not used, in time."""
    links = Link.objects.select_related("seat__proposal")
    return links.filter(token_hash=compute_token_hash(token), expires_at__gt=now).first()


def find_proposal() -> Proposal | None:
    """Find the one panel that is being written down and was not put to signature yet."""
    return Proposal.objects.filter(panel_hash="").exclude(previous="").first()


def find_founding() -> Proposal | None:
    """Find the founding that goes on, until the panel is in force."""
    return Proposal.objects.filter(previous="").first()


def list_seats(proposal: Proposal) -> list[Seat]:
    """List the seats of a panel in the making, in their order."""
    return list(proposal.seats.order_by("place"))


def find_seat(seat: str) -> Seat | None:
    """Find one seat of a panel in the making."""
    return Seat.objects.select_related("proposal").filter(seat=seat).first()


def is_key_known(credential: str, key: str) -> bool:
    """Tell whether a passkey stands in the panel, at the counter or in a panel in the making already."""
    if Passkey.objects.filter(credential=credential).exists() or Passkey.objects.filter(key=key).exists():
        return True
    return any(
        key == seat.key or credential == seat.credential or key in seat.kept_keys
        for seat in Seat.objects.all()
    )


def compute_token_hash(token: str) -> str:
    """Give what is stored of a one-time address."""
    return hashlib.sha256(b"amanah/desk-link/v1\0" + token.encode()).hexdigest()


def _parse(document: bytes) -> JsonValue:
    parsed: JsonValue = parse_canonical_json(document)
    return parsed


def _list_documents(approvals: bytes) -> list[bytes]:
    listed = parse_canonical_json(approvals)
    return [encode_canonical_json(item) for item in listed] if isinstance(listed, list) else []
