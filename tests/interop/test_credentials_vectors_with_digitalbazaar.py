"""Every signed paper of our vectors that we hold up by linked data holds in Digital Bazaar's library too."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amanah.core.credentials.proofs import RDFC, verify_document
from amanah.core.errors import AmanahError
from tests.interop.credentials_oracle import CredentialsOracle

VECTORS = Path(__file__).parents[2] / "spec" / "vectors" / "credentials"
pytestmark = pytest.mark.usefixtures("no_network")


def list_papers(value: Any) -> Iterator[dict[str, Any]]:
    """List what looks like a signed paper, wherever it stands, and also where it is written as a text."""
    if isinstance(value, dict):
        if {"proof", "issuer", "@context"} <= value.keys():
            yield value
        for inner in value.values():
            yield from list_papers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from list_papers(inner)
    elif isinstance(value, str) and value.startswith("{"):
        try:
            yield from list_papers(json.loads(value))
        except (ValueError, RecursionError):
            return


def list_suites(paper: dict[str, Any]) -> tuple[str, ...]:
    try:
        return verify_document(paper)
    except AmanahError:
        return ()


@pytest.mark.parametrize(
    ("file", "least"),
    [
        ("authorisations", 4),
        ("chains", 50),
        ("foreign", 1),
        ("notices", 4),
        ("proofs", 2),
        ("status_lists", 3),
    ],
)
def test_what_we_hold_up_by_linked_data_holds_there(
    their_node: CredentialsOracle, file: str, least: int
) -> None:
    vectors = json.loads((VECTORS / f"{file}.json").read_text(encoding="utf-8"))
    held = [paper for paper in list_papers(vectors) if RDFC in list_suites(paper)]
    assert len(held) >= least
    for paper in held:
        # The dates and the status are other questions: a chain's vectors are about just these.
        seen = their_node.verify(paper, now=paper["validFrom"], leavesStatus=True)
        assert seen["verified"] is True, (paper["id"], seen["reason"])
