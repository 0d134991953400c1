"""The log's database in plain SQL, for SQLite and PostgreSQL alike: entries in their order, signed checkpoints, and
the cosignatures that came under them.

It never updates or deletes a row, and never commits half of a batch.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amanah.core.errors import MisconfiguredError, VerificationError
from amanah.core.public_log.entries import compute_entry_hash
from amanah.web.database import Database

_CHUNK = 4_096
TABLES = ("log_entry", "log_checkpoint", "log_cosignature")


class DamagedStoreError(VerificationError):
    """The database does not hold what this service wrote into it."""

    code = "log-store-damaged"


class SignedCheckpoint(NamedTuple):
    """A checkpoint that was signed: size, root and the note's bytes."""

    size: int
    root: bytes
    note: bytes


class Appended(NamedTuple):
    """What a batch came to: the position of each entry given, and the entries that are new, in order."""

    positions: list[int]
    new: list[bytes]


class LogStore:
    """The entries and checkpoints of one log; one process writes to it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def claim(self, origin: str) -> None:
        """Make sure that no other log service works on this database, wherever it runs."""
        if not has_tables(self.database, TABLES):
            raise MisconfiguredError(["The log's database has no tables yet; run amanah init."])
        claim_database(self.database, origin)

    def append(self, entries: Sequence[bytes], size: int) -> Appended:
        """Append what is not there yet, behind the `size` entries that are; all or nothing, durable when it returns."""
        hashes = [compute_entry_hash(entry) for entry in entries]
        with self.database.transaction():
            known = {entry_hash: self._find_position(entry_hash) for entry_hash in hashes}
            new: list[bytes] = []
            rows: list[tuple[int, bytes, bytes]] = []
            for entry_hash, entry in zip(hashes, entries, strict=True):
                if known[entry_hash] is None:
                    known[entry_hash] = size + len(new)
                    rows.append((size + len(new), entry_hash, entry))
                    new.append(entry)
            if rows:
                self.database.execute_many(
                    "INSERT INTO log_entry (position, entry_hash, entry) VALUES (?, ?, ?)", rows
                )
        positions = [position for entry_hash in hashes if (position := known[entry_hash]) is not None]
        return Appended(positions, new)

    def list_entries(self) -> Iterator[bytes]:
        """Give every entry in order; stop at a gap or at bytes that do not fit their hash."""
        position = 0
        while True:
            rows = self.database.execute(
                "SELECT position, entry_hash, entry FROM log_entry "
                "WHERE position >= ? AND position < ? ORDER BY position",
                (position, position + _CHUNK),
            ).fetchall()
            for row in rows:
                entry = bytes(row[2])
                if row[0] != position or bytes(row[1]) != compute_entry_hash(entry):
                    raise DamagedStoreError(f"The log's database is damaged at entry {position}.")
                yield entry
                position += 1
            if not rows:
                break
        if self.count_entries() != position:
            raise DamagedStoreError(f"The log's database has a gap after entry {position}.")

    def count_entries(self) -> int:
        """Count the entries."""
        return int(self.database.execute("SELECT count(*) FROM log_entry").fetchone()[0])

    def list_checkpoints(self) -> list[SignedCheckpoint]:
        """List every checkpoint that was signed, smallest first."""
        rows = self.database.execute("SELECT size, root, note FROM log_checkpoint ORDER BY size").fetchall()
        return [SignedCheckpoint(row[0], bytes(row[1]), bytes(row[2])) for row in rows]

    def record_checkpoint(self, signed: SignedCheckpoint) -> None:
        """Keep a signed checkpoint; a second one of the same size must have the same root."""
        row = self.database.execute(
            "SELECT root FROM log_checkpoint WHERE size = ?", (signed.size,)
        ).fetchone()
        if row is None:
            self.database.execute(
                "INSERT INTO log_checkpoint (size, root, note) VALUES (?, ?, ?)",
                (signed.size, signed.root, signed.note),
            )
        elif bytes(row[0]) != signed.root:
            raise DamagedStoreError(f"Another checkpoint of {signed.size} entries was signed before.")

    def record_cosignatures(self, size: int, lines: Mapping[str, bytes]) -> None:
        """Keep each witness's line (by its vkey) under the checkpoint of this size; the first one stays."""
        known = self.list_cosignatures(size)
        rows = [(size, witness, line) for witness, line in lines.items() if witness not in known]
        if rows:
            with self.database.transaction():
                self.database.execute_many(
                    "INSERT INTO log_cosignature (size, witness, line) VALUES (?, ?, ?)", rows
                )

    def list_cosignatures(self, size: int) -> dict[str, bytes]:
        """List the lines under the checkpoint of a size, by the vkey of who made them."""
        rows = self.database.execute(
            "SELECT witness, line FROM log_cosignature WHERE size = ? ORDER BY witness", (size,)
        )
        return {row[0]: bytes(row[1]) for row in rows}

    def list_cosigned_sizes(self) -> dict[str, int]:
        """Give the largest size that each witness cosigned, by its vkey."""
        rows = self.database.execute("SELECT witness, max(size) FROM log_cosignature GROUP BY witness")
        return {row[0]: row[1] for row in rows}

    def close(self) -> None:
        """Close the connection."""
        self.database.close()

    def _find_position(self, entry_hash: bytes) -> int | None:
        row = self.database.execute(
            "SELECT position FROM log_entry WHERE entry_hash = ?", (entry_hash,)
        ).fetchone()
        return None if row is None else int(row[0])


def has_tables(database: Database, names: Sequence[str]) -> bool:
    """Tell whether the migrations have made these tables."""
    if database.vendor == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE name = ?"
    else:
        sql = "SELECT name FROM (SELECT to_regclass(?)::text AS name) AS found WHERE name IS NOT NULL"
    return all(database.execute(sql, (name,)).fetchone() for name in names)


def claim_database(database: Database, name: str) -> None:
    """Keep a second log service off a PostgreSQL database, wherever it runs, for as long as the connection lives."""
    if database.vendor == "sqlite":
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    row = database.execute("SELECT pg_try_advisory_lock(?)", (number,)).fetchone()
    if not row[0]:
        raise MisconfiguredError(["Another log service works on this database; stop it first."])
