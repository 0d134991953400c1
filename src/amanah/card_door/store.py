"""The card door's rows in plain SQL, the same on SQLite and PostgreSQL, and the rewriting that hides the order of rows.

It never commits by itself (callers hold the transaction), never writes a time, and never joins an invitation to a card.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amanah.web.database import Database, list_errors, open_database
from amanah.web.rewriting import cut_journal

# What is written because of one member, and so must not keep the order in which members came.
MEMBER_TABLES = {"invitation": "hash", "used_join_token": "nonce", "card": "public_key"}


class StoredInvitation(NamedTuple):
    """A printed invitation; `request_hash` is None until it is used."""

    request_hash: bytes | None


class StoredCard(NamedTuple):
    """A card that exists, and what it fetched last."""

    revocation_hash: bytes
    last_wave: bytes | None
    request_hash: bytes | None


class StoredWave(NamedTuple):
    """A wave whose keys were made."""

    wave: bytes
    served: int
    is_open: bool


class StoredKey(NamedTuple):
    """The key of one occasion; `sealed` is None once the private half is destroyed."""

    occasion: bytes
    wave: bytes | None
    position: int
    descriptor: bytes
    spki: bytes
    sealed: bytes | None
    is_destruction_logged: bool


class Counts(NamedTuple):
    """What the log is told when a key is destroyed (`spec/passes.md` 9.2)."""

    served: int
    cards: int
    replacements: int
    invitations_used: int


_KEY_COLUMNS = "occasion, wave, position, descriptor, spki, private_key, is_destruction_logged"


class Store:
    """Reads and writes of the card door over one connection."""

    def __init__(self, database: Database) -> None:
        self.database = database
        # What stands in the files and should not: the order of new rows, the bytes of deleted ones.
        self.has_order = True
        self.has_deleted_cards = False
        self.writes = 0
        self.database_errors = list_errors(database.vendor)
        # Rows that a decision rests on stay as they were read until the write; SQLite holds its write lock anyway.
        self._lock = " FOR UPDATE" if database.vendor == "postgresql" else ""
        if database.vendor == "sqlite":
            # A rewrite in a temporary file would leave card keys on the disk outside the door's folder.
            database.execute("PRAGMA temp_store = MEMORY")

    def reopen_if_lost(self, url: str) -> None:
        """Connect again after the database server went away; raises like every statement while it still is."""
        if self.database.vendor == "postgresql" and self.database.connection.closed:
            self.database.connection = open_database(url).connection

    # Invitations and cards

    def record_invitations(self, hashes: Iterable[bytes], *, is_replacement: bool) -> None:
        """Know printed invitations; those already known stay as they are."""
        self.database.execute_many(
            "INSERT INTO invitation (hash, request_hash, is_replacement) VALUES (?, NULL, ?) "
            "ON CONFLICT (hash) DO NOTHING",
            [(value, is_replacement) for value in sorted(hashes)],
        )

    def find_invitation(self, invitation: bytes) -> StoredInvitation | None:
        row = self.database.execute(
            f"SELECT request_hash FROM invitation WHERE hash = ?{self._lock}",  # noqa: S608
            (invitation,),
        ).fetchone()
        return StoredInvitation(_bytes_or_none(row[0])) if row else None

    def record_join(self, invitation: bytes, request_hash: bytes) -> None:
        self._note_order()
        self.database.execute(
            "UPDATE invitation SET request_hash = ? WHERE hash = ?", (request_hash, invitation)
        )

    def is_join_token_used(self, nonce: bytes) -> bool:
        return (
            self.database.execute("SELECT 1 FROM used_join_token WHERE nonce = ?", (nonce,)).fetchone()
            is not None
        )

    def find_card(self, public_key: bytes) -> StoredCard | None:
        row = self.database.execute(
            f"SELECT revocation_hash, last_wave, request_hash FROM card WHERE public_key = ?{self._lock}",  # noqa: S608
            (public_key,),
        ).fetchone()
        return StoredCard(bytes(row[0]), _bytes_or_none(row[1]), _bytes_or_none(row[2])) if row else None

    def register_card(self, *, public_key: bytes, revocation_hash: bytes, nonce: bytes) -> None:
        self._note_order()
        self.database.execute("INSERT INTO used_join_token (nonce) VALUES (?)", (nonce,))
        self.database.execute(
            "INSERT INTO card (public_key, revocation_hash, last_wave, request_hash) VALUES (?, ?, NULL, NULL)",
            (public_key, revocation_hash),
        )

    def revoke_card(self, revocation_hash: bytes) -> bool:
        return self._delete_card("DELETE FROM card WHERE revocation_hash = ?", revocation_hash)

    def leave(self, public_key: bytes) -> bool:
        return self._delete_card("DELETE FROM card WHERE public_key = ?", public_key)

    def _note_order(self) -> None:
        self.has_order = True
        self.writes += 1

    def _delete_card(self, sql: str, key: bytes) -> bool:
        was_there = self.database.execute(sql, (key,)).rowcount > 0
        self.has_deleted_cards |= was_there
        return was_there

    # Waves and keys

    def record_wave_fetched(self, *, public_key: bytes, wave: bytes, request_hash: bytes) -> None:
        """Mark a card as served and count it, in the caller's one transaction (`spec/passes.md` 6.6)."""
        self._note_order()
        self.database.execute(
            "UPDATE card SET last_wave = ?, request_hash = ? WHERE public_key = ?",
            (wave, request_hash, public_key),
        )
        self.database.execute("UPDATE wave SET served = served + 1 WHERE wave = ?", (wave,))

    def find_wave(self, wave: bytes) -> StoredWave | None:
        row = self.database.execute(
            "SELECT wave, served, is_open FROM wave WHERE wave = ?", (wave,)
        ).fetchone()
        return StoredWave(bytes(row[0]), row[1], bool(row[2])) if row else None

    def find_open_wave(self) -> StoredWave | None:
        row = self.database.execute("SELECT wave, served, is_open FROM wave WHERE is_open").fetchone()
        return StoredWave(bytes(row[0]), row[1], bool(row[2])) if row else None

    def open_wave(self, wave: bytes) -> None:
        """Open a wave and with it close the one before (`spec/passes.md` 6.7)."""
        self.database.execute("UPDATE wave SET is_open = ? WHERE is_open", (False,))
        self.database.execute("INSERT INTO wave (wave, served, is_open) VALUES (?, 0, ?)", (wave, True))

    def record_keys(self, keys: Sequence[StoredKey]) -> None:
        self.database.execute_many(
            f"INSERT INTO occasion_key ({_KEY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            keys,
        )

    def find_key(self, occasion: bytes) -> StoredKey | None:
        row = self.database.execute(
            f"SELECT {_KEY_COLUMNS} FROM occasion_key WHERE occasion = ?",  # noqa: S608
            (occasion,),
        ).fetchone()
        return _read_key(row) if row else None

    def find_join_key(self) -> StoredKey | None:
        """Give the one key that belongs to no wave."""
        row = self.database.execute(
            f"SELECT {_KEY_COLUMNS} FROM occasion_key WHERE wave IS NULL"  # noqa: S608
        ).fetchone()
        return _read_key(row) if row else None

    def list_keys(self, wave: bytes) -> list[StoredKey]:
        """List the keys of a wave in the order of its plan."""
        rows = self.database.execute(
            f"SELECT {_KEY_COLUMNS} FROM occasion_key WHERE wave = ? ORDER BY position",  # noqa: S608
            (wave,),
        ).fetchall()
        return [_read_key(row) for row in rows]

    def destroy_key(self, occasion: bytes) -> None:
        self.database.execute("UPDATE occasion_key SET private_key = NULL WHERE occasion = ?", (occasion,))

    def record_destruction_logged(self, occasion: bytes) -> None:
        self.database.execute(
            "UPDATE occasion_key SET is_destruction_logged = ? WHERE occasion = ?", (True, occasion)
        )

    def count_for_log(self, wave: bytes | None) -> Counts:
        """Count from the rows themselves, so that no counter can drift from them."""
        stored = self.find_wave(wave) if wave is not None else None
        used, replacements = self.database.execute(
            "SELECT count(*), coalesce(sum(CASE WHEN is_replacement THEN 1 ELSE 0 END), 0) "
            "FROM invitation WHERE request_hash IS NOT NULL"
        ).fetchone()
        (cards,) = self.database.execute("SELECT count(*) FROM used_join_token").fetchone()
        return Counts(
            served=stored.served if stored else 0,
            cards=int(cards),
            replacements=int(replacements),
            invitations_used=int(used),
        )

    # What must not be recoverable

    def rewrite_members(self) -> bool:
        """Rewrite what members caused, sorted by random key; False when a reader kept SQLite's log from being cut.

        Rows and files otherwise keep the order of writing and the bytes of what was deleted.
        """
        if not self._rewrite(MEMBER_TABLES):
            return False
        self.has_order = self.has_deleted_cards = False
        return True

    def rewrite_keys(self) -> bool:
        """Rewrite the table of keys, so that no file of the database holds a destroyed one."""
        return self._rewrite({"occasion_key": "occasion"})

    def _rewrite(self, tables: dict[str, str]) -> bool:
        if self.database.vendor == "sqlite":
            self.database.execute("VACUUM")
            busy, _, _ = self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        with self.database.transaction():
            for table, key in tables.items():
                self._rewrite_postgresql_table(table, key)
        cut_journal(self.database)
        return True

    def _rewrite_postgresql_table(self, table: str, key: str) -> None:
        """TRUNCATE gives the table and its indexes new files: every row carries the same xmin, in order of its key.

        VACUUM FULL and CLUSTER would keep each row's own xmin, which counts up in the order of writing.
        """
        run = self.database.execute
        run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        run(f"CREATE TEMPORARY TABLE rewritten ON COMMIT DROP AS SELECT * FROM {table}")  # noqa: S608
        run(f"TRUNCATE {table}")
        run(f"INSERT INTO {table} SELECT * FROM rewritten ORDER BY {key}")  # noqa: S608
        run("DROP TABLE rewritten")


def _bytes_or_none(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)


def _read_key(row: tuple[bytes, bytes | None, int, bytes, bytes, bytes | None, bool]) -> StoredKey:
    occasion, wave, position, descriptor, spki, sealed, is_destruction_logged = row
    return StoredKey(
        occasion=bytes(occasion),
        wave=_bytes_or_none(wave),
        position=position,
        descriptor=bytes(descriptor),
        spki=bytes(spki),
        sealed=_bytes_or_none(sealed),
        is_destruction_logged=bool(is_destruction_logged),
    )
