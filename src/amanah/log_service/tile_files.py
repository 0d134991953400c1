"""Reads the hash tiles of one signed tree from the public folder, for proofs.

It never gives a hash of a tree other than the one that it was made for.
"""

from amanah.core.public_log.tile_hashes import TILE_HEIGHT, TileHashes
from amanah.core.public_log.tiles import ENTRIES, TILE_WIDTH, encode_tile_path, parse_bundle, parse_tile
from amanah.log_service.storage import PublicFolder


def open_tile_hashes(folder: PublicFolder, size: int, *, of: int | None = None) -> TileHashes:
    """Give the hashes of the first `of` leaves (all by default) of the tree of `size` leaves whose files stand."""

    def read_tile(level: int, number: int, _width: int) -> list[bytes]:
        width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - number * TILE_WIDTH)
        data = _read(folder, level, number, width)
        return [] if data is None else parse_tile(data)

    return TileHashes(size if of is None else of, read_tile)


def read_entry(folder: PublicFolder, size: int, index: int) -> bytes:
    """Give the bytes of one entry of the tree of `size` leaves."""
    number, place = divmod(index, TILE_WIDTH)
    data = _read(folder, ENTRIES, number, min(TILE_WIDTH, size - number * TILE_WIDTH))
    return parse_bundle(data or b"")[place]


def _read(folder: PublicFolder, level: int | str, number: int, width: int) -> bytes | None:
    """Read a file of a tree; a partial one vanishes only once the full one stands."""
    data = folder.read(encode_tile_path(level, number, width))
    if data is None and width < TILE_WIDTH:
        data = folder.read(encode_tile_path(level, number))
    return data
