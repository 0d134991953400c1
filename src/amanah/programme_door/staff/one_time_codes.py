"""One-time codes from an app on the organiser's phone (RFC 6238), their secret sealed outside the database.

It never accepts a code twice, and never keeps a secret in the clear beside the rows.
"""

import base64
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SECRET_SIZE = 20
NONCE_SIZE = 12
_STEP_SECONDS = 30


def encode_secret(secret: bytes) -> str:
    """Give the base32 form that people type into an app."""
    return base64.b32encode(secret).decode()


def encode_enrolment(secret: bytes, *, name: str, community: str) -> str:
    """Give the `otpauth:` address that stands in the QR code."""
    return pyotp.TOTP(encode_secret(secret)).provisioning_uri(name=name, issuer_name=community)


def seal_secret(secret: bytes, *, organiser: str, nonce: bytes) -> bytes:
    """Encrypt a secret for one account under a key that is no part of the database."""
    return nonce + AESGCM(_derive_key()).encrypt(nonce, secret, organiser.encode())


def parse_sealed_secret(sealed: bytes, *, organiser: str) -> bytes | None:
    """Open a sealed secret; None when it was sealed for another account or under another key."""
    try:
        return AESGCM(_derive_key()).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], organiser.encode())
    except (InvalidTag, ValueError):
        return None


def decide_step(secret: bytes, code: str, *, last_step: int, now: datetime) -> int | None:
    """Give the time step that a code belongs to, if it is later than the last one used; None refuses."""
    digits = "".join(character for character in code if not character.isspace())
    generator = pyotp.TOTP(encode_secret(secret))
    current = int(now.timestamp()) // _STEP_SECONDS
    for step in (current - 1, current, current + 1):
        if step > last_step and pyotp.utils.strings_equal(generator.generate_otp(step), digits):
            return step
    return None


def _derive_key() -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"amanah/organiser-code/v1").derive(
        settings.SECRET_KEY.encode()
    )
