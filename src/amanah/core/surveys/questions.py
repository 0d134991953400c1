"""Questions and the one form an answer to each may have (`spec/surveys.md` 1.3, 8.1; `spec/passes.md` 7.4).

It never holds any words. A question's `mechanism` says what the device does to an answer before it sends it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args

from amanah.core.encoding import JsonValue, NotCanonicalError, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError, RefusedError
from amanah.core.surveys.budget import MOST_ODDS, compute_odds
from amanah.core.surveys.drawing import (
    HEAVIEST,
    LIGHTEST,
    MOST_BALLS,
    MOST_OPTIONS,
    MOST_RANKED,
    MOST_STEPS,
    WIDEST_CHANGE,
    list_pairs,
)

Kind = Literal["single", "multiple", "scale", "ranking", "index", "change"]
Mechanism = Literal["plain", "bag", "scale3", "one_of_many", "pair", "change"]
Sensitivity = Literal["harmless", "sensitive", "gravest"]
Answer = str | tuple[str, ...] | int
Reason = Literal[
    "backwards",
    "bag-too-small",
    "breakdown-not-plain",
    "budget-exceeded",
    "code-unfit",
    "codes-twice",
    "condition-randomised",
    "condition-unfit",
    "harmless-with-weight",
    "index-too-long",
    "nothing-asked",
    "scale-unfit",
    "too-few-choices",
    "too-long",
    "too-many-breakdowns",
    "unfit",
    "weight-unfit",
]
"""Why a survey cannot be asked, for pages that explain it in a reader's own language."""

