"""What an organiser is told beforehand is what results will say afterwards, where answers come as was assumed."""

import math
import random
import statistics
from typing import Any

import pytest

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.counting import QuestionCount
from amanah.core.surveys.differences import compute_one_look_difference
from amanah.core.surveys.drawing import draw_ball, draw_level
from amanah.core.surveys.estimates import estimate_mean, estimate_shares
from amanah.core.surveys.planning import (
    compute_prospect,
    find_fewest_members,
    find_members_for_change,
    find_members_for_precision,
    find_smallest_change,
)
from amanah.core.surveys.questions import Kind, Question, Sensitivity, choose_mechanism
from amanah.core.surveys.release import bound_cell, bound_cell_once, show_share
from amanah.core.surveys.targets import estimate_target, score_target

KINDS: dict[Kind, dict[str, Any]] = {
    "single": {"choices": ("a", "b")},
    "multiple": {"choices": ("a", "b", "c", "d")},
    "scale": {"highest": 4},
    "ranking": {"choices": ("a", "b", "c", "d")},
    "index": {"choices": ("a", "b", "c", "d", "e"), "highest": 4},
    "change": {"highest": 4},
}


def ask(kind: Kind, sensitivity: Sensitivity, **changed: Any) -> Question:
    mechanism, weight = choose_mechanism(kind, sensitivity, changed.pop("weight", None))
    return Question("q1", kind, mechanism=mechanism, weight=weight, **(KINDS[kind] | changed))


def build_source(seed: int) -> Any:
    return random.Random(seed).randbytes


@pytest.mark.parametrize(
    ("kind", "length", "words"), [("single", 100, 15.8), ("scale", 4, 0.68), ("change", 4, 0.68)]
)
def test_a_class_of_thirty_is_blurred_by_the_bag_alone_and_told_that_it_is_too_small(
    kind: Kind, length: int, words: float
) -> None:
    prospect = compute_prospect(ask(kind, "sensitive"), 30)
    assert length * prospect.bag_alone == pytest.approx(words, abs=0.05 * length / 100 + 0.05)
    assert prospect.bag_alone < prospect.one_look < prospect.anytime
    assert prospect.is_too_few


def test_the_bag_alone_is_what_a_class_sees_that_is_nothing_but_itself() -> None:
    source = build_source(1)
    said = [0] * 15 + [1] * 15
    found = []
    for _ in range(1_500):
        balls = [draw_ball(answer, 2, 7, source) for answer in said]
        found.append(estimate_shares([balls.count(0), balls.count(1)], 7).estimates[0].value)
    expected = compute_prospect(ask("single", "sensitive"), 30).bag_alone
    assert 1.96 * statistics.pstdev(found) == pytest.approx(expected, rel=0.06)


def test_a_scale_spread_evenly_varies_as_was_assumed() -> None:
    source = build_source(2)
    found = []
    for _ in range(600):
        balls = [draw_level(step % 5, 5, 7, source) for step in range(100)]
        found.append(estimate_mean([balls.count(ball) for ball in (0, 1, 2)], 7).value)
    expected = compute_prospect(ask("scale", "sensitive"), 100).bag_alone
    assert 1.96 * statistics.pstdev(found) == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize(("sensitivity", "half"), [("sensitive", (40, 40)), ("gravest", (40, 40))])
def test_a_prospect_is_the_interval_of_the_result_that_was_assumed(
    sensitivity: Sensitivity, half: tuple[int, int]
) -> None:
    question = ask("single", sensitivity)
    prospect = compute_prospect(question, sum(half))
    count = QuestionCount(question, tuple(zip("ab", half, strict=True)), sum(half), 0, 0)
    estimate = estimate_target(count, "a")
    assert estimate is not None
    low, high = estimate.one_look
    assert prospect.one_look == pytest.approx((high - low) / 2)
    assert score_target(count, "a").scores.total == prospect.reports


@pytest.mark.parametrize("members", [10, 30, 120, 1_000])
def test_a_plain_prospect_is_that_of_the_rounded_cell(members: int) -> None:
    prospect = compute_prospect(ask("single", "harmless"), members)
    cell = show_share(members // 2, members)
    for told, (low, high) in (
        (prospect.one_look, bound_cell_once(cell)),
        (prospect.anytime, bound_cell(cell)),
    ):
        assert told == pytest.approx((high - low) / 2)
    assert prospect.bag_alone == 0.0


def test_fewer_than_ten_plain_answers_are_too_few_and_so_is_nobody() -> None:
    assert compute_prospect(ask("single", "harmless"), 9).is_too_few
    assert not compute_prospect(ask("single", "harmless"), 10).is_too_few
    for sensitivity in ("harmless", "sensitive"):
        assert compute_prospect(ask("single", sensitivity), 0).is_too_few  # type: ignore[arg-type]
    assert find_smallest_change(ask("single", "sensitive"), 0) is None


@pytest.mark.parametrize(
    ("kind", "is_in_block", "reports"),
    [("single", False, 120), ("single", True, 40), ("multiple", False, 30), ("ranking", True, 20)],
)
def test_only_those_are_counted_who_report_about_one_thing(
    kind: Kind, is_in_block: bool, reports: int
) -> None:
    assert compute_prospect(ask(kind, "sensitive", is_in_block=is_in_block), 120).reports == reports


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("sensitivity", ["harmless", "sensitive", "gravest"])
def test_the_fewest_people_are_enough_and_one_less_is_not(kind: Kind, sensitivity: Sensitivity) -> None:
    question = ask(kind, sensitivity, is_in_block=sensitivity != "harmless")
    fewest = find_fewest_members(question)
    assert not compute_prospect(question, fewest).is_too_few
    assert compute_prospect(question, fewest - 1).is_too_few


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_graver_question_needs_more_people_for_the_same_precision(kind: Kind) -> None:
    needed = [
        find_members_for_precision(ask(kind, sensitivity), 0.05)
        for sensitivity in ("harmless", "sensitive", "gravest")
    ]
    assert needed == sorted(needed)
    for sensitivity, members in zip(("sensitive", "gravest"), needed[1:], strict=True):
        question = ask(kind, sensitivity)
        assert compute_prospect(question, members).one_look <= 0.05
        assert compute_prospect(question, members - 1).one_look > 0.05


def test_a_precision_finer_than_rounding_is_refused_in_words() -> None:
    with pytest.raises(InvalidInputError, match="coarser"):
        find_members_for_precision(ask("single", "harmless"), 0.005)


def test_a_planned_change_is_seen_in_four_of_five_cases() -> None:
    question, change = ask("single", "sensitive"), 0.15
    members = find_members_for_change(question, change)
    assert find_smallest_change(question, members) == pytest.approx(change, rel=0.01)
    chance, seen, rounds = random.Random(3), 0, 400
    for _ in range(rounds):
        waves = []
        for share in (0.5, 0.5 + change):
            reported = (1 + 6 * share) / 8
            said = sum(chance.random() < reported for _ in range(members))
            waves.append(estimate_shares([said, members - said], 7).estimates[0])
        _, low, high = compute_one_look_difference(waves[0], waves[1])
        seen += not low <= 0 <= high
    assert seen / rounds == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / rounds))


def test_a_change_that_is_asked_itself_needs_one_wave_and_half_the_people() -> None:
    scale, change = ask("scale", "sensitive"), ask("change", "sensitive")
    assert find_members_for_change(change, 0.1) == pytest.approx(
        find_members_for_change(scale, 0.1) / 2, abs=1
    )
