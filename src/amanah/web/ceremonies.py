"""What every passkey endpoint stands on: one challenge for one answer, and a body of JSON that has a bound.

It never says why a passkey was not accepted, and knows no account.
"""

import json
from typing import Any

from django.http import HttpRequest

from amanah.core.errors import InvalidInputError

CEREMONY = "ceremony"
LONGEST_BODY = 20_000


class CeremonyError(InvalidInputError):
    """The ceremony was not started here, or what came is not JSON."""

    code = "ceremony-not-started"


def take_ceremony(request: HttpRequest) -> dict[str, str]:
    """Take what was asked in this session; a challenge is good for one answer, right or wrong."""
    ceremony = request.session.pop(CEREMONY, None)
    if not isinstance(ceremony, dict):
        raise CeremonyError("This ceremony was not started here.")
    return ceremony


def parse_ceremony_body(request: HttpRequest) -> dict[str, Any]:
    """Read the JSON that a desk's script sent."""
    try:
        document = json.loads(request.body) if len(request.body) <= LONGEST_BODY else None
    except ValueError as error:
        raise CeremonyError("This is not JSON.") from error
    if not isinstance(document, dict):
        raise CeremonyError("This is not a JSON object.")
    return document
