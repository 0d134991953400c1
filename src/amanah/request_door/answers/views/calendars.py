"""A trustee's calendar: the feed by its secret address, and making and ending that address at the desk."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amanah.request_door.answers.calendar import (
    build_calendar,
    find_subscriber,
    issue_calendar,
    revoke_calendar,
)
from amanah.request_door.answers.deadlines import list_all_deadlines
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice
from amanah.web.settings import get_config


@require_safe
def send_calendar(_request: HttpRequest, secret: str) -> HttpResponse:
    """Give the feed to whoever has the address; it depends on nothing else about who asks."""
    subscriber = find_subscriber(secret)
    if subscriber is None:
        raise Http404
    with translation.override(subscriber.language):
        feed = build_calendar(list_all_deadlines(timezone.localdate()), secret)
    return HttpResponse(
        feed,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="deadlines.ics"'},
    )


@trustee_only
@require_POST
def open_calendar(request: HttpRequest) -> HttpResponse:
    """Make an address, or another one in its place, and show it this once."""
    secret = issue_calendar(require_account(request))
    address = get_config().urls["request"] + reverse("calendar", kwargs={"secret": secret})
    answer = render(request, "answers/calendar.html", {"address": address})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@trustee_only
@require_POST
def close_calendar(request: HttpRequest) -> HttpResponse:
    """End the address."""
    revoke_calendar(require_account(request))
    record_notice(
        request, "yes", _("The address works no more. Take the calendar out of your programme too.")
    )
    return HttpResponseRedirect(reverse("deadlines"))
