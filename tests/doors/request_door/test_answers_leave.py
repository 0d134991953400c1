"""A confined request door seals, writes its letter on paper and gives it out, by the clock alone, beside a real log."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.support.processes import Running, start_departments

pytestmark = pytest.mark.processes
LONGEST_WAIT = 90
ASK = {
    "body_name": "A police force",
    "officer": "Constable 417",
    "instrument": "uk-dpa-2018-sch2-para2",
    "signed_by": "officer",
    "categories": "membership-list",
    "purpose": "The list of all members",
    "secrecy": "none",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start_departments(tmp_path_factory.mktemp("answers"))
    yield running
    running.stop()


def wait_for(http: httpx.Client, path: str) -> httpx.Response:
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        answer = http.get(path)
        if answer.status_code == 200:
            return answer
        time.sleep(1)
    pytest.fail(f"{path} did not come within {LONGEST_WAIT} seconds")


def test_a_letter_comes_by_itself_and_says_what_every_door_declared(running: Running) -> None:
    with httpx.Client(base_url=running.urls["request"], trust_env=False, timeout=30) as http:
        token = re.search(r'name="form_token"[^>]* value="([^"]+)"', http.get("/en/ask/").text)
        assert token
        sent = http.post(
            "/en/ask/", data=ASK | {"form_token": token[1]}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert sent.status_code == 303
        status = sent.headers["Location"]
        assert http.get(f"{status}letter.txt").status_code == 404
        text = wait_for(http, f"{status}letter.txt")
        assert "set-cookie" not in text.headers
        assert text.headers["cache-control"] == "no-store"
        words = " ".join(text.text.split())
        assert "[ Refused ]" in words
        assert "A list of members or participants: not held. No door has a place for it." in words
        paper = http.get(f"{status}letter.pdf")
        assert paper.content.startswith(b"%PDF-1.7")
        assert http.get(f"{status}letter.pdf").content == paper.content
        receipt = http.get(f"{status}receipt.pdf")
        assert receipt.content.startswith(b"%PDF-1.7")
    assert "could not be done" not in running.read_output("request")
