"""A door's outbox in plain SQL: entries that wait for the public log, written with the rows that they speak of.

It imports no Django (gates use it; Django doors write through `web/outbox_models.py`) and never commits by itself.
"""

from amanah.core.public_log.entries import Entry, compute_entry_hash, encode_entry
from amanah.web.database import Database

OUTBOX_TABLE = "outbox_entry"


def append_entry_raw(database: Database, entry: Entry | bytes) -> bytes:
    """Add an entry inside the caller's transaction and give its hash; adding it again changes nothing."""
    data = encode_entry(entry) if isinstance(entry, Entry) else entry
    entry_hash = compute_entry_hash(data)
    database.execute(
        f"INSERT INTO {OUTBOX_TABLE} (entry_hash, entry) VALUES (?, ?) ON CONFLICT (entry_hash) DO NOTHING",  # noqa: S608
        (entry_hash, data),
    )
    return entry_hash


def list_waiting_entries(database: Database) -> list[tuple[bytes, bytes]]:
    """List (entry hash, entry) of everything that the log has not taken yet, in no order that means anything."""
    rows = database.execute(f"SELECT entry_hash, entry FROM {OUTBOX_TABLE}").fetchall()  # noqa: S608
    return [(bytes(row[0]), bytes(row[1])) for row in rows]


def destroy_handed_over(database: Database, entry_hash: bytes) -> None:
    """Forget an entry that the log has taken; the caller commits."""
    database.execute(f"DELETE FROM {OUTBOX_TABLE} WHERE entry_hash = ?", (entry_hash,))  # noqa: S608
