"""What our witness remembers, in plain SQL: the newest checkpoint that it cosigned for each log, and proofs of forks.

It never lets a size or a time fall, and never forgets; triggers in the database refuse it too.
"""

import hashlib
from typing import NamedTuple

from amanah.core.errors import MisconfiguredError, VerificationError
from amanah.core.public_log.witnessing import Held
from amanah.log_service.store import has_tables
from amanah.web.database import Database

MOST_EVIDENCE = 16
TABLES = ("witnessed_log", "fork_evidence")


class WitnessFencedError(VerificationError):
    """Another process works with this witness's memory."""

    code = "witness-fenced"


class Cosigned(NamedTuple):
    """The newest checkpoint that was cosigned for a log; `note` carries the log's line and ours."""

    origin: str
    size: int
    root: bytes
    note: bytes
    cosigned_at: int

    @property
    def held(self) -> Held:
        """Give the part that decides."""
        return Held(self.size, self.root)


class Proof(NamedTuple):
    """One of several checkpoints of one size, signed by the log that it is about."""

    size: int
    root: bytes
    note: bytes


def compute_origin_hash(origin: str) -> bytes:
    """Give the name under which a log is kept and shown (6.6)."""
    return hashlib.sha256(origin.encode()).digest()


class WitnessStore:
    """The memory of one witness; one process writes to it, and a second one is noticed before it does harm."""

    def __init__(self, database: Database) -> None:
        self._database = database
        if not has_tables(database, TABLES):
            raise MisconfiguredError(
                ["The log's database has no tables of the witness yet; run amanah init."]
            )

    def find_cosigned(self, origin_hash: bytes) -> Cosigned | None:
        """Give the newest checkpoint that was cosigned for a log."""
        row = self._database.execute(
            "SELECT origin, size, root, note, cosigned_at FROM witnessed_log WHERE origin_hash = ?",
            (origin_hash,),
        ).fetchone()
        return None if row is None else Cosigned(row[0], row[1], bytes(row[2]), bytes(row[3]), row[4])

    def list_evidence(self, origin_hash: bytes) -> list[bytes]:
        """List the notes that prove that a log forked, those of one size together."""
        rows = self._database.execute(
            "SELECT note FROM fork_evidence WHERE origin_hash = ? ORDER BY size, root", (origin_hash,)
        )
        return [bytes(row[0]) for row in rows]

    def record_cosigned(self, before: Cosigned | None, after: Cosigned) -> None:
        """Replace what was held; call it in the transaction that read `before` (6.3)."""
        key = compute_origin_hash(after.origin)
        if before is None:
            self._database.execute(
                "INSERT INTO witnessed_log (origin_hash, origin, size, root, note, cosigned_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (key, *after),
            )
            return
        # On PostgreSQL the transaction alone would let two processes read the same state: the update asks again.
        changed = self._database.execute(
            "UPDATE witnessed_log SET size = ?, root = ?, note = ?, cosigned_at = ? "
            "WHERE origin_hash = ? AND size = ? AND root = ? AND cosigned_at = ?",
            (*after[1:], key, before.size, before.root, before.cosigned_at),
        ).rowcount
        if changed != 1:
            raise WitnessFencedError("Another process works with this witness's memory; stop one of the two.")

    def record_evidence(self, origin_hash: bytes, proofs: list[Proof]) -> None:
        """Keep notes of one size with different roots, as long as there is room and each once."""
        rows = self._database.execute(
            "SELECT size, root FROM fork_evidence WHERE origin_hash = ?", (origin_hash,)
        ).fetchall()
        known = {(row[0], bytes(row[1])) for row in rows}
        new = [proof for proof in proofs if (proof.size, proof.root) not in known]
        if len(known) + len(new) > MOST_EVIDENCE:
            return
        for proof in new:
            self._database.execute(
                "INSERT INTO fork_evidence (origin_hash, size, root, note) VALUES (?, ?, ?, ?)",
                (origin_hash, *proof),
            )
