"""The trustees' pages about asks and about the gate: they read, and put decisions to signature. They decide nothing."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amanah.request_door.asks.gate import find_season, get_gate
from amanah.request_door.asks.queries import find_ask, list_asks, list_seasons_on_show
from amanah.request_door.asks.words import tell_gate
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.queries import is_current, list_drafts
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice

_ABOUT_ASKS = {"admit": "ask-admitted", "withdraw": "ask-withdrawn"}
_ABOUT_SEASONS = {"confirm": "season-confirmed", "close": "gate-closed"}


def _read_clock() -> int:
    return int(timezone.now().timestamp())


@trustee_only
@require_safe
def show_asks(request: HttpRequest) -> HttpResponse:
    """What waits to be let in, and what stands on the board."""
    gate = get_gate(_read_clock())
    context = {
        "gate": gate,
        "gate_words": tell_gate(gate),
        "waiting": list_asks("waiting"),
        "shown": list_asks("shown"),
    }
    return render(request, "asks/desk_asks.html", context)


@trustee_only
@require_safe
def show_trust(request: HttpRequest) -> HttpResponse:
    """The seasons of measured trust with their lines, as the public log tells them."""
    now = _read_clock()
    gate = get_gate(now)
    context = {"gate": gate, "gate_words": tell_gate(gate), "seasons": list_seasons_on_show(now)}
    return render(request, "asks/desk_trust.html", context)


@trustee_only
@require_POST
def draft_about_ask(request: HttpRequest, ask: str, act: str) -> HttpResponse:
    """Put to signature that an ask is let in or taken down."""
    found = find_ask(ask)
    if found is None or act not in _ABOUT_ASKS:
        raise Http404
    return _draft(request, _ABOUT_ASKS[act], {"ask": found.ask_hash})


@trustee_only
@require_POST
def draft_about_season(request: HttpRequest, season: str, act: str) -> HttpResponse:
    """Put to signature that a season's lines are confirmed, or that its gate is closed."""
    if find_season(season) is None or act not in _ABOUT_SEASONS:
        raise Http404
    return _draft(request, _ABOUT_SEASONS[act], {"season": season})


def _draft(request: HttpRequest, kind: str, body: Mapping[str, str]) -> HttpResponse:
    """Draft a decision, or give the one that waits for signatures already; then let the trustee read and sign it."""
    waiting = (one for one in list_drafts() if one.kind == kind and one.body == body and is_current(one))
    draft = next((str(one.decision) for one in waiting), None)
    if draft is None:
        account = require_account(request)
        draft = draft_decision(kind, body, by=account.account, now=_read_clock())
        record_notice(
            request, "info", _("The decision is drafted. It counts when enough trustees have signed it.")
        )
    return HttpResponseRedirect(reverse("decision", kwargs={"decision": draft}))
