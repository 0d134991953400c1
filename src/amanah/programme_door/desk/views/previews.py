"""A survey as members will see it, for the organiser who writes it. Nothing can be answered or sent from here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.surveys.queries import find_survey


@organiser_only
@require_safe
def show_preview(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show the questions one a screen at the width of a phone, announced or not."""
    survey = find_survey(occasion, get_language() or "en")
    if survey is None:
        raise Http404
    return render(request, "desk/survey_preview.html", {"survey": survey})
