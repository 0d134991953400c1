"""Writing down surveys and their questions. It never changes a question once the survey has been announced."""

import hashlib
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from amanah.core.errors import RefusedError
from amanah.core.surveys.questions import MOST_CHOICES, Condition, Mechanism, QuestionnaireError
from amanah.core.surveys.stated_plan import (
    SeasonLines,
    StatedPlan,
    build_plan,
    compute_plan_hash,
    encode_plan,
    verify_plan,
)
from amanah.programme_door.occasions.actions import record_public_entry
from amanah.programme_door.occasions.queries import is_announced
from amanah.programme_door.programmes.actions import publish_facts, record_content_change
from amanah.programme_door.surveys.models import Choice, Question, Survey
from amanah.programme_door.surveys.queries import (
    OWN_CODE,
    encode_words,
    is_asked_elsewhere,
    list_asked_questions,
)

OCCASION_ID_SIZE = 8
SURVEY_STATED = "survey_stated"
STEPPED = frozenset({"scale", "index", "change"})
CHOICELESS = frozenset({"scale", "change"})


@dataclass(frozen=True)
class SurveyPlan:
    """What an organiser wrote down; `texts` are title and intro."""

    language: str
    texts: dict[str, str]
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class QuestionPlan:
    """One question as written down; `texts` are wording and, where there are steps, the words at their ends.

    `choices` are the words of choices, of what is ranked, or of an index's items, in order. A template gives its own
    `code`; without one the question gets the next of q1, q2, and so on, counted over all surveys.
    """

    language: str
    kind: str
    texts: dict[str, str]
    choices: Sequence[str]
    is_required: bool
    highest: int
    lowest: int = 0
    code: str = ""
    mechanism: Mechanism = "plain"
    weight: int = 0
    family: str = ""
    is_in_block: bool = False
    prefer_not_to_say: bool = False
    only_if: Condition | None = None


class SurveyAnnouncedError(RefusedError):
    """What everybody answers stands fast."""

    code = "survey-announced"


class QuestionSharedError(RefusedError):
    """What a code asks elsewhere it asks everywhere."""

    code = "question-shared"


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
    """Change a survey's own words and times, or write it in a further language, until it is announced.

    Afterwards not even a word can be added: the log holds the hash of everything that members read.
    """
    with transaction.atomic():
        _refuse_if_announced(occasion)
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        survey.opens_at, survey.closes_at = plan.opens_at, plan.closes_at
        survey.words = {**survey.words, plan.language: plan.texts}
        survey.save()
        publish_facts(survey.programme_id, now=now)


def append_question(*, occasion: str, plan: QuestionPlan, now: int) -> str:
    """Add a question at the end, and give its code; refuse one that the survey cannot ask."""
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        _refuse_if_announced(occasion)
        asked = dict(survey.questions.values_list("code", "position"))
        code = plan.code or _find_next_code()
        if code in asked:
            raise QuestionnaireError("This question is in the survey already.", "codes-twice")
        question = Question(
            question=f"{occasion}.{code}",
            survey=survey,
            code=code,
            position=max(asked.values(), default=0) + 1,
            kind=plan.kind,
        )
        _write_question(question, plan)
        _write_choices(question, plan)
        _verify_survey(survey)
        publish_facts(survey.programme_id, now=now)
    return code


def record_question(*, occasion: str, code: str, plan: QuestionPlan) -> None:
    """Change everything about a question but its kind, until the survey is announced."""
    with transaction.atomic():
        _refuse_if_announced(occasion)
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        question = survey.questions.get(code=code)
        if _asks_otherwise(question, plan) and is_asked_elsewhere(occasion, code):
            raise QuestionSharedError("This question is asked elsewhere too; write a new one.")
        further = set(question.words) - {plan.language}
        if further and question.choices.count() != len(plan.choices):
            raise ChoicesDifferError("The question is written in other languages too; keep its choices.")
        _write_question(question, plan)
        _write_choices(question, plan)
        _verify_survey(survey)
        record_content_change()


def record_question_words(*, occasion: str, code: str, plan: QuestionPlan) -> None:
    """Write a question in a further language, or mend its words, until it is announced; choices stay as many."""
    with transaction.atomic():
        _refuse_if_announced(occasion)
        question = Question.objects.select_for_update().get(survey=occasion, code=code)
        choices = list(question.choices.all())
        if len(choices) != len(plan.choices):
            raise ChoicesDifferError(f"Write {len(choices)} choices, one a line, in the same order.")
        question.words = {**question.words, plan.language: plan.texts}
        question.save(update_fields=["words"])
        for choice, wording in zip(choices, plan.choices, strict=True):
            choice.words = {**choice.words, plan.language: {"wording": wording}}
            choice.save(update_fields=["words"])
        record_content_change()


