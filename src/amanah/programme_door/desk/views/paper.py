"""A survey on paper, and typing the sheets in. It stores nothing of a sheet, and no page here reads an answer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amanah.core.encoding import encode_base64url
from amanah.core.passes.occasions import parse_descriptor
from amanah.programme_door.desk.queries import list_budgets
from amanah.programme_door.desk.views.surveys import require_survey
from amanah.programme_door.occasions.queries import find_occasion
from amanah.programme_door.occasions.states import OPEN, decide_state
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.surveys.queries import SurveyOnShow
from amanah.web.pages import camera_page

WITH_ALL = "b"
"""The sheet with the questions that one in three is asked; without it the sheet is called a."""


@organiser_only
@require_safe
def show_paper(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show a sheet to be printed, in the desk's language; `sheet=b` has the questions for one in three too."""
    survey = require_survey(occasion)
    has_block = _has_block(survey)
    sheet = WITH_ALL if not has_block or request.GET.get("sheet") == WITH_ALL else "a"
    questions = [question for question in survey.questions if sheet == WITH_ALL or not question.is_in_block]
    budgets = list_budgets(survey, get_language() or "en")
    context = {
        "survey": survey,
        "questions": questions,
        "sheet": sheet if has_block else "",
        "numbers": {question.code: number for number, question in enumerate(questions, 1)},
        "asked": {question.code: question for question in survey.questions},
        "is_announced": find_occasion(occasion) is not None,
        "repeated": [budget for budget in budgets if budget.is_repeated or budget.is_exceeded],
    }
    return render(request, "desk/survey_paper.html", context)


@organiser_only
@require_safe
@camera_page
def show_key_in(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show the page that types sheets in; its facts let the device check a printed pass by itself."""
    survey = require_survey(occasion)
    facts = find_occasion(occasion)
    if facts is None or not facts.spki:
        raise Http404
    now = int(timezone.now().timestamp())
    state = decide_state(
        facts.state, has_key=True, opens_at=facts.opens_at, closes_at=facts.closes_at, now=now
    )
    key_in = {
        "occasion": occasion,
        "descriptor": parse_descriptor(facts.descriptor).descriptor(),
        "spki": encode_base64url(facts.spki),
    }
    context = {
        "survey": survey,
        "is_open": state == OPEN,
        "has_block": _has_block(survey),
        "key_in": key_in,
    }
    return render(request, "desk/survey_key_in.html", context)


def _has_block(survey: SurveyOnShow) -> bool:
    return any(question.is_in_block for question in survey.questions)
