"""Writing down surveys and their questions. It never changes a question once the survey has been announced."""

import hashlib
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from amanah.core.errors import RefusedError
from amanah.core.surveys.questions import MOST_CHOICES, QuestionnaireError, verify_questionnaire
from amanah.core.surveys.stated_plan import (
    SeasonLines,
    StatedPlan,
    build_plan,
    compute_plan_hash,
    encode_plan,
)
from amanah.programme_door.occasions.actions import record_public_entry
from amanah.programme_door.occasions.queries import is_announced
from amanah.programme_door.programmes.actions import publish_facts, record_content_change
from amanah.programme_door.surveys.models import Choice, Question, Survey
from amanah.programme_door.surveys.queries import encode_words, list_asked_questions

OCCASION_ID_SIZE = 8
SURVEY_STATED = "survey_stated"


@dataclass(frozen=True)
class SurveyPlan:
    """What an organiser wrote down; `texts` are title and intro."""

    language: str
    texts: dict[str, str]
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class QuestionPlan:
    """One question as written down; `texts` are wording and, for a scale, the words at its ends."""

    language: str
    kind: str
    texts: dict[str, str]
    choices: Sequence[str]
    is_required: bool
    highest: int


class SurveyAnnouncedError(RefusedError):
    """What everybody answers stands fast."""

    code = "survey-announced"


class ChoicesDifferError(RefusedError):
    """A translation must have a line for every choice."""

    code = "choices-differ"


def plan_survey(*, programme: str, plan: SurveyPlan, now: int, random_bytes: bytes) -> str:
    """Write down a survey under a new random occasion id, and give it."""
    occasion = random_bytes[:OCCASION_ID_SIZE].hex()
    with transaction.atomic():
        Survey.objects.create(
            occasion=occasion,
            programme_id=programme,
            words={plan.language: plan.texts},
            opens_at=plan.opens_at,
            closes_at=plan.closes_at,
        )
        publish_facts(programme, now=now)
    return occasion


def record_survey(*, occasion: str, plan: SurveyPlan, now: int) -> None:
    """Change a survey's own words, and its times until it is announced."""
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        has_new_times = (survey.opens_at, survey.closes_at) != (plan.opens_at, plan.closes_at)
        if has_new_times and is_announced(occasion):
            raise SurveyAnnouncedError("The times of this survey are announced and signed; they stay.")
        survey.opens_at, survey.closes_at = plan.opens_at, plan.closes_at
        survey.words = {**survey.words, plan.language: plan.texts}
        survey.save()
        publish_facts(survey.programme_id, now=now)


def append_question(*, occasion: str, plan: QuestionPlan, now: int) -> str:
    """Add a question at the end, and give its code; refuse one that makes the survey too long to answer."""
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        _refuse_if_announced(occasion)
        position = max(survey.questions.values_list("position", flat=True), default=0) + 1
        code = f"q{position}"
        is_scale = plan.kind == "scale"
        question = Question.objects.create(
            question=f"{occasion}.{code}",
            survey=survey,
            code=code,
            position=position,
            kind=plan.kind,
            is_required=plan.is_required,
            highest=plan.highest if is_scale else 0,
            words={plan.language: plan.texts},
        )
        if not is_scale:
            _append_choices(question, plan)
        verify_questionnaire(list_asked_questions(occasion))
        publish_facts(survey.programme_id, now=now)
    return code


def record_question_words(*, occasion: str, code: str, plan: QuestionPlan) -> None:
    """Write a question in a further language, or mend its words before it is announced; choices stay as many."""
    with transaction.atomic():
        question = Question.objects.select_for_update().get(survey=occasion, code=code)
        if plan.language in question.words:
            _refuse_if_announced(occasion)
        choices = list(question.choices.all())
        if len(choices) != len(plan.choices):
            raise ChoicesDifferError(f"Write {len(choices)} choices, one a line, in the same order.")
        question.words = {**question.words, plan.language: plan.texts}
        question.save(update_fields=["words"])
        for choice, wording in zip(choices, plan.choices, strict=True):
            choice.words = {**choice.words, plan.language: {"wording": wording}}
            choice.save(update_fields=["words"])
        record_content_change()


def withdraw_question(*, occasion: str, code: str, now: int) -> None:
    """Remove a question before the survey is announced."""
    with transaction.atomic():
        _refuse_if_announced(occasion)
        question = Question.objects.select_related("survey").filter(survey=occasion, code=code).first()
        if question is not None:
            question.delete()
            publish_facts(question.survey.programme_id, now=now)


def withdraw_survey(occasion: str, *, now: int) -> None:
    """Remove a survey that has not been announced."""
    with transaction.atomic():
        _refuse_if_announced(occasion)
        survey = Survey.objects.filter(occasion=occasion).first()
        if survey is not None:
            survey.delete()
            publish_facts(survey.programme_id, now=now)


def record_plan(occasion: str, lines: SeasonLines | None, *, now: int) -> None:
    """Keep a survey's plan and words as they stand, and state the plan in public (`spec/surveys.md` 8.3).

    Call it in the transaction that announces the survey; `lines` are those of the season that covers it.
    """
    survey = Survey.objects.select_for_update().get(occasion=occasion)
    words = encode_words(occasion)
    asked = StatedPlan(
        occasion=occasion,
        closes_at=int(survey.closes_at.timestamp()),
        questions=tuple(list_asked_questions(occasion)),
        words=hashlib.sha256(words).hexdigest(),
        breakdowns=tuple(survey.breakdowns),
    )
    plan = encode_plan(build_plan(asked, lines))
    survey.plan, survey.plan_words = plan, words
    survey.save(update_fields=["plan", "plan_words"])
    record_public_entry(kind=SURVEY_STATED, ref=occasion, body={"plan": compute_plan_hash(plan)}, now=now)


def _append_choices(question: Question, plan: QuestionPlan) -> None:
    if len(plan.choices) > MOST_CHOICES:
        raise QuestionnaireError(f"A question needs 2 to {MOST_CHOICES} choices.")
    codes = string.ascii_lowercase[: len(plan.choices)]
    for position, (code, wording) in enumerate(zip(codes, plan.choices, strict=True)):
        Choice.objects.create(
            choice=f"{question.question}.{code}",
            question=question,
            code=code,
            position=position,
            words={plan.language: {"wording": wording}},
        )


def _refuse_if_announced(occasion: str) -> None:
    if is_announced(occasion):
        raise SurveyAnnouncedError("This survey is announced; what everybody answers must stay the same.")
