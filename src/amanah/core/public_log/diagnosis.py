"""What was broken: names the file or the entry at which the log's files part from the root that the log signed.

It never believes a file because another one agrees with it: what is right is what leads to the signed root.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from amanah.core.errors import VerificationError
from amanah.core.public_log.checkpoints import Checkpoint
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root
from amanah.core.public_log.tiles import (
    ENTRIES,
    HASH_SIZE,
    TILE_WIDTH,
    compute_edge_root,
    encode_tile_path,
)

ReadFile = Callable[[str], bytes | None]
"""Gives the bytes of a file below the log's address, or None where there is no such file."""

Seen = tuple[int, bytes]
CHECKPOINT = "checkpoint"


class DamagedFilesError(VerificationError):
    """The log's files are not those that belong to the root it signed; the message names the first."""

    code = "log-files-damaged"


@dataclass(frozen=True)
class Damage:
    """One place where something was changed, taken away or put in; `index` is an entry's, where one is meant."""

    sentence: str
    path: str
    index: int | None = None


@dataclass(frozen=True)
class ServedFile:
    """A tile or a bundle as it is served: where it was found, and its bytes if it was."""

    path: str
    data: bytes | None
    level: int | str
    number: int
    width: int

    @property
    def first_index(self) -> int:
        """Give the index of its first entry or hash."""
        return self.number * TILE_WIDTH

    def list_hashes(self) -> list[bytes] | None:
        """List exactly the hashes it must hold; those of a bundle are made from its entries."""
        if self.data is None:
            return None
        if self.level == ENTRIES:
            hashes, is_whole = self.split_entries()
            return hashes if is_whole and len(hashes) == self.width else None
        if len(self.data) != self.width * HASH_SIZE:
            return None
        return [self.data[place : place + HASH_SIZE] for place in range(0, len(self.data), HASH_SIZE)]

    def split_entries(self) -> tuple[list[bytes], bool]:
        """Split a bundle as far as it can be read; tell whether that was to its end."""
        data, place = self.data or b"", 0
        hashes: list[bytes] = []
        while place < len(data):
            start = place + 2
            place = start + int.from_bytes(data[place:start])
            if start > len(data) or place > len(data):
                return hashes, False
            hashes.append(compute_leaf_hash(data[start:place]))
        return hashes, True


def read_served(read_file: ReadFile, level: int | str, number: int, size: int) -> ServedFile:
    """Read the tile or bundle of a tree; the full one, once it stands, may have taken the partial one's place (4.1)."""
    height = 0 if level == ENTRIES else 8 * int(level)
    width = min(TILE_WIDTH, (size >> height) - number * TILE_WIDTH)
    path = encode_tile_path(level, number, width)
    data = read_file(path)
    if data is None and width < TILE_WIDTH:
        full_path = encode_tile_path(level, number)
        full = read_file(full_path)
        if full is not None:
            return ServedFile(full_path, _cut(full, level, width), level, number, width)
    return ServedFile(path, data, level, number, width)


def find_damage(served: ServedFile, expected: Sequence[bytes]) -> Damage | None:
    """Compare a file with the hashes that the signed root gives it."""
    hashes = served.list_hashes()
    if hashes == list(expected):
        return None
    if served.data is None:
        last = served.first_index + served.width - 1
        what = "entries" if served.level == ENTRIES else f"hashes of level {served.level}"
        sentence = (
            f"The file {served.path} is missing; it must hold the {what} {served.first_index} to {last}."
        )
        return Damage(sentence, served.path)
    if served.level == ENTRIES:
        return _find_entry_damage(served, list(expected))
    return _find_tile_damage(served, hashes, expected)


