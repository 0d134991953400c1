"""The same job as the spending gate, written as a plain Django view: the reference for tests and the benchmark.

It never runs in a deployment: it is right, easy to read, and several times slower.
"""

import time
from collections.abc import Callable, Mapping

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from amanah.core.errors import InvalidInputError
from amanah.core.passes.decisions import SpendableOccasion, SpendOutcome, decide_spend
from amanah.core.passes.messages import SPEND_LENGTH, SpendRequest, parse_spend_request
from amanah.programme_door.router import SPENDING
from amanah.programme_door.spending.models import SpentPass
from amanah.web.gate import REFUSAL_BODY, SUCCESS_BODY


def build_view(
    open_occasions: Mapping[bytes, SpendableOccasion], clock: Callable[[], float] = time.time
) -> Callable[[HttpRequest], HttpResponse]:
    """Give a view that spends passes of these occasions, by token key id."""

    def spend(request: HttpRequest) -> HttpResponse:
        found = _check(request.body, open_occasions, int(clock()))
        is_spent_now = found is not None and _store(*found)
        if not is_spent_now:
            return HttpResponse(REFUSAL_BODY, status=409, content_type="application/json")
        return HttpResponse(SUCCESS_BODY, content_type="application/json")

    return spend


def _check(
    body: bytes, open_occasions: Mapping[bytes, SpendableOccasion], now: int
) -> tuple[SpendRequest, SpendableOccasion] | None:
    if len(body) != SPEND_LENGTH:
        return None
    try:
        request = parse_spend_request(body)
    except InvalidInputError:
        return None
    spendable = open_occasions.get(request.token.token_key_id)
    if spendable is None or now >= spendable.occasion.closes_at:
        return None
    if decide_spend(request, spendable, now) is not SpendOutcome.ACCEPT:
        return None
    return request, spendable


def _store(request: SpendRequest, spendable: SpendableOccasion) -> bool:
    is_answer = spendable.occasion.kind == "survey"
    row = SpentPass(
        occasion=bytes.fromhex(spendable.occasion.occasion),
        nonce=request.token.nonce,
        authenticator=request.token.authenticator,
        public_key=request.public_key if is_answer else b"",
        payload=request.payload if is_answer else b"",
        signature=request.signature if is_answer else b"",
    )
    try:
        with transaction.atomic(using=SPENDING):
            row.save(force_insert=True, using=SPENDING)
    except IntegrityError:
        return False
    return True