KINDS: tuple[Kind, ...] = get_args(Kind)
MECHANISMS: Mapping[Kind, Mechanism] = {
    "single": "bag",
    "multiple": "one_of_many",
    "scale": "scale3",
    "ranking": "pair",
    "index": "scale3",
    "change": "change",
}
WEIGHTS: Mapping[Sensitivity, int] = {"harmless": 0, "sensitive": 7, "gravest": 3}
LONGEST_PAYLOAD = 1536
MOST_CHOICES = MOST_OPTIONS
WIDEST_SCALE = 11
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Condition:
    """Ask only where an earlier question was answered with one of these choices (steps are written as numbers)."""

    code: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question by its codes.

    `choices` are those of single, multiple and ranking, and the items of an index; `lowest` to `highest` are the steps
    of a scale, of each item of an index, and of the scale on which a change is measured. `family` shares one budget.
    `is_in_block` questions are asked of a random third; where somebody prefers not to say, nothing is sent.
    """

    code: str
    kind: Kind
    choices: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    is_required: bool = False
    mechanism: Mechanism = "plain"
    weight: int = 0
    family: str = ""
    only_if: Condition | None = None
    prefer_not_to_say: bool = False
    is_in_block: bool = False

    @property
    def is_randomised(self) -> bool:
        """Tell whether the device sends a ball instead of the answer."""
        return self.mechanism != "plain"

    @property
    def steps(self) -> int:
        """Count the steps on which a plain answer lies: of the scale, of the summed index, or of the cut change."""
        if self.kind == "index":
            return 1 + len(self.choices) * (self.highest - self.lowest)
        return 2 * WIDEST_CHANGE + 1 if self.kind == "change" else self.highest - self.lowest + 1

    @property
    def first_step(self) -> int:
        """Give the lowest plain answer; a summed index starts at 0."""
        return {"index": 0, "change": -WIDEST_CHANGE}.get(self.kind, self.lowest)


class QuestionnaireError(RefusedError):
    """A survey cannot be asked as it stands; `reason` says which rule it breaks."""

    code = "questionnaire-not-askable"

    def __init__(self, message: str, reason: Reason = "unfit") -> None:
        self.reason: Reason = reason
        super().__init__(message)


class UnreadableAnswerError(InvalidInputError):
    """A payload is not an answer to this survey."""

    code = "answer-unreadable"


class NoAnswer(Enum):
    """Why a sheet says nothing to a question: nothing was sent, or something that is none of its answers."""

    LEFT_OUT = "left out"
    FOREIGN = "foreign"


Outcome = Answer | NoAnswer


def choose_mechanism(
    kind: Kind, sensitivity: Sensitivity, weight: int | None = None
) -> tuple[Mechanism, int]:
    """Choose what the device does, and with which weight, by how much an answer can hurt; a weight only where asked."""
    if sensitivity == "harmless":
        if weight is not None:
            raise QuestionnaireError(
                "A harmless question has no bag; leave its weight out.", "harmless-with-weight"
            )
        return "plain", 0
    chosen = WEIGHTS[sensitivity] if weight is None else weight
    _check_weight(chosen)
    return MECHANISMS[kind], chosen


def list_labels(question: Question) -> tuple[str, ...]:
    """List what is counted, in order: choices, steps, places in a ranking, or what each ball says."""
    choices = question.choices
    if question.mechanism in {"scale3", "change"}:
        return ("0", "1", "2")
    if question.mechanism == "one_of_many":
        return tuple(f"{choice}/{ball}" for choice in choices for ball in (0, 1))
    if question.mechanism == "pair":
        pairs = [(choices[i], choices[j]) for i, j in list_pairs(len(choices))]
        return tuple(label for i, j in pairs for label in (f"{j}>{i}", f"{i}>{j}"))
    if question.kind in {"single", "multiple"}:
        return choices
    if question.kind == "ranking":
        return tuple(f"{choice}/{place}" for choice in choices for place in range(1, len(choices) + 1))
    return tuple(str(question.first_step + step) for step in range(question.steps))


def list_places(question: Question, answer: Answer) -> tuple[int, ...]:
    """List which of the labels one answer counts for."""
    if isinstance(answer, int):
        return (answer if question.is_randomised else answer - question.first_step,)
    if isinstance(answer, str):
        return (question.choices.index(answer),)
    places = [question.choices.index(choice) for choice in answer]
    if question.kind == "ranking":
        return tuple(place * len(places) + rank for rank, place in enumerate(places))
    return tuple(places)


def verify_questionnaire(questions: Sequence[Question]) -> None:
    """Refuse a survey that has nothing to ask, repeats a code, or whose longest answer would not fit a pass."""
    if not questions:
        raise QuestionnaireError("A survey needs at least one question.", "nothing-asked")
    if len({question.code for question in questions}) < len(questions):
        raise QuestionnaireError("Two questions have the same code.", "codes-twice")
    for place, question in enumerate(questions):
        _verify_question(question)
        _verify_mechanism(question)
        if question.only_if:
            _verify_condition(question.only_if, questions[:place])
    _verify_budget(questions)
    if len(_encode_longest(questions)) > LONGEST_PAYLOAD:
        raise QuestionnaireError(
            "The survey is too long: its longest answer does not fit into one pass.", "too-long"
        )


def _verify_question(question: Question) -> None:
    codes = (question.code, *question.choices, *filter(None, [question.family]))
    if not all(_CODE.fullmatch(code) for code in codes):
        raise QuestionnaireError("A code has 1 to 64 letters, digits, - or _.", "code-unfit")
    if question.kind in {"scale", "index", "change"}:
        if not 2 <= question.highest - question.lowest + 1 <= WIDEST_SCALE:
            raise QuestionnaireError(f"A scale needs 2 to {WIDEST_SCALE} steps.", "scale-unfit")
    elif question.lowest or question.highest:
        raise QuestionnaireError("A question with choices has no scale.")
    if question.kind in {"scale", "change"}:
        if question.choices:
            raise QuestionnaireError("A scale has steps, not choices.")
        return
    most = MOST_RANKED if question.kind == "ranking" else MOST_CHOICES
    if not 2 <= len(question.choices) <= most:
        raise QuestionnaireError(f"A question needs 2 to {most} choices.", "too-few-choices")
    if len(set(question.choices)) < len(question.choices):
        raise QuestionnaireError("Two choices of a question have the same code.", "codes-twice")
    if question.steps > MOST_STEPS:
        raise QuestionnaireError(
            f"An index sums up to {MOST_STEPS - 1} steps at most; leave an item out.", "index-too-long"
        )


def _verify_mechanism(question: Question) -> None:
    if not question.is_randomised:
        if question.weight or question.is_in_block:
            raise QuestionnaireError("A plain question has neither a weight nor a lot.")
        return
    if question.mechanism != MECHANISMS[question.kind]:
        raise QuestionnaireError("This way of answering does not fit this kind of question.")
    _check_weight(question.weight)
    if question.mechanism == "bag" and len(question.choices) > MOST_BALLS:
        raise QuestionnaireError(
            f"A bag holds {MOST_BALLS} choices at most; join some of them.", "bag-too-small"
        )


def _check_weight(weight: int) -> None:
    if type(weight) is not int or not LIGHTEST <= weight <= HEAVIEST:
        raise QuestionnaireError(
            f"A bag's weight is a whole number from {LIGHTEST} to {HEAVIEST}.", "weight-unfit"
        )


def _verify_condition(condition: Condition, earlier: Sequence[Question]) -> None:
    """Refuse a branch that goes backwards, and one that would tell what a bag hides: who is asked says it plainly."""
    asked = next((question for question in earlier if question.code == condition.code), None)
    if asked is None:
        raise QuestionnaireError("A question can only depend on one that is asked before it.", "backwards")
    if asked.is_randomised:
        raise QuestionnaireError(
            "No question may depend on a randomised one: being asked would tell the answer.",
            "condition-randomised",
        )
    if asked.kind not in {"single", "multiple", "scale"}:
        raise QuestionnaireError("A question can only depend on a choice or a scale.", "condition-unfit")
    chosen = set(condition.choices)
    if not chosen or len(chosen) < len(condition.choices) or not chosen <= set(list_labels(asked)):
        raise QuestionnaireError(
            "A question depends on choices that the earlier question has, each named once.", "condition-unfit"
        )


def _verify_budget(questions: Sequence[Question]) -> None:
    families: dict[str, list[int]] = {}
    for question in questions:
        if question.is_randomised:
            families.setdefault(question.family or question.code, []).append(question.weight)
    if any(compute_odds(weights) > MOST_ODDS for weights in families.values()):
        raise QuestionnaireError(
            "The questions of one family together give away more than a device allows in 92 days;"
            " sum them to an index, or ask fewer.",
            "budget-exceeded",
        )


def _encode_longest(questions: Sequence[Question]) -> bytes:
    answers: dict[str, JsonValue] = {}
    for question in questions:
        if question.is_randomised:
            answers[question.code] = len(list_labels(question)) - 1
        elif question.kind in {"multiple", "ranking"}:
            answers[question.code] = [*question.choices]
        elif question.kind == "single":
            answers[question.code] = max(question.choices, key=len)
        else:
            ends = (question.first_step, question.first_step + question.steps - 1)
            answers[question.code] = max(ends, key=lambda value: len(str(value)))
    return encode_canonical_json({"answers": answers, "occasion": "0" * 16, "v": 1})


@dataclass(frozen=True)
class AnswerSheet:
    """One member's answers by question code; `foreign` names the questions whose answer is none of the choices."""

    given: Mapping[str, Answer]
    foreign: frozenset[str]


