"""A public log that tells a season of measured trust, and a body that asks a favour in it."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from django.test import Client

from amanah.core.public_log.entries import sign_entry
from amanah.request_door.asks.actions import AskTexts, record_ask
from amanah.request_door.asks.models import Ask
from amanah.web.pages import KEPT_PAGES
from tests.counter.sealed_log import Log
from tests.support.trustees import build_browser

DAY = 86_400
STARTS_AT = 1_795_600_000
ENDS_AT = STARTS_AT + 90 * DAY
NOW = STARTS_AT + 10 * DAY
SEASON = "5" * 16
TYPED = {
    "body": "Invented Water Board",
    "title": "Where does it flood?",
    "text": "Which street floods first?\r\nTell us where, not who you are.",
    "channel": "Water Board, 9 Invented Quay",
}
TEXTS = AskTexts(**{name: value.replace("\r\n", "\n") for name, value in TYPED.items()})


class AskTown:
    """The log as this door reads it, with a clock that stands where a test puts it."""

    def __init__(self) -> None:
        self.log = Log()
        self.now = NOW

    def say(self, kind: str, ref: str | None, at: int, by: str = "programme-door", **body: Any) -> None:
        """Let another door say something in the log."""
        self.log.entries.append(sign_entry(bytes(32), at=at, by=by, kind=kind, ref=ref, body=body))
        self.log.show()

    def state_season(
        self, name: str = SEASON, *, starts_at: int = STARTS_AT, line: int = 600_000, at: int = 0
    ) -> None:
        """Draw the lines of a season that lasts 90 days."""
        self.say(
            "season_stated",
            name,
            at or starts_at - DAY,
            starts_at=starts_at,
            ends_at=starts_at + 90 * DAY,
            line=line,
            harm=50_000,
        )

    def read_gate(self, state: str, *, at: int = NOW - DAY, season: str = SEASON) -> None:
        """Let the programme door state a reading."""
        body = {"batches": 1, "detector": None, "evidence": 3_000_000, "occasion": "1" * 16}
        self.say("gate_read", season, at, state=state, **body)

    def open_gate(self) -> None:
        """Draw the lines of the season, and open its gate."""
        self.state_season()
        self.read_gate("open")

    def beat(self, at: int) -> None:
        """Let the log give a sign of life."""
        self.say("heartbeat", None, at, by="log", entries=len(self.log.entries))

    def ask(self, texts: AskTexts = TEXTS) -> Ask:
        """Hand an ask in, past the form."""
        secret = secrets.token_bytes(16)
        known = set(Ask.objects.values_list("ask", flat=True))
        record_ask(texts, secret=secret, now=self.now)
        return Ask.objects.exclude(ask__in=known).get()

    @contextmanager
    def at_now(self) -> Iterator[Client]:
        """Give a stranger's browser while the clock stands still."""
        KEPT_PAGES.pages.clear()
        with patch("django.utils.timezone.now", lambda: datetime.fromtimestamp(self.now, UTC)):
            yield build_browser()

    def read(self, path: str, status: int = 200) -> str:
        """Give a page's text."""
        with self.at_now() as browser:
            answer = browser.get(path)
        assert answer.status_code == status, path
        assert not answer.cookies
        return answer.content.decode()

    def send(self, **changes: str) -> Any:
        """Fill the form in as a body does; give the answer."""
        with self.at_now() as browser:
            page = browser.get("/en/asks/new/").content.decode()
            found = re.search(r'name="form_token" value="([^"]+)"', page)
            typed = {**TYPED, "form_token": found[1] if found else "", **changes}
            return browser.post("/en/asks/new/", typed)

    def list_said(self, *kinds: str) -> list[tuple[str, str | None, Any]]:
        """Hand over what waits, and list what this door has said of asks and of the gate."""
        self.log.take_over()
        mine = [entry for entry in self.log.entries if entry.by == "request-door"]
        return [(entry.kind, entry.ref, entry.body) for entry in mine if entry.kind in kinds]
