"""Checkpoints (`tlog-checkpoint`): how many entries the log promises, with which root, under its signature.

It never trusts a signature by a key that it was not given; lines by unknown keys are skipped, as the format asks.
"""

import base64
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from amanah.core.errors import VerificationError
from amanah.core.public_log.notes import (
    SIGNER,
    KeyType,
    SignedNote,
    UnreadableCheckpointError,
    UnreadableKeyError,
    VerifierKey,
    encode_note,
    encode_signature_line,
    is_key_name,
    parse_base64,
    parse_note,
)

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointSignatureError(VerificationError):
    """The checkpoint is not signed by the log's key."""

    code = "checkpoint-signature"


@dataclass(frozen=True)
class Checkpoint:
    """What the log commits itself to: so many entries, with this root."""

    origin: str
    size: int
    root: bytes


def compute_verifier_key(name: str, seed: bytes, key_type: KeyType = SIGNER) -> VerifierKey:
    """Give the verifier key of a raw 32-byte Ed25519 seed."""
    public_key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    if not is_key_name(name):
        raise UnreadableKeyError("The name of a log or a witness has neither spaces nor plus signs.")
    return VerifierKey(name, public_key, key_type)


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Give the text that is signed: origin, size and root, a line each."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> bytes:
    """Give the signed note; Ed25519 is deterministic, so the same checkpoint always gives the same bytes."""
    key = compute_verifier_key(checkpoint.origin, seed)
    text = encode_checkpoint(checkpoint)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text)
    return encode_note(text, encode_signature_line(key, signature))


def verify_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Check the log's signature and give what it signed; a bad signature by the known key is never skipped."""
    return verify_opened_checkpoint(parse_note(note), key)


def verify_opened_checkpoint(note: SignedNote, key: VerifierKey) -> Checkpoint:
    """Do the same with a note that was taken apart before."""
    signatures = note.list_signatures(key)
    if not signatures:
        raise CheckpointSignatureError("The checkpoint is not signed by the log's key.")
    public_key = Ed25519PublicKey.from_public_bytes(key.public_key)
    for signature in signatures:
        try:
            public_key.verify(signature, note.text)
        except InvalidSignature as error:
            raise CheckpointSignatureError("The log's signature under the checkpoint is wrong.") from error
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != key.name:
        raise CheckpointSignatureError("The checkpoint is of another log.")
    return checkpoint


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read origin, size and root; extension lines are allowed by the format and mean nothing here."""
    lines = text.decode()[:-1].split("\n")
    if len(lines) < 3 or not lines[0] or "" in lines[3:] or not _SIZE.fullmatch(lines[1]):
        raise UnreadableCheckpointError("The checkpoint does not give an origin, a size and a root.")
    root = parse_base64(lines[2])
    if root is None or len(root) != 32:
        raise UnreadableCheckpointError("The root of the checkpoint is not 32 bytes.")
    return Checkpoint(lines[0], int(lines[1]), root)
