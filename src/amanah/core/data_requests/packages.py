"""What is given to a body: exactly the ordered items, in one file with one form (`spec/data_requests.md` 9.3).

No item beyond the scope of the decision, none twice, and none that its manifest does not name, is ever part of one.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanah.core.data_requests.scopes import CATEGORIES, Scope, is_within
from amanah.core.encoding import (
    JsonValue,
    encode_base64url,
    encode_canonical_json,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError, VerificationError

MANIFEST = "manifest.json"
SALT_LENGTH = 32
MOST_ITEMS = 200
LARGEST_ITEM = 10 * 1024 * 1024
LARGEST_PACKAGE = 64 * 1024 * 1024
_LARGEST_MANIFEST = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HASH = re.compile(r"[0-9a-f]{64}")
# 1 January 1980, midnight: the first that the format knows. Nothing in a package says when it was made.
_NO_TIME, _FIRST_DAY = 0, 0x21
_STORED, _VERSION = 0, 20
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")


class PackageUnfitError(InvalidInputError):
    """An item does not fit: `reason` says which rule it breaks, `name` which item."""

    code = "package-unfit"

    def __init__(self, reason: str, name: str = "") -> None:
        """Say why, in words for whoever puts a package together."""
        self.reason = reason
        self.name = name
        super().__init__(f"{_WORDS[reason]} ({name})" if name else _WORDS[reason])


class PackageBrokenError(VerificationError):
    """The file is not the package that its manifest describes."""

    code = "package-broken"


_WORDS = {
    "empty": "A package holds at least one item.",
    "too-many": f"A package holds at most {MOST_ITEMS} items.",
    "too-large": "The item, or the package with it, is too large.",
    "name": "The name of an item has letters, digits, dots, hyphens and underscores, at most 100.",
    "twice": "The same item stands there twice, by name or by content.",
    "beyond-scope": "The item is beyond what the decision allows: another person, kind of data or day.",
}
REASONS = tuple(_WORDS)


@dataclass(frozen=True)
class PackageItem:
    """One thing that is given: what it is about, and its bytes."""

    name: str
    content: bytes
    category: str
    person: str
    since: date | None
    until: date | None

    @property
    def scope(self) -> Scope:
        """Give what the item is about."""
        return Scope((self.person,), (self.category,), self.since, self.until)


@dataclass(frozen=True)
class Package:
    """A package as it was read: whose decision it carries out, and its items in their order.

    The salt keeps the hash, which is published, from confirming a name that somebody guesses.
    """

    reference: str
    decision: str
    salt: bytes
    items: tuple[PackageItem, ...]

    @property
    def people(self) -> int:
        """Count whose data is given."""
        return len({item.person for item in self.items})


def check_item(item: PackageItem, scope: Scope) -> None:
    """Refuse an item that the decision does not allow, or that no package can hold."""
    if not _NAME.fullmatch(item.name) or item.name.lower() == MANIFEST:
        raise PackageUnfitError("name", item.name[:100])
    if len(item.content) > LARGEST_ITEM:
        raise PackageUnfitError("too-large", item.name)
    if not _lies_within(item, scope):
        raise PackageUnfitError("beyond-scope", item.name)


def build_package(
    reference: str, decision: str, scope: Scope, items: Sequence[PackageItem], *, salt: bytes
) -> bytes:
    """Give the file: its manifest, then the items by name. `decision` is the hash of the approved document."""
    for item in items:
        check_item(item, scope)
    _check_together(items)
    ordered = tuple(sorted(items, key=lambda item: item.name))
    return _encode(Package(reference, decision, salt, ordered))


def parse_package(data: bytes) -> Package:
    """Read a package; refuse a file that this module would not have written."""
    members = _read_members(data)
    manifest = members.pop(MANIFEST, None)
    if manifest is None:
        raise PackageBrokenError("The package has no manifest.")
    try:
        package = _build_package(parse_canonical_json(manifest, longest=_LARGEST_MANIFEST), members)
        is_ours = _encode(package) == data
    except (InvalidInputError, KeyError, TypeError, ValueError) as error:
        raise PackageBrokenError("The manifest does not describe this package.") from error
    if not is_ours:
        raise PackageBrokenError("The file is not in the one form of a package.")
    return package


def verify_package(data: bytes, decision: str, scope: Scope) -> Package:
    """Read a package and check that it gives nothing beyond a decision; whoever has both can do so."""
    package = parse_package(data)
    if package.decision != decision:
        raise PackageBrokenError("The package belongs to another decision.")
    try:
        _check_together(package.items)
        for item in package.items:
            check_item(item, scope)
    except PackageUnfitError as unfit:
        raise PackageBrokenError(str(unfit)) from unfit
    return package


def compute_package_hash(data: bytes) -> str:
    """Give what the decision to disclose names: the SHA-256 of the file, in hex."""
    return hashlib.sha256(data).hexdigest()


def _lies_within(item: PackageItem, scope: Scope) -> bool:
    if item.category not in CATEGORIES:
        return False
    try:
        return is_within(item.scope, scope)
    except InvalidInputError:
        return False


def _check_together(items: Sequence[PackageItem]) -> None:
    if not items:
        raise PackageUnfitError("empty")
    if len(items) > MOST_ITEMS:
        raise PackageUnfitError("too-many")
    if sum(len(item.content) for item in items) > LARGEST_PACKAGE:
        raise PackageUnfitError("too-large")
    names: set[str] = set()
    hashes: set[str] = set()
    for item in items:
        # Names that differ in case alone become one file on many machines.
        name, digest = item.name.lower(), hashlib.sha256(item.content).hexdigest()
        if name in names or digest in hashes:
            raise PackageUnfitError("twice", item.name)
        names.add(name)
        hashes.add(digest)


def _encode(package: Package) -> bytes:
    rows: list[JsonValue] = [
        [
            item.name,
            hashlib.sha256(item.content).hexdigest(),
            item.category,
            item.person,
            item.since.isoformat() if item.since else None,
            item.until.isoformat() if item.until else None,
        ]
        for item in package.items
    ]
    manifest = encode_canonical_json(
        {
            "decision": package.decision,
            "items": rows,
            "reference": package.reference,
            "salt": encode_base64url(package.salt),
            "v": 1,
        }
    )
    return _write_members([(MANIFEST, manifest), *((item.name, item.content) for item in package.items)])


def _build_package(manifest: Any, members: dict[str, bytes]) -> Package:
    if set(manifest) != {"decision", "items", "reference", "salt", "v"} or manifest["v"] != 1:
        raise PackageBrokenError("The manifest does not describe this package.")
    if not _HASH.fullmatch(manifest["decision"]) or not isinstance(manifest["reference"], str):
        raise PackageBrokenError("The manifest does not say which decision it carries out.")
    items = []
    for name, digest, category, person, since, until in manifest["items"]:
        content = members.pop(name)
        if hashlib.sha256(content).hexdigest() != digest:
            raise PackageBrokenError("An item is not the one that the manifest names.")
        days = [None if day is None else date.fromisoformat(day) for day in (since, until)]
        items.append(PackageItem(name, content, category, person, *days))
    if members:
        raise PackageBrokenError("The package holds more than its manifest names.")
    salt = parse_base64url(manifest["salt"], length=SALT_LENGTH)
    return Package(manifest["reference"], manifest["decision"], salt, tuple(items))


def _write_members(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Write a zip with stored members, without times, attributes or remarks."""
    body, directory = b"", b""
    for name, content in members:
        raw, crc, size = name.encode("ascii"), zlib.crc32(content), len(content)
        directory += _CENTRAL.pack(
            b"PK\x01\x02", _VERSION, _VERSION, 0, _STORED, _NO_TIME, _FIRST_DAY, crc, size, size, len(raw),
            0, 0, 0, 0, 0, len(body),
        ) + raw  # fmt: skip
        body += _LOCAL.pack(
            b"PK\x03\x04", _VERSION, 0, _STORED, _NO_TIME, _FIRST_DAY, crc, size, size, len(raw), 0
        )
        body += raw + content
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def _read_members(data: bytes) -> dict[str, bytes]:
    """Read members one after the other from the front; whether the rest is in order, the caller compares."""
    members: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == b"PK\x03\x04":
        try:
            fields = _LOCAL.unpack_from(data, place)
            size, length = fields[8], fields[9]
            start = place + _LOCAL.size + length
            name = data[place + _LOCAL.size : start].decode("ascii")
        except (struct.error, UnicodeDecodeError) as error:
            raise PackageBrokenError("The file is damaged.") from error
        if name in members or start + size > len(data):
            raise PackageBrokenError("The file is damaged, or a name stands there twice.")
        members[name] = data[start : start + size]
        place = start + size
    return members
