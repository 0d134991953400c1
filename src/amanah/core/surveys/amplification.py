"""What hiding in a crowd adds to the bag (`spec/surveys.md` 6): the privacy blanket of Balle, Bell, Gascon and Nissim.

It is evaluated exactly, without a Hoeffding bound. It never says when the claim may be made: `release.py` does.
"""

import math

import numpy as np
from numpy.typing import NDArray

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import check_bag

DELTA = 1e-6
FEWEST_REPORTS = 300
_NEGLIGIBLE = 1e-16
_PRECISION = 1e-4

Numbers = NDArray[np.float64]


def compute_delta(epsilon: float, reports: int, kinds: int, weight: int) -> float:
    """Give delta(epsilon) for so many honest reports released together without order (6.1)."""
    check_bag(kinds, weight)
    if reports < 1 or epsilon < 0:
        raise InvalidInputError("There is at least one report, and epsilon is not negative.")
    chance = 1 / (weight + kinds - 1)
    growth = math.exp(epsilon)
    # M reports come from the blanket, spread evenly over the kinds; P of them are one of the two answers told apart.
    blanket = _list_binomial(reports, kinds * chance)
    counts = np.flatnonzero(blanket > _NEGLIGIBLE)
    pairs = np.flatnonzero(_list_binomial(reports, 2 * chance) > _NEGLIGIBLE)
    total = 0.0
    for pair in pairs:
        fit = counts[counts >= pair]
        likely = np.multiply(blanket[fit], _list_pair_chances(fit, int(pair), kinds))
        rest = np.asarray((1 - growth) * (fit - pair), dtype=float)
        total += float(np.dot(likely, _expect_excess(int(pair), weight, growth, rest)))
    return total / reports


def compute_epsilon(reports: int, kinds: int, weight: int, delta: float = DELTA) -> float:
    """Give the smallest epsilon at this delta; never more than ln w, which holds without any crowd."""
    low, high = 0.0, math.log(weight)
    if compute_delta(high - _PRECISION, reports, kinds, weight) > delta:
        return high
    while high - low > _PRECISION:
        middle = (low + high) / 2
        if compute_delta(middle, reports, kinds, weight) > delta:
            low = middle
        else:
            high = middle
    return high


def _expect_excess(pair: int, weight: int, growth: float, rest: Numbers) -> Numbers:
    """Give E[((w - g) A + (1 - w g) (P - A) + rest)+] for A binomial(P, 1/2), for each of the rests."""
    slope = (weight - growth) - (1 - weight * growth)
    offset = (1 - weight * growth) * pair + rest
    ones = np.arange(pair + 1)
    likely = _list_binomial(pair, 0.5)
    # Tails from each place on: the excess is positive exactly from the first place above -offset / slope.
    tail = np.append(np.cumsum(likely[::-1])[::-1], 0.0)
    mean = np.append(np.cumsum((likely * ones)[::-1])[::-1], 0.0)
    first = np.clip(np.floor(-offset / slope) + 1, 0, pair + 1).astype(int)
    return np.asarray(slope * mean[first] + offset * tail[first], dtype=float)


def _list_pair_chances(counts: NDArray[np.int64], pair: int, kinds: int) -> Numbers:
    """Give for each number of blanket reports the chance that exactly `pair` of them are one of two kinds."""
    if kinds == 2:
        return np.asarray(counts == pair, dtype=float)
    logs = [
        math.lgamma(count + 1) - math.lgamma(pair + 1) - math.lgamma(count - pair + 1) for count in counts
    ]
    rest = counts - pair
    return np.asarray(
        np.exp(np.array(logs) + pair * math.log(2 / kinds) + rest * math.log1p(-2 / kinds)), dtype=float
    )


def _list_binomial(count: int, chance: float) -> Numbers:
    """Give the chances of 0..count successes."""
    if chance >= 1:
        return np.asarray(np.eye(1, count + 1, count)[0], dtype=float)
    places = np.arange(1, count + 1, dtype=float)
    steps = np.log((count - places + 1) / places) + math.log(chance / (1 - chance))
    logs = np.concatenate(([0.0], np.cumsum(steps))) + count * math.log1p(-chance)
    return np.asarray(np.exp(logs), dtype=float)
