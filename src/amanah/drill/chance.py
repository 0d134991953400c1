"""Is it better than guessing? Rank tests, matching counts and intervals. It never looks at a file."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

FAMILY_ALPHA = 0.001
LONGEST_EXACT = 400


@dataclass(frozen=True)
class Finding:
    """One attack's result: `linked` of `trials`, what guessing would give, a 95 % interval, and how surprising it is.

    `p` is two-sided and not yet corrected for the number of attacks. What is forbidden must not be found even once;
    what is told about the last seconds under load is shown and not counted.
    """

    kind: str
    detail: str
    where: str
    linked: int
    trials: int
    chance: float
    p: float
    is_forbidden: bool = False
    is_last_seconds: bool = False
    note: str = ""

    @property
    def attack(self) -> str:
        """Name the attack in full."""
        return f"{self.kind}: {self.detail}" if self.detail else self.kind

    @property
    def interval(self) -> tuple[float, float]:
        """Give the 95 % Wilson interval of linked / trials."""
        return compute_wilson_interval(self.linked, self.trials)

    def beats_chance(self, attacks: int) -> bool:
        """Say whether this is significant after Bonferroni over all attacks, or forbidden whatever its size."""
        if self.is_forbidden:
            return self.linked > 0
        return self.p < FAMILY_ALPHA / max(attacks, 1)


def compute_wilson_interval(hits: int, trials: int) -> tuple[float, float]:
    """Give the 95 % Wilson score interval of a proportion (Wilson 1927)."""
    if trials == 0:
        return (0.0, 1.0)
    z = 1.959964
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return (max(0.0, middle - half), min(1.0, middle + half))


def compute_two_sided_p(z: float) -> float:
    """Give the two-sided normal tail probability of z."""
    return math.erfc(abs(z) / math.sqrt(2))


def compute_rank_p(recovered: Sequence[float]) -> float:
    """Give the p-value of Spearman's rank correlation between values listed in true order and that order.

    Ties get middle ranks; all equal means no information, p = 1. Normal approximation z = rho * sqrt(n - 1).
    """
    count = len(recovered)
    if count < 4:
        return 1.0
    ranks = compute_middle_ranks(np.asarray(recovered, dtype=float))
    truth = np.arange(count, dtype=float)
    spread = ranks.std()
    if spread == 0:
        return 1.0
    rho = float(np.mean((ranks - ranks.mean()) * (truth - truth.mean())) / (spread * truth.std()))
    return compute_two_sided_p(rho * math.sqrt(count - 1))


def compute_middle_ranks(
    values: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Give ranks from 0; equal values share the middle of their places."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles = ends - (counts + 1) / 2
    ranks: np.ndarray[tuple[int], np.dtype[np.float64]] = middles[inverse]
    return ranks


def compute_stratified_kendall_p(strata: Sequence[Sequence[float]]) -> float:
    """Give the p-value of Kendall's S added up over strata; each stratum lists recovered values in true order.

    This finds an order that survives only inside a page, where ranks over the whole file would hide it.
    """
    total = 0.0
    variance = 0.0
    for stratum in strata:
        values = np.asarray(stratum, dtype=float)
        size = len(values)
        if size < 2:
            continue
        signs = np.sign(values[None, :] - values[:, None])
        total += float(np.triu(signs, 1).sum())
        variance += size * (size - 1) * (2 * size + 5) / 18
    return compute_two_sided_p(total / math.sqrt(variance)) if variance else 1.0


def count_position_matches(truth: Sequence[int], recovered: Sequence[int]) -> int:
    """Count members whom matching first with first, second with second, and so on, gets right."""
    return sum(1 for left, right in zip(truth, recovered, strict=False) if left == right)


def compute_match_p(hits: int, expected: float = 1.0) -> float:
    """Give P(at least `hits`) of a Poisson count; a random permutation has one fixed point on average."""
    if hits <= 0:
        return 1.0
    terms = (
        math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))
        for count in range(hits, hits + 100)
    )
    return max(math.fsum(terms), 1e-300)


def compute_sum_p(chances: Sequence[float], hits: int) -> tuple[float, float]:
    """Give P(at most `hits`) and P(at least `hits`) of independent yes-or-no events with these chances, exactly."""
    spread = np.zeros(len(chances) + 1)
    spread[0] = 1.0
    for place, chance in enumerate(chances):
        spread[1 : place + 2] = spread[1 : place + 2] * (1 - chance) + spread[: place + 1] * chance
        spread[0] *= 1 - chance
    return min(1.0, float(spread[: hits + 1].sum())), min(1.0, float(spread[hits:].sum()))


def compute_shuffled_p(left: Sequence[Hashable], right: Sequence[Hashable]) -> tuple[int, float, float]:
    """Count places at which two lists agree; give what a shuffled list agrees in on average, and P(so many or more).

    Exact for lists of up to 400; longer ones by the normal approximation with the exact variance of a permutation.
    """
    count, hits = len(left), count_matches(left, right)
    ours, theirs = Counter(left), Counter(right)
    shares = [(number, theirs[value]) for value, number in ours.items()]
    expected = sum(a * b for a, b in shares) / max(count, 1)
    if hits == 0 or count < 2:
        return hits, expected, 1.0
    if count <= LONGEST_EXACT:
        return hits, expected, _compute_exact_p(shares, count, hits)
    squares = sum(a * b for a, b in shares)
    mixed = sum(a * b * (a + b) for a, b in shares)
    variance = (squares + (squares**2 / count - mixed) / count) / (count - 1)
    if variance <= 0:
        return hits, expected, 1.0
    z = (hits - 0.5 - expected) / math.sqrt(variance)
    return hits, expected, 0.5 * math.erfc(z / math.sqrt(2))


def _compute_exact_p(shares: Sequence[tuple[int, int]], count: int, hits: int) -> float:
    """Count the orders with at least so many hits by rook numbers (Riordan 1958), in whole numbers."""
    rooks = [1]
    for ours, theirs in shares:
        own = [
            math.comb(ours, k) * math.comb(theirs, k) * math.factorial(k)
            for k in range(min(ours, theirs) + 1)
        ]
        grown = [0] * (len(rooks) + len(own) - 1)
        for place, number in enumerate(rooks):
            for further, other in enumerate(own):
                grown[place + further] += number * other
        rooks = grown
    orders = 0
    for k in range(hits, len(rooks)):
        placed = math.comb(k - 1, hits - 1) * rooks[k] * math.factorial(count - k)
        orders += placed if (k - hits) % 2 == 0 else -placed
    return orders / math.factorial(count)


def count_matches(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """Count the places at which two lists hold the same."""
    return sum(one == other for one, other in zip(left, right, strict=True))