def find_damages(checkpoint: Checkpoint, read_file: ReadFile) -> Iterator[Damage]:
    """Give, in the order of the entries, every place where the files part from a signed checkpoint."""
    tree = _ServedTree(checkpoint.size, read_file)
    edges = tree.find_right_edges(checkpoint.root)
    if edges is None:
        yield tree.find_disagreement() or Damage(
            f"All files fit together, but the {checkpoint.size} entries in them do not have the root "
            f"{_tell(checkpoint.root)} that the checkpoint signs: the checkpoint and the files are not of one tree.",
            CHECKPOINT,
        )
        return
    for level in reversed(range(len(edges))):
        number = checkpoint.size >> 8 * (level + 1)
        row = edges[level]
        if row:
            damage = find_damage(tree.read(level, number), row)
            if damage:
                yield damage
            yield from tree.find_damages_below(level, number, row)


def describe_fork(seen: Seen, root_now: bytes, shown: Checkpoint) -> str:
    """Say that the log shows another past than the one remembered, and which evidence to keep."""
    size, root = seen
    return (
        f"The log was forked: its first {size} entries had the root {_tell(root)} when they were seen before, and have "
        f"{_tell(root_now)} now (it shows {shown.size} entries with the root {_tell(shown.root)}). "
        "Keep both checkpoints: the log signed both, and together they prove it to anybody."
    )


def describe_shrinking(seen: Seen, shown: Checkpoint) -> str:
    """Say that the log takes back entries, and which evidence to keep."""
    size, root = seen
    return (
        f"The log is smaller than it was: {size} entries with the root {_tell(root)} were seen before, "
        f"and it shows {shown.size} with the root {_tell(shown.root)} now. "
        "Keep both checkpoints: the log signed both, and the larger one shows what was taken back or is held back."
    )


