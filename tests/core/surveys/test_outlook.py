"""What a season shows so far is one interval over all its bags; how many more answers it takes is a fair forecast."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.surveys.outlook import (
    Foresight,
    compute_season_interval,
    estimate_season,
    foresee_opening,
    foretell_from_nothing,
    round_roughly,
)
from amanah.core.surveys.sequences import (
    Scores,
    WaveScores,
    compute_anytime_interval,
    link_scale,
    list_log_wealths,
    mix_logs,
    score_scale,
)

THETA, WEIGHT = 0.6, 7
LINK = link_scale(WEIGHT)


def draw_chances(mean: float, middle: float = 0.45) -> list[float]:
    high = mean - middle / 2
    levels = (1 - middle - high, middle, high)
    return [(1 + (WEIGHT - 1) * level) / (WEIGHT + 2) for level in levels]


def batch(*counts: int, weight: int = WEIGHT) -> WaveScores:
    return WaveScores(score_scale(counts), link_scale(weight))


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(0, 400)] * 3), st.tuples(*[st.integers(0, 400)] * 3))
def test_over_one_bag_the_interval_is_that_of_all_reports_together(
    first: tuple[int, int, int], second: tuple[int, int, int]
) -> None:
    pooled = [a + b for a, b in zip(first, second, strict=True)]
    low, high = compute_anytime_interval(score_scale(pooled), LINK)
    shown = compute_season_interval([batch(*first), batch(*second)], 0.05)
    assert shown == pytest.approx((min(max(low, 0), 1), min(max(high, 0), 1)), abs=1e-8)


def test_over_two_bags_the_interval_is_narrower_than_over_either() -> None:
    first, second = batch(30, 60, 110), batch(40, 60, 100, weight=3)
    both = compute_season_interval([first, second], 0.05)
    alone = [compute_season_interval([one], 0.05) for one in (first, second)]
    assert both[1] - both[0] < min(high - low for low, high in alone)
    assert both[0] < (estimate_season([first, second]) or 0) < both[1]


def test_without_a_report_nothing_is_estimated() -> None:
    assert estimate_season([]) is None
    assert compute_season_interval([], 0.05) == (0.0, 1.0)


def test_few_reports_foretell_nothing() -> None:
    assert foresee_opening([batch(2, 2, 25)], THETA) == Foresight("too-few", 29)


def test_under_the_line_more_answers_are_said_not_to_open_it() -> None:
    assert foresee_opening([batch(40, 40, 40)], THETA) == Foresight("under", 120)


def test_what_has_enough_evidence_needs_no_more() -> None:
    assert foresee_opening([batch(10, 60, 130)], THETA).outlook == "enough"


def test_too_near_to_the_line_no_number_is_named() -> None:
    mean = LINK.to_reports(THETA)
    high = round(1_000_000 * (mean - 0.2))
    assert foresee_opening([batch(600_000 - high, 400_000, high + 20)], THETA).outlook in {"far", "under"}


@pytest.mark.parametrize(("trust", "runs"), [(0.7, 200), (0.75, 200)])
def test_in_four_of_five_seasons_the_gate_opens_with_as_many_answers_as_foretold(
    trust: float, runs: int
) -> None:
    """From a start of 60 answers that look as the crowd is, further answers are drawn until the evidence is enough."""
    chances = draw_chances(trust)
    start = [round(60 * chance) for chance in chances]
    start[1] += 60 - sum(start)
    foreseen = foresee_opening([batch(*start)], THETA)
    assert foreseen.needed is not None
    rng, mean = random.Random(4), LINK.to_reports(THETA)
    begun = list_log_wealths(score_scale(start), mean)
    steps = [
        list_log_wealths(Scores((0.0, 0.5, 1.0), one), mean) for one in ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    ]
    opened = 0
    for _ in range(runs):
        logs = list(begun)
        for _ in range(foreseen.needed - 60):
            step = steps[rng.choices(range(3), chances)[0]]
            logs = [before + grown for before, grown in zip(logs, step, strict=True)]
            if mix_logs(logs) >= math.log(20):
                opened += 1
                break
    assert 0.72 * runs <= opened <= 0.92 * runs


@pytest.mark.parametrize(("trust", "simulated"), [(0.65, 1_609), (0.7, 419), (0.75, 201)])
def test_before_anybody_answered_the_forecast_is_near_to_what_simulations_gave(
    trust: float, simulated: int
) -> None:
    """The simulations drew seasons with theta = 0.6 and w = 7 until four of five had opened."""
    foretold = foretell_from_nothing(trust, THETA, WEIGHT)
    assert foretold is not None
    assert abs(foretold - simulated) <= 0.25 * simulated


def test_at_the_line_no_number_of_answers_is_foretold() -> None:
    assert foretell_from_nothing(0.6, 0.6, 7) is None
    assert foretell_from_nothing(0.5, 0.6, 7) is None


def test_a_forecast_has_two_digits() -> None:
    assert [round_roughly(number) for number in (7, 99, 100, 419, 1_752)] == [7, 99, 100, 420, 1_800]
