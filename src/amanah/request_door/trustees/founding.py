"""The first panel: who shall be in it, a passkey from each, and the signature of every member under it (6.6).

It never takes a founding for done that one member has not signed, and ends for good when a panel is in force.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from amanah.core.data_requests.approvals import (
    Approval,
    ApprovalRefusedError,
    encode_approval,
    is_approved,
    parse_approval,
    verify_approval,
)
from amanah.core.data_requests.documents import (
    DecisionDocument,
    compute_document_hash,
    encode_document,
    parse_document,
)
from amanah.core.data_requests.panels import Panel, Trustee, compute_panel_hash, encode_panel, parse_panel
from amanah.core.encoding import encode_canonical_json, parse_base64url, parse_canonical_json
from amanah.core.errors import RefusedError
from amanah.request_door.records.actions import append_record
from amanah.request_door.trustees.actions import (
    FOUNDING,
    ID_SIZE,
    SEAT,
    LinkClosedError,
    PanelInForceError,
    bring_into_force,
    destroy_founding,
    open_link,
    register_key_of_seat,
    spend_link,
)
from amanah.request_door.trustees.log_state import find_panel_in_log
from amanah.request_door.trustees.models import Account, Proposal, Seat
from amanah.request_door.trustees.models import Panel as KeptPanel
from amanah.request_door.trustees.queries import (
    find_founding,
    find_panel,
    get_own_place,
    has_panel,
    list_seats,
)
from amanah.web.passkeys import NewPasskey
from amanah.web.settings import get_config


@dataclass(frozen=True)
class NewSeat:
    """Who shall hold an office in the panel."""

    name: str
    office: str
    is_deputy: bool


@dataclass(frozen=True)
class Enrolment:
    """The one-time address of one seat, shown once."""

    seat: Seat
    path: str


class NotFoundingError(RefusedError):
    """There is nothing to sign: no founding has begun, or not everybody has a passkey."""

    code = "not-founding"


def begin_founding(token: str, wanted: Sequence[NewSeat], *, least: int, now: datetime) -> list[Enrolment]:
    """Write down who shall be in the first panel, and give each a one-time address; the founding address is used."""
    with transaction.atomic():
        if has_panel() or find_panel_in_log() is not None:
            raise PanelInForceError(
                "A panel is in force. Its trustees change it at the desk; nobody else can."
            )
        spend_link(token, FOUNDING, now=now)
        destroy_founding()
        origin, _party = get_own_place()
        proposal = Proposal.objects.create(proposal=secrets.token_hex(ID_SIZE), least=least, origin=origin)
        seats = [
            Seat.objects.create(
                seat=secrets.token_hex(ID_SIZE),
                proposal=proposal,
                place=place,
                trustee=secrets.token_hex(ID_SIZE),
                name=one.name,
                office=one.office,
                is_deputy=one.is_deputy,
                needs_key=True,
            )
            for place, one in enumerate(wanted)
        ]
        return [Enrolment(seat, open_link(SEAT, now=now, seat=seat)) for seat in seats]


def renew_enrolment(seat: Seat, *, now: datetime) -> str:
    """Give a new one-time address for a seat that has no passkey yet; the old one stops working."""
    with transaction.atomic():
        current = Seat.objects.select_for_update().filter(seat=seat.seat, needs_key=True, key="").first()
        if current is None:
            raise LinkClosedError("This seat has its passkey already.")
        return open_link(SEAT, now=now, seat=current)


def register_founder_or_seat(*, token: str, language: str, passkey: NewPasskey, now: datetime) -> Seat:
    """Keep the passkey of a seat; with the last one of a founding there is something to sign, in the same moment."""
    with transaction.atomic():
        seat = register_key_of_seat(token=token, language=language, passkey=passkey, now=now)
        if not seat.proposal.previous:
            state_founding(seat.proposal, now=int(now.timestamp()))
    return seat


def state_founding(proposal: Proposal, *, now: int) -> bool:
    """Make the document that every member signs, as soon as everybody has a passkey; tell whether there is one."""
    with transaction.atomic():
        current = Proposal.objects.select_for_update().get(proposal=proposal.proposal)
        seats = list_seats(current)
        if current.previous or current.founding or not all(seat.has_key for seat in seats):
            return bool(current.founding)
        panel = build_panel(current, seats, number=1)
        document = encode_panel(panel)
        panel_hash = compute_panel_hash(document)
        current.founding = encode_document(
            DecisionDocument(
                at=now,
                body={"next": panel_hash},
                community=panel.community,
                decision=secrets.token_hex(ID_SIZE),
                kind="panel-changed",
                panel=panel_hash,
            )
        )
        current.panel_hash = panel_hash
        current.save(update_fields=["founding", "panel_hash"])
        KeptPanel.objects.create(panel_hash=panel_hash, number=1, document=document)
    return True


def record_founding_approval(account: Account, approval: Approval, *, now: int) -> bool:
    """Take one member's signature under the founding; tell whether it was the last, and the panel is in force."""
    try:
        with transaction.atomic():
            return _record_founding_approval(account, approval, now=now)
    except ApprovalRefusedError as refused:
        with transaction.atomic():
            append_record("approval-refused", _find_founding_decision(), {"reason": refused.reason})
        raise


