"""The staff's side of the counter: writing down what was asked, the officer's slip, and the paper for trustees."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from amanah.core.data_requests.facts import SALT_LENGTH
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.requests.actions import record_refused_paper, record_request
from amanah.request_door.requests.door_card import build_door_card
from amanah.request_door.requests.form_tokens import SECRET_BYTES, issue_form_token
from amanah.request_door.requests.forms import SAID_WORDS, IntakeForm
from amanah.request_door.requests.queries import (
    compute_answer_day,
    find_request,
    get_instrument_file,
    get_pack,
)
from amanah.request_door.requests.showing import LABELS, build_choices
from amanah.request_door.requests.words import CATEGORY_WORDS, CHANNEL_WORDS
from amanah.request_door.trustees.views.access import desk_only, require_account, trustee_only
from amanah.web.settings import get_config

_PLAIN = (
    "channel", "body_name", "officer", "day", "said", "people", "asks_collection", "paper_state", "instrument",
    "signed_by", "is_secret",
)  # fmt: skip


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Write down one ask that did not come through the form."""
    if request.method != "POST":
        return _show_intake(request, None, issue_form_token(), status=200)
    form = IntakeForm(request.POST, request.FILES, pack=get_pack())
    if form.is_valid():
        record_request(
            form.build_ask(get_language() or "en", require_account(request).account),
            secret=form.cleaned_data["form_token"],
            salt=secrets.token_bytes(SALT_LENGTH),
            paper=form.cleaned_data["paper"],
            today=form.cleaned_data["day"],
        )
        secret = encode_base64url(form.cleaned_data["form_token"])
        return HttpResponseRedirect(reverse("intake-slip", kwargs={"secret": secret}), status=303)
    if form.refused_paper is not None and not form.claims_secrecy:
        record_refused_paper(form.refused_paper, today=timezone.localdate())
    token = issue_form_token() if "form_token" in form.errors else request.POST.get("form_token", "")
    return _show_intake(request, form, token, status=422)


def _show_intake(request: HttpRequest, form: IntakeForm | None, token: str, *, status: int) -> HttpResponse:
    values: dict[str, Any] = {name: request.POST.get(name, "") for name in _PLAIN}
    values["kinds"] = request.POST.getlist("kinds")
    values["day"] = values["day"] or timezone.localdate().isoformat()
    context = {
        "errors": form.list_errors() if form else {},
        "labels": {name: str(words) for name, words in LABELS.items()},
        "values": values,
        "form_token": token,
        "choices": build_choices(get_pack(), get_language() or "en"),
        "channels": [(code, str(CHANNEL_WORDS[code])) for code in ("at-door", "oral", "letter")],
        "kinds": [(code, str(CATEGORY_WORDS[code])) for code in SAID_WORDS],
    }
    return render(request, "requests/intake.html", context, status=status)


@desk_only
@require_safe
def show_slip(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what to say now, and the slip to print for whoever asked. The link on it stands nowhere else."""
    try:
        stored = find_request(parse_base64url(secret, length=SECRET_BYTES))
    except InvalidInputError:
        stored = None
    if stored is None:
        raise Http404
    language = get_language() or "en"
    address = f"{get_config().urls['request']}/{language}/status/{secret}/"
    context = {
        "stored": stored,
        "address": address,
        "answer_day": compute_answer_day(stored),
        "is_late": compute_answer_day(stored) < timezone.localdate(),
        "card": build_door_card(language),
    }
    return render(request, "requests/slip.html", context)


@trustee_only
@require_safe
def send_paper(_request: HttpRequest, reference: str) -> HttpResponse:
    """Send the paper of a case to a trustee as a file; it is never shown inside a page."""
    content = get_instrument_file(reference)
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="paper.pdf"'
    # Opened in a tab by a careless reader, it still runs nothing and loads nothing.
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
