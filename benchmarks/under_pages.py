"""Spending while the pages are under full load, beside spending alone; both in one deployment, as one laptop serves it.

The pages are asked by eight readers, in two languages, while an organiser saves five times a second: most answers are
kept bytes, the rest is drawn anew.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from amanah.drill.world import World
from benchmarks.crowds import Tally, find_address, send_bodies, send_readers, write_presences
from benchmarks.deployments import PAGES, busy_organiser, find_pages, open_press, running_world
from benchmarks.measuring import (
    CpuWatch,
    Goal,
    Row,
    Sample,
    Scale,
    build_ratio_row,
    collect_samples,
    compute_median,
)

SPENDERS = 32
READERS = 8
CHANGES_PER_SECOND = 5
RATE_GOAL = Goal("at least", 0.5)
P99_GOAL = Goal("at most", 3.0)
WARM_UP_SECONDS = 0.3


def measure(scale: Scale) -> list[Row]:
    """Run the rounds; the rate and the slowest hundredth have a goal each."""
    samples = collect_samples(scale, lambda: measure_round(scale))
    rate = build_ratio_row(
        "under_pages",
        "Spending under full page load",
        samples,
        goal=RATE_GOAL,
        names=("of spending alone", "spent/s", "alone spent/s"),
    )
    slowest = Row(
        figure="under_pages",
        title="Slowest hundredth of spending under full page load",
        value=compute_median(samples, lambda sample: sample.more["p99 ms"] / sample.more["alone p99 ms"]),
        unit="times p99 alone",
        foreign=rate.foreign,
        goal=P99_GOAL,
        more={
            name: compute_median(samples, lambda sample, name=name: sample.more[name])  # type: ignore[misc]
            for name in ("p99 ms", "alone p99 ms")
        },
    )
    return [rate, slowest]


def measure_round(scale: Scale) -> Sample:
    """Measure alone, under load, alone, on a new deployment."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name, running_world() as world:
        press = open_press(world)
        files = [write_presences(press, scale.count_passes(), Path(name) / str(run)) for run in range(3)]
        with CpuWatch() as watch:
            before = spend_alone(world, files[0], scale)
            under, more = spend_under_pages(world, files[1], scale)
            after = spend_alone(world, files[2], scale)
    alone_p99 = (before.p99 + after.p99) / 2
    return Sample(before.rate, under.rate, after.rate, watch.foreign, {**more, "alone p99 ms": alone_p99})


def spend_alone(world: World, bodies: Path, scale: Scale) -> Tally:
    """Spend with nobody at the pages."""
    address = find_address(world.urls["spending"])
    return send_bodies(address, bodies, connections=SPENDERS, seconds=scale.seconds).wait()


def spend_under_pages(world: World, bodies: Path, scale: Scale) -> tuple[Tally, Mapping[str, float]]:
    """Spend while readers take all that the pages can give."""
    reading = scale.seconds + 2 * WARM_UP_SECONDS
    readers = send_readers(find_pages(world), PAGES, connections=READERS, seconds=reading)
    with busy_organiser(world, changes_per_second=CHANGES_PER_SECOND):
        tally = spend_alone(world, bodies, scale)
        pages = readers.wait()
    return tally, {"p99 ms": tally.p99, "pages/s meanwhile": pages.rate}
