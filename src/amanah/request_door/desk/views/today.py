"""The first page of the desk: what waits for whoever is signed in, and what expires soon. It shows no member."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from amanah.request_door.answers.deadlines import list_deadlines
from amanah.request_door.decisions.wording import KIND_WORDS
from amanah.request_door.desk.queries import get_desk_day
from amanah.request_door.trustees.log_state import is_behind_log
from amanah.request_door.trustees.queries import TRUSTED_ROLES, find_moved_origin, has_panel
from amanah.request_door.trustees.views.access import desk_only, require_account


@desk_only
@require_safe
def show_today(request: HttpRequest) -> HttpResponse:
    """Show what is due to a trustee; to somebody at the counter, what can be taken in."""
    account = require_account(request)
    is_trusted = account.role in TRUSTED_ROLES
    if is_trusted and is_behind_log():
        return render(request, "trustees/behind.html", {"account": account}, status=409)
    if is_trusted and not has_panel():
        return HttpResponseRedirect(reverse("founding"))
    context: dict[str, Any] = {"account": account, "moved_from": find_moved_origin()}
    if not is_trusted:
        return render(request, "desk/counter.html", context)
    context |= {
        "day": get_desk_day(account.account),
        "kinds": KIND_WORDS,
        "today": timezone.localdate(),
        "soon": list_deadlines(timezone.localdate()),
    }
    return render(request, "desk/today.html", context)
