"""A request door whose decisions are sealed and whose letters leave: what answers are tried on."""

import secrets
from datetime import UTC, datetime
from typing import Any

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import Entry
from amanah.request_door.answers.actions import release_due
from amanah.request_door.answers.models import Letter
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.records.sealing import seal_due_periods
from amanah.request_door.requests.actions import Ask, record_request
from tests.counter.decision_bench import NOW
from tests.counter.sealed_log import EVERY, Log

HELD = {
    "card-door": [("card", "public_key", "card-key", "until-left")],
    "log": [("entry", "entry", "log-entry", "public-record")],
    "programme-door": [("spent", "payload", "survey-answer", "until-published")],
    "request-door": [("data_request", "body_name", "request-body", "until-case-closed")],
}


class Door:
    """A clock, a log that takes over at once, and what the timekeeper does."""

    def __init__(self, *offices: str) -> None:
        self.now = NOW
        self.log = Log()
        for office in offices or HELD:
            body = {"columns": [list(row) for row in HELD[office]]}
            self.log.entries.append(Entry(NOW, office, "holdings_declared", None, body, bytes(64)))
        self.log.show()

    def keep_time(self, periods: int = 2) -> None:
        """Let whole periods pass: carry out, seal, let the log take over, release."""
        for _ in range(periods):
            carry_out_due(self.now)
            self.now += EVERY
            seal_due_periods(self.now, secrets.token_bytes)
            self.log.take_over()
            release_due(self.now)


def take_in(ask: Ask, *, paper: bytes | None = None) -> tuple[str, str]:
    """Take a request in; give its reference and the path of its status page."""
    secret = secrets.token_bytes(16)
    today = datetime.fromtimestamp(NOW, UTC).date()
    stored = record_request(ask, secret=secret, salt=secrets.token_bytes(32), paper=paper, today=today)
    return str(stored.reference), f"/{ask.language}/status/{encode_base64url(secret)}/"


def find_text(reference: str) -> str:
    """Give the words of the letter of a case that has left, without its line ends."""
    letters: Any = Letter.objects.filter(reference=reference, released_on__isnull=False)
    return " ".join(str(letters.order_by("-sealed_in")[0].text).split())
