"""Evidence and intervals that hold however often one looks (`spec/surveys.md` 3), from counts alone.

It needs no order and no time of any report, so that none has to be stored. The construction is the betting mixture of
Waudby-Smith and Ramdas with fixed stakes (Ryu and Bhatt); Ville's inequality does the rest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import check_bag

ALPHA = 0.05
_STAKES = 64
_LOWEST, _HIGHEST = 0.002, 0.98
STAKES: tuple[float, ...] = tuple(
    _LOWEST * (_HIGHEST / _LOWEST) ** (place / (_STAKES - 1)) for place in range(_STAKES)
)
_REMAINING = tuple(math.log1p(-stake) for stake in STAKES)
_TINIEST = -50.0
_SETTLED = 1e-13
_MOST_STEPS = 200
_NEGLIGIBLE = 1e-18


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

    def mirror(self) -> "Scores":
        """Give the scores counted from the other end."""
        return Scores(tuple(1 - value for value in self.values), self.counts)


@dataclass(frozen=True)
class WaveScores:
    """One wave's (or batch's) reports and how they hang on the target."""

    scores: Scores
    link: Link

    def find_target(self) -> float:
        """Find the target in 0..1 that fits the reports best."""
        return min(max(self.link.to_target(self.scores.mean), 0.0), 1.0)


@dataclass(frozen=True)
class Evidence:
    """The logarithm of a wealth at one mean of the scores, and how fast it changes with that mean."""

    log: float
    slope: float


def score_share(count: int, total: int) -> Scores:
    """Give the scores of a share: one for those reports that say so."""
    return Scores((0.0, 1.0), (total - count, count))


def score_scale(counts: Sequence[int]) -> Scores:
    """Give the scores of a scale, lowest first, spread evenly over 0..1."""
    return Scores(tuple(place / (len(counts) - 1) for place in range(len(counts))), tuple(counts))


def compute_evidence_above(scores: Scores, mean: float) -> float:
    """Give ln W+: the evidence against "the mean of the scores is at most `mean`" (3.2)."""
    return mix_logs(list_log_wealths(scores, mean))


def compute_evidence_below(scores: Scores, mean: float) -> float:
    """Give ln W-: the evidence against "the mean of the scores is at least `mean`" (3.2)."""
    return compute_evidence_above(scores.mirror(), 1 - mean)


def compute_anytime_interval(scores: Scores, link: Link = PLAIN, alpha: float = ALPHA) -> tuple[float, float]:
    """Give the targets that cannot be excluded at 1 - alpha, whenever one looks (3.3); they may lie outside 0..1."""
    threshold = math.log(2 / alpha)
    low = _find_low_edge(scores, threshold)
    high = 1 - _find_low_edge(scores.mirror(), threshold)
    return (link.to_target(low), link.to_target(high))


def list_log_wealths(scores: Scores, mean: float) -> list[float]:
    """List for each stake what it has grown to, as a logarithm: sum of n_z ln(1 - c + c y_z / m)."""
    given = [(value, count) for value, count in zip(scores.values, scores.counts, strict=True) if count]
    zeros = sum(count for value, count in given if not value)
    odds = [(value / mean, count) for value, count in given if value] if mean > 0 else []
    if mean <= 0 and zeros < scores.total:
        return [math.inf] * len(STAKES)
    wealths = []
    for stake, remaining in zip(STAKES, _REMAINING, strict=True):
        log = zeros * remaining
        for growth, count in odds:
            log += count * math.log1p(stake * (growth - 1))
        wealths.append(log)
    return wealths


def read_evidence_above(scores: Scores, mean: float) -> Evidence:
    """Give ln W+ at a mean above 0 and its derivative there; both are those of a convex, falling function.

    Each ln(1 - c + c y / m) is convex in m, because its second derivative is 1/m^2 - ((1-c) / ((1-c) m + c y))^2 >= 0;
    sums of these are convex, and so is the logarithm of a sum of exponentials of convex functions. The same holds in
    ln m instead of m. That is why tangents never lie above the evidence, and why nothing here has to be searched.
    """
    logs = list_log_wealths(scores, mean)
    highest = max(logs)
    odds = [(v / mean, n) for v, n in zip(scores.values, scores.counts, strict=True) if v and n]
    total = slope = 0.0
    for stake, log in zip(STAKES, logs, strict=True):
        part = math.exp(log - highest)
        total += part
        if part > _NEGLIGIBLE:
            for growth, count in odds:
                slope -= part * count * stake * growth / (1 + stake * (growth - 1))
    return Evidence(highest + math.log(total / len(logs)), slope / total / mean)


def mix_logs(logs: Sequence[float]) -> float:
    """Give the logarithm of the mean of what is given by its logarithms."""
    highest = max(logs)
    if highest in (math.inf, -math.inf):
        return highest
    return highest + math.log(sum(math.exp(value - highest) for value in logs) / len(logs))


def _find_low_edge(scores: Scores, threshold: float) -> float:
    """Find the highest mean at and below which all means are excluded, or 0.

    Newton's steps in ln m start where the mean is excluded. The function is convex, so each tangent meets the
    threshold no later than the function does: every step stays excluded, and the interval is never too narrow.
    """
    if not any(count for value, count in zip(scores.values, scores.counts, strict=True) if value):
        return 0.0
    place = _TINIEST
    for _ in range(_MOST_STEPS):
        mean = math.exp(place)
        evidence = read_evidence_above(scores, mean)
        if evidence.log <= threshold:
            break
        step = (threshold - evidence.log) / (evidence.slope * mean)
        if step < _SETTLED:
            break
        place += step
    return 0.0 if place == _TINIEST else math.exp(place)
