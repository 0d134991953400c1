"""The request door over HTTP, on both databases: what it shows, what it takes in, what it says in the log."""

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from amanah.cli.founding import found_data_folder
from amanah.web.config import load_config
from amanah.web.database import open_database
from amanah.web.holdings import parse_holdings
from tests.doors.card_door.town import Town
from tests.support.processes import Running, build_environment, build_settings

pytestmark = pytest.mark.processes

HOLDINGS_FILE = Path(__file__).parents[3] / "src" / "amanah" / "request_door" / "holdings.json"
ASK = {"body_name": "A police force", "instrument": "voluntary-ask", "asked_for": "The list of all members"}


class Counter:
    """A running request door and a browser without cookies in front of it."""

    def __init__(self, running: Running) -> None:
        host, port = running.config.binds["request"]
        self.running = running
        self.http = httpx.Client(base_url=f"http://{host}:{port}", trust_env=False, timeout=30)

    def read(self, path: str) -> str:
        """Give a page that must be there and must set no cookie."""
        answer = self.http.get(path)
        assert answer.status_code == 200, path
        assert "set-cookie" not in answer.headers
        return answer.text

    def find_form_token(self) -> str:
        """Open the form and give its token."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.read("/en/ask/"))
        assert found
        return found[1]

    def send(self, token: str, **changes: str) -> httpx.Response:
        """Send the form as our own page does."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self.http.post("/en/ask/", data=ASK | {"form_token": token} | changes, headers=headers)

    def read_counts(self) -> tuple[int, int]:
        """Read the public counter."""
        found = re.search(r"Asked: (\d+)\. Given: (\d+)\.", self.read("/en/"))
        assert found
        return int(found[1]), int(found[2])


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def counter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """Give a request door beside a real log."""
    databases = {}
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgresql")
        databases["request"] = cluster.create_database(f"t{secrets.token_hex(6)}")
    folder = tmp_path_factory.mktemp("counter") / "data"
    settings = build_settings(folder, databases=databases)
    config = load_config(settings)
    found_data_folder(config)
    for door in ("log_service", "request_door"):
        command = [sys.executable, "-m", "django", "migrate", "-v0", "--settings", f"amanah.{door}.settings"]
        subprocess.run(command, env=build_environment(settings), check=True)
    running = Running(folder, settings, config)
    try:
        running.start("log", "request")
        counter = Counter(running)
        yield counter
        counter.http.close()
        assert running.stop("request") == {"request": 0}
        assert "Traceback" not in running.read_output("request")
    finally:
        running.kill9()


def test_a_request_gets_a_random_reference_and_a_secret_page(counter):
    asked, given = counter.read_counts()
    answer = counter.send(counter.find_form_token())
    assert answer.status_code == 303
    page = counter.read(answer.headers["Location"])
    reference = re.search(r'id="reference">([0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2})<', page)
    assert reference
    assert "Received" in page
    assert "Voluntary asks for personal data are refused." in page
    assert ASK["asked_for"] in page
    assert counter.read_counts() == (asked + 1, given)
    other = counter.send(counter.find_form_token(), instrument="court-order")
    other_page = counter.read(other.headers["Location"])
    assert reference[1] not in other_page
    assert "Voluntary asks for personal data are refused." not in other_page


def test_the_same_form_sent_twice_is_one_request(counter):
    token = counter.find_form_token()
    asked, _ = counter.read_counts()
    places = {counter.send(token).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert counter.read_counts()[0] == asked + 1


def test_a_form_that_is_incomplete_or_forged_stores_nothing(counter):
    asked = counter.read_counts()
    token = counter.find_form_token()
    for changes in (
        {"body_name": " "},
        {"asked_for": ""},
        {"asked_for": "x" * 4001},
        {"instrument": "because-we-say-so"},
        {"form_token": token + "x"},
        {"form_token": ""},
    ):
        answer = counter.send(token, **changes)
        assert answer.status_code == 422, changes
        assert "Nothing was stored" in answer.text
    assert counter.read_counts() == asked


def test_another_sites_page_cannot_send_the_form(counter):
    asked = counter.read_counts()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = counter.http.post(
            "/en/ask/", data=ASK | {"form_token": counter.find_form_token()}, headers=headers
        )
        assert answer.status_code == 403
    assert counter.read_counts() == asked


def test_a_guessed_status_page_is_not_there(counter):
    for guess in ("x", secrets.token_urlsafe(16), "A" * 22, "%00"):
        assert counter.http.get(f"/en/status/{guess}/").status_code == 404


def test_what_is_typed_comes_back_as_text(counter):
    attack = '<script>alert("x")</script>'
    answer = counter.send(counter.find_form_token(), body_name=attack)
    page = counter.read(answer.headers["Location"])
    assert attack not in page
    assert "&lt;script&gt;" in page


def test_every_page_stands_in_both_languages(counter):
    for path in ("", "ask/", "what-this-door-holds/"):
        english, arabic = counter.read(f"/en/{path}"), counter.read(f"/ar/{path}")
        assert '<html lang="en" dir="ltr">' in english
        assert '<html lang="ar" dir="rtl">' in arabic
        heading = re.search(r"<h1>(.+?)</h1>", arabic)
        assert heading
        assert re.search(r"[\u0600-\u06FF]", heading[1])
    assert counter.http.get("/").headers["Location"] == "/en/"


def test_only_a_day_is_stored_and_no_serial_number(counter):
    counter.send(counter.find_form_token())
    with open_database(counter.running.config.database("request")) as database:
        rows = database.execute("SELECT reference, received_on FROM data_request").fetchall()
    assert rows
    for reference, received_on in rows:
        assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", reference)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(received_on))


def test_the_door_says_in_the_log_that_it_started_and_what_it_holds(counter):
    town = Town(counter.running)
    view = town.wait_for(
        lambda view: (
            {"door_started", "holdings_declared"}
            <= {entry.kind for entry in view.entries if entry.by == "request-door"}
        )
    )
    town.http.close()
    [declared] = [entry for entry in view.list_entries("holdings_declared") if entry.by == "request-door"]
    committed = parse_holdings(HOLDINGS_FILE)
    assert declared.body["columns"] == [
        [held.table, held.column, held.purpose, held.retention] for held in committed
    ]
    assert all(held.is_stated for held in committed)
    page = counter.read("/en/what-this-door-holds/")
    assert all(f"{held.table}.{held.column}" in page for held in committed)


def test_the_committed_list_of_columns_and_the_migrations_are_those_of_the_models(counter, tmp_path):
    environment = build_environment(counter.running.settings) | {
        "DJANGO_SETTINGS_MODULE": "amanah.request_door.settings"
    }
    for arguments in (
        ["amanah.web.holdings", str(tmp_path / "fresh.json")],
        ["django", "makemigrations", "--check", "--dry-run"],
    ):
        subprocess.run([sys.executable, "-m", *arguments], env=environment, check=True, capture_output=True)
    assert (tmp_path / "fresh.json").read_text() == HOLDINGS_FILE.read_text()
