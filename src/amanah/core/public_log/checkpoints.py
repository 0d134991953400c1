"""Checkpoints as C2SP signed notes (`tlog-checkpoint`, `signed-note`), and the verifier keys (vkey) that check them.

It never trusts a signature by a key that it was not given; lines by unknown keys are skipped, as the format asks.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from amanah.core.errors import InvalidInputError, VerificationError

ED25519_TYPE = b"\x01"
LONGEST_NOTE = 65_536
_KEY_ID_SIZE = 4
_MOST_SIGNATURES = 100
_SIGNATURE_START = "\u2014 "
_NAME = re.compile(r"[^\s+\x00-\x1f]{1,255}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class UnreadableCheckpointError(InvalidInputError):
    """The bytes are not a checkpoint in a signed note."""

    code = "unreadable-checkpoint"


class UnreadableKeyError(InvalidInputError):
    """The text is not an Ed25519 verifier key."""

    code = "unreadable-verifier-key"


class CheckpointSignatureError(VerificationError):
    """The checkpoint is not signed by the log's key."""

    code = "checkpoint-signature"


@dataclass(frozen=True)
class Checkpoint:
    """What the log commits itself to: so many entries, with this root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class VerifierKey:
    """The name and public key under which checkpoints are checked."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Give the four bytes by which a signature line names its key."""
        material = self.name.encode() + b"\n" + ED25519_TYPE + self.public_key
        return hashlib.sha256(material).digest()[:_KEY_ID_SIZE]


def compute_verifier_key(name: str, seed: bytes) -> VerifierKey:
    """Give the verifier key of a raw 32-byte Ed25519 seed."""
    public_key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    if not _NAME.fullmatch(name):
        raise UnreadableKeyError("The name of a log has neither spaces nor plus signs.")
    return VerifierKey(name, public_key)


def encode_verifier_key(key: VerifierKey) -> str:
    """Give the vkey line: name, key id and key, joined by plus signs."""
    material = base64.b64encode(ED25519_TYPE + key.public_key).decode()
    return f"{key.name}+{key.key_id.hex()}+{material}"


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a vkey line."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not _KEY_ID.fullmatch(parts[1]):
        raise UnreadableKeyError("A verifier key reads NAME+KEYID+KEY.")
    material = _parse_base64(parts[2])
    if material is None or len(material) != 33 or material[:1] != ED25519_TYPE:
        raise UnreadableKeyError("The verifier key is not an Ed25519 key.")
    key = VerifierKey(parts[0], material[1:])
    if key.key_id.hex() != parts[1]:
        raise UnreadableKeyError("The verifier key does not fit its own key id.")
    return key


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Give the text that is signed: origin, size and root, a line each."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> bytes:
    """Give the signed note; Ed25519 is deterministic, so the same checkpoint always gives the same bytes."""
    key = compute_verifier_key(checkpoint.origin, seed)
    text = encode_checkpoint(checkpoint)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text)
    line = base64.b64encode(key.key_id + signature).decode()
    return text + f"\n{_SIGNATURE_START}{key.name} {line}\n".encode()


def verify_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Check the log's signature and give what it signed; a bad signature by the known key is never skipped."""
    text, lines = _split_note(note)
    signatures = [blob for name, blob in map(_parse_signature_line, lines) if _is_by(key, name, blob)]
    if not signatures:
        raise CheckpointSignatureError("The checkpoint is not signed by the log's key.")
    public_key = Ed25519PublicKey.from_public_bytes(key.public_key)
    for blob in signatures:
        try:
            public_key.verify(blob[_KEY_ID_SIZE:], text)
        except InvalidSignature as error:
            raise CheckpointSignatureError("The log's signature under the checkpoint is wrong.") from error
    checkpoint = _parse_text(text.decode())
    if checkpoint.origin != key.name:
        raise CheckpointSignatureError("The checkpoint is of another log.")
    return checkpoint


def _split_note(note: bytes) -> tuple[bytes, list[str]]:
    if len(note) > LONGEST_NOTE:
        raise UnreadableCheckpointError("The checkpoint is too long.")
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise UnreadableCheckpointError("The checkpoint is not UTF-8 text.") from error
    if any(symbol < " " and symbol != "\n" for symbol in whole):
        raise UnreadableCheckpointError("The checkpoint holds a control character.")
    text, gap, signatures = whole.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise UnreadableCheckpointError("The checkpoint has no signatures.")
    lines = signatures[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise UnreadableCheckpointError("The checkpoint has too many signatures.")
    return (text + "\n").encode(), lines


def _parse_signature_line(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_SIGNATURE_START).partition(" ")
    blob = _parse_base64(encoded)
    is_readable = line.startswith(_SIGNATURE_START) and _NAME.fullmatch(name)
    if not is_readable or blob is None or len(blob) <= _KEY_ID_SIZE:
        raise UnreadableCheckpointError("A signature line of the checkpoint cannot be read.")
    return name, blob


def _is_by(key: VerifierKey, name: str, blob: bytes) -> bool:
    return name == key.name and blob[:_KEY_ID_SIZE] == key.key_id


def _parse_text(text: str) -> Checkpoint:
    """Read origin, size and root; extension lines are allowed by the format and mean nothing here."""
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not lines[0] or "" in lines[3:] or not _SIZE.fullmatch(lines[1]):
        raise UnreadableCheckpointError("The checkpoint does not give an origin, a size and a root.")
    root = _parse_base64(lines[2])
    if root is None or len(root) != 32:
        raise UnreadableCheckpointError("The root of the checkpoint is not 32 bytes.")
    return Checkpoint(lines[0], int(lines[1]), root)


def _parse_base64(text: str) -> bytes | None:
    """Read padded standard base64 in its one canonical spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None
