"""The drill's own deployment: real door processes on free loopback ports over a temporary folder.

It touches no other deployment.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from amanah.core.public_log.notes import VerifierKey, parse_verifier_key
from amanah.drill.families import send_signal, stop_family, wait_for_end
from amanah.drill.wire import CrowdError
from amanah.web.config import NO_SISTER, PROCESSES

READY_WITHIN = 120.0
_SETUP = re.compile(r"(http://\S+/desk/setup/\S+)")


@dataclass
class World:
    """One running deployment."""

    folder: Path
    databases: Mapping[str, str] = field(default_factory=dict)
    has_sister: bool = False
    urls: dict[str, str] = field(default_factory=dict)
    setup_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
        self.environment = kept | {
            "AMANAH_DATA": str(self.folder),
            "AMANAH_PACE": "demo",
            "AMANAH_COMMUNITY": "drill",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.folder.parent / "temporary"),
            "HOME": str(self.folder.parent / "home"),
        }
        for folder in self.surroundings:
            folder.mkdir(parents=True)
        for process in PROCESSES:
            port = find_free_port()
            self.urls[process] = f"http://localhost:{port}"
            self.environment[f"AMANAH_{process.upper()}_URL"] = self.urls[process]
            self.environment[f"AMANAH_{process.upper()}_BIND"] = f"127.0.0.1:{port}"
        sister = f"127.0.0.1:{find_free_port()}" if self.has_sister else NO_SISTER
        self.environment["AMANAH_SISTER_BIND"] = sister
        for name, url in self.databases.items():
            self.environment[f"AMANAH_DATABASE_{name.upper()}"] = url

    @property
    def surroundings(self) -> list[Path]:
        """Give what a machine keeps beside the data: temporary files, a home, and what the processes printed."""
        return [self.folder.parent / name for name in ("temporary", "home", "journal")]

    def start(self, command: str = "demo") -> None:
        """Start every process and wait until all answer."""
        journal = self.folder.parent / "journal" / f"{command}.log"
        with journal.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "amanah.cli", command],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not (self._answers() and (command == "serve" or self._find_setup_url(journal))):
            if self._process.poll() is not None or time.monotonic() > deadline:
                printed = journal.read_text(errors="replace").splitlines()
                raise CrowdError("The drill's deployment did not start:\n" + "\n".join(printed[-20:]))
            time.sleep(0.2)

    def _find_setup_url(self, journal: Path) -> bool:
        found = _SETUP.search(journal.read_text(errors="replace"))
        self.setup_url = found.group(1) if found else ""
        return found is not None

    @contextmanager
    def freeze(self) -> Iterator[None]:
        """Hold every process still for as long as it takes to copy the disk, so that the copy is of one moment."""
        if self._process is None:
            raise CrowdError("There is nothing to hold still.")
        family = stop_family(self._process.pid)
        try:
            yield
        finally:
            for pid in family:
                send_signal(pid, signal.SIGCONT)

    def pull_the_plug(self) -> None:
        """Kill every process at once, as a power cut or a seizure does: nothing is tidied up."""
        if self._process is not None:
            # Held still first: a door that saw the supervisor die would begin to tidy up.
            family = stop_family(self._process.pid)
            for pid in family:
                send_signal(pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            wait_for_end(family)

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.pull_the_plug()
            self._process = None

    def read_log_key(self) -> VerifierKey:
        """Read the log's public key, as printed on every page."""
        return parse_verifier_key((self.folder / "public" / "log.vkey").read_text().strip())

    def _answers(self) -> bool:
        paths = {"programme": "/en/", "request": "/en/", "log": "/checkpoint"}
        try:
            return all(
                httpx.get(self.urls[process] + paths.get(process, "/healthz"), trust_env=False).status_code
                == 200
                for process in PROCESSES
            )
        except httpx.TransportError:
            return False


def find_free_port() -> int:
    """Give a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
