"""The client's modules in a Node process, asked one question a line; only Node may be missing."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.client_modules import build_client_modules

AGENT = Path(__file__).parent / "client_agent.mjs"


class Agent:
    """A Node process that runs the modules a browser would load."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, question: str, **values: Any) -> Any:
        reply = self.try_to_ask(question, **values)
        assert "error" not in reply, reply
        return reply.get("answer")

    def try_to_ask(self, question: str, **values: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"question": question} | values) + "\n")
        self._process.stdin.flush()
        reply: dict[str, Any] = json.loads(self._process.stdout.readline())
        return reply


@contextmanager
def started_agent() -> Iterator[Agent]:
    """Run the modules until the test is over."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: the browser's code was not run against the doors.")
    with subprocess.Popen(
        [node, "--no-warnings", str(AGENT), str(build_client_modules())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Agent(process)
        assert process.stdin is not None
        process.stdin.close()
