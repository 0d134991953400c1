"""What the page behind a one-time address sends: two signatures, or a key and its proof. It checks no signature."""

import json
from dataclasses import dataclass
from typing import Any

from amanah.core.credentials.identifiers import parse_did_key
from amanah.core.credentials.proofs import SUITES
from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.times import parse_time
from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError

SIGNATURE_SIZE = 64


@dataclass(frozen=True)
class Signed:
    """Whose key signed, at what time by their clock, and a signature of each suite."""

    did: str
    created: str
    signatures: dict[str, bytes]


@dataclass(frozen=True)
class KeyHeld:
    """A key, and the proof that whoever sends it holds it."""

    did: str
    proof: bytes


def parse_signed(data: bytes) -> Signed:
    """Read an answer to a draft."""
    said = _parse_members(data, {"did", "created", "signatures"})
    parse_time(said["created"], "10.4")
    signatures = said["signatures"]
    if not isinstance(signatures, dict) or set(signatures) != set(SUITES):
        raise _refuse()
    return Signed(
        said["did"], said["created"], {suite: _parse_signature(text) for suite, text in signatures.items()}
    )


def parse_key_held(data: bytes) -> KeyHeld:
    """Read an answer to a request for a key."""
    said = _parse_members(data, {"did", "proof"})
    return KeyHeld(said["did"], _parse_signature(said["proof"]))


def _parse_members(data: bytes, names: set[str]) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _refuse() from error
    if not isinstance(said, dict) or set(said) != names:
        raise _refuse()
    parse_did_key(said["did"])
    return said


def _parse_signature(text: Any) -> bytes:
    try:
        signature = parse_base64url(text)
    except InvalidInputError as error:
        raise _refuse() from error
    if len(signature) != SIGNATURE_SIZE:
        raise _refuse()
    return signature


def _refuse() -> CredentialError:
    return CredentialError("This is not what the page behind the address sends.", "10.2")
