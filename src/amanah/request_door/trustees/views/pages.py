"""Signing in, making a passkey by a one-time address, signing out. They never show an address twice."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amanah.request_door.trustees.forms import NameForm
from amanah.request_door.trustees.queries import (
    find_founding,
    find_moved_origin,
    find_open_link,
    find_seat,
    find_signed_in,
    get_own_place,
    has_panel,
)
from amanah.request_door.trustees.signing_keys import compute_fingerprint
from amanah.request_door.trustees.views.ceremonies import is_somebody_elses


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the one way in: a passkey."""
    if find_signed_in(request.session) is not None:
        return HttpResponseRedirect(reverse("desk"))
    context = {
        "is_unfounded": not has_panel() and find_founding() is None,
        "moved_from": find_moved_origin(),
    }
    return render(request, "trustees/sign_in.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the desk session on this device."""
    request.session.flush()
    return HttpResponseRedirect(reverse("sign-in"))


@require_safe
def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """Say whose address this is and let them make a passkey; one that no longer works looks like one that never was."""
    link = find_open_link(token, now=timezone.now())
    if link is None or link.purpose == "founding":
        raise Http404
    seat = link.seat
    context = {
        "token": token,
        "seat": seat,
        "form": NameForm(),
        "account": find_signed_in(request.session),
        "is_somebody_elses": is_somebody_elses(request, link),
        "is_elsewhere": seat is not None and seat.proposal.origin != get_own_place()[0],
    }
    return render(request, "trustees/enrol.html", context)


@require_safe
def show_enrolled(request: HttpRequest) -> HttpResponse:
    """Say that the passkey is made, what it is known by, and that it counts when the others have signed."""
    kept = request.session.get("enrolled")
    seat = find_seat(kept) if isinstance(kept, str) else None
    if seat is None or not seat.key:
        raise Http404
    context = {"seat": seat, "fingerprint": compute_fingerprint(seat.key)}
    return render(request, "trustees/enrolled.html", context)
