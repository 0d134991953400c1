"""The proof that whoever hands over a key holds it (`spec/credentials.md` 10.2); it is good for one address alone."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from amanah.core.credentials.identifiers import parse_did_key
from amanah.core.credentials.proofs import CredentialProofError

_DOMAIN = b"amanah/credential-key/v1"


def compute_possession_bytes(secret: str) -> bytes:
    """Give what the key signs for the secret of an address."""
    return _DOMAIN + b"\x00" + hashlib.sha256(secret.encode()).digest()


def verify_possession(did: str, secret: str, proof: bytes) -> None:
    """Refuse a key whose holder did not sign for this address."""
    try:
        key = Ed25519PublicKey.from_public_bytes(parse_did_key(did))
        key.verify(proof, compute_possession_bytes(secret))
    except (InvalidSignature, ValueError) as error:
        raise CredentialProofError(
            "Nothing shows that this key is held by whoever sent it.", "10.2"
        ) from error
