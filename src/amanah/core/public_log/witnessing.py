"""What a witness decides (`tlog-witness`, `spec/public_log.md` 6): to cosign only what continues what it cosigned.

It never keeps a state and never signs: the state comes in, the decision goes out.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.checkpoints import Checkpoint, parse_checkpoint, verify_opened_checkpoint
from amanah.core.public_log.merkle import EMPTY_ROOT, ProofError, verify_consistency
from amanah.core.public_log.notes import LONGEST_NOTE, SignedNote, VerifierKey, parse_base64, parse_note

MOST_PROOF_LINES = 63
LONGEST_REQUEST = LONGEST_NOTE + 4_096
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class UnreadableRequestError(InvalidInputError):
    """The bytes do not ask a witness to cosign a checkpoint."""

    code = "unreadable-witness-request"


class AddCheckpoint(NamedTuple):
    """A request to cosign: the size that the asker believes the witness holds, the proof, and the signed note."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes


class Held(NamedTuple):
    """What a witness cosigned last for one log; a size of 0 where it never did."""

    size: int
    root: bytes


class Answer(Enum):
    """How a witness answers; each value is the HTTP status."""

    COSIGN = 200
    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LOG = 404
    OTHER_SIZE = 409
    NOT_CONSISTENT = 422


@dataclass(frozen=True)
class Decision:
    """The answer; with COSIGN the text to cosign, and with `is_fork` a note that proves two histories."""

    answer: Answer
    checkpoint: Checkpoint | None = None
    note: SignedNote | None = None
    is_fork: bool = False


def encode_add_checkpoint(request: AddCheckpoint) -> bytes:
    """Give the body that asks for a cosignature."""
    lines = [f"old {request.old_size}", *(base64.b64encode(node).decode() for node in request.proof)]
    return "\n".join([*lines, "", ""]).encode() + request.note


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read the body of `add-checkpoint`."""
    if len(body) > LONGEST_REQUEST:
        raise UnreadableRequestError("The request is too long.")
    head, gap, note = body.partition(b"\n\n")
    try:
        first, *rest = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableRequestError("The request is not text.") from error
    old = _OLD.fullmatch(first)
    proof = [parse_base64(line) for line in rest]
    if not gap or old is None or len(proof) > MOST_PROOF_LINES:
        raise UnreadableRequestError("The request does not give an old size, a proof and a checkpoint.")
    nodes = tuple(node for node in proof if node is not None and len(node) == 32)
    if len(nodes) != len(proof):
        raise UnreadableRequestError("A line of the proof is not a hash.")
    return AddCheckpoint(int(old[1]), nodes, note)


def find_origin(request: AddCheckpoint) -> str:
    """Give the origin that the note claims, so that what is held for it can be looked up."""
    return parse_checkpoint(parse_note(request.note).text).origin


def decide_cosigning(request: AddCheckpoint, logs: Mapping[str, VerifierKey], held: Held | None) -> Decision:
    """Decide by 6.2, in the order of the protocol; `held` is what this witness holds for the note's origin."""
    note = parse_note(request.note)
    claimed = parse_checkpoint(note.text)
    key = logs.get(claimed.origin)
    if key is None:
        return Decision(Answer.UNKNOWN_LOG)
    try:
        checkpoint = verify_opened_checkpoint(note, key)
    except AmanahError:
        return Decision(Answer.NOT_SIGNED)
    if request.old_size > checkpoint.size:
        return Decision(Answer.MALFORMED)
    before = held or Held(0, b"")
    is_fork = held is not None and checkpoint.size == held.size and checkpoint.root != held.root
    if request.old_size != before.size:
        return Decision(Answer.OTHER_SIZE, checkpoint, note, is_fork)
    if not _continues(before, checkpoint, request.proof):
        return Decision(Answer.NOT_CONSISTENT, checkpoint, note, is_fork)
    return Decision(Answer.COSIGN, checkpoint, note)


def _continues(held: Held, checkpoint: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Check the proof; everything continues the empty tree, and an empty tree has one root."""
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return False
    if held.size == 0:
        return not proof
    try:
        verify_consistency((held.size, held.root), (checkpoint.size, checkpoint.root), proof)
    except ProofError:
        return False
    return True
