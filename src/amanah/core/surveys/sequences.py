"""Evidence and intervals that hold however often one looks (`spec/surveys.md` 3), from counts alone.

It needs no order and no time of any report, so that none has to be stored. The construction is the betting mixture of
Waudby-Smith and Ramdas with fixed stakes (Ryu and Bhatt); Ville's inequality does the rest.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import check_bag

ALPHA = 0.05
_STAKES = 64
_LOWEST, _HIGHEST = 0.002, 0.98
STAKES: tuple[float, ...] = tuple(
    _LOWEST * (_HIGHEST / _LOWEST) ** (place / (_STAKES - 1)) for place in range(_STAKES)
)
_PRECISION = 1e-9
_NOTHING = -math.inf


@dataclass(frozen=True)
class Link:
    """How the mean m of the reports' scores hangs on the target: m = start + slope * target (3.1)."""

    start: float
    slope: float

    def to_reports(self, target: float) -> float:
        """Give the mean of the scores for a target."""
        return self.start + self.slope * target

    def to_target(self, mean: float) -> float:
        """Give the target for a mean of the scores; it may lie outside 0..1."""
        return (mean - self.start) / self.slope


PLAIN = Link(0.0, 1.0)


def link_bag(kinds: int, weight: int) -> Link:
    """Give the link of the share of one answer, reported through a bag."""
    check_bag(kinds, weight)
    return Link(1 / (weight + kinds - 1), (weight - 1) / (weight + kinds - 1))


def link_scale(weight: int) -> Link:
    """Give the link of a mean on 0..1, reported as low, middle or high."""
    check_bag(3, weight)
    return Link(1.5 / (weight + 2), (weight - 1) / (weight + 2))


@dataclass(frozen=True)
class Scores:
    """How many reports have each score; scores lie in 0..1."""

    values: tuple[float, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        is_fit = len(self.values) == len(self.counts) and all(0 <= value <= 1 for value in self.values)
        if not is_fit or any(type(count) is not int or count < 0 for count in self.counts):
            raise InvalidInputError("Scores lie in 0..1, and there is a whole number of each.")

    @property
    def total(self) -> int:
        """Count the reports."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """Give the mean score."""
        return sum(value * count for value, count in zip(self.values, self.counts, strict=True)) / self.total


def score_share(count: int, total: int) -> Scores:
    """Give the scores of a share: one for those reports that say so."""
    return Scores((0.0, 1.0), (total - count, count))


def score_scale(counts: Sequence[int]) -> Scores:
    """Give the scores of a scale, lowest first, spread evenly over 0..1."""
    return Scores(tuple(place / (len(counts) - 1) for place in range(len(counts))), tuple(counts))


def compute_evidence_above(scores: Scores, mean: float) -> float:
    """Give ln W+: the evidence against "the mean of the scores is at most `mean`" (3.2)."""
    return mix_logs([sum_log_factors(scores, mean, stake) for stake in STAKES])


def compute_evidence_below(scores: Scores, mean: float) -> float:
    """Give ln W-: the evidence against "the mean of the scores is at least `mean`" (3.2)."""
    mirrored = Scores(tuple(1 - value for value in scores.values), scores.counts)
    return compute_evidence_above(mirrored, 1 - mean)


def compute_anytime_interval(scores: Scores, link: Link = PLAIN, alpha: float = ALPHA) -> tuple[float, float]:
    """Give the targets that cannot be excluded at 1 - alpha, whenever one looks (3.3); they may lie outside 0..1."""
    if scores.total == 0:
        return (link.to_target(0.0), link.to_target(1.0))
    threshold = math.log(2 / alpha)
    mean = scores.mean
    low = find_edge(lambda m: compute_evidence_above(scores, m) >= threshold, 0.0, mean)
    high = find_edge(lambda m: compute_evidence_below(scores, m) >= threshold, 1.0, mean)
    return (link.to_target(low), link.to_target(high))


def sum_log_factors(scores: Scores, mean: float, stake: float) -> float:
    """Give the logarithm of what one stake has grown to: sum of n_z ln(1 - c + c y_z / m)."""
    total = 0.0
    for value, count in zip(scores.values, scores.counts, strict=True):
        if count:
            if mean <= 0 and value > 0:
                return math.inf
            growth = value / mean if value else 0.0
            total += count * math.log1p(stake * (growth - 1))
    return total


def mix_logs(logs: Sequence[float]) -> float:
    """Give the logarithm of the mean of what is given by its logarithms."""
    highest = max(logs)
    if highest in (math.inf, _NOTHING):
        return highest
    return highest + math.log(sum(math.exp(value - highest) for value in logs) / len(logs))


def find_edge(
    is_excluded: Callable[[float], bool], outside: float, inside: float, precision: float = _PRECISION
) -> float:
    """Find by bisection where exclusion ends, between a far end and what was seen."""
    if not is_excluded(outside):
        return outside
    while abs(inside - outside) > precision:
        middle = (inside + outside) / 2
        if is_excluded(middle):
            outside = middle
        else:
            inside = middle
    return outside