def build_panel(proposal: Proposal, seats: Sequence[Seat], *, number: int) -> Panel:
    """Give the panel that a proposal describes: keys that stay, then the new one."""
    return Panel(
        community=get_config().community,
        number=number,
        previous=proposal.previous or None,
        least=proposal.least,
        origin=proposal.origin,
        party=urlsplit(proposal.origin).hostname or "",
        trustees=tuple(
            Trustee(
                trustee=seat.trustee,
                name=seat.name,
                office=seat.office,
                keys=tuple(parse_base64url(key) for key in [*seat.kept_keys, seat.key] if key),
                is_deputy=seat.is_deputy,
            )
            for seat in seats
        ),
    )


def get_founding(proposal: Proposal) -> tuple[Panel, bytes, bytes]:
    """Give the panel that is being founded, its bytes, and the document that every member signs."""
    founding = bytes(proposal.founding)
    document = find_panel(parse_document(founding).panel) if founding else None
    if document is None:
        raise NotFoundingError("Not everybody has a passkey yet. Nothing can be signed.")
    return parse_panel(document), document, founding


def _record_founding_approval(account: Account, approval: Approval, *, now: int) -> bool:
    proposal = Proposal.objects.select_for_update().filter(previous="").first()
    if proposal is None or has_panel() or find_panel_in_log() is not None:
        raise NotFoundingError("There is no founding to sign. Look at the desk: the panel may be in force.")
    panel, document, founding = get_founding(proposal)
    seats = {seat.trustee: seat for seat in list_seats(proposal)}
    held = [_parse_approval(seat) for seat in seats.values() if seat.approval]
    verify_approval(approval, founding, panel, held)
    if approval.trustee != account.account:
        raise ApprovalRefusedError("wrong-key")
    seat = seats[approval.trustee]
    seat.approval = encode_canonical_json(encode_approval(approval))
    seat.save(update_fields=["approval"])
    held.append(approval)
    if not is_approved(held, founding, panel):
        return False
    approvals = [encode_canonical_json(encode_approval(one)) for one in held]
    bring_into_force(panel, document, decision=founding, approvals=approvals, now=now)
    _append_founding_record(founding, approvals=len(approvals))
    return True


def _append_founding_record(founding: bytes, *, approvals: int) -> None:
    decision = parse_document(founding).decision
    append_record(
        "decision-made",
        decision,
        {
            "approvals": approvals,
            "decision": decision,
            "document": compute_document_hash(founding),
            "kind": "panel-changed",
            "outcome": None,
            "people": 0,
            "reasons": [],
        },
    )


def _find_founding_decision() -> str | None:
    proposal = find_founding()
    return parse_document(bytes(proposal.founding)).decision if proposal and proposal.founding else None


def _parse_approval(seat: Seat) -> Approval:
    return parse_approval(parse_canonical_json(bytes(seat.approval)))
