"""Binomials, crowds and intervals of shown cells, beside scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from amanah.core.surveys.amplification import _list_binomial, compute_delta
from amanah.core.surveys.release import bound_cell_once, show_share


@pytest.mark.parametrize(("count", "chance"), [(1, 0.5), (30, 0.01), (300, 2 / 9), (5_000, 0.9), (20, 0.999)])
def test_chances_of_binomials_are_those_of_scipy_and_nothing_that_counts_is_left_out(
    count: int, chance: float
) -> None:
    listed = _list_binomial(count, chance)
    places = [place for place, _ in listed]
    assert places == list(range(places[0], places[-1] + 1))
    for place, likely in listed:
        assert likely == pytest.approx(float(stats.binom.pmf(place, count, chance)), rel=1e-9, abs=1e-15)
    assert sum(likely for _, likely in listed) == pytest.approx(1, abs=1e-11)


@pytest.mark.parametrize(
    ("kinds", "weight", "reports", "epsilon"), [(2, 7, 60, 1.2), (3, 7, 60, 1.0), (5, 3, 40, 0.5)]
)
def test_the_blanket_is_the_sum_over_every_blanket(
    kinds: int, weight: int, reports: int, epsilon: float
) -> None:
    chance, growth = 1 / (weight + kinds - 1), math.exp(epsilon)
    a, b, r = np.meshgrid(*(np.arange(reports + 1),) * 3, indexing="ij", sparse=True)
    rest = reports - a - b - r
    chances = [chance, chance, (kinds - 2) * chance, 1 - kinds * chance]
    log = math.lgamma(reports + 1) - sum(
        np.vectorize(math.lgamma)(np.maximum(n, 0) + 1.0) for n in (a, b, r, rest)
    )
    for number, part in zip((a, b, r, rest), chances, strict=True):
        log = log + (number * math.log(part) if part else np.where(number > 0, -np.inf, 0.0))
    likely = np.where(rest >= 0, np.exp(log), 0.0)
    excess = (weight - growth) * a + (1 - weight * growth) * b + (1 - growth) * r
    exact = float((likely * np.maximum(excess, 0)).sum()) / reports
    ours = compute_delta(epsilon, reports, kinds, weight)
    assert exact <= ours <= exact + 1e-8


@pytest.mark.parametrize(("count", "reports"), [(7, 15), (30, 95), (300, 1_000), (20, 205)])
def test_one_look_at_a_cell_is_wilsons_interval_of_all_that_it_can_stand_for(
    count: int, reports: int
) -> None:
    cell = show_share(count, reports)
    low, high = cell.possible_shares
    ends = math.floor(low * cell.reports), math.ceil(high * cell.reports)
    wilson = [stats.binomtest(end, cell.reports).proportion_ci(0.95, "wilson") for end in ends]
    assert bound_cell_once(cell) == pytest.approx((wilson[0].low, wilson[1].high), abs=1e-6)
    exact = stats.binomtest(count, reports).proportion_ci(0.95, "wilson")
    assert bound_cell_once(cell)[0] <= exact.low
    assert exact.high <= bound_cell_once(cell)[1]
