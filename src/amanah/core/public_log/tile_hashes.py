"""Proofs from tiles: a path or a consistency proof out of the few hash tiles that it needs, however large the tree.

It never reads a tile itself: `read_tile` does, and may be a file, an address or a cache.
"""

from collections.abc import Callable, Sequence

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.merkle import compute_node_hash, compute_root
from amanah.core.public_log.tiles import TILE_WIDTH

TILE_HEIGHT = 8

ReadTile = Callable[[int, int, int], Sequence[bytes]]
"""Gives at least the first `width` hashes of the tile at (level, number, width)."""


class TileHashes:
    """The node hashes of one tree of `size` leaves, each tile read once."""

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self.size = size
        self._read_tile = read_tile
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def compute_root(self) -> bytes:
        """Give the root as the tiles have it."""
        return compute_root([]) if self.size == 0 else self._compute_range(0, self.size)

    def compute_inclusion_proof(self, index: int) -> list[bytes]:
        """Give the audit path of one leaf (RFC 6962 section 2.1.1), the leaf's sibling first."""
        if not 0 <= index < self.size:
            raise InvalidInputError(f"The log has {self.size} entries; there is none at {index}.")
        path: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + _split_point(end - start)
            if index < middle:
                path.append(self._compute_range(middle, end))
                end = middle
            else:
                path.append(self._compute_range(start, middle))
                start = middle
        return path[::-1]

    def compute_consistency_proof(self, old_size: int) -> list[bytes]:
        """Give the proof that the first `old_size` leaves are a prefix (RFC 6962 section 2.1.2)."""
        if not 0 < old_size < self.size:
            return []
        proof: list[bytes] = []
        start, end, is_whole = 0, self.size, True
        while old_size != end:
            middle = start + _split_point(end - start)
            if old_size <= middle:
                proof.append(self._compute_range(middle, end))
                end = middle
            else:
                proof.append(self._compute_range(start, middle))
                start, is_whole = middle, False
        if not is_whole:
            proof.append(self._compute_range(start, end))
        return proof[::-1]

    def _compute_range(self, start: int, end: int) -> bytes:
        """Give the hash over the leaves from `start`, a multiple of the power of two over the length, to `end`."""
        count = end - start
        if count & (count - 1) == 0:
            return self._compute_subtree(start, count.bit_length() - 1)
        middle = start + _split_point(count)
        return compute_node_hash(self._compute_range(start, middle), self._compute_range(middle, end))

    def _compute_subtree(self, start: int, height: int) -> bytes:
        """Give the hash of a complete subtree of 2^height leaves from the tile that holds it or its children."""
        level, rest = divmod(height, TILE_HEIGHT)
        first, count = start >> (TILE_HEIGHT * level), 1 << rest
        number, place = divmod(first, TILE_WIDTH)
        return compute_root(self._find_tile(level, number)[place : place + count])

    def _find_tile(self, level: int, number: int) -> Sequence[bytes]:
        tile = self._tiles.get((level, number))
        if tile is None:
            width = min(TILE_WIDTH, (self.size >> (TILE_HEIGHT * level)) - number * TILE_WIDTH)
            tile = self._read_tile(level, number, width)
            if len(tile) < width:
                raise InvalidInputError(f"The tile {number} of level {level} is shorter than it must be.")
            self._tiles[level, number] = tile
        return tile


def _split_point(count: int) -> int:
    """Give the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
