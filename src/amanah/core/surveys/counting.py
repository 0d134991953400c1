"""Counting plain answers, and how far a count may be read. It never gives a number for one person's answers together.

Randomised mechanisms will add estimates with intervals beside these counts, from the same `QuestionCount`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.questions import Answer, Question, parse_answers

FEWEST_TO_COMPARE = 10


@dataclass(frozen=True)
class QuestionCount:
    """How often each choice (or step of a scale) was given, in the order asked; `left_out` gave none."""

    question: Question
    counts: tuple[tuple[str, int], ...]
    answered: int
    left_out: int


@dataclass(frozen=True)
class SurveyCount:
    """All questions of one survey; `unreadable` passes were spent on something that is no answer to it."""

    readable: int
    unreadable: int
    questions: tuple[QuestionCount, ...] = field(default=())

    @property
    def is_small(self) -> bool:
        """Tell whether so few answered that a guess about one person gets easy."""
        return self.readable < FEWEST_TO_COMPARE


def count_answers(payloads: Iterable[bytes], *, occasion: str, questions: Sequence[Question]) -> SurveyCount:
    """Count the payloads of a recount bundle; the same bytes give the same counts in any order."""
    readable: list[dict[str, Answer]] = []
    unreadable = 0
    for payload in payloads:
        try:
            readable.append(parse_answers(payload, occasion=occasion, questions=questions))
        except InvalidInputError:
            unreadable += 1
    return SurveyCount(
        readable=len(readable),
        unreadable=unreadable,
        questions=tuple(_count_question(question, readable) for question in questions),
    )


def _count_question(question: Question, readable: Sequence[dict[str, Answer]]) -> QuestionCount:
    if question.kind == "scale":
        labels = [str(step) for step in range(question.lowest, question.highest + 1)]
    else:
        labels = list(question.choices)
    counts = dict.fromkeys(labels, 0)
    given = [answers[question.code] for answers in readable if question.code in answers]
    for answer in given:
        for label in answer if isinstance(answer, tuple) else (str(answer),):
            counts[label] += 1
    return QuestionCount(
        question=question,
        counts=tuple(counts.items()),
        answered=len(given),
        left_out=len(readable) - len(given),
    )
