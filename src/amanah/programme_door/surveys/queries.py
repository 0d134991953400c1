"""Questions in a reader's language, and counts after closing. It never reads an answer before its survey has closed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.core.surveys.counting import SurveyCount
from amanah.core.surveys.kept_counts import parse_counts
from amanah.core.surveys.questions import Condition
from amanah.core.surveys.questions import Question as AskedQuestion
from amanah.core.surveys.stated_plan import StatedPlan, parse_plan
from amanah.programme_door.occasions.queries import RECOUNTS_FOLDER
from amanah.programme_door.programmes.queries import Words, list_said, pick_words
from amanah.programme_door.surveys.models import Choice, Question, Survey
from amanah.web.settings import get_config

PLAIN = "plain"
OWN_CODE = re.compile(r"q([1-9][0-9]{0,4})")
"""The code of a question that an organiser wrote here; templates have codes of their own."""


@dataclass(frozen=True)
class ChoiceOnShow:
    """A choice in one reader's language."""

    code: str
    words: Words


@dataclass(frozen=True)
class QuestionOnShow:
    """A question in one reader's language; of an index `choices` are the items."""

    code: str
    kind: str
    words: Words
    is_required: bool
    lowest: int
    highest: int
    choices: tuple[ChoiceOnShow, ...]
    mechanism: str = PLAIN
    weight: int = 0
    family: str = ""
    is_in_block: bool = False
    prefer_not_to_say: bool = False
    only_if: Condition | None = None

    @property
    def is_randomised(self) -> bool:
        """Tell whether the device sends a ball instead of the answer."""
        return self.mechanism != PLAIN

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
    breakdowns: tuple[str, ...] = ()


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


def is_asked_elsewhere(occasion: str, code: str) -> bool:
    """Tell whether a template or another survey asks something by this code, so that it must mean the same there."""
    is_own = OWN_CODE.fullmatch(code) is not None
    return not is_own or Question.objects.filter(code=code).exclude(survey=occasion).exists()


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
            mechanism=row.mechanism,  # type: ignore[arg-type]
            weight=row.weight,
            family=row.family,
            only_if=read_condition(row.only_if),
            prefer_not_to_say=row.prefer_not_to_say,
            is_in_block=row.is_in_block,
        )
        for row in rows
    ]


def read_condition(kept: Mapping[str, Any] | None) -> Condition | None:
    """Read a branch as it is kept with its question."""
    return Condition(kept["code"], tuple(kept["choices"])) if kept else None


def encode_words(occasion: str) -> bytes:
    """Give the canonical JSON of everything that members read in a survey, in all languages (spec/surveys.md 8.1)."""
    survey = Survey.objects.prefetch_related("questions__choices").get(occasion=occasion)
    questions: list[JsonValue] = [
        {
            "choices": [
                {"code": choice.code, "words": list_said(choice.words)} for choice in question.choices.all()
            ],
            "code": question.code,
            "words": list_said(question.words),
        }
        for question in survey.questions.all()
    ]
    return encode_canonical_json(
        {"occasion": occasion, "questions": questions, "v": 1, "words": list_said(survey.words)}
    )


def find_plan_bytes(occasion: str) -> bytes | None:
    """Find the plan as its hash stands in the public log; None until the survey is announced."""
    kept = Survey.objects.filter(occasion=occasion).values_list("plan", flat=True).first()
    return bytes(kept) if kept else None


def find_plan(occasion: str) -> StatedPlan | None:
    """Find the plan that was stated when the survey was announced."""
    data = find_plan_bytes(occasion)
    return parse_plan(data) if data else None


def find_plan_words(occasion: str) -> bytes | None:
    """Find what members read in the survey, as the plan names its hash; None until the survey is announced."""
    kept = Survey.objects.filter(occasion=occasion).values_list("plan_words", flat=True).first()
    return bytes(kept) if kept else None


def find_results_bytes(occasion: str) -> bytes | None:
    """Find what is published about a closed survey, byte for byte; None until its results are worked out."""
    return _find_published(occasion, "results.json")


def find_results_bundle(occasion: str) -> Path | None:
    """Find the file that holds answers, plan, words and results together; None until it is published."""
    return _find_path(occasion, "bundle.json")


def find_counts(occasion: str) -> SurveyCount | None:
    """Find what was counted of a closed survey; None until its results are published."""
    plan, data = find_plan_bytes(occasion), _find_published(occasion, "counts.json")
    if plan is None or data is None or find_results_bytes(occasion) is None:
        return None
    return parse_counts(data, parse_plan(plan))


def _show(row: Survey, language: str) -> SurveyOnShow:
    first = row.programme.language
    return SurveyOnShow(
        occasion=row.occasion,
        programme=row.programme_id,
        words=pick_words(row.words, wanted=language, first=first),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        questions=tuple(_show_question(question, language, first) for question in row.questions.all()),
        breakdowns=tuple(row.breakdowns),
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
        mechanism=row.mechanism,
        weight=row.weight,
        family=row.family,
        is_in_block=row.is_in_block,
        prefer_not_to_say=row.prefer_not_to_say,
        only_if=read_condition(row.only_if),
    )


def _show_choice(row: Choice, language: str, first: str) -> ChoiceOnShow:
    return ChoiceOnShow(row.code, pick_words(row.words, wanted=language, first=first))


def _find_published(occasion: str, ending: str) -> bytes | None:
    path = _find_path(occasion, ending)
    return path.read_bytes() if path else None


def _find_path(occasion: str, ending: str) -> Path | None:
    """Find a file beside the recount bundle; only ids that are in the database make a path."""
    if not Survey.objects.filter(occasion=occasion).exists():
        return None
    path = get_config().folder("programme") / RECOUNTS_FOLDER / f"{occasion}.{ending}"
    return path if path.is_file() else None
