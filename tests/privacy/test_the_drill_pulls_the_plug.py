"""The drill takes the disks of one moment: all processes stand still, and nobody tidies up when the plug is pulled."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from amanah.drill.families import list_family, send_signal, stop_family, wait_for_end
from amanah.drill.world import World

pytestmark = [pytest.mark.processes, pytest.mark.slow]
PROCESSES_AT_LEAST = 6


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    world.start()
    yield world
    world.pull_the_plug()


def list_states(family: list[int]) -> set[str]:
    return {Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in family}


def test_while_the_disks_are_copied_every_process_stands_still(world: World) -> None:
    assert world._process is not None
    family = list_family(world._process.pid)
    assert len(family) >= PROCESSES_AT_LEAST
    with world.freeze():
        assert list_states(family) == {"T"}
        with pytest.raises(httpx.TimeoutException):
            httpx.get(world.urls["log"] + "/checkpoint", timeout=1, trust_env=False)
    assert "T" not in list_states(family)
    assert httpx.get(world.urls["log"] + "/checkpoint", timeout=10, trust_env=False).status_code == 200


def test_a_pulled_plug_ends_every_process_and_leaves_the_journals_as_they_were(world: World) -> None:
    assert world._process is not None
    family = list_family(world._process.pid)
    world.pull_the_plug()
    # On some machines nobody collects what has ended: it stays listed as a zombie, and runs no more.
    left = [pid for pid in family if Path(f"/proc/{pid}").exists()]
    assert list_states(left) <= {"Z"}
    # A door that ends by itself folds its journal into its file and removes it.
    journals = [path for path in world.folder.rglob("*-wal") if path.stat().st_size]
    assert journals
    for path in journals:
        with sqlite3.connect(path.with_name(path.name.removesuffix("-wal"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


def test_what_ended_by_itself_needs_no_plug() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    family = stop_family(gone.pid)
    send_signal(gone.pid, signal.SIGKILL)
    wait_for_end(family)
    assert family == [gone.pid]
