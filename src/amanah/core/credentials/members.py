"""Reads closed objects, lists and plain values of documents that strangers send (`spec/credentials.md` 2.1, 4.2).

Nothing is repaired: what a step does not name is refused, and the sentence names that step.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from amanah.core.credentials.reading import CredentialError
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError

LONGEST_IDENTIFIER = 2000
SHA_256 = b"\x12\x20"

_IDENTIFIER = re.compile(r"[a-z][a-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+")
_UUID_4 = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9@:_./-]{1,60}")
_ASK = "Ask whoever gave you this file for one that keeps to that step."


def refuse(step: str, fault: str) -> CredentialError:
    """Give the error to raise: what is wrong, and what to do about it."""
    return CredentialError(f"{fault} {_ASK}", step=step)


def get_members(
    value: object, step: str, needed: Collection[str], optional: Collection[str] = ()
) -> dict[str, Any]:
    """Give an object that has every needed member, any of the optional ones and no other."""
    if not isinstance(value, dict):
        raise refuse(step, "Something stands where an object belongs.")
    missing = sorted(set(needed) - set(value))
    if missing:
        raise refuse(step, f"The member {missing[0]} is missing.")
    foreign = sorted(set(value) - set(needed) - set(optional))
    if foreign:
        name = (
            f"the member {foreign[0]}" if _PLAIN_NAME.fullmatch(foreign[0]) else "a member with an odd name"
        )
        raise refuse(step, f"There is {name}, for which that step has no place.")
    return value


def get_list(value: object, step: str, *, name: str, least: int = 0, most: int) -> list[Any]:
    """Give a list of so many items."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise refuse(step, f"{name} is not a list of {least} to {most} items.")
    return value


def get_whole_number(value: object, step: str, *, name: str, least: int, most: int) -> int:
    """Give a whole number in a range; true and false are none."""
    if type(value) is not int or not least <= value <= most:
        raise refuse(step, f"{name} is not a whole number from {least} to {most}.")
    return value


def verify_value(value: object, wanted: object, step: str, *, name: str) -> None:
    """Refuse everything but one value."""
    if type(value) is not type(wanted) or value != wanted:
        raise refuse(step, f"{name} is not what a document of this kind says there.")


def verify_no_repeats(items: Sequence[object], step: str, *, name: str) -> None:
    """Refuse a list that says something twice."""
    if len(set(items)) != len(items):
        raise refuse(step, f"{name} holds one thing twice.")


def parse_uuid(value: object, step: str, *, name: str) -> str:
    """Read `urn:uuid:` of a random UUID, in small letters."""
    if not isinstance(value, str) or not _UUID_4.fullmatch(value):
        raise refuse(step, f"{name} is not urn:uuid: with a random UUID (version 4) in small letters.")
    return value


def parse_identifier(value: object, step: str, *, name: str) -> str:
    """Read any absolute identifier; nothing is ever fetched from it."""
    if not isinstance(value, str) or len(value) > LONGEST_IDENTIFIER or not _IDENTIFIER.fullmatch(value):
        raise refuse(step, f"{name} is not an absolute identifier, such as https://… or urn:….")
    return value


def parse_digest(value: object, step: str) -> bytes:
    """Read the multibase (base64url) of a multihash of SHA-256, and give the hash itself."""
    fault = "digestMultibase is not u with the base64url of a multihash of SHA-256."
    if not isinstance(value, str) or not value.startswith("u"):
        raise refuse(step, fault)
    try:
        data = parse_base64url(value[1:], length=len(SHA_256) + 32)
    except InvalidInputError as error:
        raise refuse(step, fault) from error
    if not data.startswith(SHA_256):
        raise refuse(step, fault)
    return data.removeprefix(SHA_256)


def encode_digest(sha_256: bytes) -> str:
    """Give the multibase of the multihash of a SHA-256."""
    return "u" + encode_base64url(SHA_256 + sha_256)
