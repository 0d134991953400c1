"""Proofs out of tiles on a disk, and their verification, at three sizes of the log: the cost must grow as a logarithm.

Every proof is computed cold: nothing is kept of the tiles that another one read (the system's cache is warm).
The tree has leaf hashes made for the purpose; they are as good as real ones, and need no bundles.
"""

import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from amanah.core.public_log.merkle import compute_root, verify_consistency, verify_inclusion
from amanah.core.public_log.tile_hashes import TileHashes
from amanah.core.public_log.tiles import TILE_WIDTH, encode_tile_path, parse_tile
from benchmarks.measuring import CpuWatch, Goal, Row, Sample, Scale, build_ratio_row, collect_samples

PROOFS = 300
GROWTH_GOAL = Goal("at most", 3.0)
SEED = 20_260_101
KINDS = {
    "inclusion": "An inclusion proof from tiles",
    "consistency": "A consistency proof from tiles",
    "inclusion check": "Checking an inclusion proof",
    "consistency check": "Checking a consistency proof",
}
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Costs = Mapping[str, float]


@dataclass
class TileFolder:
    """The hash tiles of one tree as files; a smaller tree is a prefix of it and reads the first hashes of its tiles."""

    root: Path
    size: int
    read: int = field(default=0)

    def read_tile(self, level: int, number: int, _width: int) -> Sequence[bytes]:
        """Read a tile from its full file, or from the partial one of the whole tree."""
        self.read += 1
        whole = min(TILE_WIDTH, (self.size >> (8 * level)) - number * TILE_WIDTH)
        return parse_tile((self.root / encode_tile_path(level, number, whole)).read_bytes())


def make_leaf_hash(index: int) -> bytes:
    """Give the leaf hash at a place."""
    return hashlib.sha256(b"%d" % index).digest()


def write_tree(root: Path, size: int) -> TileFolder:
    """Write all hash tiles of a tree."""
    level, row = 0, _write_level(root, 0, (make_leaf_hash(index) for index in range(size)), size)
    while row:
        level += 1
        row = _write_level(root, level, iter(row), len(row))
    return TileFolder(root, size)


def _write_level(root: Path, level: int, hashes: Iterator[bytes], count: int) -> list[bytes]:
    """Write the tiles of one level; give the hashes of the level above."""
    above: list[bytes] = []
    for number in range(-(-count // TILE_WIDTH)):
        width = min(TILE_WIDTH, count - number * TILE_WIDTH)
        tile = [next(hashes) for _ in range(width)]
        path = root / encode_tile_path(level, number, width)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(tile))
        if width == TILE_WIDTH:
            above.append(compute_root(tile))
    return above


def measure(scale: Scale) -> list[Row]:
    """Write the largest tree once, and prove from it at all three sizes in every round."""
    first, middle, last = sizes = scale.list_tree_sizes()
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        tree = write_tree(Path(name), last)
        samples = collect_samples(scale, lambda: measure_round(tree, sizes))
    rows = []
    for kind, title in KINDS.items():
        growth = [
            Sample(
                sample.more[f"{kind} before"],
                sample.more[f"{kind} {last}"],
                sample.more[f"{kind} after"],
                sample.foreign,
                {f"us at {middle:,}": sample.more[f"{kind} {middle}"]},
            )
            for sample in samples
        ]
        names = (f"times that at {first:,}", f"us at {last:,}", f"us at {first:,}")
        rows.append(
            build_ratio_row("log_proofs", f"{title}, {last:,} entries", growth, goal=GROWTH_GOAL, names=names)
        )
    return rows + [_build_tile_row(samples[-1], kind, sizes) for kind in ("inclusion", "consistency")]


def measure_round(tree: TileFolder, sizes: tuple[int, int, int]) -> Sample:
    """Prove at the smallest size before and after, so that the growth is one of this very minute."""
    with CpuWatch() as watch:
        parts = {"before": prove(tree, sizes[0])}
        parts |= {str(size): prove(tree, size) for size in sizes}
        parts["after"] = prove(tree, sizes[0])
    more = {f"{kind} {part}": cost for part, costs in parts.items() for kind, cost in costs.items()}
    kind = next(iter(KINDS))
    return Sample(
        more[f"{kind} before"], more[f"{kind} {sizes[-1]}"], more[f"{kind} after"], watch.foreign, more
    )


def _build_tile_row(sample: Sample, kind: str, sizes: tuple[int, int, int]) -> Row:
    last = sizes[-1]
    return Row(
        figure="log_proofs",
        title=f"Tiles read for one {kind} proof of {last:,} entries, at the most",
        value=sample.more[f"{kind} tiles {last}"],
        unit="tiles",
        foreign=sample.foreign,
        goal=Goal("at most", count_levels(last) + 2),
        needs_quiet=False,
        more={f"hashes at {size:,}, at the most": sample.more[f"{kind} hashes {size}"] for size in sizes},
    )


def count_levels(size: int) -> int:
    """Give the levels of tiles of a tree: ceil(log256(size))."""
    levels = 1
    while TILE_WIDTH**levels < size:
        levels += 1
    return levels


def prove(tree: TileFolder, size: int) -> Costs:
    """Prove and check many times, at places drawn from a fixed seed; medians in microseconds, counts at the most."""
    draw = random.Random(SEED)
    root = TileHashes(size, tree.read_tile).compute_root()
    taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
    most: dict[str, float] = {}

    def note(kind: str, proof: Sequence[bytes]) -> None:
        for name, count in ((f"{kind} tiles", tree.read), (f"{kind} hashes", len(proof))):
            most[name] = max(most.get(name, 0.0), float(count))

    for _ in range(PROOFS):
        index, old_size = draw.randrange(size), draw.randrange(1, size)
        old = (old_size, TileHashes(old_size, tree.read_tile).compute_root())
        tree.read = 0
        hashes = TileHashes(size, tree.read_tile)
        path = _time(taken["inclusion"], hashes.compute_inclusion_proof, index)
        note("inclusion", path)
        _time(taken["inclusion check"], verify_inclusion, make_leaf_hash(index), index, size, path, root)
        tree.read = 0
        hashes = TileHashes(size, tree.read_tile)
        steps = _time(taken["consistency"], hashes.compute_consistency_proof, old_size)
        note("consistency", steps)
        _time(taken["consistency check"], verify_consistency, old, (size, root), steps)
    return {kind: statistics.median(times) * 1e6 for kind, times in taken.items()} | most


def _time(
    taken: list[float],
    work: Callable[Arguments, Result],
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Result:
    started = time.perf_counter()
    result = work(*arguments, **named)
    taken.append(time.perf_counter() - started)
    return result
