"""Founding the panel: who shall be in it, who has a passkey, and every member's signature. They hold no rule."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanah.core.data_requests.approvals import ApprovalRefusedError
from amanah.core.errors import AmanahError
from amanah.request_door.trustees.forms import MOST_SEATS, FoundingForm
from amanah.request_door.trustees.founding import (
    NotFoundingError,
    begin_founding,
    get_founding,
    record_founding_approval,
    renew_enrolment,
)
from amanah.request_door.trustees.queries import (
    build_shown_panel,
    find_founding,
    find_open_link,
    find_seat,
    get_own_place,
    has_panel,
    list_seats,
)
from amanah.request_door.trustees.refusals import find_refusal_words
from amanah.request_door.trustees.signing import build_signing_options, parse_signature
from amanah.request_door.trustees.views.access import desk_only, require_account
from amanah.request_door.trustees.views.ceremonies import refuse
from amanah.web.ceremonies import parse_ceremony_body
from amanah.web.desk import record_notice

FIRST_ROWS = 3


@require_http_methods(["GET", "HEAD", "POST"])
def open_founding_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who shall be in the panel; the addresses for all of them are shown in this one answer."""
    link = find_open_link(token, now=timezone.now())
    if link is None or link.purpose != "founding" or has_panel():
        raise Http404
    rows = _read_rows(request)
    form = FoundingForm(request.POST or None, rows=rows)
    is_for_more = "more" in request.POST
    if is_for_more:
        form = FoundingForm(request.POST, rows=min(rows + 1, MOST_SEATS))
    elif request.method == "POST" and form.is_valid():
        enrolments = begin_founding(
            token, form.cleaned_data["seats"], least=form.cleaned_data["least"], now=timezone.now()
        )
        context: dict[str, Any] = {"enrolments": enrolments, "origin": get_own_place()[0]}
        return render(request, "trustees/founding_addresses.html", context)
    context = {"form": form, "rows": len(form.rows), "is_full": len(form.rows) >= MOST_SEATS}
    return render(request, "trustees/founding_begin.html", context | {"shows_errors": not is_for_more})


@desk_only
@require_safe
def show_founding(request: HttpRequest) -> HttpResponse:
    """Show who has a passkey and who has signed; when all have a passkey, what there is to sign."""
    proposal = find_founding()
    if proposal is None or has_panel():
        return HttpResponseRedirect(reverse("desk"))
    account = require_account(request)
    context: dict[str, Any] = {
        "account": account,
        "seats": list_seats(proposal),
        "least": proposal.least,
        "shown": None,
    }
    if proposal.founding:
        _panel, document, founding = get_founding(proposal)
        own = [seat for seat in context["seats"] if seat.trustee == account.account]
        context |= {
            "shown": build_shown_panel(document, proposal.panel_hash),
            "founding": founding.decode(),
            "document": document.decode(),
            "may_sign": bool(own) and not own[0].is_deputy and not own[0].approval,
            "has_signed": bool(own) and bool(own[0].approval),
        }
    return render(request, "trustees/founding.html", context)


@desk_only
@require_POST
def renew_address(request: HttpRequest, seat: str) -> HttpResponse:
    """Make a new address for somebody who has no passkey yet, and show it in this answer alone."""
    found = find_seat(seat)
    if found is None or found.proposal.previous:
        raise Http404
    path = renew_enrolment(found, now=timezone.now())
    context = {"seat": found, "address": found.proposal.origin + path, "back": reverse("founding")}
    return render(request, "trustees/seat_address.html", context)


@desk_only
@require_POST
def ask_founding_signature(request: HttpRequest) -> HttpResponse:
    """Give what the browser asks the passkey: the founding document, and no account but this one."""
    proposal = find_founding()
    try:
        if proposal is None:
            raise NotFoundingError("There is no founding to sign.")
        _panel, _document, founding = get_founding(proposal)
    except AmanahError:
        return refuse()
    return JsonResponse(build_signing_options(require_account(request), founding))


@desk_only
@require_POST
def answer_founding_signature(request: HttpRequest) -> HttpResponse:
    """Take one member's signature under the founding."""
    account = require_account(request)
    try:
        approval = parse_signature(account, parse_ceremony_body(request))
        is_in_force = record_founding_approval(account, approval, now=int(timezone.now().timestamp()))
    except ApprovalRefusedError as refused:
        return JsonResponse({"words": find_refusal_words(refused)}, status=409)
    except AmanahError:
        return refuse()
    if is_in_force:
        record_notice(request, "yes", _("The panel is in force. It stands in the public log within seconds."))
        return JsonResponse({"next": reverse("desk")})
    record_notice(request, "yes", _("You have signed. The panel is in force when every member has."))
    return JsonResponse({"next": reverse("founding")})


def _read_rows(request: HttpRequest) -> int:
    """Give how many rows the form had; what was typed into them comes back."""
    text = request.POST.get("rows", "")
    return min(max(int(text), FIRST_ROWS), MOST_SEATS) if text.isascii() and text.isdigit() else FIRST_ROWS
