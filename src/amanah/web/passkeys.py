"""The two ceremonies of a passkey (WebAuthn level 2): made once, used to sign in. It never asks for attestation.

Which account a passkey belongs to is for the desks to say: nothing here knows an account.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError

CHALLENGE_SIZE = 32
LONGEST_CREDENTIAL = 1023


@dataclass(frozen=True)
class NewPasskey:
    """The public half of a passkey whose registration was verified."""

    credential: str
    public_key: bytes
    sign_count: int


class PasskeyError(InvalidInputError):
    """The browser's answer does not fit what was asked."""

    code = "passkey-not-accepted"


def build_registration(
    *, origin: str, community: str, user_handle: bytes, name: str, challenge: bytes
) -> dict[str, Any]:
    """Give what `navigator.credentials.create` is asked for: a key that is found without typing a name."""
    options = webauthn.generate_registration_options(
        rp_id=_get_party(origin),
        rp_name=community,
        user_id=user_handle,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return _as_dictionary(options)


def verify_registration(credential: dict[str, Any], *, origin: str, challenge: bytes) -> NewPasskey:
    """Give the new passkey; raise PasskeyError when anything does not fit."""
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_get_party(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise PasskeyError("The passkey was not accepted.") from error
    if len(verified.credential_id) > LONGEST_CREDENTIAL:
        raise PasskeyError("The passkey was not accepted.")
    return NewPasskey(
        credential=encode_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
    )


def build_sign_in(*, origin: str, challenge: bytes) -> dict[str, Any]:
    """Give what `navigator.credentials.get` is asked for; it names no account."""
    options = webauthn.generate_authentication_options(
        rp_id=_get_party(origin),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_dictionary(options)


def parse_credential_id(credential: dict[str, Any]) -> str:
    """Give the canonical credential id of a browser's answer."""
    text = credential.get("rawId")
    if not isinstance(text, str):
        raise PasskeyError("The passkey was not accepted.")
    return encode_base64url(parse_base64url(text.rstrip("=")))


def verify_sign_in(
    credential: dict[str, Any], *, origin: str, challenge: bytes, public_key: bytes, sign_count: int
) -> int:
    """Give the passkey's new counter; raise PasskeyError when anything does not fit."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_get_party(origin),
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise PasskeyError("The passkey was not accepted.") from error
    return verified.new_sign_count


def _get_party(origin: str) -> str:
    return urlsplit(origin).hostname or ""


def _as_dictionary(options: Any) -> dict[str, Any]:
    dictionary: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return dictionary
