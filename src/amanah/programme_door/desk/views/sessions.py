"""Sessions at the desk: writing them down, the room's screen, the poster, the scanner. Never a list of who came."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amanah.core.encoding import encode_base64url
from amanah.core.passes.occasions import parse_descriptor
from amanah.core.passes.rooms import POSTER, SCANNER, compute_room_code, compute_screen_slot
from amanah.programme_door.desk.views.programmes import READING, find_written_in, read_clock
from amanah.programme_door.occasions.queries import OccasionOnShow, find_occasion
from amanah.programme_door.programmes.queries import find_programme
from amanah.programme_door.sessions.actions import (
    OCCASION_ID_SIZE,
    OFFICIAL,
    AlreadyAnnouncedError,
    plan_session,
    record_session,
    withdraw_session,
)
from amanah.programme_door.sessions.forms import SessionForm
from amanah.programme_door.sessions.queries import SessionOnShow, find_session, get_kept_session
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice
from amanah.web.pages import camera_page
from amanah.web.settings import get_config


@organiser_only
@require_http_methods(READING)
def write_new_session(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a session of a programme."""
    programme = find_programme(slug, get_language() or "en", with_hidden=True)
    if programme is None:
        raise Http404
    form = SessionForm(request.POST or None, initial={"written_in": programme.language})
    if request.method == "POST" and form.is_valid():
        occasion = plan_session(
            programme=slug,
            plan=form.build_plan(),
            now=read_clock(),
            random_bytes=secrets.token_bytes(OCCASION_ID_SIZE),
        )
        record_notice(
            request,
            "yes",
            _("The session is on the programme's page. Open the season when the plan is ready."),
        )
        return HttpResponseRedirect(reverse("desk-session", kwargs={"occasion": occasion}))
    return render(request, "desk/session_new.html", {"form": form, "programme": programme})


@organiser_only
def show_session(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show one session: what can be done with it now, and after closing how many came."""
    session = _require_session(occasion)
    context = {"session": session, "occasion": find_occasion(occasion), "now": timezone.now()}
    return render(request, "desk/session.html", context)


@organiser_only
@require_http_methods(READING)
def change_session(request: HttpRequest, occasion: str) -> HttpResponse:
    """Change a session's words, or its times until it is announced."""
    kept = get_kept_session(occasion)
    if kept is None:
        raise Http404
    language = find_written_in(request, kept.programme.language)
    initial = {
        "written_in": language,
        "starts_at": kept.starts_at,
        "minutes": kept.minutes,
        "official_present": kept.official_present.get(language, {}).get(OFFICIAL, ""),
        "official_duty": kept.official_duty,
        **kept.words.get(language, {}),
    }
    form = SessionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record_session(occasion=occasion, plan=form.build_plan(), now=read_clock())
        except AlreadyAnnouncedError:
            form.add_error("starts_at", _("The times of this session are announced and signed; they stay."))
        else:
            record_notice(request, "yes", _("Saved."))
            return HttpResponseRedirect(reverse("desk-session", kwargs={"occasion": occasion}))
    context = {"form": form, "occasion": occasion, "is_announced": find_occasion(occasion) is not None}
    return render(request, "desk/session_change.html", context)


@organiser_only
@require_POST
def remove_session(request: HttpRequest, occasion: str) -> HttpResponse:
    """Remove a session that was not announced."""
    session = _require_session(occasion)
    withdraw_session(occasion, now=read_clock())
    record_notice(request, "yes", _("The session is removed."))
    return HttpResponseRedirect(reverse("desk-programme", kwargs={"slug": session.programme}))


@organiser_only
def show_screen(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show the code of this minute, large, for the wall; the page reloads itself."""
    facts, session = _require_open(occasion)
    now = read_clock()
    code = compute_room_code(facts.room_secret, compute_screen_slot(now))
    context = {
        "session": session,
        "room_code": code,
        "address": _build_address(occasion, code),
        "seconds_left": 60 - now % 60,
    }
    return render(request, "desk/session_screen.html", context)


@organiser_only
def show_poster(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show the poster for the door, to be printed."""
    facts, session = _require_open(occasion)
    code = compute_room_code(facts.room_secret, POSTER)
    context = {"session": session, "room_code": code, "address": _build_address(occasion, code)}
    return render(request, "desk/session_poster.html", context)


@organiser_only
@camera_page
def show_scanner(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show the scanner; its facts let the device check passes without a connection."""
    facts, session = _require_open(occasion)
    descriptor = parse_descriptor(facts.descriptor)
    issuer = get_config().issuer_name
    scanner = {
        "occasion": occasion,
        "descriptor": facts.descriptor,
        "spki": encode_base64url(facts.spki),
        "challenge_digest": encode_base64url(descriptor.challenge_digest(issuer)),
        "room_code": compute_room_code(facts.room_secret, SCANNER),
    }
    return render(request, "desk/session_scanner.html", {"session": session, "scanner": scanner})


def _require_session(occasion: str) -> SessionOnShow:
    session = find_session(occasion, get_language() or "en")
    if session is None:
        raise Http404
    return session


def _require_open(occasion: str) -> tuple[OccasionOnShow, SessionOnShow]:
    """There is a code only while people can be let in; before and after, the page does not exist."""
    session = _require_session(occasion)
    facts = find_occasion(occasion)
    if facts is None or not facts.spki or not facts.room_secret:
        raise Http404
    return facts, session


def _build_address(occasion: str, code: str) -> str:
    """The code stands after #, so that it reaches no server when a phone opens the address."""
    return f"{get_config().urls['programme']}/sessions/{occasion}/here/#{code}"
