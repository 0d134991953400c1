"""The stepped wedge (`spec/surveys.md` 5.2): sites start one after another by lot, which says what chance can do.

It never assumes a distribution: the p-value comes from drawing the lots again.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from amanah.core.errors import InvalidInputError

DRAWS = 9_999
_MOST_SITES_FOR_ALL = 7
_SWEEPS = 200
_SETTLED = 1e-12

Numbers = NDArray[np.float64]


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
    values, weights = np.asarray(means, float), np.asarray(reports, float)
    is_fit = values.shape == weights.shape and values.ndim == 2 and len(starts) == len(values)
    if not is_fit or (weights <= 0).any() or not np.isfinite(values).all():
        raise InvalidInputError(
            "A stepped wedge needs a mean and a number of reports for each site and wave."
        )
    if len(set(starts)) < 2:
        raise InvalidInputError("In a stepped wedge the sites do not all start at once.")
    residue = _remove_sites_and_waves(values, weights)
    seen = _compute_effect(residue, weights, starts)
    lots = list(_list_lots(starts, draw_order))
    extreme = sum(abs(_compute_effect(residue, weights, lot)) >= abs(seen) - 1e-12 for lot in lots)
    return WedgeResult(seen, extreme / len(lots), len(lots))


def _list_lots(starts: Sequence[int], draw_order: Callable[[int], Sequence[int]]) -> Iterator[Sequence[int]]:
    if len(starts) <= _MOST_SITES_FOR_ALL:
        yield from set(permutations(starts))
        return
    yield tuple(starts)
    for _ in range(DRAWS):
        yield tuple(starts[place] for place in draw_order(len(starts)))


def _compute_effect(residue: Numbers, weights: Numbers, starts: Sequence[int]) -> float:
    waves = np.arange(residue.shape[1])
    treated = (waves[None, :] >= np.asarray(starts)[:, None]).astype(float)
    part = _remove_sites_and_waves(treated, weights)
    spread = float((weights * part * part).sum())
    return float((weights * part * residue).sum()) / spread if spread > _SETTLED else math.nan


def _remove_sites_and_waves(values: Numbers, weights: Numbers) -> Numbers:
    """Take out the weighted means of sites and waves in turn until nothing moves (weighted double-centring)."""
    rest = values.copy()
    for _ in range(_SWEEPS):
        by_site = (weights * rest).sum(1) / weights.sum(1)
        rest = rest - by_site[:, None]
        by_wave = (weights * rest).sum(0) / weights.sum(0)
        rest = rest - by_wave[None, :]
        if max(np.abs(by_site).max(), np.abs(by_wave).max()) < _SETTLED:
            break
    return rest
