"""Whoever runs the server starts a founding, and never again once trustees have founded their panel."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from amanah.drill.passkey import SoftPasskey
from amanah.drill.trustees import Office, found_panel
from amanah.web.database import open_database
from tests.support.processes import Running, run_amanah, start_departments

pytestmark = pytest.mark.processes

OFFICES = (
    Office("Chair", "Amina Invented"),
    Office("Treasurer", "Bilal Invented"),
    Office("Teacher", "Chana Invented"),
)
ADDRESS = re.compile(r"http://localhost:\d+/desk/new-panel/[0-9a-f]{48}/")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Give a request door without a panel."""
    started = start_departments(tmp_path, processes=("request",))
    yield started
    assert "Traceback" not in started.read_output("request")
    started.stop()


def ask_for_address(running: Running) -> str:
    done = run_amanah(running.settings, "new-trustee-address")
    assert done.returncode == 0, done.stderr
    found = ADDRESS.search(done.stdout)
    assert found, done.stdout
    return found[0]


def count_rows(running: Running, table: str) -> int:
    with open_database(running.config.database("request")) as database:
        return int(database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def test_an_address_is_printed_until_a_panel_is_in_force_and_then_never(running: Running) -> None:
    first, second = ask_for_address(running), ask_for_address(running)
    assert httpx.get(first, trust_env=False).status_code == 404
    trustees = found_panel(running.urls["request"], second, OFFICES, 2)
    for trustee in trustees:
        trustee.close()
    again = run_amanah(running.settings, "new-trustee-address")
    assert again.returncode == 1
    assert not ADDRESS.search(again.stdout)
    assert "A panel is in force" in again.stdout
    assert count_rows(running, "panel") == 1


def test_the_panel_of_a_door_that_was_started_again_is_the_same(running: Running) -> None:
    for trustee in found_panel(running.urls["request"], ask_for_address(running), OFFICES, 2):
        trustee.close()
    before = httpx.get(f"{running.urls['request']}/panel.json", trust_env=False).content
    running.kill9("request")
    running.start("request")
    assert httpx.get(f"{running.urls['request']}/panel.json", trust_env=False).content == before


def test_of_many_who_open_one_address_at_one_moment_one_makes_the_passkey(running: Running) -> None:
    url, address = running.urls["request"], ask_for_address(running)
    form = {"least": "2", "rows": "3"}
    for place, office in enumerate(OFFICES):
        form |= {f"seat-{place}-office": office.office, f"seat-{place}-name": office.name}
    own = {"Sec-Fetch-Site": "same-origin"}
    page = httpx.post(address, data=form, headers=own, trust_env=False).text
    found = re.search(r"/desk/enrol/[0-9a-f]+/", page)
    assert found
    path = found[0]
    statuses: list[int] = []

    def enrol() -> None:
        key = SoftPasskey(url)
        with httpx.Client(base_url=url, headers=own, trust_env=False, timeout=30) as client:
            asked = client.post(f"{path}ask/", json={})
            if asked.status_code == 200:
                asked = client.post(f"{path}passkey/", json=key.make(asked.json()))
            statuses.append(asked.status_code)

    threads = [threading.Thread(target=enrol) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 7
    assert count_rows(running, "desk_passkey") == 1


def test_a_hostile_body_breaks_no_endpoint(running: Running) -> None:
    url, address = running.urls["request"], ask_for_address(running)
    own = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    paths = [
        "/desk/sign-in/ask/",
        "/desk/sign-in/passkey/",
        "/desk/enrol/00/ask/",
        "/desk/enrol/00/passkey/",
        "/desk/founding/sign/",
    ]
    bodies = [
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 9_000,
        b'{"rawId": {"a": 1}}',
        b'{"rawId": "\xc3\xa9"}',
        b"9" * 19_000,
    ]
    for path in paths:
        for body in bodies:
            answer = httpx.post(f"{url}{path}", content=body, headers=own, trust_env=False)
            assert answer.status_code in {200, 302, 400, 409}, (path, body[:20], answer.status_code)
    form = {"least": "9" * 50, "rows": "9" * 50, "seat-0-name": "\x00", "seat-0-office": "x" * 9_000}
    answer = httpx.post(address, data=form, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False)
    assert answer.status_code == 200
    assert "Nothing was lost" in answer.text
