"""The change between two waves (`spec/surveys.md` 5.1), from the counts of both; nobody is linked across them.

It never assumes that the same people answered twice; where they did, the truth is closer than the interval says.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from amanah.core.surveys.estimates import NORMAL_95, Estimate
from amanah.core.surveys.sequences import (
    ALPHA,
    Link,
    Scores,
    compute_evidence_above,
    compute_evidence_below,
    find_edge,
)

_WIDEST = 1.0
_PRECISION = 1e-4
_GOLDEN = (math.sqrt(5) - 1) / 2
_GRID = 24


@dataclass(frozen=True)
class WaveScores:
    """One wave's reports and how they hang on the target."""

    scores: Scores
    link: Link


def compute_one_look_difference(before: Estimate, after: Estimate) -> tuple[float, float, float]:
    """Give after minus before with its 95 % interval for one look at times fixed beforehand."""
    difference = after.value - before.value
    half = NORMAL_95 * math.sqrt(before.variance + after.variance)
    return (difference, difference - half, difference + half)


def compute_anytime_difference(
    before: WaveScores, after: WaveScores, alpha: float = ALPHA
) -> tuple[float, float]:
    """Give the changes that cannot be excluded, however often one looks at either wave."""
    if before.scores.total == 0 or after.scores.total == 0:
        return (-_WIDEST, _WIDEST)
    threshold = math.log(1 / alpha)
    seen = after.link.to_target(after.scores.mean) - before.link.to_target(before.scores.mean)
    center = max(-_WIDEST, min(_WIDEST, seen))

    def is_excluded(difference: float) -> bool:
        return _find_least(before, after, difference) >= threshold

    return (
        find_edge(is_excluded, -_WIDEST, center, _PRECISION),
        find_edge(is_excluded, _WIDEST, center, _PRECISION),
    )


def _find_least(before: WaveScores, after: WaveScores, difference: float) -> float:
    """Find the least evidence against any pair of targets with this difference."""
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)

    def against(target: float) -> float:
        return _compute_evidence(before, target) + _compute_evidence(after, target + difference)

    best = min((low + (high - low) * place / _GRID for place in range(_GRID + 1)), key=against)
    step = (high - low) / _GRID
    return _search(against, max(low, best - step), min(high, best + step))


def _compute_evidence(wave: WaveScores, target: float) -> float:
    mean = min(max(wave.link.to_reports(target), 0.0), 1.0)
    above, below = compute_evidence_above(wave.scores, mean), compute_evidence_below(wave.scores, mean)
    highest = max(above, below)
    if math.isinf(highest):
        return highest
    return highest + math.log((math.exp(above - highest) + math.exp(below - highest)) / 2)


def _search(against: Callable[[float], float], low: float, high: float) -> float:
    """Golden-section search; evidence falls towards what was seen and rises beyond it."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = against(left), against(right)
    while high - low > _PRECISION:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = against(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = against(right)
    return min(at_left, at_right)
