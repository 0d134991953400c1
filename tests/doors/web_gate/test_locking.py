"""One process writes a SQLite file; a second one says so in a sentence and touches nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from amanah.core.errors import MisconfiguredError
from amanah.web.config import Process
from amanah.web.database import find_sqlite_path
from amanah.web.locking import hold_database
from tests.support.postgresql import find_free_port
from tests.support.processes import Running, run_amanah

HOLDERS: dict[Process, str] = {"spending": "spending gate", "card": "card door"}


@pytest.mark.processes
@pytest.mark.parametrize("process", HOLDERS)
def test_a_second_gate_on_the_same_file_does_not_start(
    process: Process, departments: Callable[..., Running]
) -> None:
    running = departments(processes=(process,))
    path = find_sqlite_path(running.config.database(process))
    port = f"127.0.0.1:{find_free_port()}"
    second = running.settings | {f"AMANAH_{process.upper()}_BIND": port}
    done = run_amanah(second, "serve", "--only", process, timeout=30)
    assert done.returncode == 78
    assert f"Another {HOLDERS[process]} works with {path}; stop it first." in done.stderr
    assert "Traceback" not in done.stderr
    # A power cut leaves the file behind and lets go of the lock.
    running.kill9(process)
    assert path.with_name(f"{path.name}.lock").exists()
    running.start(process)


def test_the_lock_is_let_go_of_at_the_end_and_is_closed_to_others(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/spending.sqlite3"
    with (
        hold_database(url, holder="spending gate"),
        pytest.raises(MisconfiguredError, match="stop it first"),
        hold_database(url, holder="spending gate"),
    ):
        pass
    with hold_database(url, holder="spending gate"):
        assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [
            ("spending.sqlite3.lock", 0o600)
        ]


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere/spending.sqlite3"
    with pytest.raises(MisconfiguredError, match="run amanah init"), hold_database(url, holder="gate"):
        pass


def test_postgresql_keeps_order_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with hold_database("postgresql://a:b@localhost/one", holder="spending gate"):
        assert list(tmp_path.iterdir()) == []
