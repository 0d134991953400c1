"""Inviting somebody to the counter, and removing somebody. They never show an address twice."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amanah.request_door.trustees.actions import COUNTER, open_link, withdraw_from_counter
from amanah.request_door.trustees.queries import find_account, get_own_place
from amanah.request_door.trustees.views.access import trustee_only
from amanah.web.desk import record_notice


@trustee_only
@require_POST
def invite_to_counter(request: HttpRequest) -> HttpResponse:
    """Make the address and show it in this answer alone."""
    path = open_link(COUNTER, now=timezone.now())
    context = {"seat": None, "address": get_own_place()[0] + path, "back": reverse("desk-panel")}
    return render(request, "trustees/seat_address.html", context)


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove_from_counter(request: HttpRequest, account: str) -> HttpResponse:
    """Ask once, in words, then remove the account."""
    found = find_account(account)
    if found is None or found.role != "counter":
        raise Http404
    if request.method == "POST":
        withdraw_from_counter(account)
        record_notice(request, "yes", _("Removed. The account is signed out everywhere."))
        return HttpResponseRedirect(reverse("desk-panel"))
    return render(request, "desk/counter_remove.html", {"person": found})
