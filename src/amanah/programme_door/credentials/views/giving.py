"""The page behind a giver's one-time address, and what it sends back. It knows no account and sets no cookie.

The address is the whole right to answer, so that a used one and a wrong one look the same.
"""

from datetime import UTC

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amanah.core.errors import AmanahError, InvalidInputError, VerificationError
from amanah.programme_door.credentials.actions import answer_draft
from amanah.programme_door.credentials.actions.drafts import DraftNotOpenError, answer_key_request
from amanah.programme_door.credentials.giving_answers import parse_key_held, parse_signed
from amanah.programme_door.credentials.queries.drafts import DraftOnShow, find_draft
from amanah.programme_door.credentials.queries.giving import describe_draft
from amanah.web.words import find_error_words


@require_safe
def show_draft(request: HttpRequest, secret: str) -> HttpResponse:
    """Say what waits to be signed, or that a key is asked for."""
    draft = _find(secret)
    if draft is None:
        return _dress(render(request, "credentials/giving_over.html", status=404))
    grant = describe_draft(draft.document) if draft.kind == "grant" else None
    context = {"draft": draft, "grant": grant, "secret": secret}
    return _dress(render(request, "credentials/giving.html", context))


@require_POST
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """Take in what a giver signed, or a key; say in words why not."""
    try:
        document = _take_in(secret, request.body)
    except AmanahError as error:
        return _dress(_refuse(error))
    return _dress(JsonResponse({"document": document}))


def _take_in(secret: str, data: bytes) -> str:
    draft = _find(secret)
    if draft is None:
        raise DraftNotOpenError("This address works no more.")
    now = int(timezone.now().timestamp())
    if draft.kind == "key":
        held = parse_key_held(data)
        answer_key_request(secret, held.did, held.proof, now=now)
        return held.did
    signed = parse_signed(data)
    return answer_draft(secret, signed.did, signed.created, signed.signatures, now=now)


def _find(secret: str) -> DraftOnShow | None:
    return find_draft(secret, today=timezone.now().astimezone(UTC).date())


def _refuse(error: AmanahError) -> JsonResponse:
    words = find_error_words(error)
    status = (
        400 if isinstance(error, InvalidInputError) else 422 if isinstance(error, VerificationError) else 409
    )
    said = " ".join(str(part) for part in (words.happened, words.kept, words.next_step))
    return JsonResponse({"words": said}, status=status)


def _dress(response: HttpResponse) -> HttpResponse:
    """Let no search engine keep an address that somebody was sent."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response
