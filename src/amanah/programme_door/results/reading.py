"""What the results of a batch say (`spec/surveys.md` 9), as numbers on a question's own scale.

It never cuts a number to its scale; only drawn bars are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from amanah.core.encoding import parse_canonical_json
from amanah.core.surveys.drawing import WIDEST_CHANGE
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import MILLION, Claim, StatedPlan

Interval = tuple[float, float]
UnitKind = Literal["share", "chosen", "order", "scale", "change"]
LONGEST_RESULTS = 64_000_000
_KINDS: Mapping[str, UnitKind] = {
    "single": "share",
    "multiple": "chosen",
    "ranking": "order",
    "scale": "scale",
    "index": "scale",
    "change": "change",
}


@dataclass(frozen=True)
class Unit:
    """The scale that people read: what 0 and 1 of a published number stand for."""

    kind: UnitKind
    lowest: float = 0.0
    highest: float = 100.0

    @property
    def length(self) -> float:
        """Give how long the scale is."""
        return self.highest - self.lowest

    @property
    def is_in_hundred(self) -> bool:
        """Tell whether numbers are so many in 100."""
        return self.kind in {"share", "chosen", "order"}

    def place(self, value: float) -> float:
        """Give a level between 0 and 1 on this scale."""
        return self.lowest + self.length * value

    def place_all(self, interval: Interval) -> Interval:
        """Give an interval on this scale."""
        return (self.place(interval[0]), self.place(interval[1]))


@dataclass(frozen=True)
class Line:
    """A line of the plan, between 0 and 1: of trust, or of harm."""

    value: float
    is_of_harm: bool


@dataclass(frozen=True)
class TargetReading:
    """What is published about one thing that a question asks; levels are between 0 and 1, except where noise is larger.

    A plain one has `shown` and perhaps `percent`, a randomised one its own `reports`.
    """

    code: str
    anytime: Interval | None
    one_look: Interval | None
    nonresponse: Interval | None
    estimate: float | None = None
    error: float | None = None
    share_due_to_bag: float | None = None
    reports: int = 0
    is_too_few: bool = False
    shown: str = ""
    percent: int | None = None
    line: Line | None = None

    @property
    def is_hidden(self) -> bool:
        """Tell whether nothing of it is published."""
        return self.shown == "hidden"


@dataclass(frozen=True)
class QuestionReading:
    """What is published about one question; without targets where a group is hidden."""

    question: Question
    unit: Unit
    reports: int
    foreign: int | None
    gain: float
    crowd: float | None
    targets: tuple[TargetReading, ...]


@dataclass(frozen=True)
class GroupReading:
    """The same questions among those who gave one choice to a breakdown's question."""

    breakdown: str
    choice: str
    questions: Mapping[str, QuestionReading]


@dataclass(frozen=True)
class SurveyReading:
    """What is published about one batch."""

    occasion: str
    plan_hash: str
    readable: int
    unreadable: int
    served: int | None
    was_timed: bool
    questions: tuple[QuestionReading, ...]
    groups: tuple[GroupReading, ...]

    def find_question(self, code: str) -> QuestionReading | None:
        """Find what is published about one question."""
        return next((one for one in self.questions if one.question.code == code), None)


def choose_unit(question: Question) -> Unit:
    """Choose the scale on which people read a question; of an index it is that of a single item."""
    kind = _KINDS[question.kind]
    if kind == "scale":
        return Unit(kind, question.lowest, question.highest)
    return Unit(kind, -WIDEST_CHANGE, WIDEST_CHANGE) if kind == "change" else Unit(kind)


def read_results(data: bytes, plan: StatedPlan) -> SurveyReading:
    """Read published results beside the plan that they were made under."""
    document: Any = parse_canonical_json(data, longest=LONGEST_RESULTS)
    asked = {question.code: question for question in plan.questions}
    lines = _list_lines(plan)

    def read(item: Mapping[str, Any]) -> QuestionReading:
        return _read_question(item, asked[item["code"]], lines)

    return SurveyReading(
        occasion=document["occasion"],
        plan_hash=document["plan"],
        readable=document["readable"],
        unreadable=document["unreadable"],
        served=document["served"],
        was_timed=document["was_timed"],
        questions=tuple(read(item) for item in document["questions"]),
        groups=tuple(
            GroupReading(
                group["breakdown"],
                group["choice"],
                {item["code"]: _read_group(read(item)) for item in group["questions"]},
            )
            for group in document["groups"]
        ),
    )


def read_interval(pair: Any) -> Interval | None:
    """Read an interval of whole millionths."""
    return None if pair is None else (pair[0] / MILLION, pair[1] / MILLION)


def read_level(value: Any) -> float | None:
    """Read a number of whole millionths."""
    return None if value is None else value / MILLION


def _read_group(reading: QuestionReading) -> QuestionReading:
    """Leave out what is known of everybody only: the lines, and how many of the silent there were."""
    targets = tuple(replace(target, line=None, nonresponse=None) for target in reading.targets)
    return replace(reading, targets=targets)


def _read_question(
    item: Mapping[str, Any], question: Question, lines: Mapping[tuple[str, str], Line]
) -> QuestionReading:
    read = _read_randomised if question.is_randomised else _read_plain
    return QuestionReading(
        question=question,
        unit=choose_unit(question),
        reports=item["reports"],
        foreign=item["foreign"],
        gain=item["gain"] / MILLION,
        crowd=read_level(item["crowd"]),
        targets=tuple(
            read(target, lines.get((question.code, target["target"]))) for target in item["targets"]
        ),
    )


def _read_randomised(target: Mapping[str, Any], line: Line | None) -> TargetReading:
    return TargetReading(
        code=target["target"],
        anytime=read_interval(target["anytime"]),
        one_look=read_interval(target["one_look"]),
        nonresponse=read_interval(target["nonresponse"]),
        estimate=read_level(target["estimate"]),
        error=read_level(target["error"]),
        share_due_to_bag=read_level(target["share_due_to_bag"]),
        reports=target["reports"],
        is_too_few=target["too_few"],
        line=line,
    )


def _read_plain(target: Mapping[str, Any], line: Line | None) -> TargetReading:
    shown, percent = target["shown"], target["percent"]
    return TargetReading(
        code=target["target"],
        anytime=read_interval(target["anytime"]),
        one_look=read_interval(target["one_look"]),
        nonresponse=read_interval(target["nonresponse"]),
        estimate=percent / 100 if shown == "number" else None,
        shown=shown,
        percent=percent,
        line=line,
    )


def _list_lines(plan: StatedPlan) -> dict[tuple[str, str], Line]:
    def draw(claim: Claim, *, is_of_harm: bool) -> tuple[tuple[str, str], Line]:
        return (claim.question, claim.target), Line(claim.line / MILLION, is_of_harm)

    lines = dict(draw(claim, is_of_harm=True) for claim in plan.alarms)
    return lines | (dict([draw(plan.gate, is_of_harm=False)]) if plan.gate else {})
