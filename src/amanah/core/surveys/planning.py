"""How many answers a question needs (`spec/surveys.md` 2, 3), before anybody has answered.

It never promises: it says what would be seen if the shares were as assumed. Where nothing else is assumed, a share is
one half, which is the widest case, and answers are spread evenly over the steps of a scale.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.estimates import NORMAL_95
from amanah.core.surveys.evidence import GATE_EVIDENCE
from amanah.core.surveys.questions import Question
from amanah.core.surveys.release import (
    FEWEST_NEW,
    Shown,
    bound_cell,
    bound_cell_once,
    is_too_few,
    show_share,
)
from amanah.core.surveys.results import BLOCK_SHARE
from amanah.core.surveys.sequences import (
    PLAIN,
    Link,
    Scores,
    compute_anytime_interval,
    compute_evidence_above,
    link_bag,
    link_scale,
)

NORMAL_80 = 0.841621
MOST_REPORTS = 10_000_000


@dataclass(frozen=True)
class Assumption:
    """What is assumed of the target: scores of single reports with their chances, and how these hang on the target."""

    values: tuple[float, ...]
    chances: tuple[float, ...]
    link: Link

    @property
    def variance(self) -> float:
        """Give the variance of the estimate times the number of reports."""
        mean = sum(v * p for v, p in zip(self.values, self.chances, strict=True))
        spread = sum(p * (v - mean) ** 2 for v, p in zip(self.values, self.chances, strict=True))
        return spread / self.link.slope**2


def assume_share(share: float, link: Link) -> Assumption:
    """Assume that this share gives an answer."""
    reported = link.to_reports(share)
    return Assumption((0.0, 1.0), (1 - reported, reported), link)


def assume_scale(levels: tuple[float, float, float], weight: int, link: Link) -> Assumption:
    """Assume these shares of low, middle and high on a scale."""
    kinds = weight + 2
    reported = tuple((1 + (weight - 1) * level) / kinds for level in levels)
    return Assumption((0.0, 0.5, 1.0), reported, link)


@dataclass(frozen=True)
class Prospect:
    """What a question will tell where so many people answer the survey; half widths are on 0..1.

    `reports` are those that will be about any one thing the question asks. `bag_alone` is what the bag leaves unsure
    even where the people asked are all there are, so that nothing else does. `is_too_few` is what results will say.
    """

    reports: int
    one_look: float
    anytime: float
    bag_alone: float
    is_too_few: bool


def compute_prospect(question: Question, members: int) -> Prospect:
    """Say how sure a question's results will be where this many people answer the survey (2, 3, 7)."""
    reports = math.floor(members * _share_of_reports(question))
    if not question.is_randomised:
        return _foresee_plainly(reports)
    if reports < 1:
        return Prospect(0, 1.0, 1.0, 1.0, is_too_few=True)
    assumption, said = _assume(question)
    anytime = compute_anytime_half_width(reports, assumption)
    return Prospect(
        reports=reports,
        one_look=compute_one_look_half_width(reports, assumption),
        anytime=anytime,
        bag_alone=NORMAL_95 * math.sqrt(max(0.0, assumption.variance - said) / reports),
        is_too_few=is_too_few(reports, (0.0, 2 * anytime)),
    )


def find_fewest_members(question: Question) -> int:
    """Find how many people have to answer the survey before the results of this question are shown as numbers."""
    return find_reports_for_width(
        0.5, lambda members: float(members < 1 or compute_prospect(question, members).is_too_few)
    )


def find_members_for_precision(question: Question, half_width: float) -> int:
    """Find how many people have to answer the survey to know a share, or a mean on 0..1, this closely in one look."""
    return find_reports_for_width(half_width, lambda members: compute_prospect(question, members).one_look)


def find_members_for_change(question: Question, change: float) -> int:
    """Find how many people have to answer in each of two waves to see this change in four of five cases.

    Of a question that asks for the change itself there is one wave, and nothing before it to be unsure of.
    """
    assumption, _ = _assume(question)
    before = Assumption((0.0,), (1.0,), PLAIN) if question.kind == "change" else assumption
    reports = find_reports_for_change(change, before, assumption)
    return math.ceil(reports / _share_of_reports(question))


def find_smallest_change(question: Question, members: int) -> float | None:
    """Find the smallest change that this many people in each wave show in four of five cases; None without a report."""
    reports = math.floor(members * _share_of_reports(question))
    if reports < 1:
        return None
    waves = 1 if question.kind == "change" else 2
    return (NORMAL_95 + NORMAL_80) * math.sqrt(waves * _assume(question)[0].variance / reports)


