"""Writes of the request door: taking in what an outside body asks for.

It never decides anything: trustees do, by rules that everybody can read.
"""

from datetime import date

from django.db import transaction

from amanah.core.encoding import compute_hash
from amanah.core.errors import RefusedError
from amanah.core.passes.codes import encode_symbols
from amanah.request_door.models import DataRequest, State
from amanah.request_door.queries import compute_status_hash

MOST_A_DAY = 200
_REFERENCE_SYMBOLS = 12


class CounterFullError(RefusedError):
    """More requests came in today than people can read."""

    code = "request-counter-full"


def record_request(
    *, secret: bytes, body_name: str, instrument: str, asked_for: str, today: date
) -> DataRequest:
    """Store a request; the same form sent twice is one request, because its secret came with the form."""
    reference = compute_reference(secret)
    with transaction.atomic():
        known = DataRequest.objects.filter(reference=reference).first()
        if known is not None:
            return known
        if DataRequest.objects.filter(received_on=today).count() >= MOST_A_DAY:
            raise CounterFullError(
                "This counter has taken in all it can read today; write a letter or come tomorrow."
            )
        return DataRequest.objects.create(
            reference=reference,
            status_hash=compute_status_hash(secret),
            body_name=body_name,
            instrument=instrument,
            asked_for=asked_for,
            received_on=today,
            state=State.RECEIVED,
        )


def compute_reference(secret: bytes) -> str:
    """Give the reference number: random like its secret, which it does not give away."""
    digest = compute_hash("amanah/request-reference/v1", secret)
    symbols = encode_symbols(int.from_bytes(digest) >> (256 - 5 * _REFERENCE_SYMBOLS), _REFERENCE_SYMBOLS)
    return "-".join(symbols[place : place + 4] for place in range(0, _REFERENCE_SYMBOLS, 4))
