"""The tree as files (C2SP `tlog-tiles`, height 8): paths, entry bundles, and which files a growing tree needs.

It never touches a file: it gives paths and bytes, and the same tree always gives the same ones.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.merkle import EMPTY_ROOT, compute_leaf_hash, compute_root

TILE_WIDTH = 256
HASH_SIZE = 32
ENTRIES = "entries"
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class UnreadableBundleError(InvalidInputError):
    """The bytes are not a bundle of entries."""

    code = "unreadable-bundle"


class TileFile(NamedTuple):
    """One file of the tree: its path under the log's public address, and its bytes."""

    path: str
    data: bytes


def encode_tile_path(level: int | str, number: int, width: int = TILE_WIDTH) -> str:
    """Give the path of a hash tile, or of a bundle where `level` is `entries`; fewer than 256 makes it partial."""
    rest, last = divmod(number, 1000)
    parts = [f"{last:03d}"]
    while rest:
        rest, group = divmod(rest, 1000)
        parts.append(f"x{group:03d}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def is_tile_path(path: str) -> bool:
    """Tell whether a path is the one spelling of a tile's or bundle's place; nothing else is ever served."""
    match = _PATH.fullmatch(path)
    if match is None:
        return False
    number = int(re.sub(r"[x/]", "", match["number"]))
    width = int(match["width"] or TILE_WIDTH)
    return width <= TILE_WIDTH and encode_tile_path(match["level"], number, width) == path


def is_partial_path(path: str) -> bool:
    """Tell whether a path names a tile that will be followed by a fuller one."""
    return ".p/" in path


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Join entries, each behind its length as two bytes."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def parse_bundle(data: bytes) -> list[bytes]:
    """Split a bundle into its 1 to 256 entries."""
    entries: list[bytes] = []
    place = 0
    while place < len(data):
        start = place + 2
        place = start + int.from_bytes(data[place:start])
        if start > len(data) or place > len(data):
            raise UnreadableBundleError("The bundle ends in the middle of an entry.")
        entries.append(data[start:place])
    if not 0 < len(entries) <= TILE_WIDTH:
        raise UnreadableBundleError("A bundle holds 1 to 256 entries.")
    return entries


def parse_tile(data: bytes) -> list[bytes]:
    """Split a hash tile into its hashes."""
    if not data or len(data) % HASH_SIZE or len(data) > TILE_WIDTH * HASH_SIZE:
        raise InvalidInputError("A tile holds 1 to 256 hashes.")
    return [data[place : place + HASH_SIZE] for place in range(0, len(data), HASH_SIZE)]


def list_bundle_paths(start: int, size: int) -> list[str]:
    """List the bundles that hold the entries from `start` (counted from 0) up to a tree's size."""
    if start >= size:
        return []
    return [
        encode_tile_path(ENTRIES, number, min(TILE_WIDTH, size - number * TILE_WIDTH))
        for number in range(start // TILE_WIDTH, -(-size // TILE_WIDTH))
    ]


def list_edge_paths(size: int) -> list[str]:
    """List the partial hash tiles of a tree, lowest level first; with them alone its root can be computed."""
    paths: list[str] = []
    level, count = 0, size
    while count:
        number, width = divmod(count, TILE_WIDTH)
        if width:
            paths.append(encode_tile_path(level, number, width))
        level, count = level + 1, number
    return paths


def compute_edge_root(rows: Sequence[Sequence[bytes]]) -> bytes:
    """Give the root from the unfinished tile of each level, lowest first; a row may be empty."""
    root: bytes | None = None
    for row in rows:
        hashes = list(row) if root is None else [*row, root]
        if hashes:
            root = compute_root(hashes)
    return EMPTY_ROOT if root is None else root


class TreeEdge:
    """The growing edge of the tree: the unfinished tile of each level and the unfinished bundle."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[list[bytes]] = []
        self._bundle: list[bytes] = []

    def append(self, entry: bytes) -> list[TileFile]:
        """Add an entry; give the files that it completed, which never change again."""
        number = self.size // TILE_WIDTH
        files: list[TileFile] = []
        self._bundle.append(entry)
        self.size += 1
        if len(self._bundle) == TILE_WIDTH:
            files.append(TileFile(encode_tile_path(ENTRIES, number), encode_bundle(self._bundle)))
            self._bundle = []
        carried: bytes | None = compute_leaf_hash(entry)
        for level in range(64):
            if carried is None:
                break
            carried, done = self._append_hash(level, carried)
            files += done
        return files

    def list_partial_files(self) -> list[TileFile]:
        """Give the partial bundle and tiles of the present size."""
        files: list[TileFile] = []
        if self._bundle:
            path = encode_tile_path(ENTRIES, self.size // TILE_WIDTH, len(self._bundle))
            files.append(TileFile(path, encode_bundle(self._bundle)))
        files += [
            TileFile(path, b"".join(row))
            for path, row in zip(list_edge_paths(self.size), filter(None, self._rows), strict=True)
        ]
        return files

    def compute_root(self) -> bytes:
        """Give the root over everything appended so far."""
        return compute_edge_root(self._rows)

    def _append_hash(self, level: int, node: bytes) -> tuple[bytes | None, list[TileFile]]:
        if level == len(self._rows):
            self._rows.append([])
        row = self._rows[level]
        row.append(node)
        if len(row) < TILE_WIDTH:
            return None, []
        number = (self.size >> 8 * (level + 1)) - 1
        done = TileFile(encode_tile_path(level, number), b"".join(row))
        self._rows[level] = []
        return compute_root(row), [done]