def _share_of_reports(question: Question) -> Fraction:
    """Give which part of the people who answer will report about any one thing that a question asks."""
    asked = Fraction(1, BLOCK_SHARE) if question.is_in_block else Fraction(1)
    if question.mechanism == "one_of_many":
        return asked / len(question.choices)
    return asked * 2 / len(question.choices) if question.mechanism == "pair" else asked


def _assume(question: Question) -> tuple[Assumption, float]:
    """Give the assumption for a question, and the variance that what people say has in it before any bag."""
    if question.kind in {"scale", "index", "change"}:
        variance = (question.steps + 1) / (question.steps - 1) / 12
        if not question.is_randomised:
            places = tuple(step / (question.steps - 1) for step in range(question.steps))
            return Assumption(places, (1 / question.steps,) * question.steps, PLAIN), variance
        return assume_scale(
            _spread_evenly(question.steps), question.weight, link_scale(question.weight)
        ), variance
    if not question.is_randomised:
        return assume_share(0.5, PLAIN), 0.25
    kinds = len(question.choices) if question.mechanism == "bag" else 2
    return assume_share(0.5, link_bag(kinds, question.weight)), 0.25


def _spread_evenly(steps: int) -> tuple[float, float, float]:
    """Give the shares of low, middle and high where answers are spread evenly over the steps of a scale (1.3)."""
    last = steps - 1
    middle = sum(min(2 * step, 2 * (last - step)) for step in range(steps)) / (steps * last)
    return ((1 - middle) / 2, middle, (1 - middle) / 2)


def _foresee_plainly(reports: int) -> Prospect:
    """Say what the rounded cell of a plain question will tell (7.5)."""
    cell = show_share(reports // 2, reports)
    once, always = bound_cell_once(cell), bound_cell(cell) if reports >= FEWEST_NEW else (0.0, 1.0)
    return Prospect(
        reports=reports,
        one_look=(once[1] - once[0]) / 2,
        anytime=(always[1] - always[0]) / 2,
        bag_alone=0.0,
        is_too_few=cell.shown is Shown.HIDDEN,
    )


def compute_one_look_half_width(reports: int, assumption: Assumption) -> float:
    """Give half the width of the 95 % interval for one look."""
    return NORMAL_95 * math.sqrt(assumption.variance / reports)


def compute_anytime_half_width(reports: int, assumption: Assumption) -> float:
    """Give half the width of the anytime interval where reports come as assumed."""
    counts = [round(reports * chance) for chance in assumption.chances]
    low, high = compute_anytime_interval(Scores(assumption.values, tuple(counts)), assumption.link)
    return (high - low) / 2


def find_reports_for_width(half_width: float, compute: Callable[[int], float]) -> int:
    """Find the fewest reports that give at most this half width, by `compute` of the two above."""
    if half_width <= 0:
        raise InvalidInputError("A precision is larger than nothing.")
    # A single report has no width that would say anything.
    found = find_least(lambda reports: reports > 1 and compute(reports) <= half_width, MOST_REPORTS)
    if found is None:
        raise InvalidInputError(
            "No survey here is large enough for so fine a precision; ask for a coarser one."
        )
    return found


def find_least(is_enough: Callable[[int], bool], most: int) -> int | None:
    """Find the least number that is enough, where every larger one is too; None where none is up to `most`."""
    high = 1
    while not is_enough(high):
        high *= 2
        if high > most:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def find_reports_for_gate(assumption: Assumption, theta: float, most: int = MOST_REPORTS) -> int | None:
    """Find after how many reports the evidence against "at most theta" opens a gate, if they come as assumed.

    Chance opens it earlier in most seasons, and later in the others. None where the assumption gives no such evidence
    within `most` reports.
    """
    mean = assumption.link.to_reports(theta)

    def is_open(reports: int) -> bool:
        counts = tuple(round(reports * chance) for chance in assumption.chances)
        return compute_evidence_above(Scores(assumption.values, counts), mean) >= math.log(GATE_EVIDENCE)

    return find_least(is_open, most)


def find_reports_for_change(change: float, before: Assumption, after: Assumption) -> int:
    """Find how many reports each of two waves needs to see this change in four of five cases (two-sided 5 %)."""
    if change == 0:
        raise InvalidInputError(
            "No number of answers can show that nothing changed; choose a smallest change that matters."
        )
    return math.ceil((NORMAL_95 + NORMAL_80) ** 2 * (before.variance + after.variance) / change**2)
