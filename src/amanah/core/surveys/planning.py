"""How many answers a question needs (`spec/surveys.md` 2, 3), before anybody has answered.

It never promises: it says what would be seen if the shares were as assumed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.estimates import NORMAL_95
from amanah.core.surveys.evidence import GATE_EVIDENCE
from amanah.core.surveys.sequences import (
    Link,
    Scores,
    compute_anytime_interval,
    compute_evidence_above,
)

NORMAL_80 = 0.841621
MOST_REPORTS = 10_000_000


@dataclass(frozen=True)
class Assumption:
    """What is assumed of the target: scores of single reports with their chances, and how these hang on the target."""

    values: tuple[float, ...]
    chances: tuple[float, ...]
    link: Link

    @property
    def variance(self) -> float:
        """Give the variance of the estimate times the number of reports."""
        mean = sum(v * p for v, p in zip(self.values, self.chances, strict=True))
        spread = sum(p * (v - mean) ** 2 for v, p in zip(self.values, self.chances, strict=True))
        return spread / self.link.slope**2


def assume_share(share: float, link: Link) -> Assumption:
    """Assume that this share gives an answer."""
    reported = link.to_reports(share)
    return Assumption((0.0, 1.0), (1 - reported, reported), link)


def assume_scale(levels: tuple[float, float, float], weight: int, link: Link) -> Assumption:
    """Assume these shares of low, middle and high on a scale."""
    kinds = weight + 2
    reported = tuple((1 + (weight - 1) * level) / kinds for level in levels)
    return Assumption((0.0, 0.5, 1.0), reported, link)


def compute_one_look_half_width(reports: int, assumption: Assumption) -> float:
    """Give half the width of the 95 % interval for one look."""
    return NORMAL_95 * math.sqrt(assumption.variance / reports)


def compute_anytime_half_width(reports: int, assumption: Assumption) -> float:
    """Give half the width of the anytime interval where reports come as assumed."""
    counts = [round(reports * chance) for chance in assumption.chances]
    low, high = compute_anytime_interval(Scores(assumption.values, tuple(counts)), assumption.link)
    return (high - low) / 2


def find_reports_for_width(half_width: float, compute: Callable[[int], float]) -> int:
    """Find the fewest reports that give at most this half width, by `compute` of the two above."""
    if half_width <= 0:
        raise InvalidInputError("A precision is larger than nothing.")
    low, high = 1, 2
    while compute(high) > half_width:
        low, high = high, 2 * high
        if high > MOST_REPORTS:
            raise InvalidInputError(
                "No survey here is large enough for so fine a precision; ask for a coarser one."
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if compute(middle) <= half_width else (middle, high)
    return high


def find_reports_for_gate(assumption: Assumption, theta: float, most: int = MOST_REPORTS) -> int | None:
    """Find after how many reports the evidence against "at most theta" opens a gate, if they come as assumed.

    Chance opens it earlier in most seasons, and later in the others. None where the assumption gives no such evidence
    within `most` reports.
    """
    mean = assumption.link.to_reports(theta)

    def is_open(reports: int) -> bool:
        counts = tuple(round(reports * chance) for chance in assumption.chances)
        return compute_evidence_above(Scores(assumption.values, counts), mean) >= math.log(GATE_EVIDENCE)

    high = 1
    while not is_open(high):
        high *= 2
        if high > most:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_open(middle) else (middle, high)
    return high


def find_reports_for_change(change: float, before: Assumption, after: Assumption) -> int:
    """Find how many reports each of two waves needs to see this change in four of five cases (two-sided 5 %)."""
    if change == 0:
        raise InvalidInputError(
            "No number of answers can show that nothing changed; choose a smallest change that matters."
        )
    return math.ceil((NORMAL_95 + NORMAL_80) ** 2 * (before.variance + after.variance) / change**2)
