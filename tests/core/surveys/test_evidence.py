"""Intervals and evidence hold however often one looks, and are no wider than was measured before."""

import math
import random

import pytest

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.differences import (
    compute_anytime_difference,
    compute_one_look_difference,
)
from amanah.core.surveys.estimates import estimate_mean
from amanah.core.surveys.evidence import add_scores, compute_alpha, read_alarm, read_gate
from amanah.core.surveys.planning import (
    assume_scale,
    assume_share,
    compute_anytime_half_width,
    compute_one_look_half_width,
    find_reports_for_change,
    find_reports_for_width,
)
from amanah.core.surveys.sequences import (
    PLAIN,
    WaveScores,
    compute_anytime_interval,
    compute_evidence_above,
    compute_evidence_below,
    link_bag,
    link_scale,
    score_scale,
    score_share,
)

# A trust item of five steps: 10, 15, 25, 35 and 15 in 100, as low, middle and high.
LEVELS = (0.175, 0.5, 0.325)
TRUST = assume_scale(LEVELS, 7, link_scale(7))


@pytest.mark.parametrize(
    ("reports", "anytime", "one_look"),
    [
        (30, 0.325, 0.195),
        (100, 0.184, 0.108),
        (300, 0.108, 0.063),
        (1_000, 0.059, 0.034),
        (10_000, 0.019, 0.011),
    ],
)
def test_intervals_are_as_wide_as_measured_before(reports: int, anytime: float, one_look: float) -> None:
    assert compute_anytime_half_width(reports, TRUST) == pytest.approx(anytime, rel=0.06)
    assert compute_one_look_half_width(reports, TRUST) == pytest.approx(one_look, rel=0.04)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "weight"), [(0.05, 7), (0.5, 7), (0.2, 3)])
def test_watching_all_the_time_is_wrong_in_fewer_than_one_of_twenty_runs(share: float, weight: int) -> None:
    source = random.Random(f"{share} {weight}")
    link = link_bag(2, weight)
    reported = link.to_reports(share)
    threshold = math.log(2 / 0.05)
    runs, missed = 100, 0
    for _ in range(runs):
        yes = 0
        for total in range(1, 301):
            yes += source.random() < reported
            scores = score_share(yes, total)
            if (
                compute_evidence_above(scores, reported) >= threshold
                or compute_evidence_below(scores, reported) >= threshold
            ):
                missed += 1
                break
    assert missed / runs <= 0.05


def test_the_interval_is_all_that_the_evidence_leaves() -> None:
    scores, link = score_share(60, 100), link_bag(2, 7)
    low, high = compute_anytime_interval(scores, link)
    assert low < link.to_target(0.6) < high
    for target, is_inside in [
        (low + 1e-6, True),
        (low - 1e-3, False),
        (high - 1e-6, True),
        (high + 1e-3, False),
    ]:
        mean = link.to_reports(target)
        worst = max(compute_evidence_above(scores, mean), compute_evidence_below(scores, mean))
        assert (worst < math.log(40)) is is_inside


def test_nothing_is_known_before_the_first_report_and_little_after_unanimity() -> None:
    assert compute_anytime_interval(score_share(0, 0), PLAIN) == (0, 1)
    low, high = compute_anytime_interval(score_share(10, 10), PLAIN)
    assert 0.4 < low < 0.8
    assert high == 1


def test_the_order_of_batches_and_how_they_are_cut_does_not_matter_to_the_gate() -> None:
    scores = [score_scale(counts) for counts in ([5, 10, 25], [4, 9, 30], [8, 10, 30])]
    batches = [WaveScores(one, link_scale(7)) for one in scores]
    whole = read_gate([WaveScores(add_scores(scores), link_scale(7))], 0.6).evidence[-1]
    assert read_gate(batches, 0.6).evidence[-1] == pytest.approx(whole)
    assert read_gate(batches[::-1], 0.6).evidence[-1] == pytest.approx(whole)


