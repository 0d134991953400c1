"""The board that everybody reads, the form for outside bodies, the page behind a secret link. They set no cookie."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.asks.actions import AsksFullError, GateShutError, record_ask, withdraw_own_ask
from amanah.request_door.asks.forms import SECRET_BYTES, AskForm, issue_form_token
from amanah.request_door.asks.gate import get_gate
from amanah.request_door.asks.queries import find_own_ask, find_shown_document, list_shown
from amanah.request_door.asks.words import tell_gate, tell_left
from amanah.web.pages import public_page


def _read_clock() -> int:
    return int(timezone.now().timestamp())


def _get_board_version(**_kwargs: Any) -> object:
    """The board changes with the gate, the clock's part of it included, and with what stands on it."""
    gate = get_gate(_read_clock())
    return (gate, tuple(shown.ask_hash for shown in list_shown(gate)))


@require_safe
@public_page(_get_board_version)
def show_board(request: HttpRequest) -> HttpResponse:
    """What outside bodies ask of people here, or why nobody may ask now."""
    gate = get_gate(_read_clock())
    context = {"gate": gate, "gate_words": tell_gate(gate), "asks": list_shown(gate)}
    return render(request, "asks/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """Take one ask in while the gate is open; the answer is the page behind its secret link."""
    if request.method != "POST":
        return _show_form(request, AskForm(initial={"form_token": issue_form_token()}), status=200)
    form = AskForm(request.POST)
    if not form.is_valid():
        if "form_token" in form.errors:
            form.data = request.POST.copy()
            form.data["form_token"] = issue_form_token()
        return _show_form(request, form, status=422)
    secret = form.cleaned_data["form_token"]
    try:
        record_ask(form.build_texts(), secret=secret, now=_read_clock())
    except GateShutError:
        return _show_form(
            request, form, status=409, refused=_("The gate is shut now, whatever it was before.")
        )
    except AsksFullError:
        words = _("More asks came in today than trustees can read. Come again tomorrow.")
        return _show_form(request, form, status=409, refused=words)
    address = reverse("ask-status", kwargs={"secret": encode_base64url(secret)})
    return HttpResponseRedirect(address, status=303)


def _show_form(request: HttpRequest, form: AskForm, *, status: int, refused: str = "") -> HttpResponse:
    gate = get_gate(_read_clock())
    context = {"form": form, "gate": gate, "gate_words": tell_gate(gate), "refused": refused}
    return render(request, "asks/new.html", context, status=status)


@require_safe
def show_status(request: HttpRequest, secret: str) -> HttpResponse:
    """Show one ask to whoever holds its link."""
    found = find_own_ask(_parse_secret(secret))
    if found is None:
        raise Http404
    context = {"found": found, "secret": secret, "left_words": tell_left(found.reason)}
    return render(request, "asks/status.html", context)


@require_POST
def withdraw(_request: HttpRequest, secret: str) -> HttpResponse:
    """Take an ask back, for whoever holds its link."""
    if find_own_ask(_parse_secret(secret)) is None:
        raise Http404
    withdraw_own_ask(_parse_secret(secret), now=_read_clock())
    return HttpResponseRedirect(reverse("ask-status", kwargs={"secret": secret}), status=303)


@require_safe
def send_ask(_request: HttpRequest, ask: str) -> HttpResponse:
    """Send an ask that is on the board, byte for byte as its hash stands in the public log."""
    document = find_shown_document(ask, _read_clock())
    if document is None:
        raise Http404
    return HttpResponse(document, content_type="application/json")


def _parse_secret(text: str) -> bytes:
    try:
        return parse_base64url(text, length=SECRET_BYTES)
    except InvalidInputError as error:
        raise Http404 from error
