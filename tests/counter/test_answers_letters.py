"""Letters leave once their decision is sealed in the verified log, say what was decided, and name nobody."""

import secrets
from datetime import date
from typing import Any

import pytest

from amanah.core.data_requests.scopes import Scope
from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import Entry
from amanah.request_door.answers.actions import release_due
from amanah.request_door.answers.models import Letter
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.records.sealing import seal_due_periods
from amanah.request_door.requests.actions import record_request
from amanah.request_door.requests.models import DataRequest, State
from tests.counter.decision_bench import (
    NOBODY_KNOWN,
    NOW,
    decide,
    list_records,
    read_paper,
    receive,
    seat_panel,
)
from tests.counter.sealed_log import EVERY, Log
from tests.support.counter import LETTER, build_counter_client

pytestmark = pytest.mark.django_db
HELD = {
    "card-door": [("card", "public_key", "card-key", "until-left")],
    "log": [("entry", "entry", "log-entry", "public-record")],
    "programme-door": [("spent", "payload", "survey-answer", "until-published")],
    "request-door": [("data_request", "body_name", "request-body", "until-case-closed")],
}


def declare(log: Log, *offices: str) -> None:
    for office in offices or HELD:
        body = {"columns": [list(row) for row in HELD[office]]}
        log.entries.append(Entry(NOW, office, "holdings_declared", None, body, bytes(64)))
    log.show()


def seal(log: Log, now: int = NOW) -> int:
    """Let one period end, and the log take its seal over."""
    later = now + 2 * EVERY
    seal_due_periods(later, secrets.token_bytes)
    log.take_over()
    return later


def find_text(reference: str) -> str:
    letter = Letter.objects.get(reference=reference, released_on__isnull=False)
    return str(letter.text)


def test_nothing_is_fetched_before_the_decision_stands_in_the_verified_log() -> None:
    log, client = Log(), build_counter_client()
    secret = secrets.token_bytes(16)
    stored = record_request(
        LETTER, secret=secret, salt=secrets.token_bytes(32), paper=None, today=date(2026, 11, 25)
    )
    carry_out_due(NOW)
    status = f"/en/status/{encode_base64url(secret)}/"
    log.show()
    release_due(NOW)
    assert client.get(f"{status}letter.txt").status_code == 404
    seal_due_periods(NOW + 2 * EVERY, secrets.token_bytes)
    release_due(NOW + 2 * EVERY)
    assert client.get(f"{status}letter.pdf").status_code == 404, "sealed here, but the log has not said so"
    log.take_over()
    release_due(NOW + 2 * EVERY)
    answer = client.get(f"{status}letter.txt")
    assert answer.status_code == 200
    assert stored.reference in answer.content.decode()
    assert client.get(f"{status}letter.pdf").content.startswith(b"%PDF-1.7")
    assert client.get(f"{status}decision.json").status_code == 404
    assert "letter.pdf" in client.get(status).content.decode()
    assert DataRequest.objects.get().state == State.CLOSED
