"""Asks packages that need a newer Python than ours, in an environment of their own; without one, a test is skipped."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements" / "interop.txt"


def find_new_python() -> str | None:
    """Find a Python of 3.12 or newer that can make environments."""
    names = [sys.executable, *(shutil.which(f"python3.{minor}") or "" for minor in range(20, 11, -1))]
    managed = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"), reverse=True)
    probe = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))"
    for name in [*filter(None, names), *map(str, managed)]:
        if subprocess.run([name, "-c", probe], capture_output=True, check=False).returncode == 0:
            return name
    return None


def make_environment() -> Path:
    """Make the environment once, from pinned hashes, and give its folder."""
    python = find_new_python()
    if python is None:
        pytest.skip("this machine has no Python 3.12: the log was not compared with other packages.")
    folder = ROOT / "build" / "interop-venv"
    names = [line.split("==")[0] for line in REQUIREMENTS.read_text().splitlines() if "==" in line]
    command = [python, "tests/support/environment.py", str(folder), str(REQUIREMENTS), *names]
    subprocess.run(command, cwd=ROOT, check=True, timeout=240)
    return folder


class Oracle:
    """A process of another Python that answers with other people's code."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, question: str, **values: Any) -> Any:
        reply = self.try_to_ask(question, **values)
        assert "error" not in reply, reply
        return reply["answer"]

    def try_to_ask(self, question: str, **values: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"question": question} | values) + "\n")
        self._process.stdin.flush()
        reply: dict[str, Any] = json.loads(self._process.stdout.readline())
        return reply


@contextmanager
def open_oracle() -> Iterator[Oracle]:
    """Start the oracle, and end it by ending its questions."""
    python = make_environment() / "bin" / "python"
    with subprocess.Popen(
        [python, ROOT / "tests" / "interop" / "log_oracle.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Oracle(process)
        assert process.stdin is not None
        process.stdin.close()
