"""Estimates are unbiased, with the variance that they claim, and are never bent to look tidy."""

import math
import random

import pytest

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import draw_ball, draw_level, draw_option, draw_pair, list_pairs
from amanah.core.surveys.estimates import (
    NoReportsError,
    compute_bag_gain,
    estimate_borda,
    estimate_change,
    estimate_mean,
    estimate_options,
    estimate_plain_mean,
    estimate_plain_shares,
    estimate_shares,
)

# European Social Survey round 5, Belgium 2010: trust in the police, 0 to 10.
ESS = (33, 23, 65, 87, 123, 284, 258, 427, 295, 67, 39)
ESS_MEAN = 6.006


def test_the_formulas_of_weight_seven_come_out_as_in_the_specification() -> None:
    yes = estimate_shares([300, 700], 7).estimates[1]
    assert yes.value == pytest.approx((8 * 0.7 - 1) / 6)
    assert yes.variance == pytest.approx((4 / 3) ** 2 * 0.7 * 0.3 / 1000)
    five = estimate_shares([100, 200, 300, 250, 150], 7).estimates
    assert five[2].value == pytest.approx((11 * 0.3 - 1) / 6)
    assert sum(one.value for one in five) == pytest.approx(1)
    assert estimate_mean([200, 300, 500], 7).value == pytest.approx(1.5 * 0.65 - 0.25)


def test_covariances_are_those_of_counts_that_share_one_total() -> None:
    shares = estimate_shares([10, 20, 70], 7)
    assert shares.covariance[0][1] == pytest.approx(-(1.5**2) * 0.1 * 0.2 / 100)
    for row in shares.covariance:
        assert sum(row) == pytest.approx(0)


def test_an_estimate_outside_nought_to_one_stays_there() -> None:
    assert estimate_shares([95, 5], 7).estimates[1].value < 0
    assert estimate_mean([100, 0, 0], 7).value == pytest.approx(-0.25)


@pytest.mark.slow
def test_estimates_are_right_on_average_and_spread_as_they_say() -> None:
    source = random.Random(7)
    truth = [0.1, 0.15, 0.25, 0.35, 0.15]
    runs, people = 400, 300
    shares, means, inside = [], [], 0
    mean = sum(place * share for place, share in enumerate(truth)) / 4
    for _ in range(runs):
        balls, levels = [0] * 5, [0] * 3
        for answer in source.choices(range(5), truth, k=people):
            balls[draw_ball(answer, 5, 7, source.randbytes)] += 1
            levels[draw_level(answer, 5, 7, source.randbytes)] += 1
        shares.append(estimate_shares(balls, 7).estimates[3].value)
        estimate = estimate_mean(levels, 7)
        means.append(estimate.value)
        inside += estimate.one_look[0] <= mean <= estimate.one_look[1]
    assert sum(shares) / runs == pytest.approx(0.35, abs=0.01)
    assert sum(means) / runs == pytest.approx(mean, abs=0.006)
    spread = sum((value - mean) ** 2 for value in means) / runs
    assert spread * people == pytest.approx(0.307, rel=0.25)
    assert inside / runs > 0.92


@pytest.mark.slow
def test_real_answers_go_through_the_whole_chain_and_come_out_as_they_went_in() -> None:
    source = random.Random(11)
    errors, inside = [], 0
    runs = 60
    for _ in range(runs):
        levels = [0] * 3
        for place, count in enumerate(ESS):
            for _ in range(count):
                levels[draw_level(place, 11, 7, source.randbytes)] += 1
        estimate = estimate_mean(levels, 7).scaled(10)
        errors.append(estimate.value - ESS_MEAN)
        inside += estimate.one_look[0] <= ESS_MEAN <= estimate.one_look[1]
    assert abs(sum(errors) / runs) < 0.05
    assert math.sqrt(sum(error**2 for error in errors) / runs) == pytest.approx(0.110, rel=0.3)
    assert inside / runs > 0.88


def test_plain_answers_need_no_correction() -> None:
    assert estimate_plain_mean(ESS).scaled(10).value == pytest.approx(ESS_MEAN, abs=0.001)
    plain = estimate_plain_shares([25, 75]).estimates[1]
    assert (plain.value, plain.share_due_to_bag) == (0.75, 0)


def test_most_of_a_small_interval_is_the_bags_doing_and_is_said_to_be() -> None:
    assert 0.3 < estimate_mean([291, 902, 508], 7).share_due_to_bag < 0.6
    assert (
        estimate_mean([291, 902, 508], 20).share_due_to_bag
        < estimate_mean([291, 902, 508], 7).share_due_to_bag
    )


def test_options_and_rankings_are_estimated_from_what_was_drawn() -> None:
    source = random.Random(3)
    counts = [0] * 8
    for _ in range(8_000):
        counts[draw_option({0, 2}, 4, 7, source.randbytes)] += 1
    values = [one.value for one in estimate_options(counts, 7) if one]
    assert values == pytest.approx([1, 0, 1, 0], abs=0.05)
    pairs = [0] * (2 * len(list_pairs(3)))
    for _ in range(6_000):
        pairs[draw_pair([2, 0, 1], 7, source.randbytes)] += 1
    assert [one.value for one in estimate_borda(pairs, 3, 7)] == pytest.approx([0.5, 0, 1], abs=0.05)
    assert estimate_options([0, 0, 1, 1], 7)[0] is None
    with pytest.raises(NoReportsError):
        estimate_borda([0, 0, 1, 1, 1, 1], 3, 7)


def test_a_change_is_told_on_the_scale_of_the_change() -> None:
    assert estimate_change([0, 100, 0], 7).value == pytest.approx(0)
    # Unanimity goes a little too far, because a bag never is unanimous.
    assert estimate_change([0, 0, 900], 100).value == pytest.approx(4 * (102 - 1.5) / 99 - 2)


def test_one_coached_answer_counts_as_much_as_is_said() -> None:
    assert compute_bag_gain(2, 7) == pytest.approx(4 / 3)
    assert compute_bag_gain(5, 3) == pytest.approx(3.5)
    before = estimate_shares([50, 50], 7).estimates[1].value
    after = estimate_shares([40, 60], 7).estimates[1].value
    assert after - before == pytest.approx(0.1 * compute_bag_gain(2, 7))


@pytest.mark.parametrize("counts", [[0, 0], [-1, 2], [1.0, 2], [3]])
def test_counts_that_are_none_are_refused(counts: list[int]) -> None:
    with pytest.raises(InvalidInputError):
        estimate_shares(counts, 7)