class _ServedTree:
    """The files of one tree as they are served, each read when it is asked for."""

    def __init__(self, size: int, read_file: ReadFile) -> None:
        self.size = size
        self._read_file = read_file

    def read(self, level: int | str, number: int) -> ServedFile:
        return read_served(self._read_file, level, number, self.size)

    def find_right_edges(self, root: bytes) -> list[list[bytes]] | None:
        """Give the unfinished row of each level, lowest first, that leads to the root; a damaged one is made anew."""
        choices: list[list[list[bytes]]] = []
        level = 0
        while self.size >> 8 * level:
            number, width = divmod(self.size >> 8 * level, TILE_WIDTH)
            rows = [[]] if not width else self._list_candidates(level, number, width)
            choices.append(rows)
            level += 1
        found = (rows for rows in product(*choices) if compute_edge_root(rows) == root)
        edges = next(found, None)
        return None if edges is None else list(edges)

    def find_damages_below(self, level: int, number: int, row: Sequence[bytes]) -> Iterator[Damage]:
        """Check everything under a row that is known to be right."""
        if level == 0:
            damage = find_damage(self.read(ENTRIES, number), row)
            if damage:
                yield damage
            return
        for place, expected in enumerate(row):
            child = number * TILE_WIDTH + place
            served = self.read(level - 1, child)
            below = served.list_hashes()
            if below is None or compute_root(below) != expected:
                below = self._make_row(level - 1, child, TILE_WIDTH)
                if below is None or compute_root(below) != expected:
                    yield Damage(
                        f"The file {served.path} does not fit the tile above it, nor does what lies under it.",
                        served.path,
                    )
                    continue
                yield find_damage(served, below) or Damage(f"The file {served.path} is damaged.", served.path)
            yield from self.find_damages_below(level - 1, child, below)

    def find_disagreement(self) -> Damage | None:
        """Give the first tile that does not hold what the files under it give; no signed root says which is right."""
        level = 0
        while self.size >> 8 * level:
            for number in range(-(-(self.size >> 8 * level) // TILE_WIDTH)):
                served = self.read(level, number)
                below = self._make_row(level, number, served.width)
                if below is None or served.list_hashes() != below:
                    under = (
                        self.read(ENTRIES, number).path if level == 0 else f"the tiles of level {level - 1}"
                    )
                    sentence = (
                        f"The file {served.path} and {under} under it do not fit together, "
                        "and neither leads to the root that the log signed."
                    )
                    return Damage(sentence, served.path)
            level += 1
        return None

    def _list_candidates(self, level: int, number: int, width: int) -> list[list[bytes]]:
        rows = [self.read(level, number).list_hashes(), self._make_row(level, number, width)]
        return [row for place, row in enumerate(rows) if row is not None and row not in rows[:place]]

    def _make_row(self, level: int, number: int, width: int) -> list[bytes] | None:
        """Make a row from what lies under it."""
        if level == 0:
            return self.read(ENTRIES, number).list_hashes()
        row: list[bytes] = []
        for child in range(number * TILE_WIDTH, number * TILE_WIDTH + width):
            below = self.read(level - 1, child).list_hashes() or self._make_row(level - 1, child, TILE_WIDTH)
            if below is None:
                return None
            row.append(compute_root(below))
        return row


def _find_tile_damage(served: ServedFile, hashes: list[bytes] | None, expected: Sequence[bytes]) -> Damage:
    if hashes is None:
        sentence = f"The file {served.path} does not hold {served.width} hashes of {HASH_SIZE} bytes."
        return Damage(sentence, served.path)
    place = _find_first_difference(hashes, expected)
    index = served.first_index + place
    what = f"the hash of entry {index}" if served.level == 0 else f"hash {index} of level {served.level}"
    sentence = f"The file {served.path} does not fit the signed root: {what} in it is another one."
    return Damage(sentence, served.path, index if served.level == 0 else None)


def _find_entry_damage(served: ServedFile, right: list[bytes]) -> Damage:
    """Say what was done to a bundle, by comparing the hashes of its entries with the right ones."""
    shown, is_whole = served.split_entries()
    place = _find_first_difference(shown, right)
    index = served.first_index + place
    sentence = (
        f"Entry {index} in the file {served.path} {_tell_change(shown, right, place, served.first_index)}"
    )
    if place >= len(right):
        sentence = f"The file {served.path} goes on after entry {index - 1}, where it must end."
    elif not is_whole and place == len(shown):
        sentence = f"Entry {index} in the file {served.path} is cut off or cannot be read."
    return Damage(sentence, served.path, index)


def _tell_change(shown: list[bytes], right: list[bytes], place: int, first: int) -> str:
    if place >= len(shown):
        return "and all after it are missing."
    if place >= len(right):
        return "is one that the log did not sign."
    wanted, found = right[place], shown[place]
    other = right.index(found) if found in right else None
    is_shuffled = (
        sorted(shown) == sorted(right) and sum(a != b for a, b in zip(shown, right, strict=True)) > 2
    )
    if other is not None and other < len(shown) and shown[other] == wanted and not is_shuffled:
        return f"has changed places with entry {first + other}."
    rest, has_more = shown[place:], len(shown) - place > 1
    if rest == right[place + 1 :] or (has_more and rest[:-1] == right[place + 1 : len(shown)]):
        return "is missing; what follows it was moved up."
    if has_more and rest[1:] == right[place : len(shown) - 1]:
        return "is one that was put in; what stood there was moved down."
    if is_shuffled:
        return "and others after it stand in another order than the one that the log signed."
    if other is not None:
        return f"is missing; a copy of entry {first + other} stands in its place."
    return "is not the one that the log signed; it was changed or exchanged."


def _find_first_difference(shown: Sequence[bytes], right: Sequence[bytes]) -> int:
    pairs = zip(shown, right, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(shown), len(right)))


def _cut(full: bytes, level: int | str, width: int) -> bytes:
    """Take from a full file what the partial one held."""
    if level != ENTRIES:
        return full[: width * HASH_SIZE]
    place = 0
    for _ in range(width):
        place += 2 + int.from_bytes(full[place : place + 2])
    return full[:place]


def _tell(root: bytes) -> str:
    return base64.b64encode(root).decode()
