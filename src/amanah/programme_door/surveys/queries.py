"""Questions in a reader's language, and counts after closing. It never reads an answer before its survey has closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amanah.core.encoding import parse_base64url
from amanah.core.surveys.counting import SurveyCount, count_answers
from amanah.core.surveys.questions import Question as AskedQuestion
from amanah.programme_door.programmes.queries import Words, pick_words
from amanah.programme_door.surveys.models import Choice, Question, Survey


@dataclass(frozen=True)
class ChoiceOnShow:
    """A choice in one reader's language."""

    code: str
    words: Words


@dataclass(frozen=True)
class QuestionOnShow:
    """A question in one reader's language."""

    code: str
    kind: str
    words: Words
    is_required: bool
    lowest: int
    highest: int
    choices: tuple[ChoiceOnShow, ...]

    @property
    def steps(self) -> range:
        """Give the steps of a scale."""
        return range(self.lowest, self.highest + 1)


@dataclass(frozen=True)
class SurveyOnShow:
    """A survey in one reader's language."""

    occasion: str
    programme: str
    words: Words
    opens_at: datetime
    closes_at: datetime
    questions: tuple[QuestionOnShow, ...]


def list_surveys(language: str, *, programme: str | None = None) -> list[SurveyOnShow]:
    """List surveys by opening, of one programme or of all."""
    rows = Survey.objects.select_related("programme").prefetch_related("questions__choices")
    if programme is not None:
        rows = rows.filter(programme=programme)
    return [_show(row, language) for row in rows]


def find_survey(occasion: str, language: str) -> SurveyOnShow | None:
    """Find a survey by its occasion id."""
    rows = Survey.objects.select_related("programme").prefetch_related("questions__choices")
    row = rows.filter(occasion=occasion).first()
    return _show(row, language) if row else None


def list_kept_titles() -> dict[str, dict[str, str]]:
    """List the titles of all surveys in every language, by occasion id."""
    rows = Survey.objects.values_list("occasion", "words")
    return {
        row: {code: texts.get("title", "") for code, texts in sorted(words.items())} for row, words in rows
    }


def get_kept_survey(occasion: str) -> Survey | None:
    """Give the row with its words in every language, for the form."""
    return Survey.objects.select_related("programme").filter(occasion=occasion).first()


def get_kept_question(occasion: str, code: str) -> Question | None:
    """Give a question's row with its words in every language, for the form."""
    return Question.objects.filter(survey=occasion, code=code).prefetch_related("choices").first()


def list_asked_questions(occasion: str) -> list[AskedQuestion]:
    """List the questions of a survey in the form that the core counts by."""
    rows = Question.objects.filter(survey=occasion).prefetch_related("choices")
    return [
        AskedQuestion(
            code=row.code,
            kind=row.kind,  # type: ignore[arg-type]
            choices=tuple(choice.code for choice in row.choices.all()),
            lowest=row.lowest,
            highest=row.highest,
            is_required=row.is_required,
        )
        for row in rows
    ]


def count_results(occasion: str, bundle: Mapping[str, Any]) -> SurveyCount:
    """Count the answers of a published recount bundle, as anybody else can."""
    payloads = [parse_base64url(item["payload"]) for item in bundle["spent"]]
    return count_answers(payloads, occasion=occasion, questions=list_asked_questions(occasion))


def _show(row: Survey, language: str) -> SurveyOnShow:
    first = row.programme.language
    return SurveyOnShow(
        occasion=row.occasion,
        programme=row.programme_id,
        words=pick_words(row.words, wanted=language, first=first),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        questions=tuple(_show_question(question, language, first) for question in row.questions.all()),
    )


def _show_question(row: Question, language: str, first: str) -> QuestionOnShow:
    return QuestionOnShow(
        code=row.code,
        kind=row.kind,
        words=pick_words(row.words, wanted=language, first=first),
        is_required=row.is_required,
        lowest=row.lowest,
        highest=row.highest,
        choices=tuple(_show_choice(choice, language, first) for choice in row.choices.all()),
    )


def _show_choice(row: Choice, language: str, first: str) -> ChoiceOnShow:
    return ChoiceOnShow(row.code, pick_words(row.words, wanted=language, first=first))
