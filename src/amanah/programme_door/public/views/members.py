"""Shells of the pages that a member's device works in. They get nothing from a member and give all the same bytes."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from amanah.programme_door.occasions.queries import find_occasion
from amanah.programme_door.programmes.queries import list_programmes
from amanah.programme_door.public.queries import get_public_version
from amanah.programme_door.sessions.queries import find_session
from amanah.programme_door.surveys.queries import find_survey
from amanah.web.pages import camera_page, public_page


def _version(**_kwargs: Any) -> object:
    return get_public_version(timezone.now())


@camera_page
@public_page(_version)
def show_join(request: HttpRequest) -> HttpResponse:
    """Join with an invitation; the code stands after # and never reaches us."""
    return render(request, "member/join.html", {"programmes": list_programmes(_get_language())})


@public_page(_version)
def show_card(request: HttpRequest) -> HttpResponse:
    """The member's card."""
    return render(request, "member/card.html")


@camera_page
@public_page(_version)
def show_restore(request: HttpRequest) -> HttpResponse:
    """Bring a card back from its backup."""
    return render(request, "member/restore.html")


@camera_page
@public_page(_version)
def show_here(request: HttpRequest, occasion: str) -> HttpResponse:
    """Check in to a session."""
    session = find_session(occasion, _get_language())
    if session is None:
        raise Http404
    return render(request, "member/here.html", {"session": session, "occasion": find_occasion(occasion)})


@public_page(_version)
def show_answer(request: HttpRequest, occasion: str) -> HttpResponse:
    """Answer a survey, one question a screen."""
    survey = find_survey(occasion, _get_language())
    if survey is None or not survey.questions:
        raise Http404
    return render(request, "member/answer.html", {"survey": survey, "occasion": find_occasion(occasion)})


@camera_page
@public_page(_version)
def show_kiosk(request: HttpRequest) -> HttpResponse:
    """A shared device that forgets after each person."""
    return render(request, "member/kiosk.html")


def _get_language() -> str:
    return get_language() or "en"
