"""Surveys at the desk: writing them down, and results after closing. Never an answer before its survey has closed."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amanah.core.errors import RefusedError
from amanah.programme_door.desk.queries import list_budgets, list_lines, list_missing_languages
from amanah.programme_door.desk.views.programmes import READING, find_written_in, read_clock
from amanah.programme_door.error_words import explain_refusal
from amanah.programme_door.occasions.queries import find_occasion
from amanah.programme_door.programmes.queries import count_invited, find_programme
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.surveys.actions import (
    OCCASION_ID_SIZE,
    plan_survey,
    record_breakdowns,
    record_survey,
    withdraw_survey,
)
from amanah.programme_door.surveys.forms import BreakdownsForm, SurveyForm
from amanah.programme_door.surveys.queries import (
    SurveyOnShow,
    find_results_bytes,
    find_survey,
    get_kept_survey,
)
from amanah.web.desk import record_notice

MOST_PEOPLE = 1_000_000
PEOPLE_UNKNOWN = 100
OPEN_FOR = timedelta(days=14)


@organiser_only
@require_http_methods(READING)
def write_new_survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a survey of a programme; questions come next."""
    programme = find_programme(slug, get_language() or "en", with_hidden=True)
    if programme is None:
        raise Http404
    opens_at = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    initial = {
        "written_in": programme.language,
        "opens_at": opens_at,
        "closes_at": opens_at + OPEN_FOR,
    }
    form = SurveyForm(request.POST or None, initial=initial)
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
def show_survey(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show a survey: its questions, what each will tell, and what can be done with it now."""
    survey = require_survey(occasion)
    people = find_people(request)
    kept = {"occasion": occasion}
    context = {
        "survey": survey,
        "occasion": find_occasion(occasion),
        "people": people,
        "lines": list_lines(survey, people),
        "missing": list_missing_languages(occasion),
        "budgets": list_budgets(survey, get_language() or "en"),
        "breakdowns": BreakdownsForm(
            questions=survey.questions, initial={"breakdowns": [*survey.breakdowns]}
        ),
        "links": {
            "preview": find_page("survey-preview", kept),
            "templates": find_page("survey-templates", kept),
            "paper": find_page("survey-paper", kept),
        },
    }
    return render(request, "desk/survey.html", context)


@organiser_only
@require_POST
def choose_breakdowns(request: HttpRequest, occasion: str) -> HttpResponse:
    """Choose by which plain questions the results will be told apart."""
    survey = require_survey(occasion)
    form = BreakdownsForm(request.POST, questions=survey.questions)
    codes = form.cleaned_data["breakdowns"] if form.is_valid() else []
    try:
        record_breakdowns(occasion=occasion, codes=codes)
    except RefusedError as error:
        record_notice(request, "no", explain_refusal(error))
    else:
        record_notice(request, "yes", _("Saved."))
    return go_to_survey(request, occasion)


@organiser_only
@require_http_methods(READING)
def change_survey(request: HttpRequest, occasion: str) -> HttpResponse:
    """Change a survey's own words and times until it is announced."""
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
        except RefusedError as error:
            form.add_error(None, explain_refusal(error))
        else:
            record_notice(request, "yes", _("Saved."))
            return HttpResponseRedirect(reverse("desk-survey", kwargs={"occasion": occasion}))
    return render(request, "desk/survey_change.html", {"form": form, "occasion": occasion})


@organiser_only
@require_POST
def remove_survey(request: HttpRequest, occasion: str) -> HttpResponse:
    """Remove a survey that was not announced."""
    survey = require_survey(occasion)
    withdraw_survey(occasion, now=read_clock())
    record_notice(request, "yes", _("The survey is removed."))
    return HttpResponseRedirect(reverse("desk-programme", kwargs={"slug": survey.programme}))


@organiser_only
def show_results(request: HttpRequest, occasion: str) -> HttpResponse:
    """Lead to the results, which everybody sees at the same time; before that, say when it is."""
    survey = require_survey(occasion)
    if find_results_bytes(occasion) is not None:
        return HttpResponseRedirect(reverse("results", kwargs={"occasion": occasion}))
    return render(
        request, "desk/survey_results.html", {"survey": survey, "occasion": find_occasion(occasion)}
    )


def require_survey(occasion: str) -> SurveyOnShow:
    """Give a survey in the organiser's language, or the page that says that there is none."""
    survey = find_survey(occasion, get_language() or "en")
    if survey is None:
        raise Http404
    return survey


def find_people(request: HttpRequest) -> int:
    """Give how many people the organiser reckons with: as asked, else as many as hold an invitation."""
    asked = request.POST.get("people") or request.GET.get("people", "")
    if asked.isascii() and asked.isdigit() and 1 <= int(asked[:8]) <= MOST_PEOPLE:
        return int(asked)
    return min(count_invited(), MOST_PEOPLE) or PEOPLE_UNKNOWN


def go_to_survey(request: HttpRequest, occasion: str) -> HttpResponse:
    """Go back to the survey's page, with the people that the organiser reckons with."""
    asked = request.POST.get("people", "")
    address = reverse("desk-survey", kwargs={"occasion": occasion})
    return HttpResponseRedirect(f"{address}?people={find_people(request)}" if asked else address)


def find_page(name: str, kept: Mapping[str, str]) -> str | None:
    """Give the address of a page that this door has; None where it has none."""
    try:
        return reverse(name, kwargs=dict(kept))
    except NoReverseMatch:
        return None
