"""C2SP signed notes: text, signature lines, and the verifier keys (vkey) that name who signed.

It never judges a signature, and reads a note only in its one spelling.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from amanah.core.errors import InvalidInputError

KeyType = Literal[1, 4]
SIGNER: KeyType = 1
COSIGNER: KeyType = 4
LONGEST_NOTE = 65_536
KEY_ID_SIZE = 4
_KEY_TYPES: dict[int, KeyType] = {1: SIGNER, 4: COSIGNER}
_PUBLIC_KEY_SIZE = 32
_MOST_SIGNATURES = 100
_SIGNATURE_START = "\u2014 "
# Surrogates come from arguments that are not UTF-8, and cannot be hashed.
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]{1,255}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class UnreadableCheckpointError(InvalidInputError):
    """The bytes are not a checkpoint in a signed note."""

    code = "unreadable-checkpoint"


class UnreadableKeyError(InvalidInputError):
    """The text is not an Ed25519 verifier key."""

    code = "unreadable-verifier-key"


@dataclass(frozen=True)
class VerifierKey:
    """Who signs, with which key, and in which way: a log its checkpoints (type 1), a witness what it saw (type 4)."""

    name: str
    public_key: bytes
    type: KeyType = SIGNER

    @property
    def key_id(self) -> bytes:
        """Give the four bytes by which a signature line names its key."""
        material = self.name.encode() + b"\n" + bytes([self.type]) + self.public_key
        return hashlib.sha256(material).digest()[:KEY_ID_SIZE]


class SignatureLine(NamedTuple):
    """One line under a note: the name, and the key id with what follows it."""

    name: str
    blob: bytes

    def is_by(self, key: VerifierKey) -> bool:
        """Tell whether the line names this key; whether the key made it is for the verifier to say."""
        return self.name == key.name and self.blob[:KEY_ID_SIZE] == key.key_id

    @property
    def signature(self) -> bytes:
        """Give what follows the key id."""
        return self.blob[KEY_ID_SIZE:]


class SignedNote(NamedTuple):
    """A note taken apart: the text with its last newline, and the lines under it."""

    text: bytes
    lines: tuple[SignatureLine, ...]

    def list_signatures(self, key: VerifierKey) -> list[bytes]:
        """List what stands under the note in the name of a key."""
        return [line.signature for line in self.lines if line.is_by(key)]


def is_key_name(name: str) -> bool:
    """Tell whether a name can stand in a vkey and a signature line."""
    return bool(_NAME.fullmatch(name))


def encode_verifier_key(key: VerifierKey) -> str:
    """Give the vkey line: name, key id and key, joined by plus signs."""
    material = base64.b64encode(bytes([key.type]) + key.public_key).decode()
    return f"{key.name}+{key.key_id.hex()}+{material}"


def parse_verifier_key(text: str, expected: KeyType = SIGNER) -> VerifierKey:
    """Read a vkey line of the type that is expected here."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]) or not _KEY_ID.fullmatch(parts[1]):
        raise UnreadableKeyError("A verifier key reads NAME+KEYID+KEY.")
    material = parse_base64(parts[2])
    if material is None or len(material) != 1 + _PUBLIC_KEY_SIZE or material[0] not in _KEY_TYPES:
        raise UnreadableKeyError("The verifier key is not an Ed25519 key.")
    key = VerifierKey(parts[0], material[1:], _KEY_TYPES[material[0]])
    if key.key_id.hex() != parts[1]:
        raise UnreadableKeyError("The verifier key does not fit its own key id.")
    if key.type != expected:
        wanted = "a log's key" if expected == SIGNER else "a witness's key"
        raise UnreadableKeyError(f"The verifier key is not {wanted}; its type is {key.type}.")
    return key


def encode_signature_line(key: VerifierKey, signature: bytes) -> bytes:
    """Give the line that stands under a note."""
    return f"{_SIGNATURE_START}{key.name} {base64.b64encode(key.key_id + signature).decode()}\n".encode()


def encode_note(text: bytes, lines: bytes) -> bytes:
    """Put signature lines under a text."""
    return text + b"\n" + lines


def parse_note(note: bytes) -> SignedNote:
    """Take a note apart; every line under it must be one, whoever signed."""
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
    return SignedNote((text + "\n").encode(), tuple(_parse_lines(signatures)))


def parse_signature_lines(data: bytes) -> tuple[SignatureLine, ...]:
    """Read lines that came alone, as a witness answers."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise UnreadableCheckpointError("The signature lines are not UTF-8 text.") from error
    if not text.endswith("\n"):
        raise UnreadableCheckpointError("The signature lines are cut off.")
    return tuple(_parse_lines(text))


def parse_base64(text: str) -> bytes | None:
    """Read padded standard base64 in its one canonical spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _parse_lines(signatures: str) -> list[SignatureLine]:
    lines = signatures[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise UnreadableCheckpointError("The checkpoint has too many signatures.")
    return [_parse_line(line) for line in lines]


def _parse_line(line: str) -> SignatureLine:
    name, _, encoded = line.removeprefix(_SIGNATURE_START).partition(" ")
    blob = parse_base64(encoded)
    is_readable = line.startswith(_SIGNATURE_START) and is_key_name(name)
    if not is_readable or blob is None or len(blob) <= KEY_ID_SIZE:
        raise UnreadableCheckpointError("A signature line of the checkpoint cannot be read.")
    return SignatureLine(name, blob)
