"""Asks other people's JavaScript about credentials, one JSON question a line; only Node may be missing."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.interop.client_agent import Agent
from tests.interop.node_packages import find_node

HERE = Path(__file__).parent


class CredentialsOracle(Agent):
    """A Node process that answers with other people's code and reaches no network."""

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
