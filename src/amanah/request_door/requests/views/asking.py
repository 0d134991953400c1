"""The pages of an outside body: the form, and its own request behind a secret link. They set no cookie."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amanah.core.data_requests.facts import SALT_LENGTH
from amanah.core.encoding import encode_base64url, encode_canonical_json, parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.requests.actions import CounterFullError, record_refused_paper, record_request
from amanah.request_door.requests.form_tokens import SECRET_BYTES, issue_form_token
from amanah.request_door.requests.forms import RequestForm
from amanah.request_door.requests.queries import (
    compute_answer_day,
    find_request,
    get_facts,
    get_facts_document,
    get_pack,
    has_facts,
    list_own_openings,
)
from amanah.request_door.requests.receiving import find_answer, list_receipts
from amanah.request_door.requests.refusals import find_full_words
from amanah.request_door.requests.showing import (
    LABELS,
    build_choices,
    describe_instrument,
    describe_request,
    describe_state,
)

_PLAIN = ("body_name", "officer", "instrument", "signed_by", "people", "since", "until", "purpose", "secrecy")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take in one request; the answer is the page behind its secret link."""
    if request.method != "POST":
        return _show_form(request, None, issue_form_token(), status=200)
    form = RequestForm(request.POST, request.FILES, pack=get_pack())
    status = 422
    if form.is_valid():
        try:
            return _take_in(form)
        except CounterFullError:
            form.add_error(None, find_full_words())
            status = 409
    if form.refused_paper is not None and not form.claims_secrecy:
        record_refused_paper(form.refused_paper, today=timezone.localdate())
    token = issue_form_token() if "form_token" in form.errors else request.POST.get("form_token", "")
    return _show_form(request, form, token, status=status)


def _take_in(form: RequestForm) -> HttpResponse:
    record_request(
        form.build_ask(get_language() or "en"),
        secret=form.cleaned_data["form_token"],
        salt=secrets.token_bytes(SALT_LENGTH),
        paper=form.cleaned_data["paper"],
        today=timezone.localdate(),
    )
    secret = encode_base64url(form.cleaned_data["form_token"])
    return HttpResponseRedirect(reverse("request-status", kwargs={"secret": secret}), status=303)


def _show_form(request: HttpRequest, form: RequestForm | None, token: str, *, status: int) -> HttpResponse:
    errors = form.list_errors() if form else {}
    values: dict[str, Any] = {name: request.POST.get(name, "") for name in _PLAIN}
    values |= {
        "categories": request.POST.getlist("categories"),
        "asks_collection": request.POST.get("asks_collection", ""),
    }
    context = {
        "errors": errors,
        "labels": {name: str(words) for name, words in LABELS.items()},
        "values": values,
        "form_token": token,
        "choices": build_choices(get_pack(), get_language() or "en"),
    }
    return render(request, "requests/ask.html", context, status=status)


@require_safe
def show_status(request: HttpRequest, secret: str) -> HttpResponse:
    """Show one request to whoever holds its link: how far it is, by when an answer comes, and the answer."""
    stored = _find(secret)
    answer = find_answer(str(stored.reference))
    is_decidable = has_facts(stored)
    given = answer.links if answer else list_receipts(str(stored.reference)) if is_decidable else ()
    links = [(link.kind, reverse(link.url_name, kwargs={"secret": secret})) for link in given]
    context = {
        "secret": secret,
        "stored": stored,
        "state": describe_state(stored, answer),
        "answer": answer,
        "links": links,
        "is_decidable": is_decidable,
        "answer_day": compute_answer_day(stored),
        "is_late": compute_answer_day(stored) < timezone.localdate(),
        "instrument": describe_instrument(stored, get_language() or "en"),
        "asked": describe_request(stored, get_facts(str(stored.reference))) if is_decidable else [],
    }
    return render(request, "requests/status.html", context)


@require_safe
def send_facts(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send the facts that the rules decide from, so that whoever asked can run the rules again."""
    stored = _find(secret)
    if not has_facts(stored):
        raise Http404
    return _send_json(get_facts_document(str(stored.reference)), f"facts-{stored.reference}.json")


@require_safe
def send_openings(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send what proves that the records of this request stand in the public log, once they are sealed."""
    stored = _find(secret)
    document = encode_canonical_json(list_own_openings(str(stored.reference)))
    return _send_json(document, f"openings-{stored.reference}.json")


def _find(secret: str) -> Any:
    try:
        stored = find_request(parse_base64url(secret, length=SECRET_BYTES))
    except InvalidInputError:
        stored = None
    if stored is None:
        raise Http404(_("There is no request behind this link."))
    return stored


def _send_json(document: bytes, name: str) -> HttpResponse:
    response = HttpResponse(document, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
