"""A confined request door with a pack that the community wrote itself: it reads it, or says why it does not start."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.core.data_requests.pack_cases import build_pack, encode
from tests.support.processes import DepartmentError, Running, start_departments

pytestmark = pytest.mark.processes


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Running]:
    """Give a deployment whose country is an invented one, with nothing running and an empty folder for its pack."""
    running = start_departments(tmp_path, processes=[], settings={"AMANAH_JURISDICTION": "atlantis"})
    (running.config.data / "public" / "jurisdictions").mkdir()
    try:
        yield running
    finally:
        running.kill9()


def put_pack(running: Running, data: bytes) -> None:
    (running.config.data / "public" / "jurisdictions" / "atlantis.json").write_bytes(data)


def test_a_confined_door_decides_by_the_communitys_own_pack(stopped: Running) -> None:
    data = encode(build_pack())
    put_pack(stopped, data)
    stopped.start("request")
    with httpx.Client(base_url=stopped.urls["request"], trust_env=False, timeout=30) as http:
        assert http.get("/pack.json").content == data
        page = http.get("/en/jurisdictions/atlantis/")
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
        assert "This community decides by it" in page.text
        assert http.get("/ar/jurisdictions/uk/").status_code == 200
    assert "Traceback" not in stopped.read_output("request")


def test_a_door_does_not_start_on_a_pack_with_faults_and_says_each(stopped: Running) -> None:
    put_pack(stopped, json.dumps(build_pack(reviewed_on="soon", informal_ask="atlantis-order")).encode())
    with pytest.raises(DepartmentError, match="ended with 78") as refused:
        stopped.start("request")
    assert "atlantis.json is the jurisdiction pack in force and has a fault. “reviewed_on”" in str(
        refused.value
    )
    assert "“informal_ask”" in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_door_does_not_start_where_nobody_wrote_the_pack(stopped: Running) -> None:
    with pytest.raises(DepartmentError, match="there is no such pack; write one of: uk, us"):
        stopped.start("request")
