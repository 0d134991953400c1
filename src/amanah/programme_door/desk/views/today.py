"""The desk's first page, opening the season, closing, settings. They hold no rule."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.errors import RefusedError
from amanah.programme_door.desk.actions import HarmNotAskedError, plan_season
from amanah.programme_door.desk.forms import SeasonForm
from amanah.programme_door.desk.queries import (
    Planned,
    get_desk_day,
    get_season_before,
    list_planned,
    list_to_announce,
)
from amanah.programme_door.desk.views.programmes import READING
from amanah.programme_door.log.queries import list_refusals
from amanah.programme_door.occasions.actions import close_occasion
from amanah.programme_door.occasions.logged_seasons import find_alarm
from amanah.programme_door.question_library.queries import SeasonOfHarm, list_seasons_of_harm
from amanah.programme_door.staff.queries import find_signed_in, list_organisers
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.trust.queries import list_season_lines
from amanah.web.desk import record_notice
from amanah.web.settings import get_config
from amanah.web.words import find_error_words

WAVE_RANDOM_SIZE = 64


@organiser_only
def show_today(request: HttpRequest) -> HttpResponse:
    """Show today, what is waiting, what expires soon."""
    now = timezone.now()
    day = get_desk_day(_get_language(), now=now, midnight=_find_midnight(now))
    context = {
        "day": day,
        "now": now,
        "refusals": list_refusals(),
        "harm": _list_harm(now),
        "alarm": find_alarm(int(now.timestamp())),
    }
    return render(request, "desk/today.html", context)


@organiser_only
@require_http_methods(READING)
def open_season(request: HttpRequest) -> HttpResponse:
    """Announce everything that is written down, with a fetch window in words."""
    config, now = get_config(), timezone.now()
    planned = list_to_announce(_get_language(), now=now)
    shortest = timedelta(seconds=config.pacing.shortest_fetch_window)
    form = SeasonForm(
        request.POST or None,
        initial={"fetch_until": _round_up(now + shortest)},
        earliest=now + shortest,
        first_closing=min((item.closes_at for item in planned), default=None),
    )
    if request.method == "POST" and planned and form.is_valid() and _announce(form, planned, now):
        record_notice(
            request,
            "yes",
            _("The season is announced. Devices fetch their passes now, each in its own time."),
        )
        return HttpResponseRedirect(reverse("desk"))
    context = {
        "form": form,
        "planned": planned,
        "pacing": config.pacing,
        "before": get_season_before(_get_language(), now=now),
        "harm": _list_harm(now),
    }
    return render(request, "desk/season.html", context)


@organiser_only
@require_http_methods(READING)
def close(request: HttpRequest, occasion: str) -> HttpResponse:
    """Ask once, in words, then close for good."""
    planned = _require_planned(occasion)
    if planned.facts is None:
        raise Http404
    if request.method == "POST":
        close_occasion(occasion, now=int(timezone.now().timestamp()))
        record_notice(
            request, "yes", _("Closed. The count appears as soon as the file for recounting is published.")
        )
        return HttpResponseRedirect(reverse(f"desk-{planned.kind}", kwargs={"occasion": occasion}))
    return render(request, "desk/close.html", {"planned": planned, "now": timezone.now()})


@organiser_only
def show_settings(request: HttpRequest) -> HttpResponse:
    """Show colleagues, this account's sign-in, and what the operator has chosen."""
    context = {
        "account": find_signed_in(request.session),
        "organisers": list_organisers(),
        "pacing": get_config().pacing,
    }
    return render(request, "desk/settings.html", context)


def _announce(form: SeasonForm, planned: Sequence[Planned], now: datetime) -> bool:
    """Announce, or say in the form what the plan of waves refuses."""
    config = get_config()
    try:
        plan_season(
            planned,
            pacing=config.pacing,
            fetch_until=int(form.cleaned_data["fetch_until"].timestamp()),
            now=int(now.timestamp()),
            random_bytes=secrets.token_bytes(WAVE_RANDOM_SIZE),
            lines=list_season_lines(),
        )
    except HarmNotAskedError as error:
        words = find_error_words(error)
        form.add_error(None, f"{words.happened} {words.kept} {words.next_step}")
        return False
    except RefusedError:
        form.add_error(
            None,
            _(
                "This cannot be announced now. Either devices are still fetching the passes of the season before, or "
                "something is over before all devices could fetch. Nothing was announced."
            ),
        )
        return False
    return True


def _list_harm(now: datetime) -> list[SeasonOfHarm]:
    return list_seasons_of_harm(
        list_season_lines(),
        _get_language(),
        now=int(now.timestamp()),
        shortest_fetch_window=get_config().pacing.shortest_fetch_window,
    )


def _require_planned(occasion: str) -> Planned:
    for planned in list_planned(_get_language()):
        if planned.plan.occasion == occasion:
            return planned
    raise Http404


def _get_language() -> str:
    return get_language() or "en"


def _find_midnight(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _round_up(moment: datetime) -> datetime:
    """The browser's field holds whole minutes; rounding down would be too soon."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
