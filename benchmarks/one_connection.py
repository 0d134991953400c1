"""How long one member alone at the gate waits for a pass to be spent, beside one fdatasync in the same folder."""

import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support.processes import Running

from benchmarks.crowds import write_presences
from benchmarks.measuring import Goal, Row, Sample, Scale, build_ratio_row, collect_samples, take_sample
from benchmarks.spending_sqlite import find_spending_folder, spend, start_gate

GOAL = Goal("at most", 8.0)
# What the gate's journal grows by for one row: two pages or so.
APPENDED = 8_192
SYNCS = 300


def measure(scale: Scale) -> list[Row]:
    """Run the rounds; both numbers are medians in milliseconds."""
    samples = collect_samples(scale, lambda: measure_round(scale))
    names = ("times one fdatasync", "p50 ms at one connection", "fdatasync p50 ms")
    return [
        build_ratio_row(
            "one_connection", "One pass spent, one connection, SQLite", samples, goal=GOAL, names=names
        )
    ]


def measure_round(scale: Scale) -> Sample:
    """Measure once."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        folder = Path(name)
        running, press = start_gate(folder)
        try:
            bodies = write_presences(press, scale.count_passes() // 8, folder / "bodies")

            def measure_ours() -> tuple[float, Mapping[str, float]]:
                _, more = spend(running, press, bodies, scale, connections=1)
                return more["p50 ms"], {"p99 ms": more["p99 ms"]}

            return take_sample(lambda: measure_fdatasync(running), measure_ours)
        finally:
            running.stop()


def measure_fdatasync(running: Running) -> float:
    """Give the median time in milliseconds of appending 8 kB and making it durable."""
    path = find_spending_folder(running) / "fdatasync"
    data = secrets.token_bytes(APPENDED)
    times = []
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(SYNCS):
            started = time.perf_counter()
            os.write(handle, data)
            os.fdatasync(handle)
            times.append(time.perf_counter() - started)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(times) * 1_000
