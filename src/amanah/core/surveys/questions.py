"""Questions and the one form an answer to each may have (`spec/passes.md` 7.4). It never holds any words.

A question's `mechanism` says what the device does to an answer before it sends it. `plain` sends it as it is;
randomised mechanisms add a member to `Mechanism` and their own way of counting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from amanah.core.encoding import JsonValue, NotCanonicalError, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError, RefusedError

Kind = Literal["single", "multiple", "scale"]
Mechanism = Literal["plain"]
Answer = str | tuple[str, ...] | int

KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_PAYLOAD = 1536
MOST_CHOICES = 26
WIDEST_SCALE = 11


@dataclass(frozen=True)
class Question:
    """One question by its codes: `choices` for single and multiple, `lowest` to `highest` for a scale."""

    code: str
    kind: Kind
    choices: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    is_required: bool = False
    mechanism: Mechanism = "plain"


class QuestionnaireError(RefusedError):
    """A survey cannot be asked as it stands."""

    code = "questionnaire-not-askable"


class UnreadableAnswerError(InvalidInputError):
    """A payload is not an answer to this survey."""

    code = "answer-unreadable"


def verify_questionnaire(questions: Sequence[Question]) -> None:
    """Refuse a survey that has nothing to ask, repeats a code, or whose longest answer would not fit a pass."""
    if not questions:
        raise QuestionnaireError("A survey needs at least one question.")
    if len({question.code for question in questions}) < len(questions):
        raise QuestionnaireError("Two questions have the same code.")
    for question in questions:
        _verify_question(question)
    if len(_encode_longest(questions)) > LONGEST_PAYLOAD:
        raise QuestionnaireError("The survey is too long: its longest answer does not fit into one pass.")


def _verify_question(question: Question) -> None:
    if question.kind == "scale":
        if question.choices or not 2 <= question.highest - question.lowest + 1 <= WIDEST_SCALE:
            raise QuestionnaireError(f"A scale needs 2 to {WIDEST_SCALE} steps.")
    elif not 2 <= len(question.choices) <= MOST_CHOICES:
        raise QuestionnaireError(f"A question needs 2 to {MOST_CHOICES} choices.")
    elif len(set(question.choices)) < len(question.choices):
        raise QuestionnaireError("Two choices of a question have the same code.")


def _encode_longest(questions: Sequence[Question]) -> bytes:
    answers: dict[str, JsonValue] = {}
    for question in questions:
        if question.kind == "scale":
            answers[question.code] = max(question.lowest, question.highest, key=lambda value: len(str(value)))
        else:
            listed: list[JsonValue] = [*question.choices]
            answers[question.code] = listed if question.kind == "multiple" else max(question.choices, key=len)
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
    try:
        document = parse_canonical_json(payload, longest=LONGEST_PAYLOAD)
    except NotCanonicalError as error:
        raise UnreadableAnswerError("The payload is not canonical JSON.") from error
    if not isinstance(document, dict) or set(document) != {"answers", "occasion", "v"}:
        raise UnreadableAnswerError("The payload has other members than an answer.")
    is_version_1 = document["v"] == 1 and document["v"] is not True
    if not is_version_1 or document["occasion"] != occasion or not isinstance(document["answers"], dict):
        raise UnreadableAnswerError("The payload answers another survey or version.")
    given: dict[str, Answer] = {}
    foreign = set()
    for question in questions:
        value = document["answers"].get(question.code, [])
        answer = _parse_answer(value, question)
        if answer is not None:
            given[question.code] = answer
        elif value != []:
            foreign.add(question.code)
    return AnswerSheet(given, frozenset(foreign))


def _parse_answer(value: JsonValue, question: Question) -> Answer | None:
    if question.kind == "scale" and isinstance(value, int) and not isinstance(value, bool):
        if question.lowest <= value <= question.highest:
            return value
    elif question.kind == "single" and isinstance(value, str) and value in question.choices:
        return value
    elif question.kind == "multiple" and isinstance(value, list):
        chosen = tuple(sorted({item for item in value if isinstance(item, str) and item in question.choices}))
        if len(chosen) == len(value) and chosen:
            return chosen
    return None
