"""A running request door reads the gate in a running log, and in nothing else; its board opens and empties by it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from amanah.core.public_log.entries import encode_entry, sign_entry
from tests.support.processes import Running, start_departments

pytestmark = pytest.mark.processes

SEASON = "5" * 16
DAY = 86_400
PATIENCE = 40


class Counter:
    """A request door and a log, with the programme door's key but without a programme door."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.seed = (running.config.keys("programme") / "entry-signing.key").read_bytes()
        self.http = httpx.Client(base_url=running.urls["request"], trust_env=False, timeout=30)

    def say(self, kind: str, **body: Any) -> None:
        """Say something about the season as the programme door does."""
        entry = sign_entry(
            self.seed, at=int(time.time()), by="programme-door", kind=kind, ref=SEASON, body=body
        )
        address = f"{self.running.urls['log']}/api/v1/entries"
        assert httpx.post(address, content=encode_entry(entry), trust_env=False).status_code == 200

    def wait_for(self, words: str) -> str:
        """Read the board until it says this."""
        deadline = time.monotonic() + PATIENCE
        while words not in (page := self.http.get("/en/asks/").text):
            assert time.monotonic() < deadline, page
            time.sleep(0.2)
        return page

    def send(self) -> httpx.Response:
        """Hand an ask in as a body does."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.http.get("/en/asks/new/").text)
        typed = {
            "body": "Invented Clinic",
            "title": "When?",
            "text": "Which day?",
            "channel": "9 Invented Street",
        }
        typed["form_token"] = found[1] if found else ""
        return self.http.post("/en/asks/new/", data=typed, headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def counter(tmp_path: Any) -> Iterator[Counter]:
    running = start_departments(tmp_path, processes=("log", "request"))
    counter = Counter(running)
    yield counter
    counter.http.close()
    running.stop()
    assert "Traceback" not in running.read_output("request")


def test_the_board_follows_the_published_log_within_seconds(counter: Counter) -> None:
    counter.wait_for("has not said yet how much trust it asks for")
    assert counter.send().status_code == 422
    now = int(time.time())
    lines = {"line": 600_000, "harm": 50_000}
    counter.say("season_stated", starts_at=now + 1, ends_at=now + 90 * DAY, **lines)
    counter.wait_for("Nobody can be sure yet")
    reading = {"batches": 1, "detector": None, "evidence": 3_000_000, "occasion": "1" * 16}
    counter.say("gate_read", state="open", **reading)
    counter.wait_for("Open: outside bodies may ask")
    answer = counter.send()
    assert answer.status_code == 303
    assert "It waits for the trustees." in counter.http.get(answer.headers["Location"]).text
    counter.say("gate_closed", reason="alarm")
    counter.wait_for("Shut: outside bodies may not ask")
    deadline = time.monotonic() + PATIENCE
    while "The gate shut." not in counter.http.get(answer.headers["Location"]).text:
        assert time.monotonic() < deadline
        time.sleep(0.2)
