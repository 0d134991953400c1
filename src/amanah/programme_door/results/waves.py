"""The same question in two batches, and the change between them (`spec/surveys.md` 5.1). Nobody is linked across them.

A question is the same only where members read the same words and gave the same answers in the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amanah.core.encoding import parse_canonical_json
from amanah.core.surveys.counting import QuestionCount
from amanah.core.surveys.questions import Question
from amanah.core.surveys.results import compare_waves
from amanah.programme_door.programmes.queries import KeptWords
from amanah.programme_door.results.reading import Interval, read_interval, read_level

LONGEST_WORDS = 4_000_000


@dataclass(frozen=True)
class QuestionWords:
    """What members read of one question, in every language; of an index `choices` are its items."""

    words: KeptWords
    choices: Mapping[str, KeptWords]


@dataclass(frozen=True)
class Change:
    """The change of one target between two batches, as a part of its scale."""

    target: str
    anytime: Interval | None
    one_look: Interval | None
    estimate: float | None


def read_words(data: bytes) -> Mapping[str, QuestionWords]:
    """Read the words of a plan by question code."""
    document: Any = parse_canonical_json(data, longest=LONGEST_WORDS)
    return {
        item["code"]: QuestionWords(
            item["words"], {choice["code"]: choice["words"] for choice in item["choices"]}
        )
        for item in document["questions"]
    }


def is_same_question(before: tuple[Question, QuestionWords], after: tuple[Question, QuestionWords]) -> bool:
    """Tell whether two waves asked the same: one language in common, and in each of those the same words."""
    (first, first_words), (second, second_words) = before, after
    if _list_answers(first) != _list_answers(second):
        return False
    kept = [first_words.words, *(first_words.choices[code] for code in sorted(first_words.choices))]
    again = [second_words.words, *(second_words.choices[code] for code in sorted(second_words.choices))]
    common = set(first_words.words) & set(second_words.words)
    return bool(common) and all(
        one.get(language) == other.get(language)
        for one, other in zip(kept, again, strict=True)
        for language in common
    )


def compute_change(
    before: QuestionCount, after: QuestionCount, target: str, *, was_timed: bool, alpha: float
) -> Change:
    """Compute what can be said of one target's change."""
    compared: Any = compare_waves(before, after, target, was_timed=was_timed, alpha=alpha)
    return Change(
        target=target,
        anytime=read_interval(compared["anytime"]),
        one_look=read_interval(compared["one_look"]),
        estimate=read_level(compared["estimate"]),
    )


def _list_answers(question: Question) -> tuple[object, ...]:
    """Give what makes answers comparable; a bag's weight may differ, for estimates take it into account."""
    asked = (question.code, question.kind, question.choices, question.lowest, question.highest)
    return (*asked, question.mechanism)
