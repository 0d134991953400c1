"""Making accounts and checking sign-ins. It never stores an address, or says which half of a sign-in was wrong."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.models import Session
from django.db import transaction

from amanah.core.errors import RefusedError
from amanah.programme_door.staff.models import Organiser, Passkey, SetupToken
from amanah.programme_door.staff.one_time_codes import (
    NONCE_SIZE,
    decide_step,
    parse_sealed_secret,
    seal_secret,
)
from amanah.programme_door.staff.queries import SIGNED_IN, compute_token_hash, find_organiser_by_name
from amanah.web.passkeys import NewPasskey

SETUP_TOKEN_SIZE = 24
ORGANISER_ID_SIZE = 16
_SETUP_WORKS_FOR = timedelta(days=1)
_FREE_ATTEMPTS = 5
_LONGEST_BAR = timedelta(hours=1)
# Checked when a name is unknown, so that the time taken is the same.
_NOBODY = make_password(secrets.token_urlsafe(24))


@dataclass(frozen=True)
class Newcomer:
    """Who makes an account now, and by which one-time address."""

    name: str
    language: str
    token: str
    now: datetime


class SetupClosedError(RefusedError):
    """The one-time address was used or replaced, or its day is over."""

    code = "setup-closed"


class LastOrganiserError(RefusedError):
    """Somebody must be able to sign in."""

    code = "last-organiser"


def open_setup(*, now: datetime, random_bytes: bytes) -> str:
    """Make the one-time address for one new account and give its path; older addresses stop working."""
    token = random_bytes[:SETUP_TOKEN_SIZE].hex()
    with transaction.atomic():
        SetupToken.objects.all().delete()
        SetupToken.objects.create(token_hash=compute_token_hash(token), expires_at=now + _SETUP_WORKS_FOR)
    return f"/desk/setup/{token}/"


def register_organiser_by_passkey(*, organiser: str, newcomer: Newcomer, passkey: NewPasskey) -> Organiser:
    """Make an account that signs in by passkey; the address has done its work."""
    with transaction.atomic():
        _spend_setup(newcomer)
        account = Organiser.objects.create(
            organiser=organiser, name=newcomer.name.strip(), language=newcomer.language
        )
        record_passkey(account, passkey)
    return account


def register_organiser_by_password(
    *, newcomer: Newcomer, password: str, code_secret: bytes, random_bytes: bytes
) -> Organiser:
    """Make an account that signs in by password and one-time code; the address has done its work."""
    organiser = random_bytes[:ORGANISER_ID_SIZE].hex()
    nonce = random_bytes[ORGANISER_ID_SIZE : ORGANISER_ID_SIZE + NONCE_SIZE]
    with transaction.atomic():
        _spend_setup(newcomer)
        return Organiser.objects.create(
            organiser=organiser,
            name=newcomer.name.strip(),
            language=newcomer.language,
            password_hash=make_password(password),
            sealed_code_secret=seal_secret(code_secret, organiser=organiser, nonce=nonce),
        )


def withdraw_organiser(organiser: str) -> None:
    """Remove an account with its keys, sign it out everywhere, and end every open address that it may have seen."""
    with transaction.atomic():
        held = set(Organiser.objects.select_for_update().order_by("organiser").values_list("pk", flat=True))
        if organiser not in held:
            return
        if len(held) == 1:
            raise LastOrganiserError("The last organiser cannot be removed: nobody could sign in.")
        Organiser.objects.filter(organiser=organiser).delete()
        SetupToken.objects.all().delete()
        for session in Session.objects.all():
            if session.get_decoded().get(SIGNED_IN) == organiser:
                session.delete()


def _spend_setup(newcomer: Newcomer) -> None:
    """Two that come by the same address at the same moment are still one account."""
    rows = SetupToken.objects.filter(
        token_hash=compute_token_hash(newcomer.token), expires_at__gt=newcomer.now
    )
    if not rows.delete()[0]:
        raise SetupClosedError("This address does not work any more; ask for a new one.")


def record_passkey(account: Organiser, passkey: NewPasskey) -> None:
    """Add a passkey to an account."""
    Passkey.objects.create(
        credential=passkey.credential,
        organiser=account,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
    )


def record_passkey_use(passkey: Passkey, *, sign_count: int) -> None:
    """Remember how often a passkey has signed, so that a copied one is noticed."""
    passkey.sign_count = sign_count
    passkey.save(update_fields=["sign_count"])


def record_language(account: Organiser, language: str) -> None:
    """Remember the language in which an organiser reads the desk."""
    account.language = language
    account.save(update_fields=["language"])


def answer_sign_in(*, name: str, password: str, code: str, now: datetime) -> Organiser | None:
    """Give the account when password and code both fit and no bar is in force; None for every other reason."""
    known = find_organiser_by_name(name)
    if known is None or not known.password_hash:
        check_password(password, _NOBODY)
        return None
    with transaction.atomic():
        account = Organiser.objects.select_for_update().get(pk=known.pk)
        is_barred = account.barred_until is not None and account.barred_until > now
        has_right_password = check_password(password, account.password_hash)
        secret = parse_sealed_secret(bytes(account.sealed_code_secret), organiser=account.organiser)
        step = None
        if secret is not None:
            step = decide_step(secret, code, last_step=account.last_code_step, now=now)
        if is_barred:
            return None
        if not has_right_password or step is None:
            _record_failure(account, now=now)
            return None
        account.failed_in_a_row, account.barred_until, account.last_code_step = 0, None, step
        account.save(update_fields=["failed_in_a_row", "barred_until", "last_code_step"])
    return account


def _record_failure(account: Organiser, *, now: datetime) -> None:
    """Bar the account for longer each time; the bar needs no address and ends by itself."""
    account.failed_in_a_row += 1
    over = account.failed_in_a_row - _FREE_ATTEMPTS
    if over >= 0:
        account.barred_until = now + min(timedelta(minutes=2 ** min(over, 10)), _LONGEST_BAR)
    account.save(update_fields=["failed_in_a_row", "barred_until"])
