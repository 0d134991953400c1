"""Accounts at the desk, their one-time addresses and passkeys, and the next panel coming into force.

It never stores an address, never takes a passkey that is known here, and makes no panel that nobody signed.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from amanah.core.data_requests.panels import Panel, check_succession, compute_panel_hash, parse_panel
from amanah.core.encoding import encode_base64url, encode_canonical_json, parse_canonical_json
from amanah.core.errors import RefusedError
from amanah.request_door.records.entries import append_log_entry
from amanah.request_door.trustees.models import Account, Link, Passkey, Proposal, Role, Seat
from amanah.request_door.trustees.models import Panel as KeptPanel
from amanah.request_door.trustees.queries import (
    SIGNED_IN,
    SIGNED_IN_WITH,
    compute_token_hash,
    find_panel,
    get_panel_in_force,
    has_panel,
    is_key_known,
)
from amanah.request_door.trustees.signing_keys import compute_key
from amanah.web.passkeys import NewPasskey

TOKEN_SIZE = 24
ID_SIZE = 8
LINK_WORKS_FOR = timedelta(days=7)
FOUNDING_WORKS_FOR = timedelta(days=1)
FOUNDING, SEAT, COUNTER = "founding", "seat", "counter"


class LinkClosedError(RefusedError):
    """The one-time address was used or replaced, or its time is over."""

    code = "link-closed"


class PasskeyKnownError(RefusedError):
    """A passkey has one owner and one place."""

    code = "passkey-known"


class PanelInForceError(RefusedError):
    """Once there is a panel, only the panel makes the next one."""

    code = "panel-in-force"


class PanelNotNextError(RefusedError):
    """What was signed is no panel that follows the one in force."""

    code = "panel-not-next"


def open_founding(*, now: datetime) -> str:
    """Make the one-time address for founding the panel and give its path; what was begun before is forgotten."""
    with transaction.atomic():
        if has_panel():
            raise PanelInForceError(
                "A panel is in force. Its trustees change it at the desk; nobody else can."
            )
        destroy_founding()
        return open_link(FOUNDING, now=now, works_for=FOUNDING_WORKS_FOR)


def destroy_founding() -> None:
    """Forget a founding that was not finished, with every account and address of it."""
    for account in Account.objects.filter(role__in=(Role.TRUSTEE, Role.DEPUTY)):
        _destroy_account(account)
    Proposal.objects.all().delete()
    KeptPanel.objects.all().delete()
    Link.objects.exclude(purpose=COUNTER).delete()


def open_link(
    purpose: str, *, now: datetime, seat: Seat | None = None, works_for: timedelta = LINK_WORKS_FOR
) -> str:
    """Make a one-time address and give its path; an older one for the same seat stops working."""
    token = secrets.token_hex(TOKEN_SIZE)
    with transaction.atomic():
        if purpose != COUNTER:
            Link.objects.filter(purpose=purpose, seat=seat).delete()
        Link.objects.create(
            token_hash=compute_token_hash(token), purpose=purpose, seat=seat, expires_at=now + works_for
        )
    return f"/desk/new-panel/{token}/" if purpose == FOUNDING else f"/desk/enrol/{token}/"


def spend_link(token: str, purpose: str, *, now: datetime) -> Link:
    """Take a one-time address out of use; two that come by it at one moment are still one."""
    token_hash = compute_token_hash(token)
    link = Link.objects.filter(token_hash=token_hash, purpose=purpose, expires_at__gt=now).first()
    if link is None or not Link.objects.filter(token_hash=token_hash).delete()[0]:
        raise LinkClosedError("This address does not work any more. Ask for a new one.")
    return link


def destroy_expired(now: int) -> None:
    """Forget addresses and sessions whose time is over; it looks before it writes, because it is asked every second."""
    moment = datetime.fromtimestamp(now, UTC)
    for expired in (
        Link.objects.filter(expires_at__lte=moment),
        Session.objects.filter(expire_date__lte=moment),
    ):
        if expired.exists():
            expired.delete()


def register_at_counter(
    *, token: str, name: str, language: str, passkey: NewPasskey, now: datetime
) -> Account:
    """Make an account for somebody who takes requests in; the address has done its work."""
    key = compute_key(passkey.public_key)
    with transaction.atomic():
        spend_link(token, COUNTER, now=now)
        require_new_key(passkey, key)
        account = Account.objects.create(
            account=secrets.token_hex(ID_SIZE), role=Role.COUNTER, name=name, language=language
        )
        _record_passkey(account, passkey, key)
    return account


def register_key_of_seat(*, token: str, language: str, passkey: NewPasskey, now: datetime) -> Seat:
    """Keep the passkey that the holder of a seat made; it counts when the panel does, or at once in a founding."""
    key = compute_key(passkey.public_key)
    with transaction.atomic():
        seat = spend_link(token, SEAT, now=now).seat
        if seat is None:
            raise LinkClosedError("This address does not work any more. Ask for a new one.")
        require_new_key(passkey, key)
        seat.credential, seat.key = passkey.credential, key
        seat.public_key, seat.sign_count = passkey.public_key, passkey.sign_count
        seat.language = language
        seat.save()
        if not seat.proposal.previous:
            _seat_account(seat)
    return seat


def require_new_key(passkey: NewPasskey, key: str) -> None:
    """Refuse a passkey that stands here already, whosever it is."""
    if is_key_known(passkey.credential, key):
        raise PasskeyKnownError("This passkey is known here already. Make a new one.")


def record_passkey_use(passkey: Passkey, *, sign_count: int) -> None:
    """Remember how often a passkey has signed in, so that a copied one is noticed."""
    passkey.sign_count = sign_count
    passkey.save(update_fields=["sign_count"])


def record_language(account: Account, language: str) -> None:
    """Remember the language in which somebody reads the desk."""
    account.language = language
    account.save(update_fields=["language"])


def withdraw_from_counter(account: str) -> None:
    """Remove somebody from the counter: signed out everywhere, at once, and every open counter address ends."""
    with transaction.atomic():
        for found in Account.objects.filter(account=account, role=Role.COUNTER):
            _destroy_account(found)
        Link.objects.filter(purpose=COUNTER).delete()


def apply_panel_change(next_hash: str, *, decision: bytes, approvals: Sequence[bytes], now: int) -> None:
    """Put the next panel in force: who left is signed out at once, new passkeys count, the log says so."""
    with transaction.atomic():
        document, known = find_panel(next_hash), get_panel_in_force()
        if document is None or known is None:
            raise PanelNotNextError("This panel is not written down here. Propose it again at the desk.")
        panel = parse_panel(document)
        check_succession(known[0], panel)
        bring_into_force(panel, document, decision=decision, approvals=approvals, now=now)


def bring_into_force(
    panel: Panel, document: bytes, *, decision: bytes, approvals: Sequence[bytes], now: int
) -> None:
    """Write the panel, its accounts and its log entry; the caller has checked who signed, and holds the transaction."""
    panel_hash = compute_panel_hash(document)
    KeptPanel.objects.filter(panel_hash=panel_hash).update(
        decision=decision,
        approvals=encode_canonical_json([parse_canonical_json(approval) for approval in approvals]),
        in_force_from=now,
    )
    _seat_panel(panel, panel_hash)
    # A panel that was proposed beside this one follows a panel that is in force no more.
    Proposal.objects.all().delete()
    KeptPanel.objects.filter(in_force_from__isnull=True).delete()
    append_log_entry(
        "panel_stated",
        None,
        {"least": panel.least, "members": len(panel.members), "number": panel.number, "panel": panel_hash},
        at=now,
    )


def _seat_panel(panel: Panel, panel_hash: str) -> None:
    """Make accounts and passkeys what the panel says, and nothing else; where a session's passkey goes, it ends."""
    for account in Account.objects.filter(role__in=(Role.TRUSTEE, Role.DEPUTY)):
        if panel.find_trustee(account.account) is None:
            _destroy_account(account)
    made = Seat.objects.filter(proposal__panel_hash=panel_hash, needs_key=True)
    seats = {seat.trustee: seat for seat in made}
    for trustee in panel.trustees:
        account, _is_new = Account.objects.update_or_create(
            account=trustee.trustee,
            defaults={
                "role": Role.DEPUTY if trustee.is_deputy else Role.TRUSTEE,
                "name": trustee.name,
                "office": trustee.office,
            },
        )
        keys = {encode_base64url(key) for key in trustee.keys}
        for passkey in account.passkeys.exclude(key__in=keys):
            _end_sessions(SIGNED_IN_WITH, passkey.credential)
            passkey.delete()
        seat = seats.get(trustee.trustee)
        if seat is not None and seat.key in keys:
            _seat_account(seat)


def _seat_account(seat: Seat) -> None:
    """Let the holder of a seat sign in with the passkey that was made for it."""
    account, _is_new = Account.objects.get_or_create(
        account=seat.trustee,
        defaults={
            "role": Role.DEPUTY if seat.is_deputy else Role.TRUSTEE,
            "name": seat.name,
            "office": seat.office,
            "language": seat.language,
        },
    )
    if not account.language:
        record_language(account, seat.language)
    if not Passkey.objects.filter(credential=seat.credential).exists():
        made = NewPasskey(seat.credential, bytes(seat.public_key), seat.sign_count)
        _record_passkey(account, made, seat.key)


def _record_passkey(account: Account, passkey: NewPasskey, key: str) -> None:
    Passkey.objects.create(
        credential=passkey.credential,
        account=account,
        public_key=passkey.public_key,
        key=key,
        sign_count=passkey.sign_count,
    )


def _destroy_account(account: Account) -> None:
    _end_sessions(SIGNED_IN, account.account)
    account.delete()


def _end_sessions(name: str, value: str) -> None:
    for session in Session.objects.all():
        if session.get_decoded().get(name) == value:
            session.delete()
