"""Intervals and differences in milliseconds, however many answered: a million reports beside a hundred."""

import statistics
import time
from collections.abc import Callable, Sequence

from amanah.core.surveys.differences import compute_anytime_difference
from amanah.core.surveys.sequences import WaveScores, compute_anytime_interval, link_scale, score_scale
from benchmarks.measuring import CpuWatch, Goal, Row, Scale

FEW, MANY = 100, 1_000_000
LEVELS = (0.2, 0.45, 0.35)
GROWTH_GOAL = Goal("at most", 2.0)
INTERVAL_GOAL = Goal("at most", 10.0)
DIFFERENCE_GOAL = Goal("at most", 100.0)


def measure(scale: Scale) -> list[Row]:
    """Time both at two sizes, in turns."""
    repeats = 40 if scale.has_network else 2
    rows: list[Row] = []
    for name, compute, goal in (
        ("An anytime interval of a scale", compute_interval, INTERVAL_GOAL),
        ("An anytime difference of two waves", compute_difference, DIFFERENCE_GOAL),
    ):
        with CpuWatch() as watch:
            few, many = [], []
            for _ in range(repeats):
                few.append(time_once(compute, FEW))
                many.append(time_once(compute, MANY))
        quick, slow = statistics.median(few), statistics.median(many)
        more = {f"ms at {FEW}": quick, f"ms at {MANY:,}": slow}
        figure = "survey_intervals"
        rows.append(Row(figure, f"{name}, {MANY:,} reports", slow, "ms", watch.foreign, goal=goal))
        rows.append(
            Row(
                figure,
                f"{name}, {MANY:,} beside {FEW} reports",
                slow / quick,
                "times as long",
                watch.foreign,
                goal=GROWTH_GOAL,
                more=more,
            )
        )
    return rows


def time_once(compute: Callable[[int], object], reports: int) -> float:
    """Give the milliseconds of one call."""
    started = time.perf_counter()
    compute(reports)
    return 1_000 * (time.perf_counter() - started)


def compute_interval(reports: int) -> tuple[float, float]:
    """Compute one interval."""
    wave = make_wave(reports, LEVELS)
    return compute_anytime_interval(wave.scores, wave.link)


def compute_difference(reports: int) -> tuple[float, float]:
    """Compute one difference."""
    return compute_anytime_difference(make_wave(reports, LEVELS), make_wave(reports, LEVELS[::-1]))


def make_wave(reports: int, levels: Sequence[float]) -> WaveScores:
    """Make the scores of a wave."""
    return WaveScores(score_scale([round(reports * level) for level in levels]), link_scale(7))
