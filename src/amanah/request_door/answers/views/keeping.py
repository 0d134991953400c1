"""The desk's pages about days, holds and secrecy: they read, and put decisions to signature. They decide nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanah.core.data_requests.scopes import CATEGORIES, encode_scope
from amanah.core.errors import RefusedError
from amanah.request_door.answers.calendar import has_calendar
from amanah.request_door.answers.deadlines import list_all_deadlines, list_deadlines_of
from amanah.request_door.answers.hold_form import HoldForm
from amanah.request_door.answers.holding import HeldScope, find_hold, list_frozen_by, list_holds
from amanah.request_door.answers.kept_words import describe_materials
from amanah.request_door.answers.queries import find_case
from amanah.request_door.answers.telling import compute_telling_day, list_withheld, record_look
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.queries import is_current, list_drafts
from amanah.request_door.decisions.wording import ScopeWords, describe_scope
from amanah.request_door.requests.queries import find_instrument
from amanah.request_door.requests.words import CATEGORY_WORDS
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice

if TYPE_CHECKING:
    from amanah.request_door.requests.models import DataRequest


@trustee_only
@require_safe
def show_deadlines(request: HttpRequest) -> HttpResponse:
    """Show what is due when in all cases, what is withheld from people and why, what is held, and the calendar."""
    today = timezone.localdate()
    context = {
        "today": today,
        "due": list_all_deadlines(today),
        "withheld": list_withheld(today),
        "holds": [_describe_hold(hold) for hold in list_holds()],
        "has_calendar": has_calendar(require_account(request)),
    }
    return render(request, "answers/deadlines.html", context)


@trustee_only
@require_safe
def show_case_keeping(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is due in one case, when people are told of it, and what its paper says about destroying."""
    case = _require_case(reference)
    today = timezone.localdate()
    instrument = find_instrument(case)
    context = {
        "case": case,
        "today": today,
        "due": list_deadlines_of(reference, today),
        "withheld": next((one for one in list_withheld(today) if one.reference == reference), None),
        "told_on": compute_telling_day(int(timezone.now().timestamp())),
        "holds": [_describe_hold(hold) for hold in list_holds(reference)],
        "may_forbid_destroying": instrument is not None and instrument.must_not_destroy is not False,
        "forbids_destroying": instrument is not None and instrument.must_not_destroy is True,
    }
    return render(request, "answers/keeping.html", context)


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def draft_hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Put to signature that something is kept from destruction; what that freezes is shown before."""
    case = _require_case(reference)
    form = HoldForm(request.POST if request.method == "POST" else None)
    frozen: list[str] | None = None
    if request.method == "POST" and form.is_valid() and form.scope is not None:
        if request.POST.get("seen") == "yes":
            body = {"reference": reference, "scope": dict(encode_scope(form.scope))}
            return _draft(request, "hold-begun", body)
        frozen = describe_materials(list_frozen_by(form.scope))
    values: dict[str, Any] = {name: request.POST.get(name, "") for name in ("people", "since", "until")}
    chosen = request.POST.getlist("categories") if request.method == "POST" else ["request-records"]
    context = {
        "case": case,
        "errors": form.list_errors() if request.method == "POST" else {},
        "labels": {
            "people": _("About whom"),
            "categories": _("What must not be destroyed"),
            "since": _("From which day"),
            "until": _("Until which day"),
        },
        "values": values | {"categories": chosen},
        "categories": [(code, str(CATEGORY_WORDS[code])) for code in CATEGORIES],
        "frozen": frozen,
    }
    return render(request, "answers/hold.html", context, status=422 if context["errors"] else 200)


@trustee_only
@require_POST
def draft_hold_end(request: HttpRequest, hold: str) -> HttpResponse:
    """Put to signature that a hold ends."""
    found = find_hold(hold)
    if found is None:
        raise Http404
    body = {"reference": found.reference, "scope": dict(encode_scope(found.scope))}
    return _draft(request, "hold-ended", body)


@trustee_only
@require_POST
def draft_secrecy_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Put to signature that secrecy has ended."""
    today = timezone.localdate()
    if not any(one.reference == reference for one in list_withheld(today)):
        raise Http404
    return _draft(request, "secrecy-ended", {"reference": reference})


@trustee_only
@require_POST
def note_look(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that somebody looked and the law still forbids to tell."""
    try:
        record_look(reference, timezone.localdate())
    except RefusedError:
        record_notice(request, "info", _("Nothing in this case has to be looked at."))
    else:
        record_notice(request, "yes", _("Written down. You are reminded again in 90 days."))
    return HttpResponseRedirect(reverse("deadlines"))


def _require_case(reference: str) -> "DataRequest":
    case = find_case(reference)
    if case is None:
        raise Http404
    return case


def _describe_hold(hold: HeldScope) -> tuple[HeldScope, ScopeWords, list[str]]:
    return hold, describe_scope(hold.scope), describe_materials(hold.materials)


def _draft(request: HttpRequest, kind: str, body: Mapping[str, Any]) -> HttpResponse:
    """Draft a decision, or give the one that waits for signatures already; then let the trustee read and sign it."""
    waiting = (one for one in list_drafts() if one.kind == kind and is_current(one))
    draft = next((str(one.decision) for one in waiting if body.items() <= one.body.items()), None)
    if draft is None:
        account = require_account(request)
        draft = draft_decision(kind, body, by=account.account, now=int(timezone.now().timestamp()))
        record_notice(request, "info", _("It waits for signatures. Read it, and sign it if it is right."))
    return HttpResponseRedirect(reverse("decision", kwargs={"decision": draft}))
