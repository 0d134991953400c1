"""One log under test: its folder and configuration, entries by its doors, and an outsider's reading of its files."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import LogView, verify_log
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.log_service.ledger import Ledger
from amanah.log_service.process import open_log
from amanah.web.config import Config
from tests.support.processes import build_environment, is_answering

NOW = 1_790_000_000
FOUNDING = 5
RUN = "from amanah.log_service.process import run; from amanah.web.config import load_config; run(load_config())"


@dataclass
class LogPlace:
    """A data folder with keys and a migrated, empty log database."""

    config: Config
    settings: dict[str, str]
    time: float = NOW
    opened: list[Ledger] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def public(self) -> Path:
        """Give the folder that is served."""
        return self.config.folder("log") / "public"

    @property
    def last_signed(self) -> Path:
        """Give the copy of the last signed checkpoint beside the keys."""
        return self.config.keys("log") / "last-signed"

    def open(self, now: Callable[[], float] | None = None) -> Ledger:
        """Open the log in this process, as the service does at start."""
        self.close()
        self.opened.append(open_log(self.config, now or (lambda: self.time)))
        return self.opened[-1]

    def close(self) -> None:
        """Close whatever is open, as the end of the process would."""
        while self.opened:
            self.opened.pop().store.close()

    def end(self) -> None:
        """Leave nothing running and nothing open."""
        self.close()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            if process.stdout and not process.stdout.closed:
                process.communicate()

    def entry(self, number: int, by: str = "card-door") -> bytes:
        """Give a valid entry of a door, another one for each number."""
        seed = (self.config.folder("log").parent / by / "keys" / "entry-signing.key").read_bytes()
        body: dict[str, Any] = {"version": f"0.1.{number}", "client": None}
        return encode_entry(sign_entry(seed, at=NOW, by=by, kind="door_started", ref=None, body=body))

    def read(self, last_seen: tuple[int, bytes] | None = None) -> LogView:
        """Read the served files as an outsider does."""
        key = parse_verifier_key((self.config.data / "public" / "log.vkey").read_text())
        checkpoint = (self.public / "checkpoint").read_bytes()
        size = verify_checkpoint(checkpoint, key).size
        bundles = []
        for path in list_bundle_paths(0, size):
            file = self.public / path
            bundles.append((file if file.exists() else self.public / path.partition(".p/")[0]).read_bytes())
        return verify_log(checkpoint, bundles, Policy(key), last_seen)

    def start_process(self) -> subprocess.Popen[bytes]:
        """Start the real service and wait until it answers."""
        process = subprocess.Popen(
            [sys.executable, "-c", RUN],
            env=build_environment(self.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.processes.append(process)
        deadline = time.monotonic() + 30
        while not is_answering(self.url("/healthz")):
            assert process.poll() is None, process.communicate()[0].decode()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    def url(self, path: str) -> str:
        """Give the address of a path of the service."""
        host, port = self.config.binds["log"]
        return f"http://{host}:{port}{path}"

    def post(self, entry: bytes) -> tuple[int, dict[str, Any]]:
        """Hand an entry over by HTTP."""
        request = urllib.request.Request(self.url("/api/v1/entries"), data=entry, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"{}")
