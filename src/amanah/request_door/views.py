"""The request door's pages. They set no cookie and tell nobody who read them."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.actions import record_request
from amanah.request_door.forms import SECRET_BYTES, RequestForm, issue_form_token
from amanah.request_door.instruments import Instrument
from amanah.request_door.queries import count_requests, find_request, list_held_columns
from amanah.web.pages import public_page


@require_safe
@public_page(version=count_requests)
def show_door(request: HttpRequest) -> HttpResponse:
    """Say what this door is, what will never happen, and how often anything was asked and given."""
    return render(request, "request_door/door.html", {"counts": count_requests()})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take in one request; the answer is the page behind its secret link."""
    if request.method != "POST":
        return _show_form(request, {}, {}, issue_form_token(), status=200)
    form = RequestForm(request.POST)
    if form.is_valid():
        record_request(
            secret=form.cleaned_data["form_token"],
            body_name=form.cleaned_data["body_name"],
            instrument=form.cleaned_data["instrument"],
            asked_for=form.cleaned_data["asked_for"],
            today=timezone.localdate(),
        )
        secret = encode_base64url(form.cleaned_data["form_token"])
        return HttpResponseRedirect(reverse("request-status", kwargs={"secret": secret}), status=303)
    errors = {name: " ".join(map(str, found)) for name, found in form.errors.items()}
    token = issue_form_token() if "form_token" in errors else request.POST.get("form_token", "")
    values = {name: request.POST.get(name, "") for name in ("body_name", "instrument", "asked_for")}
    return _show_form(request, values, errors, token, status=422)


def _show_form(
    request: HttpRequest, values: dict[str, str], errors: dict[str, str], token: str, *, status: int
) -> HttpResponse:
    context = {
        "values": values,
        "errors": errors,
        "form_token": token,
        "instruments": [("", _("Choose one")), *Instrument.choices],
    }
    return render(request, "request_door/ask.html", context, status=status)


@require_safe
def show_status(request: HttpRequest, secret: str) -> HttpResponse:
    """Show one request to whoever holds its link."""
    try:
        stored = find_request(parse_base64url(secret, length=SECRET_BYTES))
    except InvalidInputError:
        stored = None
    if stored is None:
        raise Http404
    is_voluntary = stored.instrument == Instrument.VOLUNTARY
    return render(request, "request_door/status.html", {"stored": stored, "is_voluntary": is_voluntary})


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
