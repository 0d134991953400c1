"""The change between two waves (`spec/surveys.md` 5.1), from the counts of both; nobody is linked across them.

It never assumes that the same people answered twice; where they did, the truth is closer than the interval says.

Why it holds. Under one pair of targets (mu0, mu1) every report of wave i has the conditional mean m_i, so W+ and W- of
each wave at m_i are both averages of test martingales, and so is their mean M_i (Waudby-Smith and Ramdas, "Estimating
means of bounded random variables by betting", JRSSB 2024). M0 * M1 multiplies out to an average over pairs of stakes,
each of which bets on one report at a time, whichever wave it belongs to: a test martingale again, however the two waves
are interleaved. By Ville's inequality it ever reaches 1/alpha with a chance of at most alpha. A difference is excluded
only when all pairs with that difference are, the true one among them.
"""

import math
from dataclasses import dataclass

from amanah.core.surveys.estimates import NORMAL_95, Estimate
from amanah.core.surveys.sequences import (
    ALPHA,
    Evidence,
    WaveScores,
    compute_anytime_interval,
    read_evidence_above,
)

_WIDEST = 1.0
_PRECISION = 1e-8
_NARROWEST = 1e-12
_MOST_STEPS = 60
_MOST_STARTS = 40


@dataclass(frozen=True)
class _PairEvidence:
    """The logarithm of M0 M1 at a pair of targets, and how it changes with each of the two."""

    first: float
    second: float
    log: float
    by_first: float
    by_second: float

    @property
    def along(self) -> float:
        """Give how it changes where both targets move together."""
        return self.by_first + self.by_second

    def prove_gain(self, threshold: float, direction: int) -> float:
        """Give how far inside the difference of this pair all pairs are excluded still; nothing where none is sure.

        The evidence is convex, so with F' = -s + r and G' = s, at any pair (x, y) it is at least log + s (d - seen) +
        r (x - first), and x lies in 0..1. The same holds with the parts exchanged. The tangent thus proves a step of
        (log - threshold - the worst of the r part) / s towards the middle, whether or not the lowest pair was found.
        """
        gains = []
        for slope, place in ((self.by_second, self.first), (-self.by_first, self.second)):
            if slope * direction > 0:
                worst = self.along * place if self.along > 0 else -self.along * (1 - place)
                gains.append((self.log - threshold - worst) / abs(slope))
        return max(gains, default=0.0)


def compute_one_look_difference(before: Estimate, after: Estimate) -> tuple[float, float, float]:
    """Give after minus before with its 95 % interval for one look at times fixed beforehand."""
    difference = after.value - before.value
    half = NORMAL_95 * math.sqrt(before.cautious_variance + after.cautious_variance)
    return (difference, difference - half, difference + half)


def compute_anytime_difference(
    before: WaveScores, after: WaveScores, alpha: float = ALPHA
) -> tuple[float, float]:
    """Give the changes that cannot be excluded, however often one looks at either wave."""
    if before.scores.total == 0 or after.scores.total == 0:
        return (-_WIDEST, _WIDEST)
    threshold = math.log(1 / alpha)
    seen = _read_pair(before, after, before.find_target(), after.find_target())
    # No honest crowd gives reports that exclude even the pair that fits best; then nothing is said about a change.
    if seen.log >= threshold:
        return (-_WIDEST, _WIDEST)
    return (_find_edge(before, after, threshold, -1), _find_edge(before, after, threshold, 1))


def _find_edge(before: WaveScores, after: WaveScores, threshold: float, direction: int) -> float:
    """Find where exclusion ends, stepping inwards from a difference that is excluded; each step is proved."""
    middle = after.find_target() - before.find_target()
    widths = (compute_anytime_interval(wave.scores, wave.link) for wave in (before, after))
    guess = middle + direction * 0.75 * sum(high - low for low, high in widths)
    target = before.find_target()
    outermost = direction * _WIDEST
    start = min(max(guess, -_WIDEST), _WIDEST)
    for _ in range(_MOST_STARTS):
        difference, has_moved = start, False
        for _ in range(_MOST_STEPS):
            pair = _find_lowest_pair(before, after, difference, target, threshold)
            gain = pair.prove_gain(threshold, direction)
            if gain <= _PRECISION:
                break
            difference -= direction * gain
            target, has_moved = pair.first, True
        if has_moved:
            return difference
        # Not excluded yet, or so far out that the evidence is a wall: try between the two.
        if pair.log < threshold:
            middle = start
        else:
            outermost = start
        start = (middle + outermost) / 2
    return direction * _WIDEST


def _find_lowest_pair(
    before: WaveScores, after: WaveScores, difference: float, start: float, threshold: float
) -> _PairEvidence:
    """Find the pair with this difference against which there is least evidence, or one that is not excluded.

    It follows the secant of the slope, which rises, between the nearest pairs on either side of the lowest.
    """
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    target = min(max(start, low), high)
    left: _PairEvidence | None = None
    right: _PairEvidence | None = None
    for _ in range(_MOST_STEPS):
        pair = _read_pair(before, after, target, target + difference)
        scale = max(abs(pair.by_first), abs(pair.by_second))
        is_settled = abs(pair.along) <= _PRECISION * scale
        if pair.log < threshold or is_settled:
            return pair
        if pair.along < 0:
            left = pair
        else:
            right = pair
        target = _choose_target(left, right, pair, low, high)
        if abs(target - pair.first) < _NARROWEST:
            return pair
    return pair


def _choose_target(
    left: _PairEvidence | None, right: _PairEvidence | None, last: _PairEvidence, low: float, high: float
) -> float:
    if left and right:
        # The slope rises from left to right, so its secant meets zero between them; a tenth keeps both ends moving.
        share = left.along / (left.along - right.along)
        return left.first + min(max(share, 0.1), 0.9) * (right.first - left.first)
    # A step of twice the last slope reaches the other side where the evidence bends as a square does.
    bend = abs(last.by_first) + abs(last.by_second)
    return min(max(last.first - 2 * last.along / bend * (high - low), low), high)


def _read_pair(before: WaveScores, after: WaveScores, first: float, second: float) -> _PairEvidence:
    one, other = _read_against(before, first), _read_against(after, second)
    return _PairEvidence(first, second, one.log + other.log, one.slope, other.slope)


def _read_against(wave: WaveScores, target: float) -> Evidence:
    """Give ln of (W+ + W-)/2 at a target, and how it changes with the target."""
    # Just inside 0..1 the evidence is finite, and never more than at the ends.
    mean = min(max(wave.link.to_reports(target), _NARROWEST), 1 - _NARROWEST)
    above = read_evidence_above(wave.scores, mean)
    below = read_evidence_above(wave.scores.mirror(), 1 - mean)
    highest = max(above.log, below.log)
    parts = math.exp(above.log - highest), math.exp(below.log - highest)
    slope = (parts[0] * above.slope - parts[1] * below.slope) / sum(parts)
    return Evidence(highest + math.log(sum(parts) / 2), slope * wave.link.slope)