def record_question_place(*, occasion: str, code: str, is_earlier: bool) -> None:
    """Ask a question one place earlier, or one later; refuse where another one depends on it."""
    with transaction.atomic():
        _refuse_if_announced(occasion)
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        questions = list(survey.questions.all())
        place = [question.code for question in questions].index(code)
        other = place - 1 if is_earlier else place + 1
        if not 0 <= other < len(questions):
            return
        moved, passed = questions[place], questions[other]
        moved.position, passed.position = passed.position, moved.position
        Question.objects.bulk_update([moved, passed], ["position"])
        _verify_survey(survey)
        record_content_change()


def record_breakdowns(*, occasion: str, codes: Sequence[str]) -> None:
    """Choose by which plain questions the results will be told apart; nobody can choose others afterwards."""
    with transaction.atomic():
        _refuse_if_announced(occasion)
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        survey.breakdowns = [*codes]
        survey.save(update_fields=["breakdowns"])
        _verify_survey(survey)


def withdraw_question(*, occasion: str, code: str, now: int) -> None:
    """Remove a question before the survey is announced; refuse where another one depends on it."""
    with transaction.atomic():
        _refuse_if_announced(occasion)
        survey = Survey.objects.select_for_update().get(occasion=occasion)
        if survey.questions.filter(code=code).delete()[0]:
            survey.breakdowns = [kept for kept in survey.breakdowns if kept != code]
            survey.save(update_fields=["breakdowns"])
            _verify_survey(survey)
            publish_facts(survey.programme_id, now=now)


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
    plan = encode_plan(build_plan(_build_asked_plan(survey, words), lines))
    survey.plan, survey.plan_words = plan, words
    survey.save(update_fields=["plan", "plan_words"])
    record_public_entry(kind=SURVEY_STATED, ref=occasion, body={"plan": compute_plan_hash(plan)}, now=now)


def _build_asked_plan(survey: Survey, words: bytes) -> StatedPlan:
    return StatedPlan(
        occasion=survey.occasion,
        closes_at=int(survey.closes_at.timestamp()),
        questions=tuple(list_asked_questions(survey.occasion)),
        words=hashlib.sha256(words).hexdigest(),
        breakdowns=tuple(survey.breakdowns),
    )


def _verify_survey(survey: Survey) -> None:
    """Refuse at once what could not be announced later; a survey that is still empty is no mistake."""
    plan = _build_asked_plan(survey, b"")
    if plan.questions:
        verify_plan(plan)


def _asks_otherwise(question: Question, plan: QuestionPlan) -> bool:
    said = question.words.get(plan.language, {})
    choices = [choice.words.get(plan.language, {}).get("wording") for choice in question.choices.all()]
    has_new_words = any(said.get(name, "").split() != text.split() for name, text in plan.texts.items())
    has_new_steps = question.kind in STEPPED and (question.lowest, question.highest) != (
        plan.lowest,
        plan.highest,
    )
    return has_new_words or has_new_steps or choices != [*plan.choices]


def _find_next_code() -> str:
    """Give a code that no survey here has: devices know by it what they were asked before (`spec/surveys.md` 1.6)."""
    codes = Question.objects.filter(code__startswith="q").values_list("code", flat=True)
    numbers = [int(match[1]) for code in codes if (match := OWN_CODE.fullmatch(code))]
    return f"q{max(numbers, default=0) + 1}"


def _write_question(question: Question, plan: QuestionPlan) -> None:
    has_steps = question.kind in STEPPED
    condition = plan.only_if
    question.is_required = plan.is_required
    question.lowest, question.highest = (plan.lowest, plan.highest) if has_steps else (0, 0)
    question.mechanism, question.weight, question.family = plan.mechanism, plan.weight, plan.family
    question.is_in_block, question.prefer_not_to_say = plan.is_in_block, plan.prefer_not_to_say
    question.only_if = condition and {"choices": [*condition.choices], "code": condition.code}
    question.words = {
        **question.words,
        plan.language: {**question.words.get(plan.language, {}), **plan.texts},
    }
    question.save()


def _write_choices(question: Question, plan: QuestionPlan) -> None:
    """Write what can be chosen; choices that stay keep their words in other languages."""
    wordings = [] if question.kind in CHOICELESS else plan.choices
    if len(wordings) > MOST_CHOICES:
        raise QuestionnaireError(f"A question needs 2 to {MOST_CHOICES} choices.", "too-few-choices")
    kept = {choice.code: choice.words for choice in question.choices.all()}
    question.choices.all().delete()
    for position, (code, wording) in enumerate(zip(string.ascii_lowercase, wordings, strict=False)):
        Choice.objects.create(
            choice=f"{question.question}.{code}",
            question=question,
            code=code,
            position=position,
            words={**kept.get(code, {}), plan.language: {"wording": wording}},
        )


def _refuse_if_announced(occasion: str) -> None:
    if is_announced(occasion):
        raise SurveyAnnouncedError("This survey is announced; what everybody answers must stay the same.")
