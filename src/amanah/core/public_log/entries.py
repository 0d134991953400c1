"""Entries of the public log: read, written, signed and checked (`spec/public_log.md` 1).

It never accepts an entry that is not its own canonical form, and never signs one that its schema does not admit.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from amanah.core.encoding import (
    JsonValue,
    encode_base64url,
    encode_canonical_json,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError, RefusedError, VerificationError
from amanah.core.public_log.schemas import ENTRY_SCHEMAS, is_count, is_party

LONGEST_ENTRY = 65_535
SIGNATURE_SIZE = 64
_MEMBERS = {"at", "body", "by", "kind", "ref", "sig", "v"}
_DOMAIN = b"amanah/entry/v1\0"


class UnreadableEntryError(InvalidInputError):
    """The bytes are no entry of version 1."""

    code = "unreadable-entry"


class UnknownKindError(RefusedError):
    """No schema is known for this kind of entry."""

    code = "unknown-kind"


class EntryNotAllowedError(RefusedError):
    """The entry is of a known kind, but not of the form that the kind has."""

    code = "entry-not-allowed"


class EntrySignatureError(VerificationError):
    """The entry was not signed by the office that it names."""

    code = "entry-signature"


@dataclass(frozen=True)
class Entry:
    """One thing that an office said in public, with its signature."""

    at: int
    by: str
    kind: str
    ref: str | None
    body: Mapping[str, Any]
    signature: bytes

    @property
    def is_known(self) -> bool:
        """Tell whether this version knows the kind; entries of other kinds are kept and not acted upon."""
        return self.kind in ENTRY_SCHEMAS


def encode_entry(entry: Entry) -> bytes:
    """Give the canonical bytes: the leaf of the tree."""
    return encode_canonical_json(_list_unsigned_members(entry) | {"sig": encode_base64url(entry.signature)})


def parse_entry(data: bytes) -> Entry:
    """Read the envelope (1.1, 1.2) of an entry of any kind; `check_schema` judges the rest."""
    value = parse_canonical_json(data, longest=LONGEST_ENTRY)
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise UnreadableEntryError("An entry has exactly the members at, body, by, kind, ref, sig and v.")
    is_readable = (
        type(value["v"]) is int
        and value["v"] == 1
        and is_count(value["at"])
        and isinstance(value["body"], dict)
        and is_party(value["by"])
        and isinstance(value["kind"], str)
        and (value["ref"] is None or isinstance(value["ref"], str))
    )
    if not is_readable:
        raise UnreadableEntryError("A member of the entry has the wrong type.")
    signature = parse_base64url(value["sig"], length=SIGNATURE_SIZE)
    return Entry(value["at"], value["by"], value["kind"], value["ref"], value["body"], signature)


def check_schema(entry: Entry) -> None:
    """Refuse an entry whose kind, office, ref or body is not exactly what 1.4 admits."""
    schema = ENTRY_SCHEMAS.get(entry.kind)
    if schema is None:
        raise UnknownKindError("This kind of entry is not known.")
    if entry.by not in schema.parties:
        raise EntryNotAllowedError("This office does not write entries of this kind.")
    if not schema.has_valid_ref(entry.ref):
        raise EntryNotAllowedError("The entry refers to its subject in the wrong form.")
    body = dict(entry.body)
    if not schema.has_valid_body(body) or not schema.bodies_by.get(entry.by, schema.has_valid_body)(body):
        raise EntryNotAllowedError("The body holds something that this kind of entry has no place for.")


def sign_entry(
    seed: bytes, *, at: int, by: str, kind: str, ref: str | None, body: Mapping[str, JsonValue]
) -> Entry:
    """Make an entry with the raw 32-byte Ed25519 seed of the office; refuse what the log would refuse."""
    unsigned = Entry(at, by, kind, ref, dict(body), b"")
    check_schema(unsigned)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(compute_signed_bytes(unsigned))
    entry = Entry(at, by, kind, ref, unsigned.body, signature)
    if len(encode_entry(entry)) > LONGEST_ENTRY:
        raise EntryNotAllowedError(f"An entry holds at most {LONGEST_ENTRY} bytes.")
    return entry


def verify_entry_signature(entry: Entry, public_key: bytes) -> None:
    """Check `sig` (1.3) under a raw 32-byte Ed25519 public key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(entry.signature, compute_signed_bytes(entry))
    except (InvalidSignature, ValueError) as error:
        raise EntrySignatureError("The entry was not signed by the office that it names.") from error


def compute_signed_bytes(entry: Entry) -> bytes:
    """Give what the signature of an entry is made over (1.3)."""
    return _DOMAIN + encode_canonical_json(_list_unsigned_members(entry))


def compute_entry_hash(data: bytes) -> bytes:
    """Give the hash by which handing over the same entry again is recognised (1.5); not the leaf hash."""
    return hashlib.sha256(data).digest()


def _list_unsigned_members(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "body": dict(entry.body),
        "by": entry.by,
        "kind": entry.kind,
        "ref": entry.ref,
        "v": 1,
    }
