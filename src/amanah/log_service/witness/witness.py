"""The witness itself: it decides by `core.public_log.witnessing`, makes what it decided durable, and then cosigns.

It never answers before its memory is durable (`spec/public_log.md` 6.3), and its times never fall (6.4).
"""

from collections.abc import Callable
from typing import NamedTuple

from amanah.core.errors import InvalidInputError, MisconfiguredError
from amanah.core.public_log.cosignatures import LATEST_TIME, cosign
from amanah.core.public_log.notes import SignedNote, VerifierKey, encode_note, encode_signature_line
from amanah.core.public_log.witnessing import (
    AddCheckpoint,
    Answer,
    Decision,
    decide_cosigning,
    find_origin,
    parse_add_checkpoint,
)
from amanah.log_service.identity import WitnessIdentity
from amanah.log_service.witness.last_cosigned import LastCosigned
from amanah.log_service.witness.served_logs import ServedLogs
from amanah.log_service.witness.store import Cosigned, Proof, WitnessStore, compute_origin_hash
from amanah.web.database import Database

_LARGEST_SIZE = 2**63 - 1
_FINAL = {Answer.MALFORMED, Answer.NOT_SIGNED, Answer.UNKNOWN_LOG}


class Verdict(NamedTuple):
    """What to answer: with COSIGN our line and what we keep of it, with OTHER_SIZE the size that we hold."""

    answer: Answer
    line: bytes = b""
    size: int = 0
    kept: bytes = b""


class Witness:
    """Cosigns what continues what it cosigned; everything that reads its memory runs on the writer thread."""

    def __init__(
        self,
        identity: WitnessIdentity,
        logs: ServedLogs,
        database: Database,
        last_cosigned: LastCosigned,
        now: Callable[[], float],
    ) -> None:
        self.identity = identity
        self._logs = logs
        self._database = database
        self._store = WitnessStore(database)
        self._last_cosigned = last_cosigned
        self._now = now

    def refuse_early(self, body: bytes) -> AddCheckpoint | Verdict:
        """Refuse what needs no memory to be refused, so that only logs that we serve reach the writer."""
        try:
            request = parse_add_checkpoint(body)
            decision = decide_cosigning(request, self._logs.list_logs(), None)
        except InvalidInputError:
            return Verdict(Answer.MALFORMED)
        if decision.answer in _FINAL:
            return Verdict(decision.answer)
        if decision.checkpoint is None or decision.checkpoint.size > _LARGEST_SIZE:
            return Verdict(Answer.MALFORMED)
        return request

    def add_checkpoint(self, request: AddCheckpoint) -> Verdict:
        """Decide with what is held, in one transaction; the answer comes after its COMMIT and after the file."""
        logs = self._logs.list_logs()
        key = logs.get(find_origin(request))
        if key is None:
            return Verdict(Answer.UNKNOWN_LOG)
        with self._database.transaction():
            before = self._store.find_cosigned(compute_origin_hash(key.name))
            decision = decide_cosigning(request, logs, before.held if before else None)
            if decision.is_fork and before:
                self._record_fork(key, before, decision)
            verdict = self._decide(key, before, decision)
        if verdict.answer is Answer.COSIGN:
            self._last_cosigned.record(compute_origin_hash(key.name), verdict.kept)
        return verdict

    def catch_up(self) -> None:
        """Take back what the database has forgotten, because an older copy of it was put back."""
        for remembered in self._last_cosigned.list_remembered(self.identity.verifier_key):
            checkpoint, note, at = remembered
            with self._database.transaction():
                before = self._store.find_cosigned(compute_origin_hash(checkpoint.origin))
                if before and checkpoint.size == before.size and checkpoint.root != before.root:
                    raise MisconfiguredError(
                        [
                            f"Our witness cosigned two histories of {checkpoint.origin} with {before.size} entries: "
                            "its key was used in two places. Keep its folder, tell that community, and make a new key."
                        ]
                    )
                if before is None or checkpoint.size >= before.size:
                    latest = max(at, before.cosigned_at if before else 0)
                    after = Cosigned(checkpoint.origin, checkpoint.size, checkpoint.root, note, latest)
                    self._store.record_cosigned(before, after)

    def find_checkpoint(self, origin_hash: bytes) -> bytes | None:
        """Give the last checkpoint that we cosigned (6.6)."""
        cosigned = self._store.find_cosigned(origin_hash)
        return cosigned.note if cosigned else None

    def find_evidence(self, origin_hash: bytes) -> list[bytes] | None:
        """Give the proofs that a log forked (6.5); None for a log that we never cosigned."""
        if self._store.find_cosigned(origin_hash) is None:
            return None
        return self._store.list_evidence(origin_hash)

    def _decide(self, key: VerifierKey, before: Cosigned | None, decision: Decision) -> Verdict:
        checkpoint, note = decision.checkpoint, decision.note
        if decision.answer is Answer.OTHER_SIZE:
            return Verdict(decision.answer, size=before.size if before else 0)
        if decision.answer is not Answer.COSIGN or checkpoint is None or note is None:
            return Verdict(decision.answer)
        at = min(max(int(self._now()), before.cosigned_at if before else 1), LATEST_TIME)
        line = cosign(note.text, name=self.identity.name, seed=self.identity.seed, at=at)
        kept = _keep_lines_of(key, note) + line
        self._store.record_cosigned(
            before, Cosigned(checkpoint.origin, checkpoint.size, checkpoint.root, kept, at)
        )
        return Verdict(Answer.COSIGN, line, kept=kept)

    def _record_fork(self, key: VerifierKey, before: Cosigned, decision: Decision) -> None:
        """Keep both sides: what we hold moves on, and one note alone proves nothing."""
        if decision.checkpoint is None or decision.note is None:
            return
        other = decision.checkpoint
        held = Proof(before.size, before.root, before.note)
        proofs = [held, Proof(other.size, other.root, _keep_lines_of(key, decision.note))]
        self._store.record_evidence(compute_origin_hash(key.name), proofs)


def _keep_lines_of(key: VerifierKey, note: SignedNote) -> bytes:
    """Give the note with the lines that we checked and nothing that somebody else put under it."""
    lines = dict.fromkeys(encode_signature_line(key, signature) for signature in note.list_signatures(key))
    return encode_note(note.text, b"".join(lines))
