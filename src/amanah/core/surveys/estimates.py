"""Estimates from counts of reports (`spec/surveys.md` 2): unbiased, with variance and covariance, never cut to 0..1.

It never sees a report, only how many there were of each.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import WIDEST_CHANGE, check_bag, list_pairs

NORMAL_95 = 1.959964


class NoReportsError(InvalidInputError):
    """There is nothing to estimate from."""

    code = "no-reports"


@dataclass(frozen=True)
class Estimate:
    """A share or a mean on 0..1; `variance` is that of the estimate; `plain_variance` what it were without a bag.

    `least_variance` is the smallest that honest reports can have: a bag is never unanimous, however few reports agree.
    """

    value: float
    variance: float
    plain_variance: float
    reports: int
    least_variance: float = 0.0

    @property
    def cautious_variance(self) -> float:
        """Give the variance that intervals are made of: never less than any honest crowd has (3.4)."""
        return max(self.variance, self.least_variance)

    @property
    def one_look(self) -> tuple[float, float]:
        """Give the 95 % interval for one look at a time fixed beforehand (3.4)."""
        half = NORMAL_95 * math.sqrt(self.cautious_variance)
        return (self.value - half, self.value + half)

    @property
    def share_due_to_bag(self) -> float:
        """Give which part of the interval's width is the bag's doing (2.5)."""
        if self.variance <= 0:
            return 0.0
        return max(0.0, 1 - math.sqrt(self.plain_variance / self.variance))

    def scaled(self, factor: float, shift: float = 0.0) -> "Estimate":
        """Give the same estimate on another scale: factor * value + shift."""
        square = factor * factor
        return Estimate(
            factor * self.value + shift,
            square * self.variance,
            square * self.plain_variance,
            self.reports,
            square * self.least_variance,
        )


@dataclass(frozen=True)
class Shares:
    """The shares of every answer to one question, and how their estimates vary together."""

    estimates: tuple[Estimate, ...]
    covariance: tuple[tuple[float, ...], ...]


def compute_bag_gain(kinds: int, weight: int) -> float:
    """Give by how much a bag stretches a share: what one dishonest report counts (2.4)."""
    check_bag(kinds, weight)
    return (weight + kinds - 1) / (weight - 1)


def compute_option_gain(options: int, weight: int) -> float:
    """Give what one dishonest report about a chosen option counts: only one report in `options` is about it (2.4)."""
    return options * compute_bag_gain(2, weight)


def compute_ranking_gain(options: int, weight: int) -> float:
    """Give what one dishonest report about a chosen pair counts in the Borda score of an option of it (2.4)."""
    return options / 2 * compute_bag_gain(2, weight)


def estimate_shares(counts: Sequence[int], weight: int) -> Shares:
    """Estimate the share of each answer from the counts of balls (2.1)."""
    total = _count(counts)
    gain = compute_bag_gain(len(counts), weight)
    shares = [count / total for count in counts]
    values = [((weight + len(counts) - 1) * share - 1) / (weight - 1) for share in shares]
    covariance = tuple(
        tuple(gain**2 * (a * (1 - a) if i == j else -a * b) / total for j, b in enumerate(shares))
        for i, a in enumerate(shares)
    )
    estimates = tuple(
        Estimate(
            value,
            covariance[i][i],
            _plain_variance(value, total),
            total,
            _least_variance(shares[i], len(counts), weight) / total,
        )
        for i, value in enumerate(values)
    )
    return Shares(estimates, covariance)


def estimate_plain_shares(counts: Sequence[int]) -> Shares:
    """Give the shares of plain answers in the same form."""
    total = _count(counts)
    shares = [count / total for count in counts]
    covariance = tuple(
        tuple((a * (1 - a) if i == j else -a * b) / total for j, b in enumerate(shares))
        for i, a in enumerate(shares)
    )
    estimates = tuple(
        Estimate(share, covariance[i][i], covariance[i][i], total) for i, share in enumerate(shares)
    )
    return Shares(estimates, covariance)


def estimate_mean(counts: Sequence[int], weight: int) -> Estimate:
    """Estimate the mean on 0..1 of a scale from the counts of low, middle and high balls (2.2).

    What plain answers would vary is only known with the rounding to three levels in it, so it is a little too large.
    """
    if len(counts) != 3:
        raise InvalidInputError("A scale has low, middle and high balls.")
    check_bag(3, weight)
    total = _count(counts)
    mean, spread = compute_moments([0.0, 0.5, 1.0], counts)
    value = ((weight + 2) * mean - 1.5) / (weight - 1)
    levels = [share.value for share in estimate_shares(counts, weight).estimates]
    plain = max(0.0, levels[1] / 4 + levels[2] - value**2) / total
    square = ((weight + 2) / (weight - 1)) ** 2
    # The variance is concave in the chances of the balls, so it is least at a corner: where everybody is in the middle.
    least = square / (2 * (weight + 2)) / total
    return Estimate(value, square * spread / total, plain, total, least)


def estimate_plain_mean(counts: Sequence[int]) -> Estimate:
    """Give the mean on 0..1 of plain answers to a scale, whose steps are counted from the lowest."""
    total = _count(counts)
    mean, spread = compute_moments([place / (len(counts) - 1) for place in range(len(counts))], counts)
    return Estimate(mean, spread / total, spread / total, total)


def estimate_change(counts: Sequence[int], weight: int) -> Estimate:
    """Estimate the mean change, from -2 to 2, from the counts of three balls (2.2)."""
    return estimate_mean(counts, weight).scaled(2 * WIDEST_CHANGE, -WIDEST_CHANGE)


def estimate_options(counts: Sequence[int], weight: int) -> tuple[Estimate | None, ...]:
    """Estimate the share that chose each option; None where nobody drew it (2.3). Counts are by 2j + ball."""
    check_bag(2, weight)
    total = _count(counts)
    return tuple(
        _widen_audience(estimate_shares(pair, weight).estimates[1], total) if sum(pair) else None
        for pair in (counts[place : place + 2] for place in range(0, len(counts), 2))
    )


def estimate_borda(counts: Sequence[int], options: int, weight: int) -> tuple[Estimate, ...]:
    """Estimate for each option of a ranking how often it stands before another (2.3). Counts are by 2p + ball."""
    pairs = list_pairs(options)
    if len(counts) != 2 * len(pairs):
        raise InvalidInputError("The counts are not those of a ranking of so many options.")
    shares = estimate_options(counts, weight)
    if None in shares:
        raise NoReportsError("Some pair was drawn by nobody; wait for more answers.")
    known = [share for share in shares if share is not None]
    result = []
    for option in range(options):
        mine = [(pair, share) for pair, share in zip(pairs, known, strict=True) if option in pair]
        value = sum(share.value if pair[0] == option else 1 - share.value for pair, share in mine) / len(mine)
        square = len(mine) ** 2
        result.append(
            Estimate(
                value,
                sum(share.variance for _, share in mine) / square,
                # A plain Borda score lies in 0..1; with this mean it varies at most so much.
                _plain_variance(value, sum(counts)),
                sum(share.reports for _, share in mine),
                sum(share.least_variance for _, share in mine) / square,
            )
        )
    return tuple(result)


def compute_moments(scores: Sequence[float], counts: Sequence[int]) -> tuple[float, float]:
    """Give mean and variance of scores of which there are so many each."""
    total = _count(counts)
    mean = sum(score * count for score, count in zip(scores, counts, strict=True)) / total
    spread = sum(count * (score - mean) ** 2 for score, count in zip(scores, counts, strict=True)) / total
    return mean, spread


def _plain_variance(share: float, total: int) -> float:
    bound = min(max(share, 0.0), 1.0)
    return bound * (1 - bound) / total


def _least_variance(share: float, kinds: int, weight: int) -> float:
    """Give the variance of one report where the share of a ball is as near as an honest crowd can come to it."""
    lightest = 1 / (weight + kinds - 1)
    nearest = min(max(share, lightest), weight * lightest)
    return compute_bag_gain(kinds, weight) ** 2 * nearest * (1 - nearest)


def _widen_audience(estimate: Estimate, total: int) -> Estimate:
    """Compare with what all would have said plainly about an option, not only those who drew it."""
    plain = _plain_variance(estimate.value, total)
    return Estimate(estimate.value, estimate.variance, plain, estimate.reports, estimate.least_variance)


def _count(counts: Sequence[int]) -> int:
    if any(type(count) is not int or count < 0 for count in counts) or len(counts) < 2:
        raise InvalidInputError("Counts are whole numbers from zero on, one for each kind of report.")
    total = sum(counts)
    if total == 0:
        raise NoReportsError("There are no reports to estimate from.")
    return total
