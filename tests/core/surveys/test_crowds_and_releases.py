"""What a crowd adds is computed exactly, lots say what chance can do, and no release points at few people."""

import math
import random
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.amplification import compute_delta, compute_epsilon
from amanah.core.surveys.release import (
    Ledger,
    OverlappingReleaseError,
    Shown,
    choose_hidden,
    is_too_few,
    may_claim_crowd,
    show_share,
)
from amanah.core.surveys.wedge import estimate_wedge


@pytest.mark.parametrize(
    ("kinds", "weight", "reports", "epsilon"),
    [
        (2, 7, 300, 0.75),
        (3, 7, 300, 0.70),
        (5, 7, 300, 0.61),
        (2, 7, 1000, 0.38),
        (3, 7, 1000, 0.36),
        (3, 7, 100, 1.35),
    ],
)
def test_the_blanket_gives_the_table_of_the_literature(
    kinds: int, weight: int, reports: int, epsilon: float
) -> None:
    assert compute_epsilon(reports, kinds, weight) == pytest.approx(epsilon, abs=0.006)


def test_a_small_crowd_adds_nothing_and_a_larger_one_never_takes_away() -> None:
    assert compute_epsilon(2, 2, 7) == math.log(7)
    values = [compute_epsilon(reports, 3, 7) for reports in (30, 100, 300, 1000)]
    assert values == sorted(values, reverse=True)
    assert compute_delta(math.log(7), 50, 3, 7) == pytest.approx(0, abs=1e-9)


def test_the_exact_sum_over_all_blankets_agrees_for_a_handful() -> None:
    kinds, weight, reports, epsilon = 3, 3, 4, 0.4
    chance, growth = 1 / (weight + kinds - 1), math.exp(epsilon)
    total = 0.0
    for a, b, r in product(range(reports + 1), repeat=3):
        rest = reports - a - b - r
        if rest < 0:
            continue
        ways = math.factorial(reports) / math.prod(map(math.factorial, (a, b, r, rest)))
        likely = ways * chance ** (a + b) * ((kinds - 2) * chance) ** r * (1 - kinds * chance) ** rest
        total += likely * max(0.0, (weight - growth) * a + (1 - weight * growth) * b + (1 - growth) * r)
    assert compute_delta(epsilon, reports, kinds, weight) == pytest.approx(total / reports, rel=1e-7)


def test_a_wedge_finds_an_effect_and_does_not_find_one_that_is_not_there() -> None:
    source = random.Random(3)

    def play(effect: float) -> float:
        starts = [1 + site // 2 for site in range(8)]
        source.shuffle(starts)
        means = [
            [source.gauss(0.02 * wave, 0.05) + effect * (wave >= starts[site]) for wave in range(5)]
            for site in range(8)
        ]
        result = estimate_wedge(means, [[30] * 5] * 8, starts, lambda n: source.sample(range(n), n))
        assert abs(result.effect - effect) < 0.08
        return result.p_value

    assert play(0.2) < 0.01
    assert play(0.0) > 0.01


def test_with_few_sites_every_lot_is_looked_at_and_the_smallest_p_value_is_one_lot() -> None:
    means = [[0.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    result = estimate_wedge(means, [[10] * 3] * 3, [1, 2, 3], lambda n: list(range(n)))
    assert result.lots == 6
    assert result.p_value == pytest.approx(1 / 6)
    assert result.effect == pytest.approx(1)


@pytest.mark.parametrize(
    ("means", "reports", "starts"),
    [
        ([[1.0, 2.0]], [[1, 1]], [0]),
        ([[1.0], [2.0]], [[1], [0]], [0, 1]),
        ([[1.0], [math.nan]], [[1], [1]], [0, 1]),
    ],
)
def test_a_wedge_that_is_none_is_refused(
    means: list[list[float]], reports: list[list[int]], starts: list[int]
) -> None:
    with pytest.raises(InvalidInputError):
        estimate_wedge(means, reports, starts, lambda n: list(range(n)))


@given(st.lists(st.integers(1, 60), max_size=12))
def test_no_sum_or_difference_of_releases_covers_one_to_nine_answers(arrivals: list[int]) -> None:
    ledger, total = Ledger(), 0
    for arrived in arrivals:
        total += arrived
        if ledger.may_release("cell", total):
            ledger = ledger.record("cell", total)
        else:
            with pytest.raises(OverlappingReleaseError):
                ledger.record("cell", total)
    sizes = [release.end - release.start for release in ledger.releases]
    for count in range(1, min(len(sizes), 6) + 1):
        for chosen in combinations(sizes, count):
            assert sum(chosen) >= 10
    edges = [0, *(release.end for release in ledger.releases)]
    assert all(abs(a - b) >= 10 for a, b in combinations(edges, 2))


@given(st.integers(0, 400), st.data())
def test_a_share_is_rounded_and_unanimity_of_few_is_never_shown(reports: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, reports))
    cell = show_share(count, reports)
    if reports < 10:
        assert (cell.shown, cell.percent, cell.reports) == (Shown.HIDDEN, None, 0)
        return
    assert cell.reports % 5 == 0
    assert cell.percent is not None
    assert 0 < cell.percent < 100
    low, high = cell.possible_shares
    assert low <= count / reports <= high
    if reports < 100:
        assert 10 <= cell.percent <= 90
        assert cell.percent % 5 == 0


def test_a_lonely_hidden_cell_takes_the_next_smallest_with_it() -> None:
    assert choose_hidden({"a": 4, "b": 30, "c": 12}) == {"a", "c"}
    assert choose_hidden({"a": 4, "b": 3, "c": 12, "d": 40}) == {"a", "b", "c"}
    assert choose_hidden({"a": 6, "b": 7, "c": 12}) == {"a", "b"}
    assert choose_hidden({"a": 40, "b": 30}) == frozenset()


def test_too_few_are_said_to_be_too_few_and_the_crowd_is_claimed_only_where_it_may_be() -> None:
    assert is_too_few(29, (0.4, 0.5))
    assert is_too_few(200, (0.1, 0.7))
    assert not is_too_few(200, (0.1, 0.3))
    assert may_claim_crowd([320, 400], 20)
    assert not may_claim_crowd([310, 400], 20)
    assert not may_claim_crowd([], 0)
