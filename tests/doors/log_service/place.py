"""One log under test: its folder and configuration, entries by its doors, and an outsider's reading of its files."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.core.public_log.notes import COSIGNER, VerifierKey, encode_verifier_key, parse_verifier_key
from amanah.core.public_log.policies import NO_QUORUM, Group, Policy, Witness, encode_policy
from amanah.core.public_log.reading import LogView, verify_log
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.log_service.ledger import Ledger
from amanah.log_service.process import open_log
from amanah.web.config import Config
from amanah.web.log_policy import find_policy_path
from tests.support.processes import build_environment, is_answering

NOW = 1_790_000_000
FOUNDING = 7
RUN = "from amanah.web.config import load_config; from amanah.log_service.{} import run; run(load_config())"


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
        return self.read_under(Policy(self.log_key), last_seen)

    def read_under(self, policy: Policy, last_seen: tuple[int, bytes] | None = None) -> LogView:
        """Do the same under a policy with witnesses."""
        checkpoint = (self.public / "checkpoint").read_bytes()
        size = verify_checkpoint(checkpoint, policy.log).size
        bundles = []
        for path in list_bundle_paths(0, size):
            file = self.public / path
            bundles.append((file if file.exists() else self.public / path.partition(".p/")[0]).read_bytes())
        return verify_log(checkpoint, bundles, policy, last_seen)

    def write_policy(self, *witnesses: tuple[str, VerifierKey, str], least: int = 1) -> Policy:
        """Name witnesses, of whom so many must have cosigned; the log reads it at its next start."""
        group = {"sisters": Group(least, tuple(name for name, _, _ in witnesses))} if least else {}
        policy = Policy(
            self.log_key,
            self.config.urls["log"],
            {name: Witness(key, url) for name, key, url in witnesses},
            group,
            "sisters" if least else NO_QUORUM,
        )
        find_policy_path(self.config).write_text(encode_policy(policy))
        return policy

    def serve_log_of(self, *places: "LogPlace") -> None:
        """Put other communities' logs on the list of our witness."""
        lines = [encode_verifier_key(place.log_key) for place in places]
        (self.config.data / "public" / "witnessed-logs").write_text("\n".join(["# sisters", *lines, ""]))

    @property
    def log_key(self) -> VerifierKey:
        """Give the key of the log."""
        return parse_verifier_key((self.config.data / "public" / "log.vkey").read_text())

    @property
    def witness_key(self) -> VerifierKey:
        """Give the key of the witness."""
        return parse_verifier_key((self.config.data / "public" / "witness.vkey").read_text(), COSIGNER)

    def as_witness(self, name: str) -> tuple[str, VerifierKey, str]:
        """Give what another log's policy says about our witness."""
        return (name, self.witness_key, self.url("/witness"))

    def start_process(self, module: str = "process") -> subprocess.Popen[bytes]:
        """Start the real service and wait until it answers."""
        process = subprocess.Popen(
            [sys.executable, "-c", RUN.format(module)],
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


class MakePlace(Protocol):
    """Makes an empty log of a community on a vendor's database."""

    def __call__(self, vendor: str, community: str = "commons") -> LogPlace: ...


def wait_until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that must happen soon."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def stop(process: "subprocess.Popen[bytes]") -> str:
    """Ask a service to end as an operator does; give what it printed."""
    process.send_signal(signal.SIGTERM)
    output = process.communicate(timeout=20)[0].decode()
    assert process.returncode == 0, output
    return output
