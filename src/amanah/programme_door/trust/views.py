"""The public page about trust, and the desk's pages that state a season and close the gate. They hold no rule."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.errors import RefusedError
from amanah.core.surveys.seasons import SeasonError, StatedSeason
from amanah.core.surveys.stated_plan import MILLION
from amanah.programme_door.public.queries import get_public_version
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.trust.actions import close_gate, publish_season
from amanah.programme_door.trust.forms import SeasonLinesForm
from amanah.programme_door.trust.queries import is_changeable, list_own_seasons
from amanah.programme_door.trust.showing import foretell, get_trust_page
from amanah.web.desk import record_notice
from amanah.web.pages import public_page

READING = ["GET", "HEAD", "POST"]
RANDOM_SIZE = 8
USUAL_LENGTH = timedelta(days=91)


def _version(**_kwargs: Any) -> object:
    """A season begins and ends by the clock, so that the minute is part of it."""
    return get_public_version(timezone.now())


@public_page(_version)
def show_trust(request: HttpRequest) -> HttpResponse:
    """The reading, the gate, the alarm, the line and how anybody computes them again."""
    now = timezone.now()
    return render(request, "trust/trust.html", {"page": get_trust_page(now), "now": now})


@organiser_only
@require_http_methods(READING)
def write_season(request: HttpRequest, season: str = "") -> HttpResponse:
    """State a season, or one that nothing hangs on yet again."""
    now = timezone.now()
    stated = list_own_seasons()
    changed = next((one for one in stated if one.name == season), None)
    if season and changed is None:
        raise Http404
    form = SeasonLinesForm(request.POST or None, initial=_propose(stated, changed, now), now=now)
    if request.method == "POST" and form.is_valid() and _state(form, season, now):
        record_notice(
            request, "yes", _("The season is stated. Everybody reads it in the public log within seconds.")
        )
        return HttpResponseRedirect(reverse("desk-trust"))
    context = {
        "form": form,
        "page": get_trust_page(now),
        "changed": changed,
        "changeable": _list_open(now),
        "outlook": foretell(form.find_line()),
    }
    return render(request, "trust/desk.html", context)


@organiser_only
@require_http_methods(READING)
def close(request: HttpRequest) -> HttpResponse:
    """Ask once, in words, then close the gate for the rest of the season."""
    now = timezone.now()
    running = [one for one in list_own_seasons() if one.is_running(int(now.timestamp()))]
    if not running:
        raise Http404
    if request.method == "POST":
        try:
            close_gate(running[0].name, now=int(now.timestamp()))
        except RefusedError:
            record_notice(request, "wait", _("The gate of this season was closed already."))
        else:
            record_notice(request, "yes", _("The gate is closed for the rest of this season."))
        return HttpResponseRedirect(reverse("desk-trust"))
    return render(request, "trust/close.html", {"ends_at": _moment(running[0].ends_at)})


def _state(form: SeasonLinesForm, season: str, now: datetime) -> bool:
    """State it, or say in the form which rule it breaks."""
    try:
        publish_season(
            form.build_lines(),
            now=int(now.timestamp()),
            random_bytes=secrets.token_bytes(RANDOM_SIZE),
            season=season,
        )
    except SeasonError as error:
        form.add_refusal(error)
        return False
    return True


def _propose(stated: list[StatedSeason], changed: StatedSeason | None, now: datetime) -> dict[str, Any]:
    """Propose the season that is changed, or one that begins when the last one ends."""
    if changed is not None:
        return {
            "starts_at": _moment(changed.starts_at),
            "ends_at": _moment(changed.ends_at),
            "line": changed.lines.trust * 100 // MILLION,
            "harm": changed.lines.harm * 100 // MILLION,
        }
    last = max((_moment(one.ends_at) for one in stated), default=now)
    starts_at = max(last, now).replace(second=0, microsecond=0)
    return {"starts_at": starts_at, "ends_at": starts_at + USUAL_LENGTH}


def _list_open(now: datetime) -> list[str]:
    return [one.name for one in list_own_seasons() if is_changeable(one, now=int(now.timestamp()))]


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, timezone.get_current_timezone())
