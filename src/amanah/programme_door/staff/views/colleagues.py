"""Inviting a colleague to the desk and removing one. They never show an address twice."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.programme_door.staff.actions import SETUP_TOKEN_SIZE, open_setup, withdraw_organiser
from amanah.programme_door.staff.queries import count_organisers, find_organiser, find_signed_in
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice
from amanah.web.settings import get_config


@organiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite_colleague(request: HttpRequest) -> HttpResponse:
    """Make the address and show it in this answer alone; whoever comes back for it has to make a new one."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("settings"))
    now = timezone.now()
    path = open_setup(now=now, random_bytes=secrets.token_bytes(SETUP_TOKEN_SIZE))
    return render(request, "staff/colleague_address.html", {"address": get_config().urls["programme"] + path})


@organiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove_colleague(request: HttpRequest, organiser: str) -> HttpResponse:
    """Ask once, in words, then remove the account; removing one's own signs out."""
    colleague, account = find_organiser(organiser), find_signed_in(request.session)
    if colleague is None or account is None:
        raise Http404
    is_own = colleague == account
    if request.method == "POST":
        withdraw_organiser(organiser)
        if is_own:
            request.session.flush()
            return HttpResponseRedirect(reverse("sign-in"))
        record_notice(request, "yes", _("The account is removed. It is signed out everywhere."))
        return HttpResponseRedirect(reverse("settings"))
    context = {"colleague": colleague, "is_own": is_own, "is_last": count_organisers() == 1}
    return render(request, "staff/colleague_remove.html", context)
