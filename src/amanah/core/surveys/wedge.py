"""The stepped wedge (`spec/surveys.md` 5.2): sites start one after another by lot, which says what chance can do.

It never assumes a distribution: the p-value comes from drawing the lots again.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import draw_below

DRAWS = 9_999
_MOST_SITES_FOR_ALL = 7
_SETTLED = 1e-9

Table = list[list[float]]


@dataclass(frozen=True)
class WedgeResult:
    """The effect on the scale of the cell means, its permutation p-value, and how many lots were looked at."""

    effect: float
    p_value: float
    lots: int


def estimate_wedge(
    means: Sequence[Sequence[float]],
    reports: Sequence[Sequence[int]],
    starts: Sequence[int],
    draw_order: Callable[[int], Sequence[int]],
) -> WedgeResult:
    """Estimate the effect from cell means by site and wave; `starts` is the wave from which a site was treated.

    `draw_order(n)` gives a uniformly random order of n sites. With at most seven sites every lot is looked at.
    """
    _check_wedge(means, reports, starts)
    cells = _Cells(means, reports, starts)
    seen = cells.compute_effect(starts)
    if math.isnan(seen):
        raise InvalidInputError("No two sites differ in when they started while both were asked.")
    lots = extreme = 0
    for lot in _list_lots(starts, draw_order):
        lots += 1
        extreme += abs(cells.compute_effect(lot)) >= abs(seen) - 1e-12
    return WedgeResult(seen, extreme / lots, lots)


def compute_wedge_interval(
    means: Sequence[Sequence[float]],
    reports: Sequence[Sequence[int]],
    starts: Sequence[int],
    draw_order: Callable[[int], Sequence[int]],
    alpha: float = 0.05,
) -> tuple[float, float]:
    """Give the effects, alike at all sites and waves, whose p-value by the same lots is above alpha (5.2).

    Take the effect d away from the treated cells; then the lot L sees a_L - d b_L, where a_L is what it sees in the
    means and b_L what it sees in the treatment that happened, and the lot that happened sees a - d. With t = d - a, L
    is as extreme where |c_L - t b_L| >= |t|, c_L = a_L - a b_L: between two roots around 0. Where |b_L| >= 1 it counts
    for every d, which can only widen the interval.
    """
    _check_wedge(means, reports, starts)
    cells = _Cells(means, reports, starts)
    treated = [[float(wave >= start) for wave in range(len(means[0]))] for start in starts]
    happened = _Cells(treated, reports, starts)
    seen = cells.compute_effect(starts)
    if math.isnan(seen):
        raise InvalidInputError("No two sites differ in when they started while both were asked.")
    ends: list[tuple[float, float]] = []
    lots = 0
    for lot in _list_lots(starts, draw_order):
        lots += 1
        share = happened.compute_effect(lot)
        if not math.isnan(share):
            rest = cells.compute_effect(lot) - seen * share
            ends.append(_find_roots(rest, share))
    enough = math.floor(alpha * lots)
    if len(ends) <= enough:
        return (-1.0, 1.0)
    low = sorted(low for low, _ in ends)[enough]
    high = sorted((high for _, high in ends), reverse=True)[enough]
    return (max(seen + low, -1.0), min(seen + high, 1.0))


def _find_roots(rest: float, share: float) -> tuple[float, float]:
    if abs(share) >= 1 - _SETTLED:
        return (-math.inf, math.inf)
    roots = (rest / (1 + share), -rest / (1 - share))
    return (min(roots), max(roots))


def order_from_seed(seed: bytes) -> Callable[[int], Sequence[int]]:
    """Give orders that follow from a public seed, so that anybody draws the same lots again."""
    drawn = 0

    def random(length: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.sha256(seed + drawn.to_bytes(8)).digest()[:length]

    def draw_order(sites: int) -> Sequence[int]:
        order = list(range(sites))
        for place in range(sites - 1, 0, -1):
            other = draw_below(place + 1, random)
            order[place], order[other] = order[other], order[place]
        return order

    return draw_order


def _check_wedge(
    means: Sequence[Sequence[float]], reports: Sequence[Sequence[int]], starts: Sequence[int]
) -> None:
    shapes = {len(row) for row in (*means, *reports)}
    is_fit = len(means) == len(reports) == len(starts) and len(shapes) == 1
    numbers = [mean for row in means for mean in row]
    if (
        not is_fit
        or not all(count > 0 for row in reports for count in row)
        or not all(map(math.isfinite, numbers))
    ):
        raise InvalidInputError(
            "A stepped wedge needs a mean and a number of reports for each site and wave."
        )
    if len(set(starts)) < 2:
        raise InvalidInputError("In a stepped wedge the sites do not all start at once.")


def _list_lots(starts: Sequence[int], draw_order: Callable[[int], Sequence[int]]) -> Iterator[Sequence[int]]:
    if len(starts) <= _MOST_SITES_FOR_ALL:
        yield from set(permutations(starts))
        return
    yield tuple(starts)
    for _ in range(DRAWS):
        yield tuple(starts[place] for place in draw_order(len(starts)))


class _Cells:
    """Weighted least squares with effects of sites and waves, prepared so that one more lot costs a few additions.

    With z the treatment, M the projection that takes sites and waves out and W the weights, the effect is
    z'WMy / z'WMz. Both parts add up over sites, but for the waves, which leave the length of a short vector.
    """

    def __init__(
        self, means: Sequence[Sequence[float]], reports: Sequence[Sequence[int]], starts: Sequence[int]
    ) -> None:
        self._weights = [[float(count) for count in row] for row in reports]
        self._sites = [sum(row) for row in self._weights]
        self._factor = _factorise(self._build_wave_matrix())
        self._seen = self._project_out(means)
        self._by_start = [
            {start: self._describe(site, start) for start in set(starts)} for site in range(len(means))
        ]

    def compute_effect(self, starts: Sequence[int]) -> float:
        """Give the effect if the sites had started so; not a number where nothing tells it apart."""
        chosen = [table[start] for table, start in zip(self._by_start, starts, strict=True)]
        waves = [math.fsum(column) for column in zip(*(vector for _, _, vector in chosen), strict=True)]
        whole = math.fsum(own for _, own, _ in chosen)
        spread = whole - math.fsum(value * value for value in waves)
        if spread <= _SETTLED * max(whole, 1.0):
            return math.nan
        return math.fsum(shared for shared, _, _ in chosen) / spread

    def _describe(self, site: int, start: int) -> tuple[float, float, list[float]]:
        """Give one site's part of z'WMy, of z'Wz without the site's mean, and of the waves' vector."""
        weights = self._weights[site]
        treated = [float(wave >= start) for wave in range(len(weights))]
        shared = math.fsum(w * z * y for w, z, y in zip(weights, treated, self._seen[site], strict=True))
        mass = math.fsum(w * z for w, z in zip(weights, treated, strict=True))
        share = mass / self._sites[site]
        left = [w * (z - share) for w, z in zip(weights, treated, strict=True)]
        return shared, mass * (1 - share), _solve_lower(self._factor, left[:-1])

    def _build_wave_matrix(self) -> Table:
        """Give the weights of waves once sites are out; the last wave is left out, because the others tell it."""
        waves = len(self._weights[0]) - 1
        return [
            [
                math.fsum(
                    row[i] * (i == j) - row[i] * row[j] / whole
                    for row, whole in zip(self._weights, self._sites, strict=True)
                )
                for j in range(waves)
            ]
            for i in range(waves)
        ]

    def _project_out(self, values: Sequence[Sequence[float]]) -> Table:
        """Take the weighted effects of sites and waves out of the values."""
        centred = []
        for row, weights, whole in zip(values, self._weights, self._sites, strict=True):
            mean = math.fsum(w * value for w, value in zip(weights, row, strict=True)) / whole
            centred.append([value - mean for value in row])
        sums = [
            math.fsum(weights[wave] * row[wave] for weights, row in zip(self._weights, centred, strict=True))
            for wave in range(len(self._weights[0]) - 1)
        ]
        effects = [*_solve_upper(self._factor, _solve_lower(self._factor, sums)), 0.0]
        rest = []
        for row, weights, whole in zip(centred, self._weights, self._sites, strict=True):
            mean = math.fsum(w * effect for w, effect in zip(weights, effects, strict=True)) / whole
            rest.append([value - effect + mean for value, effect in zip(row, effects, strict=True)])
        return rest


def _factorise(matrix: Table) -> Table:
    """Give the lower triangle L with L L' = matrix (Cholesky)."""
    factor: Table = []
    for i, row in enumerate(matrix):
        line: list[float] = []
        for j in range(i):
            line.append(
                (row[j] - math.fsum(a * b for a, b in zip(line, factor[j], strict=False))) / factor[j][j]
            )
        line.append(math.sqrt(row[i] - math.fsum(value * value for value in line)))
        factor.append(line)
    return factor


def _solve_lower(factor: Table, values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for line, value in zip(factor, values, strict=True):
        found.append((value - math.fsum(a * b for a, b in zip(line, found, strict=False))) / line[-1])
    return found


def _solve_upper(factor: Table, values: Sequence[float]) -> list[float]:
    found = [0.0] * len(values)
    for i in reversed(range(len(values))):
        later = math.fsum(factor[j][i] * found[j] for j in range(i + 1, len(values)))
        found[i] = (values[i] - later) / factor[i][i]
    return found
