"""Cases that were answered, given and closed, and decisions about what becomes of them: what keeping is tried on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from amanah.core.data_requests.packages import PackageItem
from amanah.core.data_requests.scopes import Scope, encode_scope
from amanah.request_door.answers.actions import add_item, state_package
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.carrying_out import carry_out_due, get_day
from amanah.request_door.decisions.models import Decision
from amanah.request_door.decisions.queries import get_decision
from amanah.request_door.rules.queries import get_rules_in_force
from tests.counter.answered_cases import Door
from tests.counter.decision_bench import NOBODY_KNOWN, decide, number, read_paper, receive, sign

DAY = 86_400
OFFICER = "Constable Fourhundredseventeen"
SAID = "Whatever you have about this very person."
GIVEN = b"Nobody of this name was ever known here; so says this invented file."
ITEM = PackageItem("known.txt", GIVEN, "identity", NOBODY_KNOWN, date(2026, 1, 1), date(2026, 3, 31))
ABOUT_RECORDS = Scope((NOBODY_KNOWN,), ("request-records",))


def find_keep_time() -> int:
    """Give for how long a closed case is kept, in seconds."""
    return get_rules_in_force()[0].keep_closed_days * DAY


def refuse_case(door: Door, **changes: Any) -> str:
    """Let the rules refuse a request, its letter leave and the case close."""
    asked: dict[str, Any] = {
        "paper": None,
        "instrument": "uk-informal-ask",
        "signed_by": "nobody",
        "officer": OFFICER,
        "words": SAID,
    }
    reference = receive(**(asked | changes))
    door.keep_time()
    return reference


def give_case(door: Door, item: PackageItem = ITEM, **changes: Any) -> str:
    """Answer an order, give what was decided and let the case close."""
    asked: dict[str, Any] = {"officer": OFFICER, "words": SAID}
    reference = receive(**(asked | changes))
    read_paper(reference)
    decide(reference)
    door.keep_time()
    add_item(reference, item)
    sign(state_package(reference, by=number(1), now=door.now), 1, 2, now=door.now)
    door.keep_time(3)
    return reference


def decide_about(door: Door, kind: str, body: Mapping[str, Any]) -> Decision:
    """Draft a decision, let two trustees sign it, and carry it out."""
    decision = draft_decision(kind, body, by=number(1), now=door.now)
    sign(decision, 1, 2, now=door.now)
    carry_out_due(door.now)
    return get_decision(decision)


def begin_hold(door: Door, reference: str, scope: Scope = ABOUT_RECORDS) -> Decision:
    """Let a hold begin."""
    return decide_about(door, "hold-begun", {"reference": reference, "scope": dict(encode_scope(scope))})


def end_hold(door: Door, reference: str, scope: Scope = ABOUT_RECORDS) -> Decision:
    """Let a hold end."""
    return decide_about(door, "hold-ended", {"reference": reference, "scope": dict(encode_scope(scope))})


def find_today(door: Door) -> date:
    """Give the day of the door's clock."""
    return get_day(door.now)
