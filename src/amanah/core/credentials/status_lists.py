"""Status lists: one bit for each credential of an issuer, set once it has ended (`spec/credentials.md` 5.1).

A set bit has no date, and a list says nothing about documents of other issuers.
"""

import zlib
from dataclasses import dataclass
from typing import Any

from amanah.core.credentials.identifiers import is_did_key
from amanah.core.credentials.members import get_members, parse_identifier, refuse, verify_value
from amanah.core.credentials.proofs import verify_document
from amanah.core.credentials.reading import compute_document_hash
from amanah.core.credentials.times import encode_time, parse_time
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError

BITS = 131_072
FIRST_CONTEXT = "https://www.w3.org/ns/credentials/v2"

_BYTES = BITS // 8
_GZIP = 16 + zlib.MAX_WBITS
_TYPES = ["VerifiableCredential", "BitstringStatusListCredential"]
_PURPOSE = "revocation"
_ENTRY_MEMBERS = ("id", "type", "statusPurpose", "statusListIndex", "statusListCredential")
_NEEDED = ("@context", "id", "type", "issuer", "validFrom", "credentialSubject", "proof")


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where an issuer's status list says whether the document has ended."""

    list: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListDraft:
    """What is to be said and signed: the indices of what has ended."""

    id: str
    issuer: str
    revoked: frozenset[int]
    valid_from: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """The bits of one issuer's list, first index in the highest bit of the first byte, and since when it says so."""

    id: str
    issuer: str
    valid_from: int
    bits: bytes
    document_hash: bytes
    suites: tuple[str, ...]


def build_status_entry(place: StatusPlace) -> dict[str, str]:
    """Give what a credential says about where its bit is."""
    return {
        "id": f"{place.list}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": _PURPOSE,
        "statusListIndex": str(place.index),
        "statusListCredential": place.list,
    }


def parse_status_entry(value: object) -> StatusPlace:
    """Read where the bit of a credential is."""
    entry = get_members(value, "5.1", _ENTRY_MEMBERS)
    index = entry["statusListIndex"]
    if not (isinstance(index, str) and index.isascii() and index.isdigit() and len(index) <= 6):
        raise refuse("5.1", "statusListIndex is not a text of digits.")
    if int(index) >= BITS or str(int(index)) != index:
        raise refuse("5.1", f"statusListIndex is not a number below {BITS} without leading zeros.")
    place = StatusPlace(_parse_list_name(entry["statusListCredential"]), int(index))
    for name, wanted in build_status_entry(place).items():
        verify_value(entry[name], wanted, "5.1", name=f"The member {name} of credentialStatus")
    return place


def build_status_list(draft: StatusListDraft) -> dict[str, Any]:
    """Give the list to sign, with the bits of what has ended set."""
    bits = bytearray(_BYTES)
    for index in draft.revoked:
        _verify_index(index)
        bits[index // 8] |= 0x80 >> index % 8
    machine = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return {
        "@context": [FIRST_CONTEXT],
        "id": _parse_list_name(draft.id),
        "type": [*_TYPES],
        "issuer": _parse_issuer(draft.issuer),
        "validFrom": encode_time(draft.valid_from),
        "credentialSubject": {
            "id": f"{draft.id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": _PURPOSE,
            "encodedList": "u" + encode_base64url(machine.compress(bytes(bits)) + machine.flush()),
        },
    }


def parse_status_list(document: dict[str, Any]) -> StatusList:
    """Read a signed list, its proofs verified, and inflate no more than what a list can hold."""
    members = get_members(document, "5.1", _NEEDED)
    verify_value(members["@context"], [FIRST_CONTEXT], "5.1", name="@context")
    verify_value(members["type"], _TYPES, "5.1", name="type")
    list_id = _parse_list_name(members["id"])
    subject = get_members(members["credentialSubject"], "5.1", ("id", "type", "statusPurpose", "encodedList"))
    verify_value(subject["id"], f"{list_id}#list", "5.1", name="The id of the bits")
    verify_value(subject["type"], "BitstringStatusList", "5.1", name="The type of the bits")
    verify_value(subject["statusPurpose"], _PURPOSE, "5.1", name="statusPurpose")
    return StatusList(
        id=list_id,
        issuer=_parse_issuer(members["issuer"]),
        valid_from=parse_time(members["validFrom"], "5.1"),
        bits=_inflate(subject["encodedList"]),
        document_hash=compute_document_hash(document),
        suites=verify_document(document),
    )


def is_set(status_list: StatusList, index: int) -> bool:
    """Tell whether the list says that the credential at this place has ended."""
    _verify_index(index)
    return bool(status_list.bits[index // 8] & 0x80 >> index % 8)


def _verify_index(index: int) -> None:
    if not 0 <= index < BITS:
        raise refuse("5.1", f"An index is not a number below {BITS}.")


def _parse_list_name(value: object) -> str:
    name = parse_identifier(value, "5.1", name="The name of the status list")
    if "#" in name:
        raise refuse("5.1", "The name of the status list has a # in it.")
    return name


def _parse_issuer(value: object) -> str:
    if not isinstance(value, str) or not is_did_key(value):
        raise refuse("5.1", "The issuer of the status list is not named by did:key, as a text.")
    return value


def _inflate(text: object) -> bytes:
    if not isinstance(text, str) or not text.startswith("u"):
        raise refuse("5.1", "encodedList does not begin with u.")
    machine = zlib.decompressobj(_GZIP)
    try:
        # One byte more than a list holds is enough to know that it holds too much.
        bits = machine.decompress(parse_base64url(text[1:]), _BYTES + 1)
    except (InvalidInputError, zlib.error) as error:
        raise refuse("5.1", "encodedList is not gzip in base64url.") from error
    if len(bits) != _BYTES or not machine.eof or machine.unused_data:
        raise refuse("5.1", f"encodedList does not hold {BITS} bits exactly.")
    return bits
