"""Memory of everything that one community runs, after a hall has used it; shared pages are counted once.

The invented sister that `amanah demo` runs beside it is another community's: she is measured apart.
"""

import os
import tempfile
from pathlib import Path

from benchmarks.crowds import find_address, send_bodies, send_readers, write_presences
from benchmarks.deployments import PAGES, find_pages, open_press, running_world
from benchmarks.measuring import CpuWatch, Goal, Row, Scale, list_tree

GOAL = Goal("at most", 300)
CONNECTIONS = 32
READERS = 8


def measure(scale: Scale) -> list[Row]:
    """Start, use, and add up what the kernel says (PSS), without the example's sister and with her."""
    with CpuWatch() as watch:
        alone = measure_set(scale, has_sister=False)
        both = measure_set(scale, has_sister=True)
    return [
        Row(
            figure="memory",
            title="Memory of the whole embedded set after use",
            value=sum(alone.values()),
            unit="MB",
            foreign=watch.foreign,
            goal=GOAL,
            needs_quiet=False,
            more={f"{kind} MB": value for kind, value in sorted(alone.items())}
            | {"with the example's sister MB": sum(both.values())},
        )
    ]


def measure_set(scale: Scale, *, has_sister: bool) -> dict[str, float]:
    """Give MB by what a process is."""
    with (
        tempfile.TemporaryDirectory(prefix="amanah-bench-") as name,
        running_world(has_sister=has_sister) as world,
    ):
        press = open_press(world)
        bodies = write_presences(press, scale.count_passes(scale.seconds / 4), Path(name) / "bodies")
        spending = find_address(world.urls["spending"])
        send_bodies(spending, bodies, connections=CONNECTIONS, seconds=scale.seconds).wait()
        send_readers(find_pages(world), PAGES, connections=READERS, seconds=scale.seconds).wait()
        # The deployment is all that this process still runs.
        by_name: dict[str, float] = {}
        for process in list_tree(os.getpid()):
            if process != os.getpid():
                kind = read_kind(process)
                by_name[kind] = by_name.get(kind, 0.0) + read_pss(process)
        return by_name


def read_pss(process: int) -> float:
    """Give the proportional share of memory of a process in MB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1_024 / 1e6


def read_kind(process: int) -> str:
    """Say what a process is: the name after `--only`, its parent's for a worker, or the supervisor."""
    words = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    if "--only" in words:
        return words[words.index("--only") + 1]
    if "demo" in words:
        return "supervisor"
    parent = int(Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[1])
    return read_kind(parent) if parent > 1 else "other"
