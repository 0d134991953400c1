"""Cosignatures (`tlog-cosignature/v1`, Ed25519): a witness says that, at a time, this was the largest tree it had seen.

It never says that a checkpoint may be cosigned: `witnessing.py` decides that.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.notes import COSIGNER, SignedNote, VerifierKey, encode_signature_line

LATEST_TIME = 2**63 - 1
_TIME_SIZE = 8
_SIGNATURE_SIZE = 64


class CosignatureError(VerificationError):
    """A line in a witness's name was not made by that witness."""

    code = "cosignature-wrong"


def cosign(text: bytes, *, name: str, seed: bytes, at: int) -> bytes:
    """Give a witness's line under a checkpoint's text (`spec/public_log.md` 6.4); `at` is UTC seconds."""
    if not 0 < at <= LATEST_TIME:
        raise InvalidInputError("A cosignature needs a time after 1970; set the clock of the witness.")
    key = compute_verifier_key(name, seed, COSIGNER)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_encode_message(text, at))
    return encode_signature_line(key, at.to_bytes(_TIME_SIZE) + signature)


def verify_cosignature(note: SignedNote, witness: VerifierKey) -> int | None:
    """Give when a witness says it saw the checkpoint, the newest time of several; None where it says nothing."""
    times = [_verify_one(note.text, blob, witness) for blob in note.list_signatures(witness)]
    return max(times, default=None)


def _verify_one(text: bytes, blob: bytes, witness: VerifierKey) -> int:
    at = int.from_bytes(blob[:_TIME_SIZE])
    if len(blob) != _TIME_SIZE + _SIGNATURE_SIZE or not 0 < at <= LATEST_TIME:
        raise CosignatureError(f"The cosignature of {witness.name} cannot be read.")
    try:
        Ed25519PublicKey.from_public_bytes(witness.public_key).verify(
            blob[_TIME_SIZE:], _encode_message(text, at)
        )
    except InvalidSignature as error:
        raise CosignatureError(f"The cosignature of {witness.name} under the checkpoint is wrong.") from error
    return at


def _encode_message(text: bytes, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n".encode() + text
