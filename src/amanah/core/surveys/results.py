"""Counts in, published numbers out (`spec/surveys.md` 9): the same bytes on the page and in an outsider's check.

Numbers are whole millionths, because canonical JSON has no other. It never publishes more of a plain question than its
shown cells: their intervals are made of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.surveys.amplification import compute_epsilon
from amanah.core.surveys.counting import QuestionCount, SurveyCount
from amanah.core.surveys.differences import compute_anytime_difference, compute_one_look_difference
from amanah.core.surveys.release import (
    Cell,
    Interval,
    Shown,
    bound_cell,
    bound_cell_once,
    choose_hidden,
    is_too_few,
    may_claim_crowd,
    show_mean,
    show_share,
)
from amanah.core.surveys.sequences import PLAIN, WaveScores, compute_anytime_interval, score_share
from amanah.core.surveys.stated_plan import MILLION, StatedPlan, compute_plan_hash, encode_plan
from amanah.core.surveys.targets import (
    compute_gain,
    count_kinds,
    estimate_target,
    list_targets,
    score_target,
)

KIND = "amanah-results"
BLOCK_SHARE = 3
_NOISE = 1e-4
_crowd_epsilon = lru_cache(maxsize=256)(compute_epsilon)


@dataclass(frozen=True)
class Setting:
    """What the log says about a batch besides its answers.

    `was_timed` where its closing time stood in the log before its first report and was kept; `served` passes were
    handed out; one adversary could hold `one_adversary` of them, None where the conditions of 6.2 do not hold.
    """

    was_timed: bool
    served: int | None = None
    one_adversary: int | None = None


@dataclass(frozen=True)
class QuestionResult:
    """What is published about one question in one batch: `head` of the question, `targets` of what it asks."""

    head: Mapping[str, JsonValue]
    targets: tuple[Mapping[str, JsonValue], ...]

    @property
    def document(self) -> JsonValue:
        """Give the form that is published."""
        return {**self.head, "targets": [dict(target) for target in self.targets]}


def build_results(plan: StatedPlan, counted: SurveyCount, setting: Setting) -> bytes:
    """Give the canonical bytes of everything that is published about one batch."""
    if tuple(one.question for one in counted.questions) != plan.questions:
        raise InvalidInputError("These counts are of other questions than the plan's.")
    alpha = plan.alpha / MILLION
    hidden = _list_hidden(counted)
    # A sheet with several answers links them; only the reports to a lonely question can hide in a crowd (6.2).
    crowd = replace(setting, one_adversary=None) if len(plan.questions) > 1 else setting
    groups: list[JsonValue] = [
        {
            "breakdown": group.breakdown,
            "choice": group.choice,
            "questions": [
                build_question_result(
                    one,
                    # Nobody knows how many passes went to a group.
                    replace(crowd, served=None),
                    alpha=alpha,
                    is_hidden=group.choice in hidden[group.breakdown, one.question.code],
                ).document
                for one in group.questions
                if one.question.code != group.breakdown
            ],
        }
        for group in counted.groups
    ]
    return encode_canonical_json(
        {
            "groups": groups,
            "kind": KIND,
            "occasion": plan.occasion,
            "plan": compute_plan_hash(encode_plan(plan)),
            "questions": [
                build_question_result(one, crowd, alpha=alpha).document for one in counted.questions
            ],
            "readable": counted.readable,
            "served": setting.served,
            "unreadable": counted.unreadable,
            "v": 1,
            "was_timed": setting.was_timed,
        }
    )


def build_question_result(
    count: QuestionCount, setting: Setting, *, alpha: float, is_hidden: bool = False
) -> QuestionResult:
    """Give what is published about one question."""
    question = count.question
    if question.only_if:
        # Nobody knows how many would have been asked.
        setting = replace(setting, served=None)
    crowd = _tell_crowd(count, setting)
    head: dict[str, JsonValue] = {
        "code": question.code,
        "crowd": crowd,
        "gain": _millionths(compute_gain(question)),
        "kind": question.kind,
        "mechanism": question.mechanism,
        "weight": question.weight,
    }
    if question.is_randomised and is_hidden:
        # The bag hides what was said, but who is in a group was said plainly.
        return QuestionResult({**head, "crowd": None, "foreign": None, "reports": 0}, ())
    if question.is_randomised:
        targets = [_tell_randomised(count, target, setting, alpha) for target in list_targets(question)]
        return QuestionResult({**head, "foreign": count.foreign, "reports": count.answered}, tuple(targets))
    cells = [(target, show_target(count, target, is_hidden=is_hidden)) for target in list_targets(question)]
    reports = cells[0][1].reports
    plain = [_tell_plain(target, cell, setting, alpha) for target, cell in cells]
    return QuestionResult({**head, "foreign": None, "reports": reports}, tuple(plain))


def show_target(count: QuestionCount, target: str, *, is_hidden: bool = False) -> Cell:
    """Give one cell of a plain question as it may be shown (7)."""
    scores = score_target(count, target).scores
    if is_hidden:
        return Cell(Shown.HIDDEN, None, 0)
    if len(scores.values) == 2 and count.question.kind in {"single", "multiple"}:
        return show_share(scores.counts[1], scores.total)
    places = sum(place * number for place, number in enumerate(scores.counts))
    return show_mean(places, scores.total, len(scores.counts) - 1)


def compare_waves(
    before: QuestionCount, after: QuestionCount, target: str, *, was_timed: bool, alpha: float
) -> Mapping[str, JsonValue]:
    """Give what is published about the change of one target between two batches (5.1)."""
    if before.question.kind != after.question.kind or before.question.choices != after.question.choices:
        raise InvalidInputError("Only the same question can be compared over time.")
    if before.question.mechanism != after.question.mechanism:
        raise InvalidInputError(
            "A plain wave and one through a bag are not compared: they say different things."
        )
    if not before.question.is_randomised:
        return _compare_cells(show_target(before, target), show_target(after, target), target, alpha)
    waves = score_target(before, target), score_target(after, target)
    first, second = estimate_target(before, target), estimate_target(after, target)
    seen: tuple[float, float, float] | None = None
    if first and second:
        seen = compute_one_look_difference(first, second)
    return {
        "anytime": _pair(compute_anytime_difference(*waves, alpha)),
        "estimate": _millionths(seen[0]) if seen else None,
        "one_look": _pair(seen[1:]) if seen and was_timed else None,
        "target": target,
    }


def compute_nonresponse(mean: Interval, reports: int, served: int, *, is_in_block: bool = False) -> Interval:
    """Give the bounds of a mean if everybody who was silent had said the least, or the most (9.3).

    A block is asked by lot, so that silence of those who were not drawn says nothing: three times as many count.
    """
    rate = min(1.0, reports * (BLOCK_SHARE if is_in_block else 1) / served) if served else 0.0
    return (rate * mean[0], rate * mean[1] + 1 - rate)


def _tell_randomised(
    count: QuestionCount, target: str, setting: Setting, alpha: float
) -> Mapping[str, JsonValue]:
    wave = score_target(count, target)
    reports = wave.scores.total
    anytime = compute_anytime_interval(wave.scores, wave.link, alpha)
    estimate = estimate_target(count, target)
    bounds = None
    if estimate and setting.served is not None:
        value = (estimate.value, estimate.value)
        is_in_block = count.question.is_in_block
        bounds = _pair(compute_nonresponse(value, count.answered, setting.served, is_in_block=is_in_block))
    return {
        "anytime": _pair(anytime),
        "error": _millionths(math.sqrt(estimate.cautious_variance)) if estimate else None,
        "estimate": _millionths(estimate.value) if estimate else None,
        "nonresponse": bounds,
        "one_look": _pair(estimate.one_look) if estimate and setting.was_timed else None,
        "reports": reports,
        "share_due_to_bag": _millionths(estimate.share_due_to_bag) if estimate else None,
        "target": target,
        "too_few": estimate is None or is_too_few(reports, anytime),
    }


def _tell_plain(target: str, cell: Cell, setting: Setting, alpha: float) -> Mapping[str, JsonValue]:
    is_shown = cell.shown is not Shown.HIDDEN
    bounds = None
    if is_shown and setting.served is not None:
        bounds = _pair(compute_nonresponse(cell.possible_shares, cell.reports, setting.served))
    return {
        "anytime": _pair(bound_cell(cell, alpha)) if is_shown else None,
        "nonresponse": bounds,
        "one_look": _pair(bound_cell_once(cell)) if is_shown and setting.was_timed else None,
        "percent": cell.percent,
        "shown": cell.shown.value,
        "target": target,
    }


def _compare_cells(before: Cell, after: Cell, target: str, alpha: float) -> Mapping[str, JsonValue]:
    """Compare what is shown of two plain cells: the widest change that both can stand for."""
    if Shown.HIDDEN in {before.shown, after.shown}:
        return {"anytime": None, "estimate": None, "one_look": None, "target": target}
    (low, high), (later_low, later_high) = before.possible_shares, after.possible_shares
    smallest = compute_anytime_difference(_widest(high, before), _widest(later_low, after, -1), alpha)
    largest = compute_anytime_difference(_widest(low, before, -1), _widest(later_high, after), alpha)
    is_number = before.shown is after.shown is Shown.NUMBER
    change = (after.percent or 0) - (before.percent or 0)
    return {
        "anytime": _pair((smallest[0], largest[1])),
        "estimate": change * MILLION // 100 if is_number else None,
        "one_look": None,
        "target": target,
    }


def _widest(share: float, cell: Cell, direction: int = 1) -> WaveScores:
    count = math.ceil(share * cell.reports) if direction > 0 else math.floor(share * cell.reports)
    return WaveScores(score_share(count, cell.reports), PLAIN)


def _tell_crowd(count: QuestionCount, setting: Setting) -> int | None:
    """Give epsilon in the crowd, in millionths, rounded up; None where it may not be said (6.2)."""
    question, kinds = count.question, count_kinds(count.question)
    if setting.one_adversary is None or kinds is None:
        return None
    if not may_claim_crowd([count.answered], setting.one_adversary):
        return None
    epsilon = _crowd_epsilon(count.answered - setting.one_adversary, kinds, question.weight)
    return math.ceil(1_000 * epsilon) * 1_000


def _list_hidden(counted: SurveyCount) -> dict[tuple[str, str], frozenset[str]]:
    """Find for each breakdown and question which groups are hidden; who gave no group stands in the total alone."""
    sizes: dict[tuple[str, str], dict[str, int]] = {}
    for group in counted.groups:
        for one in group.questions:
            sizes.setdefault((group.breakdown, one.question.code), {})[group.choice] = one.answered
    totals = {one.question.code: one.answered for one in counted.questions}
    return {key: choose_hidden(cells, totals[key[1]] - sum(cells.values())) for key, cells in sizes.items()}


def _millionths(value: float) -> int:
    return round(MILLION * value)


def _pair(interval: Sequence[float]) -> JsonValue:
    """Give an interval in millionths, rounded outwards; noise in the last digits of a computer is no outside."""
    return [math.floor(MILLION * interval[0] + _NOISE), math.ceil(MILLION * interval[1] - _NOISE)]
