"""Counting plain answers, and how far a count may be read. It never gives a number for one person's answers together.

Randomised mechanisms will add estimates with intervals beside these counts, from the same `QuestionCount`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from amanah.core.surveys.questions import AnswerSheet, Question, UnreadableAnswerError, parse_answers

FEWEST_TO_COMPARE = 10


@dataclass(frozen=True)
class QuestionCount:
    """How often each choice (or step of a scale) was given, in the order asked.

    Of all readable sheets `answered` gave one, `foreign` something that is none of the choices, `left_out` nothing.
    """

    question: Question
    counts: tuple[tuple[str, int], ...]
    answered: int
    foreign: int
    left_out: int

    @property
    def is_small(self) -> bool:
        """Tell whether too few answered this question to read anything into it."""
        return self.answered < FEWEST_TO_COMPARE


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
    sheets: list[AnswerSheet] = []
    unreadable = 0
    for payload in payloads:
        try:
            sheets.append(parse_answers(payload, occasion=occasion, questions=questions))
        except UnreadableAnswerError:
            unreadable += 1
    return SurveyCount(
        readable=len(sheets),
        unreadable=unreadable,
        questions=tuple(_count_question(question, sheets) for question in questions),
    )


def _count_question(question: Question, sheets: Sequence[AnswerSheet]) -> QuestionCount:
    if question.kind == "scale":
        labels = [str(step) for step in range(question.lowest, question.highest + 1)]
    else:
        labels = list(question.choices)
    # Labels come from the questionnaire alone; nothing that somebody sent ever becomes one.
    counts = dict.fromkeys(labels, 0)
    given = [sheet.given[question.code] for sheet in sheets if question.code in sheet.given]
    for answer in given:
        for label in answer if isinstance(answer, tuple) else (str(answer),):
            counts[label] += 1
    foreign = sum(question.code in sheet.foreign for sheet in sheets)
    return QuestionCount(
        question=question,
        counts=tuple(counts.items()),
        answered=len(given),
        foreign=foreign,
        left_out=len(sheets) - len(given) - foreign,
    )
