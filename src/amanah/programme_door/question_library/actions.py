"""Adding whole templates, and asking an earlier survey again. It never changes a word or a code on the way.

The same code with the same kind, choices and words is the same question: that is how waves are compared, and how the
gate and the alarms find theirs.
"""

from django.db import transaction

from amanah.core.surveys.questions import Question, QuestionnaireError
from amanah.programme_door.programmes.queries import KeptWords
from amanah.programme_door.question_library.queries import Template, list_differing_codes
from amanah.programme_door.surveys.actions import (
    QuestionPlan,
    append_question,
    record_breakdowns,
    record_question_words,
)
from amanah.programme_door.surveys.queries import (
    get_kept_question,
    get_kept_survey,
    list_asked_questions,
)


def append_template(*, occasion: str, template: Template, now: int) -> list[str]:
    """Add all questions of a template that the survey does not ask yet, in all languages; give their codes."""
    with transaction.atomic():
        asked = {question.code for question in list_asked_questions(occasion)}
        wanted = [question for question in template.questions if question.asked.code not in asked]
        if not wanted:
            raise QuestionnaireError("The survey asks all of this already.", "codes-twice")
        for question in wanted:
            _append_written(occasion, question.asked, question.words, question.choices, now=now)
    return [question.asked.code for question in wanted]


def append_earlier_questions(*, occasion: str, earlier: str, now: int) -> list[str]:
    """Ask the questions of an earlier survey again, with the same codes, words and breakdowns; give what was added.

    What the survey asks in the very same way already stays where it is.
    """
    with transaction.atomic():
        if list_differing_codes(occasion, earlier):
            raise QuestionnaireError(
                "Under the same code the two surveys ask something different; neither could be compared.",
                "codes-twice",
            )
        already = {question.code for question in list_asked_questions(occasion)}
        wanted = [question for question in list_asked_questions(earlier) if question.code not in already]
        if not wanted:
            raise QuestionnaireError("The survey asks all of this already.", "codes-twice")
        for asked in wanted:
            kept = get_kept_question(earlier, asked.code)
            if kept is not None:
                choices = tuple(choice.words for choice in kept.choices.all())
                _append_written(occasion, asked, kept.words, choices, now=now)
        _append_breakdowns(occasion, earlier)
    return [question.code for question in wanted]


def _append_breakdowns(occasion: str, earlier: str) -> None:
    before, survey = get_kept_survey(earlier), get_kept_survey(occasion)
    if before is not None and survey is not None and before.breakdowns and not survey.breakdowns:
        record_breakdowns(occasion=occasion, codes=before.breakdowns)


def _append_written(
    occasion: str, asked: Question, words: KeptWords, choices: tuple[KeptWords, ...], *, now: int
) -> None:
    for place, language in enumerate(words):
        plan = _build_plan(asked, language, words, choices)
        if place == 0:
            append_question(occasion=occasion, plan=plan, now=now)
        else:
            record_question_words(occasion=occasion, code=asked.code, plan=plan)


def _build_plan(
    asked: Question, language: str, words: KeptWords, choices: tuple[KeptWords, ...]
) -> QuestionPlan:
    return QuestionPlan(
        language=language,
        kind=asked.kind,
        texts=dict(words[language]),
        choices=[choice.get(language, {}).get("wording", "") for choice in choices],
        is_required=asked.is_required,
        highest=asked.highest,
        lowest=asked.lowest,
        code=asked.code,
        mechanism=asked.mechanism,
        weight=asked.weight,
        family=asked.family,
        is_in_block=asked.is_in_block,
        prefer_not_to_say=asked.prefer_not_to_say,
        only_if=asked.only_if,
    )
