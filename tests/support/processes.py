"""Starts real door processes on free ports over a temporary data folder; it never uses the developer's own data."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from amanah.cli.environment import SETTINGS_MODULES
from amanah.cli.founding import found_data_folder
from amanah.cli.saving.snapshots import copy_sqlite
from amanah.web.config import PROCESSES, Config, Department, Process, load_config
from amanah.web.database import find_sqlite_path, open_sqlite
from tests.support.postgresql import find_free_port

SOURCE = Path(__file__).resolve().parents[2] / "src"
READY_WITHIN = 60.0


class DepartmentError(Exception):
    """A process did not start; the message carries what it printed."""


def build_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a door process: what the machine needs, our settings, nothing of the developer's."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ
    }
    # Subprocesses import the tree under test and see every warning, but a warning of a library does not end them.
    return kept | {"PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1", "TZ": "UTC"} | dict(settings)


def build_settings(
    folder: Path, *, pace: str = "demo", databases: Mapping[str, str] | None = None, **more: str
) -> dict[str, str]:
    """Give `AMANAH_*` settings with free loopback ports; `databases` maps names to URLs."""
    settings = {"AMANAH_DATA": str(folder), "AMANAH_PACE": pace}
    for process in PROCESSES:
        port = find_free_port()
        settings[f"AMANAH_{process.upper()}_BIND"] = f"127.0.0.1:{port}"
        settings[f"AMANAH_{process.upper()}_URL"] = f"http://localhost:{port}"
    settings["AMANAH_SISTER_BIND"] = f"127.0.0.1:{find_free_port()}"
    for name, url in (databases or {}).items():
        settings[f"AMANAH_DATABASE_{name.upper()}"] = url
    return settings | more


def run_amanah(
    settings: Mapping[str, str], *arguments: str, timeout: float = 180
) -> subprocess.CompletedProcess[str]:
    """Run the `amanah` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "amanah.cli", *arguments],
        env=build_environment(settings),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
    )


@dataclass
class Running:
    """Real processes under test; `urls`, `config` and `pids` say where they are."""

    folder: Path
    settings: dict[str, str]
    config: Config
    children: dict[Process, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def urls(self) -> Mapping[Process, str]:
        """Give the public address of each process."""
        return self.config.urls

    @property
    def pids(self) -> dict[Process, int]:
        """Give the process id of each process that was started."""
        return {process: child.pid for process, child in self.children.items()}

    def start(self, *processes: Process) -> None:
        """Start the named processes and wait until each answers."""
        for process in processes:
            with self.output_path(process).open("ab") as output:
                self.children[process] = subprocess.Popen(
                    [sys.executable, "-m", "amanah.cli", "serve", "--only", process],
                    env=build_environment(self.settings),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
        for process in processes:
            self._wait_until_ready(process)

    def output_path(self, process: Process) -> Path:
        """Give the file with everything that a process printed."""
        return self.folder.parent / f"{self.folder.name}.{process}.output"

    def read_output(self, process: Process) -> str:
        """Give everything that a process printed so far."""
        return self.output_path(process).read_text(errors="replace")

    def _wait_until_ready(self, process: Process) -> None:
        host, port = self.config.binds[process]
        deadline = time.monotonic() + READY_WITHIN
        while not is_answering(f"http://{host}:{port}/healthz"):
            code = self.children[process].poll()
            if code is not None or time.monotonic() > deadline:
                reason = f"ended with {code}" if code is not None else "did not answer in time"
                raise DepartmentError(f"{process} {reason}:\n{self.read_output(process)[-4000:]}")
            time.sleep(0.05)

    def stop(self, *processes: Process) -> dict[Process, int]:
        """Ask processes (all by default) to stop as an operator does; give their exit codes."""
        chosen = processes or tuple(self.children)
        for process in chosen:
            if self.children[process].poll() is None:
                self.children[process].send_signal(signal.SIGTERM)
        codes = {}
        for process in chosen:
            child = self.children.pop(process)
            try:
                codes[process] = child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._kill_group(child)
                codes[process] = child.wait(timeout=10)
        return codes

    def kill9(self, *processes: Process) -> None:
        """End processes (all by default) and their children as a power cut would."""
        for process in processes or tuple(self.children):
            child = self.children.pop(process)
            self._kill_group(child)
            child.wait(timeout=10)

    @staticmethod
    def _kill_group(child: subprocess.Popen[bytes]) -> None:
        # Each process leads a session of its own, so this reaches its workers and nobody else.
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)


def is_answering(url: str) -> bool:
    """Tell whether a server answers at all, with any status below 500."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status) < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False


def run_init(settings: Mapping[str, str]) -> None:
    """Run `amanah init`, or raise with what it said."""
    done = run_amanah(settings, "init")
    if done.returncode:
        raise DepartmentError(f"amanah init ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


def run_django_command(running: "Running", department: Department, *arguments: str) -> str:
    """Run one of Django's commands in a department of a deployment under test; give what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments, "--settings", SETTINGS_MODULES[department]],
        env=build_environment(running.settings),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise DepartmentError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


@cache
def migrate_template() -> Mapping[str, bytes]:
    """Migrate empty SQLite databases once for all tests of this run, through the real command; give their bytes."""
    with tempfile.TemporaryDirectory(prefix="amanah-template-") as folder:
        settings = build_settings(Path(folder) / "data")
        run_init(settings)
        databases = load_config(settings).databases
        return {name: copy_sqlite(find_sqlite_path(url)) for name, url in databases.items()}


def found_from_template(config: Config) -> None:
    """Do what `amanah init` does, with keys of its own, in a fraction of the time."""
    found_data_folder(config)
    for name, content in migrate_template().items():
        path = find_sqlite_path(config.database(name))
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(content)
            open_sqlite(path).close()


def start_departments(
    tmp_path: Path,
    pace: str = "demo",
    processes: Sequence[Process] = PROCESSES,
    databases: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Running:
    """Found `tmp_path / "data"` and start the processes; the caller calls `stop()` or `kill9()`."""
    folder = tmp_path / "data"
    values = build_settings(folder, pace=pace, databases=databases) | dict(settings or {})
    config = load_config(values)
    if databases is None:
        found_from_template(config)
    else:
        run_init(values)
    running = Running(folder, values, config)
    try:
        running.start(*processes)
    except BaseException:
        running.kill9()
        raise
    return running
