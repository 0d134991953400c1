"""Writing questions at the desk, and what each will tell before it is asked. Never an answer, never who gave one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amanah.core.errors import RefusedError
from amanah.core.surveys.questions import KINDS
from amanah.programme_door.desk.queries import list_families, list_prospects
from amanah.programme_door.desk.views.programmes import READING, find_written_in, read_clock
from amanah.programme_door.desk.views.surveys import find_people, go_to_survey, require_survey
from amanah.programme_door.error_words import explain_refusal
from amanah.programme_door.occasions.queries import find_occasion
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.surveys.actions import (
    SurveyAnnouncedError,
    append_question,
    record_question,
    record_question_place,
    record_question_words,
    withdraw_question,
)
from amanah.programme_door.surveys.forms import QuestionForm, QuestionWordsForm, describe_question
from amanah.programme_door.surveys.queries import SurveyOnShow, get_kept_question, is_asked_elsewhere
from amanah.web.desk import record_notice

JUST_SHOW = "show"
"""The button that works out what a question would tell, and saves nothing."""


@organiser_only
def choose_kind(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show the six kinds of question, each with an example."""
    survey = require_survey(occasion)
    if find_occasion(occasion):
        return _refuse_announced(request, occasion)
    context = {"survey": survey, "people": find_people(request)}
    return render(request, "desk/question_kinds.html", context)


@organiser_only
@require_http_methods(READING)
def write_question(request: HttpRequest, occasion: str, kind: str) -> HttpResponse:
    """Write a question of one kind at the end of a survey that was not announced."""
    survey = require_survey(occasion)
    if kind not in KINDS:
        raise Http404
    if find_occasion(occasion):
        return _refuse_announced(request, occasion)
    initial = {"written_in": survey.words.language}
    form = _build_form(request, kind=kind, earlier=survey.questions, initial=initial)
    if _is_to_be_saved(request) and form.is_valid():
        try:
            append_question(occasion=occasion, plan=form.build_plan(), now=read_clock())
        except RefusedError as error:
            form.add_error(None, explain_refusal(error))
        else:
            record_notice(request, "yes", _("The question is added."))
            return go_to_survey(request, occasion)
    return _show_form(request, "desk/question_new.html", survey, form)


@organiser_only
@require_http_methods(READING)
def change_question(request: HttpRequest, occasion: str, code: str) -> HttpResponse:
    """Change a question until it is announced, or write its words in another language at any time."""
    survey = require_survey(occasion)
    kept = get_kept_question(occasion, code)
    if kept is None:
        raise Http404
    language = find_written_in(request, survey.words.language)
    place = [question.code for question in survey.questions].index(code)
    lines = [choice.words.get(language, {}).get("wording", "") for choice in kept.choices.all()]
    initial = {
        "written_in": language,
        "choices": "\n".join(line for line in lines if line),
        **kept.words.get(language, {}),
    }
    if find_occasion(occasion) or language not in kept.words:
        return _change_words(
            request, survey, code, QuestionWordsForm(request.POST or None, kind=kept.kind, initial=initial)
        )
    form = _build_form(
        request,
        kind=kept.kind,
        earlier=survey.questions[:place],
        initial=initial | describe_question(survey.questions[place]),
    )
    if _is_to_be_saved(request) and form.is_valid():
        try:
            record_question(occasion=occasion, code=code, plan=form.build_plan())
        except RefusedError as error:
            form.add_error(None, explain_refusal(error))
        else:
            record_notice(request, "yes", _("Saved."))
            return go_to_survey(request, occasion)
    more = {"code": code, "is_asked_elsewhere": is_asked_elsewhere(occasion, code)}
    return _show_form(request, "desk/question_change.html", survey, form, **more)


@organiser_only
@require_POST
def move_question(request: HttpRequest, occasion: str, code: str) -> HttpResponse:
    """Ask a question one place earlier or later."""
    if get_kept_question(occasion, code) is None:
        raise Http404
    try:
        record_question_place(occasion=occasion, code=code, is_earlier=request.POST.get("to") == "earlier")
    except RefusedError as error:
        record_notice(request, "no", explain_refusal(error))
    return go_to_survey(request, occasion)


@organiser_only
@require_POST
def remove_question(request: HttpRequest, occasion: str, code: str) -> HttpResponse:
    """Remove a question of a survey that was not announced."""
    require_survey(occasion)
    try:
        withdraw_question(occasion=occasion, code=code, now=read_clock())
    except RefusedError as error:
        record_notice(request, "no", explain_refusal(error))
    else:
        record_notice(request, "yes", _("The question is removed."))
    return go_to_survey(request, occasion)


def _refuse_announced(request: HttpRequest, occasion: str) -> HttpResponse:
    record_notice(request, "no", explain_refusal(SurveyAnnouncedError()))
    return go_to_survey(request, occasion)


def _change_words(
    request: HttpRequest, survey: SurveyOnShow, code: str, form: QuestionWordsForm
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            record_question_words(occasion=survey.occasion, code=code, plan=form.build_plan())
        except RefusedError as error:
            form.add_error(None, explain_refusal(error))
        else:
            record_notice(request, "yes", _("Saved."))
            return go_to_survey(request, survey.occasion)
    context = {"form": form, "occasion": survey.occasion, "code": code}
    return render(request, "desk/question_words.html", context)


def _build_form(request: HttpRequest, *, initial: dict[str, Any], **options: Any) -> QuestionForm:
    """Give the form; whoever only wants to see what a question would tell is told of no mistake yet."""
    if request.method != "POST" or JUST_SHOW not in request.POST:
        return QuestionForm(request.POST or None, initial=initial, **options)
    typed = {name: request.POST.get(name, "") for name in request.POST}
    return QuestionForm(initial=initial | typed | {"only_if": request.POST.getlist("only_if")}, **options)


def _is_to_be_saved(request: HttpRequest) -> bool:
    return request.method == "POST" and JUST_SHOW not in request.POST


def _show_form(
    request: HttpRequest, template: str, survey: SurveyOnShow, form: QuestionForm, **more: Any
) -> HttpResponse:
    """Show the form beside what each protection would cost, from as much as is written already."""
    people = find_people(request)
    prospects = list_prospects(form.describe(), people, own_weight=form.find_own_weight())
    context = {
        "survey": survey,
        "form": form,
        "people": people,
        "prospects": prospects,
        "families": list_families(get_language() or "en"),
        **more,
    }
    return render(request, template, context)
