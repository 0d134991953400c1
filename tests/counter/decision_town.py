"""Three members and a deputy at the desk, with browsers and passkeys, and what they type into its forms."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.utils import timezone

from amanah.request_door.decisions.models import Decision
from amanah.request_door.decisions.queries import get_decision
from amanah.request_door.trustees.actions import open_founding
from amanah.web.pages import KEPT_PAGES
from tests.counter.decision_bench import (
    NOBODY_KNOWN,
)
from tests.support.trustees import Desk, found_panel

OFFICES = (
    ("Chair", "Amina Invented"),
    ("Treasurer", "Bilal Invented"),
    ("Teacher", "Chana Invented"),
    ("Neighbour", "Dawud Invented"),
)
READING = {
    "instrument": "uk-pace-s9-production-order",
    "signed_by": "judge",
    "people": NOBODY_KNOWN,
    "categories": ["attendance", "identity"],
    "since": "2026-01-01",
    "until": "2026-03-31",
    "secrecy": "none",
}
ANSWER = {
    "outcome": "comply",
    "people": NOBODY_KNOWN,
    "categories": ["attendance", "identity"],
    "since": "2026-01-01",
    "until": "2026-03-31",
    "telling": "told",
}


@dataclass
class Town:
    """Three members and a deputy, each with a browser and a passkey."""

    amina: Desk
    bilal: Desk
    chana: Desk
    dawud: Desk


def found_town() -> Town:
    """Found the panel the whole way and sign everybody in."""
    KEPT_PAGES.pages.clear()
    desks = found_panel(open_founding(now=timezone.now()), deputies=(3,), offices=OFFICES, least=2)
    for desk in desks:
        desk.sign_in()
    return Town(*desks)


def read(answer: Any) -> str:
    """Give the words of a page, without its tags."""
    assert answer.status_code in (200, 422), answer.status_code
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def put(desk: Desk, reference: str, **changes: Any) -> Decision:
    """Draft an answer by the form; give the decision that its answer leads to."""
    answer = desk.browser.post(f"/desk/decisions/case/{reference}/answer/", ANSWER | changes)
    assert answer.status_code == 302, read(answer)
    return get_decision(answer.headers["Location"].rstrip("/").rpartition("/")[2])


def list_addresses(reference: str, decision: str) -> list[str]:
    case, page = f"/desk/decisions/case/{reference}/", f"/desk/decisions/{decision}/"
    return [
        "/desk/decisions/", "/desk/decisions/statements/", "/desk/decisions/rules/", case, f"{case}paper/",
        f"{case}answer/", f"{case}step-aside/", page, f"{page}step-aside/", f"{page}document.json",
        f"{page}decision.json",
    ]  # fmt: skip
