"""What it costs to put one entry into the tree, bundles and tiles included, at three sizes; beside SHA-256 alone.

Runs as a process of its own, so that its memory is that of the growing tree and of nothing else.
"""

import hashlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from amanah.core.public_log.tiles import TreeEdge
from benchmarks.log_entries import build_entries
from benchmarks.measuring import CpuWatch, Goal, Row, Sample, Scale, build_ratio_row, collect_samples

BLOCK = 1_000
HASHES = 200_000
# One entry costs its own leaf hash and, over the whole tree, one node hash.
HASHES_PER_ENTRY = 2
SMALL_RUNS = 9
RATIO_GOAL, FLAT_GOAL, MEMORY_GOAL = Goal("at most", 4.0), Goal("at most", 1.3), Goal("at most", 16)


def measure(scale: Scale) -> list[Row]:
    """Grow a tree to its full size once a round."""
    first, middle, last = sizes = scale.list_tree_sizes()
    samples = collect_samples(scale, lambda: measure_round(sizes))
    rows = [_build_cost_row(samples, size) for size in sizes]
    flat = [
        Sample(
            sample.more[_name(first)],
            sample.more[_name(last)],
            sample.more[_name(first)],
            sample.foreign,
            {f"us at {middle:,}": sample.more[_name(middle)]},
        )
        for sample in samples
    ]
    names = (f"times the cost at {first:,}", f"us at {last:,}", f"us at {first:,}")
    rows.append(
        build_ratio_row(
            "log_integration", f"One entry put into a tree of {last:,}", flat, goal=FLAT_GOAL, names=names
        )
    )
    rows.append(
        Row(
            figure="log_integration",
            title=f"Memory that a growing tree takes from {middle:,} entries to {last:,}",
            value=statistics.median(sample.more["growth"] for sample in samples),
            unit="MB",
            foreign=statistics.median(sample.foreign for sample in samples),
            goal=MEMORY_GOAL,
            needs_quiet=False,
            more={"peak MB": statistics.median(sample.more["peak"] for sample in samples)},
        )
    )
    return rows


def measure_round(sizes: tuple[int, int, int]) -> Sample:
    """Grow a tree once."""
    with CpuWatch() as watch:
        seen = grow_apart(sizes)
    return Sample(seen["before"], seen[_name(sizes[-1])], seen["after"], watch.foreign, seen)


def _build_cost_row(samples: list[Sample], size: int) -> Row:
    hashed = [
        Sample(
            sample.before * HASHES_PER_ENTRY,
            sample.more[_name(size)],
            sample.after * HASHES_PER_ENTRY,
            sample.foreign,
            {"entries/s": 1e6 / sample.more[_name(size)]},
        )
        for sample in samples
    ]
    names = ("times two SHA-256", "us an entry", "us for two SHA-256")
    return build_ratio_row(
        "log_integration", f"{size:,} entries put into the tree", hashed, goal=RATIO_GOAL, names=names
    )


def _name(size: int) -> str:
    return f"us at {size}"


def grow_apart(sizes: tuple[int, int, int]) -> Mapping[str, float]:
    """Grow the tree in a process of its own; give what it saw."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.log_integration", *map(str, sizes)],
        capture_output=True,
        text=True,
        check=True,
    )
    seen: dict[str, float] = json.loads(done.stdout)
    return seen


def grow(sizes: tuple[int, int, int]) -> dict[str, float]:
    """Append entry by entry; times are those of this process's own CPU, in microseconds."""
    first, middle, last = sizes
    seen = {"before": measure_hash()}
    seen[_name(first)] = statistics.median(append_until(TreeEdge(), first) / first for _ in range(SMALL_RUNS))
    edge = TreeEdge()
    used = append_until(edge, middle)
    seen[_name(middle)] = used / middle
    memory = read_peak()
    used += append_until(edge, last)
    seen[_name(last)] = used / last
    # The kernel counts pages; a tree that needed none still took less than one.
    seen["growth"] = max(read_peak() - memory, 0.004)
    seen["peak"] = read_peak()
    seen["after"] = measure_hash()
    return seen


def append_until(edge: TreeEdge, size: int) -> float:
    """Let the tree grow to a size; give the microseconds that this took without making the entries."""
    used = 0.0
    while edge.size < size:
        entries = build_entries(edge.size, min(BLOCK, size - edge.size))
        started = time.process_time()
        for entry in entries:
            edge.append(entry)
        used += time.process_time() - started
    return used * 1e6


def measure_hash() -> float:
    """Give the microseconds that CPython takes to hash one node of a tree."""
    node = bytes(65)
    started = time.process_time()
    for _ in range(HASHES):
        hashlib.sha256(node).digest()
    return (time.process_time() - started) / HASHES * 1e6


def read_peak() -> float:
    """Give the most memory that this process ever had, in MB.

    The kernel's own mark is reset when a program starts; `getrusage` would go on from the mark of whoever started it.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1_024 / 1e6


if __name__ == "__main__":
    small, larger, largest = map(int, sys.argv[1:])
    print(json.dumps(grow((small, larger, largest))))
