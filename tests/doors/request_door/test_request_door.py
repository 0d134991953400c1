"""The request door over HTTP, confined, on both databases: what it shows, takes in, and says in the log."""

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from amanah.cli.founding import found_data_folder
from amanah.core.encoding import compute_hash, encode_base64url
from amanah.web.config import load_config
from amanah.web.database import open_database
from amanah.web.holdings import parse_holdings
from tests.doors.card_door.town import Town
from tests.support.papers import HOSTILE_PAPERS, build_pdf
from tests.support.processes import Running, build_environment, build_settings

pytestmark = pytest.mark.processes

HOLDINGS_FILE = Path(__file__).parents[3] / "src" / "amanah" / "request_door" / "holdings.json"
ASK: dict[str, str | list[str]] = {
    "body_name": "A police force",
    "officer": "Constable 417",
    "instrument": "uk-dpa-2018-sch2-para2",
    "signed_by": "officer",
    "categories": ["membership-list"],
    "purpose": "The list of all members",
    "secrecy": "none",
}


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
        found = re.search(r'name="form_token"[^>]* value="([^"]+)"', self.read("/en/ask/"))
        assert found
        return found[1]

    def send(self, token: str, paper: bytes | None = None, **changes: str) -> httpx.Response:
        """Send the form as our own page does."""
        files = {} if paper is None else {"paper": ("order.pdf", paper, "application/pdf")}
        return self.http.post(
            "/en/ask/",
            data=ASK | {"form_token": token} | changes,
            files=files,
            headers={"Sec-Fetch-Site": "same-origin"},
        )


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
    migrate(settings, "log_service")
    # A door that took something in before it had rules keeps it.
    migrate(settings, "request_door", "request_door", "0001")
    with open_database(config.database("request")) as database, database.transaction():
        database.execute(
            "INSERT INTO data_request (reference, status_hash, body_name, instrument, asked_for, received_on, state) "
            "VALUES (?, ?, 'A council', 'voluntary-ask', 'All members', '2026-03-03', 'received')",
            (OLD_REFERENCE, compute_hash("amanah/request-status/v1", OLD_SECRET)),
        )
    migrate(settings, "request_door")
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


OLD_REFERENCE, OLD_SECRET = "0123-4567-89AB", bytes(range(16))


def migrate(settings: dict[str, str], door: str, *target: str) -> None:
    command = [
        sys.executable,
        "-m",
        "django",
        "migrate",
        *target,
        "-v0",
        "--settings",
        f"amanah.{door}.settings",
    ]
    subprocess.run(command, env=build_environment(settings), check=True)


def test_a_request_gets_a_random_reference_and_a_secret_page(counter):
    answer = counter.send(counter.find_form_token())
    assert answer.status_code == 303
    page = counter.read(answer.headers["Location"])
    reference = re.search(r'id="reference">([0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2})<', page)
    assert reference
    assert "Received" in page
    assert str(ASK["purpose"]) in page
    other = counter.send(counter.find_form_token(), body_name="A council")
    assert reference[1] not in counter.read(other.headers["Location"])


def test_the_door_looks_the_same_whatever_came_in(counter):
    before = counter.http.get("/en/").text
    assert counter.send(counter.find_form_token()).status_code == 303
    after = counter.http.get("/en/").text
    # Reports alone change it, and in demo pace one can fall between the two reads.
    assert re.sub(r"<time.*?</time>|\d+", "", before) == re.sub(r"<time.*?</time>|\d+", "", after)


def test_the_same_form_sent_twice_is_one_request(counter):
    token = counter.find_form_token()
    places = {counter.send(token).headers["Location"] for _ in range(3)}
    assert len(places) == 1


def test_a_confined_door_reads_a_paper_and_refuses_a_hostile_one(counter):
    assert counter.send(counter.find_form_token(), paper=build_pdf()).status_code == 303
    for name in ("script packed", "locked", "a bomb", "noise"):
        answer = counter.send(counter.find_form_token(), paper=HOSTILE_PAPERS[name][1])
        assert answer.status_code == 422, name
        assert "Constable 417" in answer.text
    too_large = counter.send(counter.find_form_token(), paper=b"%PDF-" + bytes(12 * 1024 * 1024))
    assert "larger than 10 MB" in too_large.text
    left = [path for path in (counter.running.folder / "request-door" / "tmp").rglob("*") if path.is_file()]
    assert left == []


def test_what_came_in_before_there_were_rules_is_still_behind_its_link(counter):
    page = counter.read(f"/en/status/{encode_base64url(OLD_SECRET)}/")
    assert OLD_REFERENCE in page
    assert "A council" in page
    assert "Hand it in again with the form" in page


def test_a_form_that_is_incomplete_or_forged_stores_nothing(counter):
    token = counter.find_form_token()
    for changes in ({"body_name": " "}, {"purpose": ""}, {"instrument": "x"}, {"form_token": token + "x"}):
        answer = counter.send(token, **changes)
        assert answer.status_code == 422, changes
        assert "Nothing was stored" in answer.text


def test_another_sites_page_cannot_send_the_form(counter):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = counter.http.post(
            "/en/ask/", data=ASK | {"form_token": counter.find_form_token()}, headers=headers
        )
        assert answer.status_code == 403


def test_a_guessed_status_page_is_not_there(counter):
    for guess in ("x", secrets.token_urlsafe(16), "A" * 22, "%00"):
        assert counter.http.get(f"/en/status/{guess}/").status_code == 404


def test_every_page_stands_in_both_languages(counter):
    for path in ("", "ask/", "door-card/", "what-this-door-holds/"):
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
        if database.vendor == "sqlite":
            made = dict(
                database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
            )
            for table in ("data_request", "request_facts", "instrument_file"):
                assert "WITHOUT ROWID" in made[table]
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
