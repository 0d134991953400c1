"""The panel at the desk, and the next one in the making, until it is put to signature. They hold no rule."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanah.core.data_requests.panels import MOST_KEYS
from amanah.request_door.desk.queries import build_seat_lines, list_leaving
from amanah.request_door.trustees.forms import AddressForm, SeatForm
from amanah.request_door.trustees.founding import Enrolment
from amanah.request_door.trustees.proposals import (
    ProposalUnfitError,
    add_seat,
    find_problem,
    open_proposal,
    plan_key,
    plan_least,
    plan_seat,
    withdraw_key,
    withdraw_proposal,
    withdraw_seat,
)
from amanah.request_door.trustees.queries import (
    find_moved_origin,
    find_proposal,
    find_seat,
    list_counter_staff,
    list_seats,
    list_shown_panels,
)
from amanah.request_door.trustees.refusals import find_problem_words
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice

if TYPE_CHECKING:
    from amanah.request_door.trustees.models import Proposal, Seat


@trustee_only
@require_safe
def show_panel(request: HttpRequest) -> HttpResponse:
    """Show who is in the panel, what may be changed and how, and who is at the counter."""
    context = {
        "panel": list_shown_panels()[0],
        "account": require_account(request),
        "proposal": find_proposal(),
        "moved_from": find_moved_origin(),
        "counter_staff": list_counter_staff(),
    }
    return render(request, "desk/panel.html", context)


@trustee_only
@require_POST
def begin_change(_request: HttpRequest) -> HttpResponse:
    """Begin the next panel, or go on with the one that somebody began."""
    open_proposal()
    return HttpResponseRedirect(reverse("panel-change"))


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def show_change(request: HttpRequest) -> HttpResponse:
    """Show the panel in the making; a post changes how many must sign, and the address."""
    proposal = find_proposal()
    if proposal is None:
        return HttpResponseRedirect(reverse("desk-panel"))
    form = AddressForm(request.POST or None, initial={"least": proposal.least, "origin": proposal.origin})
    if request.method == "POST" and form.is_valid():
        plan_least(proposal, form.cleaned_data["least"], form.cleaned_data["origin"])
        record_notice(request, "yes", _("Written down. Nothing is in force before the trustees have signed."))
        return HttpResponseRedirect(reverse("panel-change"))
    seats = list_seats(proposal)
    problem = find_problem(proposal, seats)
    context = {
        "lines": build_seat_lines(seats),
        "leaving": list_leaving(seats),
        "problem": find_problem_words(problem) if problem else "",
        "form": form,
        "new_seat": SeatForm(),
        "most_keys": MOST_KEYS,
    }
    return render(request, "desk/panel_change.html", context)


@trustee_only
@require_POST
def add_trustee(request: HttpRequest) -> HttpResponse:
    """Add somebody to the panel in the making, and show the address once."""
    proposal, form = _require_proposal(), SeatForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/panel_seat.html", {"form": form, "seat": None}, status=422)
    return _show_address(request, add_seat(proposal, form.build_seat(), now=timezone.now()))


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def change_trustee(request: HttpRequest, seat: str) -> HttpResponse:
    """Change name, office or standing of somebody in the panel in the making."""
    found = _require_seat(seat)
    initial = {"name": found.name, "office": found.office, "is_deputy": found.is_deputy}
    form = SeatForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        plan_seat(found, form.build_seat())
        return HttpResponseRedirect(reverse("panel-change"))
    return render(request, "desk/panel_seat.html", {"form": form, "seat": found})


@trustee_only
@require_POST
def remove_trustee(request: HttpRequest, seat: str) -> HttpResponse:
    """Take somebody out of the panel in the making."""
    return _change(request, lambda: withdraw_seat(_require_seat(seat)))


@trustee_only
@require_POST
def ask_for_key(request: HttpRequest, seat: str) -> HttpResponse:
    """Ask somebody for a new passkey, and show the address once; `keeps` says whether the old ones stay."""
    found = _require_seat(seat)
    try:
        enrolment = plan_key(found, keeps_others=request.POST.get("keeps") == "yes", now=timezone.now())
    except ProposalUnfitError as unfit:
        return _refuse(request, unfit)
    return _show_address(request, enrolment)


@trustee_only
@require_POST
def keep_keys(request: HttpRequest, seat: str) -> HttpResponse:
    """Ask for no new passkey after all."""
    return _change(request, lambda: withdraw_key(_require_seat(seat)))


@trustee_only
@require_POST
def drop_change(request: HttpRequest) -> HttpResponse:
    """Drop the panel in the making."""
    withdraw_proposal(_require_proposal())
    record_notice(request, "info", _("The proposal is dropped. The panel in force stays as it is."))
    return HttpResponseRedirect(reverse("desk-panel"))


def _change(request: HttpRequest, change: Callable[[], object]) -> HttpResponse:
    try:
        change()
    except ProposalUnfitError as unfit:
        return _refuse(request, unfit)
    return HttpResponseRedirect(reverse("panel-change"))


def _refuse(request: HttpRequest, unfit: ProposalUnfitError) -> HttpResponse:
    record_notice(request, "no", find_problem_words(unfit.problem))
    return HttpResponseRedirect(reverse("panel-change"))


def _show_address(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    context: dict[str, Any] = {
        "seat": enrolment.seat,
        "address": enrolment.seat.proposal.origin + enrolment.path,
        "back": reverse("panel-change"),
    }
    return render(request, "trustees/seat_address.html", context)


def _require_proposal() -> "Proposal":
    proposal = find_proposal()
    if proposal is None:
        raise Http404
    return proposal


def _require_seat(seat: str) -> "Seat":
    found = find_seat(seat)
    if found is None or not found.proposal.previous:
        raise Http404
    return found
