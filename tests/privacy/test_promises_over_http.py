"""What the running doors promise a visitor: no cookie, no third party, strict headers, one refusal, no log."""

import itertools
import json
import re
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from amanah.core.passes.messages import (
    JOIN_LENGTH,
    LEAVE_LENGTH,
    REGISTER_LENGTH,
    REVOKE_LENGTH,
    SPEND_LENGTH,
)
from amanah.core.public_log.entries import parse_entry
from amanah.core.public_log.tiles import HASH_SIZE, parse_bundle
from amanah.drill.world import World
from amanah.web.config import PROCESSES
from amanah.web.holdings import NOT_STATED
from tests.privacy.crawl import ADDRESS, USER_AGENT, Visited, crawl, open_visitor

pytestmark = [pytest.mark.processes, pytest.mark.slow]

PAGES = (
    "/",
    "/en/",
    "/ar/",
    "/en/join/",
    "/en/card/",
    "/en/card/restore/",
    "/en/kiosk/",
    "/en/what-we-hold/",
)
SHORTCUTS = ("/join/", "/card/restore/", "/occasions.json", "/robots.txt", "/favicon.ico", "/healthz")
NOWHERE = (
    "/nowhere/",
    "/en/nowhere/",
    "/static/nowhere.js",
    "/recounts/0000000000000000.json",
    "/api/v1/nowhere",
)
GATES = ("card", "spending", "log")
NAMESPACES = {"www.w3.org"}
# A link to a source is followed by who clicks it, not by the page; data, calendars and pixels load nothing.
LINKS = re.compile(r"<a\b[^>]*>")
NEVER_LOAD = ("application/json", "text/calendar", "image/png", "image/jpeg")
ADDRESSES = re.compile(r"""(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,}(?::\d+)?)[/"'\s)]""")
COMMENTS = re.compile(r"/\*.*?\*/|^\s*//.*$|\s// .*$", re.DOTALL | re.MULTILINE)
CODE = "K7Q2M9XWZT4R5V8N"
ENDPOINTS = {
    ("card", "/api/v1/join"): JOIN_LENGTH,
    ("card", "/api/v1/register"): REGISTER_LENGTH,
    ("card", "/api/v1/revoke"): REVOKE_LENGTH,
    ("card", "/api/v1/leave"): LEAVE_LENGTH,
    ("card", "/api/v1/wave"): 8 + 32 + 2 + 256 + 64,
    ("spending", "/api/v1/spend"): SPEND_LENGTH,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Run the whole demonstration: five processes and the worked example."""
    world = World(tmp_path_factory.mktemp("promises") / "data")
    world.start()
    yield world
    world.pull_the_plug()


@pytest.fixture(scope="module")
def visitor() -> Iterator[httpx.Client]:
    with open_visitor() as client:
        yield client


@pytest.fixture(scope="module")
def visited(world: World, visitor: httpx.Client) -> list[Visited]:
    """Everything that a visitor reaches at every door without signing in."""
    occasions = visitor.get(world.urls["programme"] + "/occasions.json").json()["occasions"]
    places = [*PAGES, *SHORTCUTS, *NOWHERE]
    for row in occasions:
        name = row["occasion"]
        places += [f"/en/sessions/{name}/here/", f"/en/surveys/{name}/answer/", f"/en/recount/{name}/"]
    starts = {
        "programme": places,
        "request": ["/", "/en/", "/ar/", *NOWHERE],
        "card": ["/healthz", *NOWHERE],
        "spending": ["/healthz", *NOWHERE],
        "log": ["/healthz", "/checkpoint", *NOWHERE],
    }
    return [
        answer
        for process in PROCESSES
        for answer in crawl(visitor, [world.urls[process] + place for place in starts[process]])
    ]


def test_the_crawl_reaches_pages_styles_scripts_and_errors_of_every_door(
    world: World, visited: list[Visited]
) -> None:
    kinds = {answer.headers.get("content-type", "").partition(";")[0] for answer in visited}
    assert {"text/html", "text/css", "application/json"} <= kinds
    assert any("javascript" in kind for kind in kinds)
    hosts = {urlsplit(answer.url).netloc for answer in visited}
    assert hosts == {urlsplit(url).netloc for url in world.urls.values()}
    assert sum(answer.status == 404 for answer in visited) >= len(PROCESSES)
    assert len(visited) > 60


def test_no_public_address_of_any_door_sets_a_cookie(visited: list[Visited]) -> None:
    assert [answer.url for answer in visited if "set-cookie" in answer.headers] == []


def test_no_page_style_or_script_contacts_a_third_party(world: World, visited: list[Visited]) -> None:
    ours = {urlsplit(url).netloc for url in world.urls.values()} | NAMESPACES
    named = {
        (answer.url, netloc)
        for answer in visited
        if not answer.headers.get("content-type", "").startswith(NEVER_LOAD)
        for netloc in ADDRESSES.findall(LINKS.sub(" ", COMMENTS.sub(" ", answer.text)))
        if netloc not in ours
    }
    assert named == set()


def test_every_answer_of_every_door_has_a_strict_policy_and_sends_no_referrer(visited: list[Visited]) -> None:
    for answer in visited:
        policy = answer.headers.get("content-security-policy", "")
        assert policy.startswith("default-src 'none'"), (answer.url, answer.status)
        assert "unsafe" not in policy
        assert "*" not in policy
        assert answer.headers.get("referrer-policy") == "no-referrer", answer.url
        assert answer.headers.get("x-content-type-options") == "nosniff", answer.url


def test_no_answer_names_the_server_or_marks_the_visitor(visited: list[Visited]) -> None:
    for answer in visited:
        assert answer.headers.get("server", "amanah") == "amanah", answer.url
        for name in ("x-request-id", "x-powered-by", "report-to", "nel", "via", "set-cookie"):
            assert name not in answer.headers, (answer.url, name)


def test_every_refusal_at_every_endpoint_is_the_same_bytes(world: World, visitor: httpx.Client) -> None:
    answers = set()
    for (process, path), length in ENDPOINTS.items():
        bodies = [
            b"",
            b"\xff" * length,
            secrets.token_bytes(length),
            secrets.token_bytes(length + 1),
            b"x" * 40_000,
        ]
        for body, address in itertools.product(bodies, (path, path + "/", path + "?a=b")):
            answer = visitor.post(world.urls[process] + address, content=body)
            headers = tuple(sorted(answer.headers.items()))
            answers.add((answer.status_code, headers, answer.content))
    assert len(answers) == 1, [(status, body[:40]) for status, _, body in answers]
    ((status, _, body),) = answers
    assert (status, len(body), json.loads(body)) == (409, 512, {"error": "refused"})


def test_no_door_writes_down_an_address_a_browser_or_a_path(
    world: World, visitor: httpx.Client, visited: list[Visited]
) -> None:
    for process in PROCESSES:
        for path in (
            f"/en/join/{CODE}/",
            f"/join/?code={CODE}",
            f"/{CODE}",
            f"/tile/{CODE}",
            f"/desk/setup/{CODE}/",
        ):
            visitor.get(world.urls[process] + path)
            visitor.post(
                world.urls[process] + path, content=CODE.encode(), headers={"Referer": f"http://x/{CODE}"}
            )
    folders = [world.folder, *world.surroundings]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert any(path.parent.name == "journal" and path.stat().st_size > 100 for path in files)
    for needle in (CODE, ADDRESS, USER_AGENT, f"{ADDRESS}:"):
        assert [str(path) for path in files if needle.encode() in path.read_bytes()] == [], needle
        assert [str(path) for path in files if needle in path.name] == []


def read_log(world: World) -> list[bytes]:
    folder = world.folder / "log" / "public" / "tile" / "entries"
    bundles = [parse_bundle(path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    return max(bundles, key=len)


def list_live_columns(folder: Path) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for path in folder.glob("*.sqlite3"):
        with sqlite3.connect(path) as connection:
            found |= set(
                connection.execute(
                    "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
                    " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
                )
            )
        connection.close()
    return found


@pytest.mark.parametrize(
    ("party", "folder"),
    [
        ("card-door", "card-door"),
        ("programme-door", "programme-door"),
        ("request-door", "request-door"),
        ("log", "log"),
    ],
)
def test_every_column_that_stands_in_a_database_is_declared_in_the_log_with_its_purpose(
    world: World, party: str, folder: str
) -> None:
    entries = [parse_entry(entry) for entry in read_log(world)]
    declared = [entry for entry in entries if entry.kind == "holdings_declared" and entry.by == party]
    columns = {tuple(column) for column in declared[-1].body["columns"]}
    assert {(table, column) for table, column, _, _ in columns} == list_live_columns(world.folder / folder)
    assert [column for column in columns if NOT_STATED in column[2:]] == []


def test_the_log_service_holds_nothing_that_is_not_public(world: World, visitor: httpx.Client) -> None:
    folder = world.folder / "log"
    public = [path for path in (folder / "public").rglob("*") if path.is_file()]
    assert len(public) > 10
    for path in public:
        address = f"{world.urls['log']}/{path.relative_to(folder / 'public').as_posix()}"
        assert visitor.get(address).status_code == 200, address
    private = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_relative_to(folder / "public")
    ]
    assert [
        name
        for name in private
        if not re.fullmatch(r"keys/[a-z-]+(\.key)?|log\.sqlite3(-wal|-shm)?|writer\.lock", name)
    ] == []
    published = set(read_log(world))
    with sqlite3.connect(folder / "log.sqlite3") as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        # A hash may begin with any byte; only what is longer than one can be an entry.
        cells = [
            bytes(cell)
            for table in tables
            for row in connection.execute(f'SELECT * FROM "{table}"')
            for cell in row
            if isinstance(cell, bytes) and len(cell) > HASH_SIZE and cell.startswith(b"{")
        ]
    connection.close()
    assert cells
    assert set(cells) <= published
