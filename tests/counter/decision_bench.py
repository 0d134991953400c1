"""A panel with passkeys in software, requests on paper, and trustees who sign: what decisions are tried on."""

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from amanah.core.data_requests.approvals import Approval, encode_approval
from amanah.core.data_requests.documents import DecisionDocument, encode_document
from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.panels import Panel, compute_panel_hash, encode_panel
from amanah.core.data_requests.records import Record, parse_record
from amanah.core.data_requests.scopes import Scope
from amanah.core.encoding import encode_base64url, encode_canonical_json
from amanah.request_door.decisions.actions import Telling, draft_answer, record_approval
from amanah.request_door.decisions.models import Decision
from amanah.request_door.decisions.queries import get_decision
from amanah.request_door.records.models import Record as KeptRecord
from amanah.request_door.requests.actions import Ask, PaperReading, record_facts, record_request
from amanah.request_door.requests.models import DataRequest
from amanah.request_door.requests.queries import get_facts
from amanah.request_door.trustees.models import Account, Passkey
from amanah.request_door.trustees.models import Panel as KeptPanel
from amanah.web.settings import get_config
from tests.core.data_requests.signing import get_passkey, make_panel

NOW = 1_795_600_000
TODAY = datetime.fromtimestamp(NOW, UTC).date()
PAPER = b"%PDF-1.4 an invented order"
ORDER = "uk-pace-s9-production-order"
SECRET_ORDER = "uk-ta-2000-sch5-para5"
SECRECY_LAW = "uk-ta-2000-s39"
NOBODY_KNOWN = "Nobody Known"
ASKED = Scope((NOBODY_KNOWN,), ("attendance", "identity"), date(2026, 1, 1), date(2026, 3, 31))
LESS = Scope((NOBODY_KNOWN,), ("attendance",), date(2026, 2, 1), date(2026, 3, 31))
CLASS = Scope((), ("membership-list",), None, None)


def number(trustee: int) -> str:
    """Give the number of trustee 1, 2, … as panels hold it."""
    return f"{trustee:016x}"


def seat_panel(members: int = 3, deputies: int = 1, **changes: Any) -> Panel:
    """Put a first panel in force, with an account and a passkey for everybody in it."""
    origin = get_config().urls["request"]
    place = {"community": get_config().community, "origin": origin, "party": "localhost"}
    panel = make_panel(members, deputies, **(place | changes))
    document = encode_panel(panel)
    panel_hash = compute_panel_hash(document)
    founding = encode_document(
        DecisionDocument(
            NOW, {"next": panel_hash}, panel.community, secrets.token_hex(8), "panel-changed", panel_hash
        )
    )
    approvals = [sign_bytes(one, founding) for one in range(1, members + 1)]
    KeptPanel.objects.create(
        panel_hash=panel_hash,
        number=1,
        document=document,
        decision=founding,
        approvals=encode_canonical_json([encode_approval(one) for one in approvals]),
        in_force_from=NOW,
    )
    for one in panel.trustees:
        account = Account.objects.create(
            account=one.trustee,
            role="deputy" if one.is_deputy else "trustee",
            name=one.name,
            office=one.office,
            language="en",
        )
        for key in one.keys:
            credential = encode_base64url(hashlib.sha256(key).digest())
            Passkey.objects.create(credential=credential, account=account, key=encode_base64url(key))
    return panel


def receive(asked: Scope = ASKED, *, paper: bytes | None = PAPER, **changes: Any) -> str:
    """Take a request in as the form does; give its reference."""
    ask: dict[str, Any] = {
        "body_name": "Invented Police",
        "officer": "An Officer",
        "words": "",
        "channel": "letter",
        "language": "en",
        "instrument": ORDER,
        "signed_by": "judge",
        "asked": asked,
        "asks_collection": False,
        "secrecy": "none",
    }
    stored = record_request(
        Ask(**(ask | changes)),
        secret=secrets.token_bytes(16),
        salt=secrets.token_bytes(32),
        paper=paper,
        today=TODAY,
    )
    return str(stored.reference)


def read_paper(reference: str, ordered: Scope | None = ASKED, **changes: Any) -> RequestFacts:
    """Let a trustee write down what the paper names."""
    facts = get_facts(reference)
    reading: dict[str, Any] = {
        "ordered": ordered,
        "instrument": facts.instrument,
        "signed_by": facts.signed_by,
        "secrecy": facts.secrecy,
    }
    record_facts(reference, PaperReading(**(reading | changes)), salt=secrets.token_bytes(32))
    return get_facts(reference)


def draft(reference: str, outcome: str = "comply", scope: Scope | None = ASKED, **changes: Any) -> str:
    """Draft an answer as the first trustee."""
    telling = changes.pop("telling", Telling())
    facts: dict[str, Any] = {"by": number(1), "now": NOW} | changes
    return draft_answer(reference, outcome, scope, telling, **facts)  # type: ignore[arg-type]


def sign_bytes(trustee: int, document: bytes, **changes: Any) -> Approval:
    """Let trustee 1, 2, … sign bytes at this door's address."""
    place = {"origin": get_config().urls["request"], "party": "localhost"}
    return get_passkey(trustee).approve(number(trustee), document, **(place | changes))


def sign(decision: str, *trustees: int, now: int = NOW) -> Decision:
    """Let trustees sign a decision as it stands, one after the other."""
    for trustee in trustees:
        document = bytes(get_decision(decision).document)
        record_approval(decision, sign_bytes(trustee, document), now=now)
    return get_decision(decision)


def decide(reference: str, outcome: str = "comply", scope: Scope | None = ASKED) -> Decision:
    """Draft an answer and let two trustees sign it."""
    return sign(draft(reference, outcome, scope), 1, 2)


def list_records(*kinds: str) -> list[Record]:
    """List what the private log holds, in its order."""
    records = [parse_record(bytes(row.record)) for row in KeptRecord.objects.order_by("place")]
    return [record for record in records if not kinds or record.kind in kinds]


def list_refusals() -> list[str]:
    """List why signatures were refused, as the private log has it."""
    return [record.body["reason"] for record in list_records("approval-refused")]


def get_stored(reference: str) -> DataRequest:
    """Give the stored request."""
    return DataRequest.objects.get(reference=reference)


def run_together(steps: Iterable[Any]) -> list[Any]:
    """Run steps at the same moment, each on a thread and a connection of its own; give what each gave or raised."""
    steps = list(steps)
    barrier = threading.Barrier(len(steps))
    given: list[Any] = [None] * len(steps)

    def run(place: int, step: Any) -> None:
        try:
            barrier.wait()
            given[place] = step()
        except Exception as error:  # noqa: BLE001 - what it raised is what the test looks at
            given[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, step)) for place, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Let threads work on a database file, as doors do; SQLite in memory shares one cache among them."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    with closing(sqlite3.connect(path)) as file:
        memory.backup(file)
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name
