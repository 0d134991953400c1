"""The request door's pages. They set no cookie and tell nobody who read them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amanah.request_door.queries import count_requests, list_held_columns
from amanah.web.pages import public_page


@require_safe
@public_page(version=count_requests)
def show_door(request: HttpRequest) -> HttpResponse:
    """Say what this door is, what will never happen, and how often anything was asked and given."""
    return render(request, "request_door/door.html", {"counts": count_requests()})


@require_safe
def show_holdings(request: HttpRequest) -> HttpResponse:
    """List every column of this door's database, from the database itself."""
    columns = [{"title": _("What")}, {"title": _("For what")}, {"title": _("How long")}]
    rows = [
        (f"{held.table}.{held.column}", _(held.purpose_sentence), _(held.retention_sentence))
        for held in list_held_columns()
    ]
    return render(request, "request_door/holdings.html", {"columns": columns, "rows": rows})


@require_safe
def show_health(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return HttpResponse(b'{"status":"done"}', content_type="application/json")