def parse_answers(payload: bytes, *, occasion: str, questions: Sequence[Question]) -> AnswerSheet:
    """Read one payload; refuse it when it is no answer to this survey at all.

    A changed program can sign anything. What it says to one question spoils no other one, what it says to a question
    that nobody asked counts nowhere, and no word of its own ever comes back from here. Whether a required question was
    answered is the device's to see. Choices come back sorted: nothing depends on the order of tapping.
    """
    said = _read_sheet(payload, occasion)
    given: dict[str, Answer] = {}
    foreign = set()
    for question in questions:
        outcome = parse_answer(said.get(question.code, []), question)
        if outcome is NoAnswer.FOREIGN:
            foreign.add(question.code)
        elif not isinstance(outcome, NoAnswer):
            given[question.code] = outcome
    return AnswerSheet(given, frozenset(foreign))


def is_fit_answer(payload: bytes, *, occasion: str, questions: Sequence[Question]) -> bool:
    """Tell whether a gate may keep a payload (8.4): it says nothing but what can be said to what was asked."""
    asked = {question.code: question for question in questions}
    try:
        said = _read_sheet(payload, occasion)
    except UnreadableAnswerError:
        return False
    return all(
        code in asked and parse_answer(value, asked[code]) is not NoAnswer.FOREIGN
        for code, value in said.items()
    )


def _read_sheet(payload: bytes, occasion: str) -> Mapping[str, JsonValue]:
    try:
        document = parse_canonical_json(payload, longest=LONGEST_PAYLOAD)
    except NotCanonicalError as error:
        raise UnreadableAnswerError("The payload is not canonical JSON.") from error
    if not isinstance(document, dict) or set(document) != {"answers", "occasion", "v"}:
        raise UnreadableAnswerError("The payload has other members than an answer.")
    said, is_version_1 = document["answers"], document["v"] == 1 and document["v"] is not True
    if not is_version_1 or document["occasion"] != occasion or not isinstance(said, dict):
        raise UnreadableAnswerError("The payload answers another survey or version.")
    return said


def parse_answer(value: JsonValue, question: Question) -> Outcome:
    """Read what one sheet says to one question: an answer, a ball, nothing, or something foreign."""
    if value == []:
        return NoAnswer.LEFT_OUT
    if question.is_randomised:
        is_fit = type(value) is int and 0 <= value < len(list_labels(question))
    elif question.kind in {"scale", "index", "change"}:
        is_fit = type(value) is int and 0 <= value - question.first_step < question.steps
    elif question.kind == "single":
        is_fit = isinstance(value, str) and value in question.choices
    else:
        return _parse_list(value, question)
    return value if is_fit and isinstance(value, str | int) else NoAnswer.FOREIGN


def _parse_list(value: JsonValue, question: Question) -> Outcome:
    if not isinstance(value, list):
        return NoAnswer.FOREIGN
    chosen = [item for item in value if isinstance(item, str) and item in question.choices]
    if len(set(chosen)) < len(value):
        return NoAnswer.FOREIGN
    if question.kind == "ranking":
        return tuple(chosen) if len(chosen) == len(question.choices) else NoAnswer.FOREIGN
    return tuple(sorted(chosen))
