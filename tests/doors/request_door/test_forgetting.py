"""What a closed request held is in no file of a confined request door any more, and in no file of any other."""

import functools
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.support.papers import build_pdf
from tests.support.processes import Running, start_departments

pytestmark = pytest.mark.processes
LONGEST_WAIT = 90
OFFICER, PERSON, SAID = (
    "Constable Fourhundredseventeen",
    "Nobody Atall",
    "Whatever lies about in your drawers.",
)
ASK = {
    "body_name": "A police force",
    "officer": OFFICER,
    "instrument": "uk-dpa-2018-sch2-para2",
    "signed_by": "officer",
    "categories": "contact-details",
    "people": PERSON,
    "purpose": SAID,
    "secrecy": "none",
}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = start_departments(tmp_path / "data")
    yield running
    running.stop()


def wait_until(what: str, is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        if is_so():
            return
        time.sleep(0.5)
    pytest.fail(f"{what} within {LONGEST_WAIT} seconds")


def find_files(folder: Path, wanted: str) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file() and wanted.encode() in path.read_bytes()]
    return sorted(path.name for path in found)


def is_nowhere(folder: Path, wanted: str) -> bool:
    return not find_files(folder, wanted)


def ask(http: httpx.Client) -> str:
    """Hand the form in; give the path of its status page."""
    token = re.search(r'name="form_token"[^>]* value="([^"]+)"', http.get("/en/ask/").text)
    assert token
    sent = http.post(
        "/en/ask/",
        data=ASK | {"form_token": token[1]},
        files={"paper": ("order.pdf", build_pdf(), "application/pdf")},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert sent.status_code == 303
    return str(sent.headers["Location"])


def let_years_pass(database: Path) -> None:
    """Write that the one closed case was decided and closed long ago, as if the door had been away."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("UPDATE decision SET decided_on = '2019-01-01'")
        assert connection.execute("UPDATE data_request SET closed_on = '2019-01-01'").rowcount == 1


def test_a_door_that_was_away_destroys_at_its_start_what_is_over_and_no_file_has_it(running: Running) -> None:
    folder = running.config.folder("request")
    with httpx.Client(base_url=running.urls["request"], trust_env=False, timeout=30) as http:
        status = ask(http)
        wait_until("a letter comes", lambda: http.get(f"{status}letter.txt").status_code == 200)
        for wanted in (OFFICER, PERSON, SAID):
            assert find_files(folder, wanted), "the search must be able to find it"
        assert running.stop("request") == {"request": 0}
        let_years_pass(folder / "request.sqlite3")
        running.start("request")
        wait_until("it is destroyed", lambda: http.get(f"{status}letter.txt").status_code == 404)
        for wanted in (OFFICER, PERSON, SAID):
            wait_until("no file has it", functools.partial(is_nowhere, running.config.data, wanted))
        assert http.get(status).status_code == 200
    assert "could not be done" not in running.read_output("request")
