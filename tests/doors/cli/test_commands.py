"""The command says what to do in sentences, leaves nothing half done, and shows no traceback for a foreseen mistake."""

import gzip
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from amanah.cli.founding import list_key_files
from amanah.web.config import DEPARTMENTS, PROCESSES, load_config
from tests.support.processes import (
    build_environment,
    build_settings,
    found_from_template,
    is_answering,
    run_amanah,
)

TRACEBACK = "Traceback"


def test_init_makes_every_key_closed_to_others_and_prints_the_first_address(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    done = run_amanah(settings, "init")
    assert done.returncode == 0, done.stderr
    config = load_config(settings)
    for department in DEPARTMENTS:
        assert config.folder(department).stat().st_mode & 0o777 == 0o700
        assert config.keys(department).stat().st_mode & 0o777 == 0o700
        for name in list_key_files(department):
            assert (config.keys(department) / name).stat().st_mode & 0o777 == 0o600
    assert (config.data / "public" / "log.vkey").stat().st_mode & 0o777 == 0o644
    assert f"{config.urls['programme']}/desk/" in done.stdout


def test_init_again_changes_no_key(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    assert run_amanah(settings, "init").returncode == 0
    keys = {path: path.read_bytes() for path in (tmp_path / "data").rglob("*.key")}
    again = run_amanah(settings, "init")
    assert again.returncode == 0, again.stderr
    assert "Found the data folder" in again.stdout
    assert {path: path.read_bytes() for path in (tmp_path / "data").rglob("*.key")} == keys


def test_init_leaves_compressed_copies_of_this_releases_files_alone(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    assert run_amanah(settings, "init").returncode == 0
    stale = tmp_path / "data" / "programme-door" / "static" / "0123456789ab"
    stale.mkdir()
    assert run_amanah(settings, "init").returncode == 0
    for door in ("programme-door", "request-door"):
        (version,) = (tmp_path / "data" / door / "static").iterdir()
        plain = version / "amanah" / "page.css"
        assert gzip.decompress((version / "amanah" / "page.css.gz").read_bytes()) == plain.read_bytes()
        assert (version / "amanah" / "page.css.br").stat().st_size < plain.stat().st_size


def test_every_wrong_setting_is_said_at_once_with_status_78(tmp_path: Path) -> None:
    settings = {
        "AMANAH_DATA": str(tmp_path),
        "AMANAH_PACE": "hasty",
        "AMANAH_LOG_BIND": "nowhere",
        "AMANAH_COLOUR": "red",
    }
    for command in ("init", "serve", "doctor", "demo"):
        done = run_amanah(settings, command)
        assert done.returncode == 78
        assert done.stderr.count("\n  - ") == 3
        assert TRACEBACK not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [("serve",), ("serve", "--only", "card"), ("doctor",), ("backup", "somewhere")]
)
def test_what_was_never_founded_is_said_so(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run_amanah(build_settings(tmp_path / "data"), *command)
    assert done.returncode == 78
    assert "run amanah init" in done.stderr
    assert TRACEBACK not in done.stderr


def test_another_log_origin_than_the_folders_own_is_refused(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    assert run_amanah(settings, "init").returncode == 0
    done = run_amanah(settings | {"AMANAH_LOG_ORIGIN": "other.example/log"}, "init")
    assert done.returncode == 78
    assert "never change once made" in done.stderr


def test_a_damaged_key_is_said_so_and_not_replaced(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    assert run_amanah(settings, "init").returncode == 0
    key = tmp_path / "data" / "log" / "keys" / "entry-signing.key"
    key.write_bytes(b"half")
    done = run_amanah(settings, "init")
    assert (done.returncode, key.read_bytes()) == (78, b"half")
    assert "Restore it from your backup" in done.stderr


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    done = run_amanah(build_settings(tmp_path / "data"), "init")
    assert done.returncode == 78
    assert TRACEBACK not in done.stderr


def test_version_and_help_need_no_settings() -> None:
    assert run_amanah({}, "version").stdout.startswith("amanah ")
    assert "serve" in run_amanah({}, "--help").stdout
    assert run_amanah({}).returncode == 2


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    settings = build_settings(tmp_path / "data")
    found_from_template(load_config(settings))
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "amanah.cli", "serve"],
        env=build_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    family = []
    try:
        assert supervisor.stdout is not None
        for line in supervisor.stdout:
            if line.startswith("Amanah is running"):
                break
        family = psutil.Process(supervisor.pid).children(recursive=True)
        yield supervisor, settings
    finally:
        if supervisor.poll() is None:
            supervisor.kill()
        for process in family:
            if process.is_running():
                process.kill()
        supervisor.communicate()


def find_child(supervisor: int, process: str) -> psutil.Process:
    return next(
        child
        for child in psutil.Process(supervisor).children()
        if child.cmdline()[-2:] == ["--only", process]
    )


@pytest.mark.processes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_everything_and_leaves_no_child(
    number: signal.Signals, served: tuple[subprocess.Popen[str], dict[str, str]]
) -> None:
    supervisor, settings = served
    config = load_config(settings)
    assert all(is_answering(f"{config.urls[process]}/healthz") for process in PROCESSES)
    family = psutil.Process(supervisor.pid).children(recursive=True)
    assert len(family) >= len(PROCESSES)
    started = time.monotonic()
    supervisor.send_signal(number)
    assert supervisor.wait(timeout=20) == 0
    assert time.monotonic() - started < 15
    assert [process for process in family if process.is_running()] == []


@pytest.mark.processes
def test_a_killed_process_is_started_again(served: tuple[subprocess.Popen[str], dict[str, str]]) -> None:
    supervisor, settings = served
    config = load_config(settings)
    killed = find_child(supervisor.pid, "card")
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(10)
    deadline = time.monotonic() + 60
    while not is_answering(f"{config.urls['card']}/healthz"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert find_child(supervisor.pid, "card").pid != killed.pid


@pytest.mark.processes
def test_children_end_when_the_supervisor_is_killed(
    served: tuple[subprocess.Popen[str], dict[str, str]],
) -> None:
    supervisor, _ = served
    family = psutil.Process(supervisor.pid).children(recursive=True)
    supervisor.kill()
    supervisor.wait(10)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []


@pytest.mark.processes
def test_a_busy_port_is_said_so_and_everything_ends(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    found_from_template(load_config(settings))
    host, port = load_config(settings).binds["card"]
    with socket.create_server((host, port)):
        done = run_amanah(settings, "serve", timeout=60)
    assert done.returncode == 78
    assert f"card cannot listen at {host}:{port}" in done.stderr
    assert TRACEBACK not in done.stderr


@pytest.mark.processes
def test_a_busy_port_of_the_sister_is_said_with_its_setting(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    found_from_template(load_config(settings))
    host, port = load_config(settings).sister_bind or ("", 0)
    with socket.create_server((host, port)):
        done = run_amanah(settings, "demo", timeout=120)
    assert done.returncode == 78
    assert f"sister cannot listen at {host}:{port}" in done.stderr
    assert "AMANAH_SISTER_BIND" in done.stderr


@pytest.mark.processes
def test_a_process_answers_under_a_closed_umask_and_writes_nothing_that_others_can_read(
    served: tuple[subprocess.Popen[str], dict[str, str]],
) -> None:
    _, settings = served
    config = load_config(settings)
    published = config.folder("log") / "public"
    open_files = [
        path
        for department in DEPARTMENTS
        for path in config.folder(department).rglob("*")
        if path.lstat().st_mode & 0o077 and not path.is_relative_to(published)
    ]
    assert open_files == []
