"""The vectors of approvals say what every reader must say; they are those that this code writes."""

import json
from typing import Any

import pytest

from amanah.core.data_requests.approvals import (
    REASONS,
    ApprovalRefusedError,
    parse_approval,
    verify_approval,
)
from amanah.core.data_requests.documents import compute_challenge
from amanah.core.data_requests.panels import compute_panel_hash, parse_panel
from amanah.core.encoding import encode_base64url, encode_canonical_json
from tests.core.data_requests.approval_vectors import VECTORS, encode_vectors

FILE: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
PANEL_BYTES = encode_canonical_json(FILE["panel"])


def test_the_vectors_are_those_that_are_written() -> None:
    assert VECTORS.read_text(encoding="utf-8") == encode_vectors()


def test_every_reason_has_a_case_but_the_one_that_needs_a_second_panel() -> None:
    assert {case["refused"] for case in FILE["cases"]} == {None, *REASONS} - {"stale"}


def test_the_panel_and_the_documents_have_the_hash_and_the_challenges_that_stand_there() -> None:
    assert compute_panel_hash(PANEL_BYTES) == FILE["panel_hash"]
    for described in FILE["documents"].values():
        document = encode_canonical_json(described["document"])
        assert encode_base64url(compute_challenge(document)) == described["challenge"]


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["name"])
def test_a_case_is_judged_as_it_says(case: dict[str, Any]) -> None:
    document = encode_canonical_json(FILE["documents"][case["document"]]["document"])
    approval = parse_approval(case["approval"])
    earlier = [parse_approval(one) for one in case["earlier"]]
    panel = parse_panel(PANEL_BYTES)
    if case["refused"] is None:
        assert verify_approval(approval, document, panel, earlier).trustee == approval.trustee
        return
    with pytest.raises(ApprovalRefusedError) as refusal:
        verify_approval(approval, document, panel, earlier)
    assert refusal.value.reason == case["refused"]
