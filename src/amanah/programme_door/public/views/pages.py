"""The public pages. They read no cookie, no header and no query, and answer everybody with the same bytes."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amanah.programme_door.educators.queries import list_educators
from amanah.programme_door.occasions.logged_seasons import find_alarm
from amanah.programme_door.occasions.queries import find_bundle_path
from amanah.programme_door.programmes.queries import (
    ProgrammeOnShow,
    encode_facts,
    find_programme,
    get_community_words,
    get_lasting_version,
)
from amanah.programme_door.public.calendar import build_calendar
from amanah.programme_door.public.queries import (
    encode_occasions,
    find_recount,
    find_request_counts,
    find_statements,
    get_programme_page,
    get_public_version,
    list_declared_holdings,
    list_own_holdings,
    list_programme_pages,
)
from amanah.programme_door.sessions.queries import list_sessions
from amanah.web.pages import public_page, send_file
from amanah.web.settings import get_config


def _version(**_kwargs: Any) -> object:
    return get_public_version(timezone.now())


def _get_lasting_version(**_kwargs: Any) -> object:
    """Counting takes a while, and what it gives changes with words and log alone, not with the minute."""
    return get_lasting_version()


def _get_bundle_version(**_kwargs: Any) -> object:
    """Only a published bundle is ever kept, and that one stays as it is."""
    return "published"


@public_page(_version)
def show_home(request: HttpRequest) -> HttpResponse:
    """What is on, who teaches, who pays, what is held and who asked."""
    language = _get_language()
    context = {
        "community": get_community_words(language),
        "pages": list_programme_pages(language, now=timezone.now()),
        "now": timezone.now(),
        "alarm": find_alarm(int(timezone.now().timestamp())),
        "counts": find_request_counts(),
    }
    return render(request, "public/home.html", context)


@public_page(_version)
def show_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The same four above the button to join."""
    programme = _require_programme(slug)
    page = get_programme_page(programme, _get_language(), now=timezone.now())
    context = {
        "page": page,
        "programme": programme,
        "educators": list_educators(_get_language(), now=timezone.now(), programme=slug),
        "statements": find_statements(slug),
        "counts": find_request_counts(),
        "now": timezone.now(),
    }
    return render(request, "public/programme.html", context)


@public_page(_version)
def show_calendar(_request: HttpRequest, slug: str) -> HttpResponse:
    """The schedule as a calendar that a phone subscribes to: reminders without a list of addresses."""
    programme = _require_programme(slug)
    sessions = list_sessions(_get_language(), programme=slug)
    feed = build_calendar(programme, sessions, config=get_config(), language=_get_language())
    return HttpResponse(feed, content_type="text/calendar; charset=utf-8")


@public_page(_get_lasting_version)
def send_facts(_request: HttpRequest, slug: str) -> HttpResponse:
    """What everybody can read about a programme, byte for byte as its hash stands in the public log."""
    facts = encode_facts(slug)
    if facts is None:
        raise Http404
    return HttpResponse(facts, content_type="application/json")


@public_page(_version)
def show_holdings(request: HttpRequest) -> HttpResponse:
    """Everything that is held, from the live schema and from what the other doors declared."""
    context = {"here": list_own_holdings(), "declared": list_declared_holdings()}
    return render(request, "public/what_we_hold.html", context)


@public_page(_get_lasting_version)
def show_recount(request: HttpRequest, occasion: str) -> HttpResponse:
    """How anybody recounts an occasion."""
    recount = find_recount(occasion, _get_language())
    if recount is None:
        raise Http404
    return render(request, "public/recount.html", {"recount": recount})


@public_page(_get_bundle_version)
def send_bundle(_request: HttpRequest, occasion: str) -> HttpResponse | FileResponse:
    """The recount bundle, byte for byte as its hash stands in the public log."""
    path = find_bundle_path(occasion)
    if path is None:
        raise Http404
    return send_file(path, "application/json")


@public_page(_version)
def send_occasions(_request: HttpRequest) -> HttpResponse:
    """All occasions, the same list for everybody."""
    return HttpResponse(encode_occasions(), content_type="application/json")


@require_safe
def show_health(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return HttpResponse(b'{"status":"done"}', content_type="application/json")


def _require_programme(slug: str) -> ProgrammeOnShow:
    programme = find_programme(slug, _get_language())
    if programme is None:
        raise Http404
    return programme


def _get_language() -> str:
    return get_language() or "en"
