"""A decision with everything that is needed to check it: signatures, and every panel since the first.

Implements `spec/data_requests.md` 6.6 and 6.8. Whoever has the file needs no network and nobody's word: only the
fingerprint of the first panel, to compare with what the community shows.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amanah.core.data_requests.approvals import (
    Approval,
    ApprovalRefusedError,
    count_needed,
    encode_approval,
    parse_approval,
    verify_approval,
)
from amanah.core.data_requests.documents import DecisionDocument, encode_document, parse_document
from amanah.core.data_requests.panels import (
    Panel,
    PanelChainError,
    Trustee,
    check_succession,
    compute_panel_hash,
    encode_panel,
    parse_panel,
)
from amanah.core.encoding import JsonValue, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError, VerificationError

LONGEST_FILE = 1 << 23
_MEMBERS = {"approvals", "decision", "panels", "v"}
_STEP_MEMBERS = {"approvals", "decision", "panel"}


class DecisionFileUnreadableError(InvalidInputError):
    """The bytes are no decision file."""

    code = "decision-file-unreadable"


class DecisionFileError(VerificationError):
    """A decision file does not show that enough trustees decided."""

    code = "decision-file-broken"


@dataclass(frozen=True)
class PanelStep:
    """A panel, the decision by which it came into force, and the signatures under that."""

    panel: Panel
    decision: bytes
    approvals: tuple[Approval, ...]


@dataclass(frozen=True)
class DecisionFile:
    """What a decision file holds, read and not yet believed."""

    decision: bytes
    approvals: tuple[Approval, ...]
    panels: tuple[PanelStep, ...]


@dataclass(frozen=True)
class CheckedDecision:
    """A decision that holds: who signed it, how many had to, and the panels that led to it, by their hashes."""

    document: DecisionDocument
    document_bytes: bytes
    panel: Panel
    signers: tuple[Trustee, ...]
    needed: int
    panel_hashes: tuple[str, ...]

    @property
    def founding_panel(self) -> str:
        """Give the hash of the first panel: the one thing that a reader has to compare with something else."""
        return self.panel_hashes[0]


def encode_decision_file(file: DecisionFile) -> bytes:
    """Give the bytes of a decision file."""
    return encode_canonical_json(
        {
            "approvals": _list_approvals(file.approvals),
            "decision": json.loads(file.decision),
            "panels": encode_panel_chain(file.panels),
            "v": 1,
        }
    )


def encode_panel_chain(steps: Sequence[PanelStep]) -> list[JsonValue]:
    """Give every panel from the first on, as plain objects."""
    return [
        {
            "approvals": _list_approvals(step.approvals),
            "decision": json.loads(step.decision),
            "panel": json.loads(encode_panel(step.panel)),
        }
        for step in steps
    ]


def parse_decision_file(data: bytes) -> DecisionFile:
    """Read a decision file; it says nothing about whether it holds."""
    try:
        value = parse_canonical_json(data, longest=LONGEST_FILE)
    except InvalidInputError as error:
        raise DecisionFileUnreadableError(f"This is no decision file. {error}") from error
    if not isinstance(value, dict) or set(value) != _MEMBERS or value["v"] != 1 or value["v"] is True:
        raise DecisionFileUnreadableError("This is no decision file of this version.")
    return DecisionFile(
        decision=_parse_decision(value["decision"]),
        approvals=_parse_approvals(value["approvals"]),
        panels=parse_panel_chain(value["panels"]),
    )


def parse_panel_chain(value: Any) -> tuple[PanelStep, ...]:
    """Read panels from the first on; it says nothing about whether they hold."""
    if not isinstance(value, list) or not all(
        isinstance(item, dict) and set(item) == _STEP_MEMBERS for item in value
    ):
        raise DecisionFileUnreadableError("The panels of this file cannot be read.")
    return tuple(
        PanelStep(
            panel=parse_panel(encode_canonical_json(item["panel"])),
            decision=_parse_decision(item["decision"]),
            approvals=_parse_approvals(item["approvals"]),
        )
        for item in value
    )


def verify_decision_file(data: bytes) -> CheckedDecision:
    """Check everything that a decision file says, from the first panel to the last signature (6.2 to 6.6)."""
    file = parse_decision_file(data)
    panel_hashes = verify_panel_chain(file.panels)
    panel = file.panels[-1].panel
    document = parse_document(file.decision)
    if document.panel != panel_hashes[-1]:
        raise DecisionFileError("The decision was not made under the last panel of the file.")
    signers = _verify_approvals(file.decision, file.approvals, panel, "the decision")
    needed = count_needed(document, panel)
    return CheckedDecision(document, file.decision, panel, signers, needed, panel_hashes)


def verify_panel_chain(steps: Sequence[PanelStep]) -> tuple[str, ...]:
    """Give the hashes of panels of which each was signed under the one before, and the first by all its members."""
    if not steps:
        raise DecisionFileError("The file names no panel of trustees.")
    hashes: list[str] = []
    for place, step in enumerate(steps):
        before = steps[place - 1].panel if place else None
        hashes.append(_verify_step(step, before))
    return tuple(hashes)


def _verify_step(step: PanelStep, before: Panel | None) -> str:
    """Check how one panel came into force, and give its hash."""
    panel, document = step.panel, parse_document(step.decision)
    panel_hash = compute_panel_hash(encode_panel(panel))
    if before is None and panel.number != 1:
        raise PanelChainError("The first panel of the file is not the first panel of the community.")
    if before is not None:
        check_succession(before, panel)
    if document.kind != "panel-changed" or document.body["next"] != panel_hash:
        raise PanelChainError(f"The decision beside panel {panel.number} does not bring it into force.")
    _verify_approvals(step.decision, step.approvals, before or panel, f"panel {panel.number}")
    return panel_hash


def _verify_approvals(
    decision: bytes, approvals: Sequence[Approval], panel: Panel, what: str
) -> tuple[Trustee, ...]:
    """Give who signed; one signature that does not hold spoils the file, whatever the others say."""
    signers: list[Trustee] = []
    for place, approval in enumerate(approvals):
        try:
            signers.append(verify_approval(approval, decision, panel, approvals[:place]))
        except ApprovalRefusedError as error:
            raise DecisionFileError(f"Signature {place + 1} under {what}: {error}") from error
    needed = count_needed(parse_document(decision), panel)
    if len(signers) < needed:
        raise DecisionFileError(f"Too few trustees have signed {what}: {len(signers)} of {needed}.")
    return tuple(signers)


def _list_approvals(approvals: Sequence[Approval]) -> list[JsonValue]:
    return [encode_approval(approval) for approval in approvals]


def _parse_approvals(value: Any) -> tuple[Approval, ...]:
    if not isinstance(value, list):
        raise DecisionFileUnreadableError("The signatures of this file cannot be read.")
    return tuple(parse_approval(item) for item in value)


def _parse_decision(value: Any) -> bytes:
    """Give the bytes that were signed; canonical JSON inside canonical JSON is the same text."""
    data = encode_canonical_json(value)
    return encode_document(parse_document(data))
