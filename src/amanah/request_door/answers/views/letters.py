"""What whoever has the secret link of a request can fetch once it was released. They set no cookie."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.answers.paper import print_letter
from amanah.request_door.answers.queries import find_letter, find_package_behind_link
from amanah.request_door.answers.writing import write_receipt
from amanah.request_door.decisions.queries import build_decision_file, find_decision
from amanah.request_door.requests.form_tokens import SECRET_BYTES
from amanah.request_door.requests.queries import find_request, has_facts

_PLAIN = "text/plain; charset=utf-8"


@require_safe
def send_letter_text(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send the letter as text."""
    letter = _get_letter(secret)
    return _send(str(letter.text).encode(), _PLAIN, f"letter-{letter.reference}.txt")


@require_safe
def send_letter_paper(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send the letter as PDF."""
    letter = _get_letter(secret)
    return _send(bytes(letter.paper), "application/pdf", f"letter-{letter.reference}.pdf")


@require_safe
def send_receipt_text(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send what says that the request came, as text."""
    receipt = _get_receipt(secret)
    return _send(receipt.text.encode(), _PLAIN, f"receipt-{receipt.reference}.txt")


@require_safe
def send_receipt_paper(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send what says that the request came, as PDF."""
    receipt = _get_receipt(secret)
    return _send(print_letter(receipt), "application/pdf", f"receipt-{receipt.reference}.pdf")


@require_safe
def send_decision(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send the decision file behind the letter."""
    letter = _get_letter(secret)
    decision = find_decision(str(letter.decision))
    if decision is None or decision.is_by_rule:
        raise Http404(_("The rules refused by themselves. Nobody signed anything."))
    return _send(build_decision_file(decision), "application/json", f"decision-{letter.reference}.json")


@require_safe
def send_package(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send what is given."""
    stored = _get_request(secret)
    package = find_package_behind_link(str(stored.reference))
    if package is None:
        raise _not_released()
    return _send(bytes(package.content), "application/zip", f"package-{stored.reference}.zip")


def _get_letter(secret: str) -> Any:
    letter = find_letter(str(_get_request(secret).reference))
    if letter is None:
        raise _not_released()
    return letter


def _get_receipt(secret: str) -> Any:
    stored = _get_request(secret)
    receipt = write_receipt(str(stored.reference)) if has_facts(stored) else None
    if receipt is None:
        raise _not_released()
    return receipt


def _get_request(secret: str) -> Any:
    try:
        stored = find_request(parse_base64url(secret, length=SECRET_BYTES))
    except InvalidInputError:
        stored = None
    if stored is None:
        raise Http404(_("There is no request behind this link."))
    return stored


def _not_released() -> Http404:
    return Http404(_("Nothing is given out before its record stands in the public log. Come back later."))


def _send(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # The link is the secret: no cache between here and whoever has it keeps what it leads to.
    response.headers["Cache-Control"] = "no-store"
    return response