def test_the_gate_opens_on_high_trust_and_stays_shut_at_the_line() -> None:
    link = link_bag(2, 7)

    def batch(share: float, size: int) -> WaveScores:
        return WaveScores(score_share(round(size * link.to_reports(share)), size), link)

    assert read_gate([batch(0.6, 100)] * 20, 0.6).opened_at is None
    opened = read_gate([batch(0.75, 50)] * 10, 0.6)
    assert opened.is_open
    assert opened.opened_at is not None
    assert 1 <= opened.opened_at <= 5


@pytest.mark.slow
def test_at_the_line_the_gate_opens_in_fewer_than_one_season_of_twenty() -> None:
    source = random.Random(21)
    link = link_bag(2, 7)
    reported = link.to_reports(0.6)
    opened = 0
    for _ in range(200):
        counts = [sum(source.random() < reported for _ in range(25)) for _ in range(40)]
        batches = [WaveScores(score_share(count, 25), link) for count in counts]
        opened += read_gate(batches, 0.6).is_open
    assert opened / 200 <= 0.05


@pytest.mark.slow
def test_the_alarm_rings_soon_when_harm_starts_late_and_hardly_ever_without() -> None:
    source = random.Random(5)
    link = link_bag(2, 7)

    def draw(share: float) -> WaveScores:
        yes = sum(source.random() < link.to_reports(share) for _ in range(30))
        return WaveScores(score_share(yes, 30), link)

    delays = []
    for _ in range(40):
        reading = read_alarm([draw(0.05) for _ in range(15)] + [draw(0.3) for _ in range(15)], 0.05)
        assert reading.rang_at is not None
        delays.append(reading.rang_at - 15)
    assert sorted(delays)[20] <= 3
    false = sum(read_alarm([draw(0.05) for _ in range(20)], 0.05).rang_at is not None for _ in range(60))
    assert false / 60 <= 0.2


def test_lines_outside_nought_to_one_and_unlike_batches_are_refused() -> None:
    for theta in (0, 1, -0.2, 1.5):
        with pytest.raises(InvalidInputError):
            read_gate([WaveScores(score_share(1, 2), PLAIN)], theta)
    with pytest.raises(InvalidInputError):
        add_scores([score_share(1, 2), score_scale([1, 2, 3])])


def test_several_claims_share_one_chance_in_twenty() -> None:
    assert sum(compute_alpha(place) for place in range(1, 100_000)) == pytest.approx(0.05, rel=1e-3)


def test_a_difference_is_inside_its_interval_and_watching_costs_about_twice_the_width() -> None:
    before, after = [50, 60, 120], [40, 50, 140]
    waves = [WaveScores(score_scale(counts), link_scale(7)) for counts in (before, after)]
    low, high = compute_anytime_difference(*waves)
    seen, one_low, one_high = compute_one_look_difference(estimate_mean(before, 7), estimate_mean(after, 7))
    assert low < seen < high
    assert 1.6 < (high - low) / (one_high - one_low) < 2.4
    assert (
        compute_anytime_difference(waves[0], waves[0])[0]
        < 0
        < compute_anytime_difference(waves[0], waves[0])[1]
    )


def test_planning_gives_the_numbers_of_the_power_table() -> None:
    assert find_reports_for_change(0.3 * 0.297, TRUST, TRUST) == pytest.approx(608, rel=0.01)
    assert find_reports_for_change(0.5 * 0.297, TRUST, TRUST) == pytest.approx(219, rel=0.01)
    needed = find_reports_for_width(0.05, lambda reports: compute_anytime_half_width(reports, TRUST))
    assert compute_anytime_half_width(needed, TRUST) <= 0.05
    assert compute_one_look_half_width(30, assume_share(0.5, link_bag(2, 7))) == pytest.approx(
        0.2386, rel=0.01
    )
    with pytest.raises(InvalidInputError):
        find_reports_for_change(0, TRUST, TRUST)
    with pytest.raises(InvalidInputError):
        find_reports_for_width(1e-6, lambda reports: compute_one_look_half_width(reports, TRUST))
