"""Asks other people's JavaScript about credentials, one JSON question a line; only Node may be missing."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.interop.node_packages import find_node

HERE = Path(__file__).parent


class CredentialsOracle:
    """A Node process that answers with other people's code and reaches no network."""

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

    def verify(self, credential: Any, **values: Any) -> Any:
        return self.ask("verify", credential=credential, **values)


@contextmanager
def open_credentials_oracle() -> Iterator[CredentialsOracle]:
    """Start the process, and end it by ending its questions."""
    node = find_node()
    if node is None:
        pytest.skip("Node is not installed: credentials were not compared with JavaScript libraries.")
    with subprocess.Popen(
        [node, "--no-warnings", "credentials_oracle.mjs"],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield CredentialsOracle(process)
        assert process.stdin is not None
        process.stdin.close()
