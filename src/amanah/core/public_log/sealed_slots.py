"""Sealed slots (`spec/data_requests.md` 7.3 to 7.6): records put into the public log without showing whether any were.

It never lets the place of a record that may be opened depend on one that may not, and opens no unused slot.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from amanah.core.encoding import (
    JsonValue,
    compute_hash,
    encode_base64url,
    encode_canonical_json,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.public_log.merkle import (
    ProofError,
    compute_inclusion_proof,
    compute_leaf_hash,
    verify_inclusion,
)
from amanah.core.public_log.merkle import compute_root as compute_tree_root

SLOTS = 256
MOST_OPEN = 128
MOST_SECRET = 128
KEY_SIZE = 32
SALT_SIZE = 32
SLOT_SIZE = 32
RANDOM_SIZE = 2 * KEY_SIZE + SLOTS * SALT_SIZE
"""How many random bytes one sealing takes, however many records there are."""
LONGEST_RECORD = 1 << 14
_PATH_LENGTH = 8
_DOMAIN = "amanah/slot/v1"
_MEMBERS = {"number", "path", "place", "record", "salt"}


class OpeningUnreadableError(InvalidInputError):
    """The value is no opening of a sealed slot."""

    code = "opening-unreadable"


class OpeningError(VerificationError):
    """An opened record is not what was sealed."""

    code = "opening-does-not-hold"


@dataclass(frozen=True)
class UsedSlot:
    """A record where it stands in its period; only who has the salt can recognise it."""

    place: int
    salt: bytes
    record: bytes


@dataclass(frozen=True)
class SealedSlots:
    """One period: the key of its unused slots, and the used ones, those that may be opened first."""

    key: bytes
    used: tuple[UsedSlot, ...]

    def compute_slots(self) -> tuple[bytes, ...]:
        """Give all slots in their places."""
        records = {slot.place: compute_slot(slot.salt, slot.record) for slot in self.used}
        return tuple(records.get(place) or compute_unused_slot(self.key, place) for place in range(SLOTS))

    def compute_root(self) -> bytes:
        """Give what the public log says about this period, and all that it says."""
        return compute_tree_root([compute_leaf_hash(slot) for slot in self.compute_slots()])

    def open_slots(self, number: int, places: Iterable[int]) -> list["Opening"]:
        """Open the records at some places; a place without a record has nothing to open."""
        hashes = [compute_leaf_hash(slot) for slot in self.compute_slots()]
        used = {slot.place: slot for slot in self.used}
        return [
            Opening(
                number,
                place,
                used[place].salt,
                used[place].record,
                tuple(compute_inclusion_proof(hashes, place)),
            )
            for place in places
        ]


@dataclass(frozen=True)
class Opening:
    """A record with all that shows it to have been sealed: its period and place, its salt, and the path to the root."""

    number: int
    place: int
    salt: bytes
    record: bytes
    path: tuple[bytes, ...]


def seal_records(
    open_records: Sequence[bytes], secret_records: Sequence[bytes], random: bytes
) -> SealedSlots:
    """Put records at random places: those that may be opened from one end of a shuffled row, the others from the other.

    `random` is drawn anew for each period, always as many bytes, so that nothing else depends on how many records came.
    """
    if len(random) != RANDOM_SIZE:
        raise OpeningUnreadableError(f"A sealing takes {RANDOM_SIZE} random bytes.")
    if len(open_records) > MOST_OPEN or len(secret_records) > MOST_SECRET:
        raise OpeningUnreadableError(f"A period holds at most {MOST_OPEN} records of either sort.")
    key, shuffle, salts = random[:KEY_SIZE], random[KEY_SIZE : 2 * KEY_SIZE], random[2 * KEY_SIZE :]
    row = sorted(range(SLOTS), key=lambda place: compute_unused_slot(shuffle, place))
    taken = [*zip(row, open_records, strict=False), *zip(reversed(row), secret_records, strict=False)]
    used = [
        UsedSlot(place, salts[place * SALT_SIZE : (place + 1) * SALT_SIZE], record) for place, record in taken
    ]
    return SealedSlots(key, tuple(used))


def compute_slot(salt: bytes, record: bytes) -> bytes:
    """Give the slot of a record."""
    return compute_hash(_DOMAIN, salt, record)


def compute_unused_slot(key: bytes, place: int) -> bytes:
    """Give the slot at a place that no record took; without the key it is like any other."""
    return hmac.new(key, place.to_bytes(2), hashlib.sha256).digest()


def encode_opening(opening: Opening) -> dict[str, JsonValue]:
    """Give the plain object of an opening, as reports hold it."""
    return {
        "number": opening.number,
        "path": [encode_base64url(node) for node in opening.path],
        "place": opening.place,
        "record": parse_canonical_json(opening.record, longest=LONGEST_RECORD),
        "salt": encode_base64url(opening.salt),
    }


def parse_opening(value: Any) -> Opening:
    """Read the plain object of an opening; it says nothing yet about whether it holds."""
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise OpeningUnreadableError("An opening has number, path, place, record and salt, and nothing else.")
    number, place, path = value["number"], value["place"], value["path"]
    if type(number) is not int or number < 0 or type(place) is not int or not 0 <= place < SLOTS:
        raise OpeningUnreadableError("The period or the place of an opening is no such number.")
    if not isinstance(path, list) or len(path) != _PATH_LENGTH:
        raise OpeningUnreadableError(f"The path of an opening has {_PATH_LENGTH} hashes.")
    record = encode_canonical_json(value["record"])
    if len(record) > LONGEST_RECORD:
        raise OpeningUnreadableError(f"A record has at most {LONGEST_RECORD} bytes.")
    return Opening(
        number,
        place,
        parse_base64url(value["salt"], length=SALT_SIZE),
        record,
        tuple(parse_base64url(node, length=SLOT_SIZE) for node in path),
    )


def verify_opening(opening: Opening, root: bytes) -> None:
    """Check that a record was sealed in the period that has this root in the public log (7.6)."""
    leaf = compute_leaf_hash(compute_slot(opening.salt, opening.record))
    try:
        verify_inclusion(leaf, opening.place, SLOTS, opening.path, root)
    except ProofError as error:
        raise OpeningError(
            f"The record at place {opening.place} of period {opening.number} is not what was sealed there."
        ) from error
