"""Proofs that travel (`tlog-proof`): one entry, its path to the root, and the checkpoint, to be checked offline.

It never believes the entry that a proof carries along before the path has shown it.
"""

import base64
import re
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.entries import Entry, check_schema, parse_entry
from amanah.core.public_log.merkle import compute_leaf_hash, verify_inclusion
from amanah.core.public_log.notes import LONGEST_NOTE, parse_base64
from amanah.core.public_log.policies import Policy, WitnessedCheckpoint, verify_witnessed

LONGEST_PROOF = 3 * LONGEST_NOTE
_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_MOST_NODES = 63


class UnreadableProofError(InvalidInputError):
    """The bytes are not a tlog-proof."""

    code = "unreadable-proof"


@dataclass(frozen=True)
class LogProof:
    """A proof as it travels; `extra` is the entry's bytes, or None where they travel apart."""

    index: int
    path: tuple[bytes, ...]
    note: bytes
    extra: bytes | None


@dataclass(frozen=True)
class ProvedEntry:
    """An entry that stands in the log, and the checkpoint that shows it."""

    entry: Entry
    index: int
    witnessed: WitnessedCheckpoint


def encode_proof(proof: LogProof) -> bytes:
    """Give the `.tlog-proof` file."""
    lines = [_HEADER]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(node).decode() for node in proof.path]
    return "\n".join([*lines, "", ""]).encode() + proof.note


def parse_proof(data: bytes) -> LogProof:
    """Read a `.tlog-proof` file."""
    if len(data) > LONGEST_PROOF:
        raise UnreadableProofError("The proof is too long.")
    head, gap, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableProofError("The proof is not text.") from error
    if not gap or lines.pop(0) != _HEADER:
        raise UnreadableProofError(f"The proof does not begin with the line {_HEADER}.")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = parse_base64(lines.pop(0).removeprefix("extra "))
        if extra is None:
            raise UnreadableProofError("The extra line of the proof cannot be read.")
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise UnreadableProofError("The proof does not say which entry it is about.")
    return LogProof(int(index[1]), _parse_path(lines), note, extra)


def verify_proof(proof: LogProof, policy: Policy, leaf: bytes | None = None) -> ProvedEntry:
    """Check a proof offline (7.3); `leaf` is the entry's bytes where they travelled apart."""
    data = proof.extra if leaf is None else leaf
    if data is None:
        raise UnreadableProofError("The proof does not carry its entry; give the entry's file too.")
    witnessed = verify_witnessed(proof.note, policy)
    checkpoint = witnessed.checkpoint
    verify_inclusion(compute_leaf_hash(data), proof.index, checkpoint.size, proof.path, checkpoint.root)
    entry = parse_entry(data)
    if entry.is_known:
        check_schema(entry)
    return ProvedEntry(entry, proof.index, witnessed)


def _parse_path(lines: list[str]) -> tuple[bytes, ...]:
    nodes = [parse_base64(line) for line in lines]
    path = tuple(node for node in nodes if node is not None and len(node) == 32)
    if len(path) != len(nodes) or len(path) > _MOST_NODES:
        raise UnreadableProofError("A line of the proof is not a hash.")
    return path
