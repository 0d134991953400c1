"""Surveys at the desk: writing them down, and results after closing. Never an answer before its survey has closed."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amanah.core.errors import RefusedError
from amanah.programme_door.desk.views.programmes import READING, find_written_in, read_clock
from amanah.programme_door.occasions.queries import find_bundle, find_occasion
from amanah.programme_door.programmes.queries import find_programme
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.surveys.actions import (
    OCCASION_ID_SIZE,
    append_question,
    plan_survey,
    record_question_words,
    record_survey,
    withdraw_question,
    withdraw_survey,
)
from amanah.programme_door.surveys.forms import QuestionForm, SurveyForm
from amanah.programme_door.surveys.queries import (
    SurveyOnShow,
    count_results,
    find_survey,
    get_kept_question,
    get_kept_survey,
)
from amanah.web.desk import record_notice


@organiser_only
@require_http_methods(READING)
def write_new_survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a survey of a programme; questions come next."""
    programme = find_programme(slug, get_language() or "en", with_hidden=True)
    if programme is None:
        raise Http404
    form = SurveyForm(request.POST or None, initial={"written_in": programme.language})
    if request.method == "POST" and form.is_valid():
        occasion = plan_survey(
            programme=slug,
            plan=form.build_plan(),
            now=read_clock(),
            random_bytes=secrets.token_bytes(OCCASION_ID_SIZE),
        )
        record_notice(request, "yes", _("Now write the questions."))
        return HttpResponseRedirect(reverse("desk-survey", kwargs={"occasion": occasion}))
    return render(request, "desk/survey_new.html", {"form": form, "programme": programme})


@organiser_only
@require_http_methods(READING)
def show_survey(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show a survey and its questions; add one at the end until it is announced."""
    survey = _require_survey(occasion)
    facts = find_occasion(occasion)
    form = QuestionForm(request.POST or None, initial={"written_in": survey.words.language})
    if request.method == "POST" and form.is_valid():
        try:
            append_question(occasion=occasion, plan=form.build_plan(), now=read_clock())
        except RefusedError as error:
            form.add_error(None, explain_refusal(error))
        else:
            record_notice(request, "yes", _("The question is added."))
            return HttpResponseRedirect(reverse("desk-survey", kwargs={"occasion": occasion}))
    context = {"survey": survey, "occasion": facts, "form": None if facts else form}
    return render(request, "desk/survey.html", context)


@organiser_only
@require_http_methods(READING)
def change_survey(request: HttpRequest, occasion: str) -> HttpResponse:
    """Change a survey's own words, or its times until it is announced."""
    kept = get_kept_survey(occasion)
    if kept is None:
        raise Http404
    language = find_written_in(request, kept.programme.language)
    initial = {
        "written_in": language,
        "opens_at": kept.opens_at,
        "closes_at": kept.closes_at,
        **kept.words.get(language, {}),
    }
    form = SurveyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record_survey(occasion=occasion, plan=form.build_plan(), now=read_clock())
        except RefusedError:
            form.add_error("closes_at", _("The times of this survey are announced and signed; they stay."))
        else:
            record_notice(request, "yes", _("Saved."))
            return HttpResponseRedirect(reverse("desk-survey", kwargs={"occasion": occasion}))
    return render(request, "desk/survey_change.html", {"form": form, "occasion": occasion})


@organiser_only
@require_http_methods(READING)
def change_question(request: HttpRequest, occasion: str, code: str) -> HttpResponse:
    """Mend a question's words, or write it in another language."""
    kept = get_kept_question(occasion, code)
    if kept is None:
        raise Http404
    language = find_written_in(request, get_language() or "en")
    lines = [choice.words.get(language, {}).get("wording", "") for choice in kept.choices.all()]
    initial = {
        "written_in": language,
        "kind": kept.kind,
        "choices": "\n".join(line for line in lines if line),
        "highest": kept.highest,
        "is_required": kept.is_required,
        **kept.words.get(language, {}),
    }
    form = QuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record_question_words(occasion=occasion, code=code, plan=form.build_plan())
        except RefusedError as error:
            form.add_error(None, explain_refusal(error))
        else:
            record_notice(request, "yes", _("Saved."))
            return HttpResponseRedirect(reverse("desk-survey", kwargs={"occasion": occasion}))
    return render(request, "desk/question_change.html", {"form": form, "occasion": occasion, "code": code})


@organiser_only
@require_POST
def remove_question(request: HttpRequest, occasion: str, code: str) -> HttpResponse:
    """Remove a question of a survey that was not announced."""
    withdraw_question(occasion=occasion, code=code, now=read_clock())
    record_notice(request, "yes", _("The question is removed."))
    return HttpResponseRedirect(reverse("desk-survey", kwargs={"occasion": occasion}))


@organiser_only
@require_POST
def remove_survey(request: HttpRequest, occasion: str) -> HttpResponse:
    """Remove a survey that was not announced."""
    survey = _require_survey(occasion)
    withdraw_survey(occasion, now=read_clock())
    record_notice(request, "yes", _("The survey is removed."))
    return HttpResponseRedirect(reverse("desk-programme", kwargs={"slug": survey.programme}))


@organiser_only
def show_results(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show the counts of a closed survey, from the same file that everybody can download."""
    survey = _require_survey(occasion)
    bundle = find_bundle(occasion)
    if bundle is None:
        raise Http404
    context = {"survey": survey, "results": count_results(occasion, bundle)}
    return render(request, "desk/survey_results.html", context)


def explain_refusal(error: RefusedError) -> str:
    """Give the words for what a survey's rules refuse."""
    return {
        "questionnaire-not-askable": _(
            "The survey is too long, or a question has too few choices. Make it shorter."
        ),
        "survey-announced": _("This survey is announced; what everybody answers must stay the same."),
        "choices-differ": _("Write as many choices as before, one a line, in the same order."),
    }.get(error.code, _("This could not be saved. Nothing was changed."))


def _require_survey(occasion: str) -> SurveyOnShow:
    survey = find_survey(occasion, get_language() or "en")
    if survey is None:
        raise Http404
    return survey
