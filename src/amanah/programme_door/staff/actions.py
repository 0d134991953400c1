"""Making accounts and checking sign-ins. It never stores an address, or says which half of a sign-in was wrong."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from amanah.programme_door.staff.models import Organiser, Passkey, SetupToken
from amanah.programme_door.staff.one_time_codes import (
    NONCE_SIZE,
    decide_step,
    parse_sealed_secret,
    seal_secret,
)
from amanah.programme_door.staff.queries import compute_token_hash, find_organiser_by_name

SETUP_TOKEN_SIZE = 24
ORGANISER_ID_SIZE = 16
_SETUP_WORKS_FOR = timedelta(days=1)
_FREE_ATTEMPTS = 5
_LONGEST_BAR = timedelta(hours=1)
# Checked when a name is unknown, so that the time taken is the same.
_NOBODY = make_password(secrets.token_urlsafe(24))


@dataclass(frozen=True)
class NewPasskey:
    """The public half of a passkey whose registration was verified."""

    credential: str
    public_key: bytes
    sign_count: int


def open_setup(*, now: datetime, random_bytes: bytes) -> str:
    """Make the one-time address of the first run and give its path; older addresses stop working."""
    token = random_bytes[:SETUP_TOKEN_SIZE].hex()
    with transaction.atomic():
        SetupToken.objects.all().delete()
        SetupToken.objects.create(token_hash=compute_token_hash(token), expires_at=now + _SETUP_WORKS_FOR)
    return f"/desk/setup/{token}/"


def register_organiser_by_passkey(
    *, organiser: str, name: str, language: str, passkey: NewPasskey
) -> Organiser:
    """Make an account that signs in by passkey; setup addresses stop working."""
    with transaction.atomic():
        account = Organiser.objects.create(organiser=organiser, name=name.strip(), language=language)
        record_passkey(account, passkey)
        SetupToken.objects.all().delete()
    return account


def register_organiser_by_password(
    *, name: str, language: str, password: str, code_secret: bytes, random_bytes: bytes
) -> Organiser:
    """Make an account that signs in by password and one-time code; setup addresses stop working."""
    organiser = random_bytes[:ORGANISER_ID_SIZE].hex()
    nonce = random_bytes[ORGANISER_ID_SIZE : ORGANISER_ID_SIZE + NONCE_SIZE]
    with transaction.atomic():
        account = Organiser.objects.create(
            organiser=organiser,
            name=name.strip(),
            language=language,
            password_hash=make_password(password),
            sealed_code_secret=seal_secret(code_secret, organiser=organiser, nonce=nonce),
        )
        SetupToken.objects.all().delete()
    return account


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
