"""Records and seeded chance for tests of sealed slots."""

import hashlib

from amanah.core.encoding import encode_canonical_json
from amanah.core.public_log.sealed_slots import RANDOM_SIZE


def draw(label: str) -> bytes:
    """Give the random bytes of one sealing; the same label gives the same bytes."""
    return hashlib.shake_256(f"amanah test slots {label}".encode()).digest(RANDOM_SIZE)


def write_record(number: int) -> bytes:
    """Give a record; sealing does not ask what one says."""
    return encode_canonical_json({"body": {"number": number}, "kind": "invented", "ref": None, "v": 1})
