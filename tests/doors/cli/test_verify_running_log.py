"""What a running log service publishes holds for an outsider who has its address, its policy and the core alone."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from amanah.verify.sources import fetch_file
from tests.doors.cli.served_log import run_verify
from tests.support.processes import Running

pytestmark = pytest.mark.processes


def test_a_running_log_is_read_watched_and_proved(
    departments: Callable[..., Running], tmp_path: Path
) -> None:
    running = departments(processes=("log",))
    log = running.urls["log"]
    policy = running.config.data / "public" / "log.policy"
    memory, feed, proof = tmp_path / "seen.json", tmp_path / "feed.xml", tmp_path / "entry.tlog-proof"

    read = run_verify("log", log, "--policy", str(policy), "--remember", str(memory))
    assert (read.returncode, read.stderr) == (0, ""), read.stdout
    size = json.loads(memory.read_text())["size"]
    assert f"holds: {size} entries have the root that the log signed" in read.stdout
    assert "holds: every hash tile holds the hashes of these entries" in read.stdout
    assert "noticed: Entry" in read.stdout
    assert "(small-policy)" in read.stdout

    watch = ["monitor", log, "--policy", f"{log}/policy", "--remember", str(memory), "--atom", str(feed)]
    watched = run_verify(*watch)
    assert (watched.returncode, watched.stdout, watched.stderr) == (0, "", "")
    assert feed.read_bytes().startswith(b"<?xml")

    made = run_verify("prove", log, str(size - 1), "--policy", str(policy), "-o", str(proof))
    assert made.returncode == 0, made.stderr
    for data in (proof.read_bytes(), fetch_file(log, f"proof/{size - 1}")):
        proof.write_bytes(data)
        checked = run_verify("entry", str(proof), "--policy", str(policy))
        assert checked.returncode == 0, checked.stderr
        assert f"Entry {size - 1} of the log {running.config.log_origin}:" in checked.stdout
    stated = hashlib.sha256(policy.read_bytes()).hexdigest()
    assert stated[:16] in feed.read_text()

    running.stop("log")
    gone = run_verify(*watch)
    assert (gone.returncode, gone.stdout) == (2, "")
    assert gone.stderr.startswith("Could not be checked: ")
