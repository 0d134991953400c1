"""What hiding in a crowd adds to the bag (`spec/surveys.md` 6): the privacy blanket of Balle, Bell, Gascon and Nissim.

It is evaluated exactly, without a Hoeffding bound ("The Privacy Blanket of the Shuffle Model", CRYPTO 2019). It never
says when the claim may be made: `release.py` does.
"""

import math
from itertools import accumulate

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import check_bag

DELTA = 1e-6
FEWEST_REPORTS = 300
MOST_REPORTS = 5_000
_NEGLIGIBLE = 1e-14
_SURELY_LEFT_OUT = 1e-10
_PRECISION = 1e-4


def compute_delta(epsilon: float, reports: int, kinds: int, weight: int) -> float:
    """Give delta(epsilon) for so many honest reports released together without order (6.1)."""
    check_bag(kinds, weight)
    if reports < 1 or epsilon < 0:
        raise InvalidInputError("There is at least one report, and epsilon is not negative.")
    chance, growth = 1 / (weight + kinds - 1), math.exp(epsilon)
    total = 0.0
    for pair, likely in _list_binomial(reports, 2 * chance):
        # `pair` reports come from the blanket and are one of the two answers told apart; `others` are another one.
        excess = _PairExcess(pair, weight, growth)
        others = _list_binomial(reports - pair, (kinds - 2) * chance / (1 - 2 * chance), _NEGLIGIBLE / likely)
        total += likely * sum(part * excess.expect((1 - growth) * other) for other, part in others)
    # What was left out (a few thousand times 1e-14) counts at its largest: no report moves delta by more than w.
    return total / reports + _SURELY_LEFT_OUT * weight


def compute_epsilon(reports: int, kinds: int, weight: int, delta: float = DELTA) -> float:
    """Give the smallest epsilon at this delta; never more than ln w, which holds without any crowd.

    Above 5,000 reports it gives that of 5,000: more honest reports never tell more, because whoever sees them sees the
    others' reports besides.
    """
    crowd = min(reports, MOST_REPORTS)
    low, high = 0.0, math.log(weight)
    if compute_delta(high - _PRECISION, crowd, kinds, weight) > delta:
        return high
    goal = math.log(delta)
    at_low, at_high = math.log(compute_delta(low, crowd, kinds, weight)), -math.inf
    while high - low > _PRECISION:
        # ln delta bends little, so its secant is near; an eighth keeps both ends moving.
        share = 0.5 if at_high == -math.inf else (at_low - goal) / (at_low - at_high)
        middle = low + min(max(share, 0.125), 0.875) * (high - low)
        found = math.log(compute_delta(middle, crowd, kinds, weight))
        if found > goal:
            low, at_low = middle, found
        else:
            high, at_high = middle, found
    return high


class _PairExcess:
    """E[max(0, (w - g) A + (1 - w g) (P - A) + rest)] for A binomial(P, 1/2), for any rest."""

    def __init__(self, pair: int, weight: int, growth: float) -> None:
        self._slope = (weight - growth) - (1 - weight * growth)
        self._offset = (1 - weight * growth) * pair
        likely = _list_binomial(pair, 0.5)
        self._first = likely[0][0]
        backwards = likely[::-1]
        # Tails from each place on: the excess is positive exactly from the first place above -offset / slope.
        self._tails = [0.0, *accumulate(part for _, part in backwards)][::-1]
        self._means = [0.0, *accumulate(place * part for place, part in backwards)][::-1]

    def expect(self, rest: float) -> float:
        offset = self._offset + rest
        place = math.floor(-offset / self._slope) + 1 - self._first
        place = min(max(place, 0), len(self._tails) - 1)
        return self._slope * self._means[place] + offset * self._tails[place]


def _list_binomial(count: int, chance: float, negligible: float = _NEGLIGIBLE) -> list[tuple[int, float]]:
    """List numbers of successes with their chances, from the likeliest outwards until each is negligible."""
    if count == 0 or chance <= 0:
        return [(0, 1.0)]
    middle = min(count, int((count + 1) * chance))
    odds = chance / (1 - chance)
    peak = math.exp(
        math.lgamma(count + 1)
        - math.lgamma(middle + 1)
        - math.lgamma(count - middle + 1)
        + middle * math.log(chance)
        + (count - middle) * math.log1p(-chance)
    )
    above, part, place = [], peak, middle
    while place <= count and part > negligible:
        above.append((place, part))
        part *= (count - place) / (place + 1) * odds
        place += 1
    below, part, place = [], peak, middle
    while place > 0 and part > negligible:
        part *= place / (count - place + 1) / odds
        place -= 1
        below.append((place, part))
    return [*reversed(below), *above]
