"""Small public logs as folders of files, as a web server would serve them, for programs that others wrote.

The entries are a few bytes each: the log's own rules for entries are not what those programs check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from amanah.core.errors import AmanahError
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint, verify_checkpoint
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root, verify_inclusion
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.tile_hashes import TileHashes
from amanah.core.public_log.tiles import (
    TILE_WIDTH,
    TileFile,
    TreeEdge,
    encode_tile_path,
    list_bundle_paths,
    parse_bundle,
    parse_tile,
)
from tests.core.public_log.build import ORIGIN, log_key, seed


@dataclass(frozen=True)
class LogFolder:
    """One size of a log: a folder with its checkpoint and its tiles."""

    folder: Path
    size: int
    root: bytes

    @property
    def hashes(self) -> TileHashes:
        """Give what computes proofs from this folder's hash tiles."""
        return TileHashes(self.size, self.read_tile)

    def read_tile(self, level: int, number: int, width: int) -> list[bytes]:
        """Read a hash tile, whole where the partial one is gone."""
        return parse_tile(read_file(self.folder, encode_tile_path(level, number, width)))

    def read_leaves(self) -> list[bytes]:
        """Read all entries."""
        paths = list_bundle_paths(0, self.size)
        return [leaf for path in paths for leaf in parse_bundle(read_file(self.folder, path))][: self.size]


def read_file(folder: Path, path: str) -> bytes:
    """Read a file of the log, or the full one that replaced it."""
    exact = folder / path
    return (exact if exact.exists() else folder / path.split(".p/", maxsplit=1)[0]).read_bytes()


def grow_log(place: Path, sizes: list[int]) -> Iterator[LogFolder]:
    """Grow one log through ascending sizes; all of them share the folder of tiles, as on a server."""
    edge = TreeEdge()
    for size in sizes:
        while edge.size < size:
            write_files(place, edge.append(f"entry {edge.size}".encode()))
        write_files(place, edge.list_partial_files())
        (place / "tile").mkdir(exist_ok=True)
        folder = place / f"at-{size}"
        folder.mkdir()
        (folder / "tile").symlink_to(place / "tile")
        root = edge.compute_root()
        (folder / "checkpoint").write_bytes(
            sign_checkpoint(Checkpoint(ORIGIN, size, root), seed("checkpoint"))
        )
        yield LogFolder(folder, size, root)


def write_files(place: Path, files: list[TileFile]) -> None:
    """Write files of the tree below a folder."""
    for path, data in files:
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)


def list_files(size: int) -> list[str]:
    """List every file that a reader of a tree of this size needs: checkpoint, bundles and hash tiles."""
    paths = ["checkpoint", *list_bundle_paths(0, size)]
    level, count = 0, size
    while count:
        for number in range(-(-count // TILE_WIDTH)):
            width = min(TILE_WIDTH, count - number * TILE_WIDTH)
            paths.append(encode_tile_path(level, number, width))
        level, count = level + 1, count // TILE_WIDTH
    return paths


def flip_bit(path: Path, place: int) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1
    path.write_bytes(data)


def is_believed_by_us(folder: Path, key: VerifierKey | None = None) -> bool:
    """Tell whether our own code finds the folder whole: signature, entries, root, and a proof of each entry."""
    try:
        checkpoint = verify_checkpoint((folder / "checkpoint").read_bytes(), key or log_key())
        log = LogFolder(folder, checkpoint.size, checkpoint.root)
        leaves = [compute_leaf_hash(leaf) for leaf in log.read_leaves()]
        hashes = log.hashes
        for index, leaf in enumerate(leaves):
            verify_inclusion(leaf, index, log.size, hashes.compute_inclusion_proof(index), log.root)
        return len(leaves) == log.size and compute_root(leaves) == log.root
    except (AmanahError, OSError):
        return False
