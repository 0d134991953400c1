"""Asks one witness, over one connection: for its cosignature, and for what it holds.

It believes nothing that it has not checked: a line counts only under the witness's key, a checkpoint under the log's.
"""

import re
from urllib.parse import urlsplit

from amanah.core.errors import AmanahError
from amanah.core.public_log.checkpoints import Checkpoint, verify_checkpoint
from amanah.core.public_log.cosignatures import verify_cosignature
from amanah.core.public_log.notes import (
    LONGEST_NOTE,
    SignedNote,
    VerifierKey,
    encode_signature_line,
    encode_verifier_key,
    parse_note,
    parse_signature_lines,
)
from amanah.core.public_log.policies import Witness
from amanah.core.public_log.witnessing import AddCheckpoint, encode_add_checkpoint
from amanah.log_service.witness.store import compute_origin_hash
from amanah.web.log_reader import Answer, LogLink, LogUnreachableError

ASKING_SECONDS = 3.0
_LARGEST_ANSWER = 2 * LONGEST_NOTE
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class WitnessLink:
    """The way to one witness of the policy, for one log."""

    def __init__(self, witness: Witness, url: str, origin: str, *, timeout: float = ASKING_SECONDS) -> None:
        self.key = witness.key
        self.vkey = encode_verifier_key(witness.key)
        self._link = LogLink(url, timeout=timeout, largest_answer=_LARGEST_ANSWER)
        self._prefix = urlsplit(url).path.rstrip("/")
        self._origin_hash = compute_origin_hash(origin).hex()

    def ask(self, request: AddCheckpoint) -> Answer:
        """Ask for a cosignature; raise LogUnreachableError where no whole answer comes."""
        return self._link.post(f"{self._prefix}/add-checkpoint", encode_add_checkpoint(request))

    def find_held(self) -> bytes | None:
        """Give the checkpoint that the witness shows for this log, unchecked; None where it has none."""
        answer = self._link.get(f"{self._prefix}/{self._origin_hash}/checkpoint")
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise LogUnreachableError(f"The witness answered with status {answer.status}.")
        return answer.body

    def close(self) -> None:
        """Drop the connection."""
        self._link.close()


def parse_size(body: bytes) -> int | None:
    """Read the body of a 409; None is no size."""
    match = _SIZE.fullmatch(body)
    return int(match[1]) if match else None


def select_line(note: bytes, body: bytes, key: VerifierKey) -> bytes | None:
    """Give the newest line of the answer that the witness's key made under the note; everything else is dropped."""
    try:
        lines = parse_signature_lines(body)
    except AmanahError:
        return None
    text = parse_note(note).text
    found: list[tuple[int, bytes]] = []
    for line in lines:
        try:
            at = verify_cosignature(SignedNote(text, (line,)), key)
        except AmanahError:
            continue
        if at is not None:
            found.append((at, encode_signature_line(key, line.signature)))
    return max(found)[1] if found else None


def find_line(note: bytes, key: VerifierKey) -> bytes | None:
    """Give the line that stands under a note in the name of a witness, if the witness made it."""
    try:
        opened = parse_note(note)
    except AmanahError:
        return None
    lines = b"".join(encode_signature_line(key, signature) for signature in opened.list_signatures(key))
    return select_line(note, lines, key) if lines else None


def find_signed(note: bytes | None, log: VerifierKey) -> Checkpoint | None:
    """Give the checkpoint if the log's key signed it: then it counts, whoever shows it."""
    if note is None:
        return None
    try:
        return verify_checkpoint(note, log)
    except AmanahError:
        return None
