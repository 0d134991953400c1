"""A passkey's public key as panels hold it. It takes only kinds of keys that decisions can be signed with."""

import hashlib

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.exceptions import WebAuthnException

from amanah.core.data_requests.panels import parse_public_key
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError


class KeyUnfitError(InvalidInputError):
    """This passkey is of a kind that cannot sign decisions."""

    code = "passkey-unfit"


def compute_key(public_key: bytes) -> str:
    """Give the base64url SPKI of a key that a browser wrote in COSE."""
    try:
        known = decoded_public_key_to_cryptography(decode_credential_public_key(public_key))
        spki = known.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (WebAuthnException, ValueError, KeyError, IndexError, TypeError) as error:
        raise KeyUnfitError("This passkey cannot sign decisions. Use another one.") from error
    parse_public_key(spki)
    return encode_base64url(spki)


def compute_fingerprint(key: str) -> str:
    """Give what two people read to each other to know that they mean one key: 64 bits of its SHA-256."""
    digest = hashlib.sha256(parse_base64url(key)).hexdigest()
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))
