"""The store of spent passes: unique, durable, without order. One interface, SQLite and PostgreSQL behind it.

What arrived since the last commit becomes one batch, written in the order of its keys: hash values that say nothing
about who came first. It never stores a time, a serial number or an address.
"""

import asyncio
import logging
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from amanah.web.database import SQLITE_PREFIX, find_sqlite_path, open_database, open_sqlite
from amanah.web.rewriting import cut_journal_async

if TYPE_CHECKING:
    from psycopg import AsyncConnection

TABLE = "spending_spentpass"
COLUMNS = "occasion, nonce, authenticator, public_key, payload, signature"
LARGEST_BATCH = 512
LONGEST_QUEUE = 4_096
QUIET_SECONDS = 0.5
LARGEST_REWRITE = 64 * 1024 * 1024
_LARGEST_STATEMENT = 64
_ROWS_PER_CHECKPOINT = 2_048
_BUSY_MILLISECONDS = 1_000
_log = logging.getLogger("amanah.spending")


class SpentRow(NamedTuple):
    """What is kept of a spent pass; the last three are empty for presence."""

    occasion: bytes
    nonce: bytes
    authenticator: bytes
    public_key: bytes = b""
    payload: bytes = b""
    signature: bytes = b""


class Outcome(Enum):
    """What became of one attempt to spend."""

    STORED = "stored"
    ALREADY_SPENT = "already-spent"
    BUSY = "busy"


Waiting = tuple[SpentRow, "asyncio.Future[Outcome]"]
Key = tuple[bytes, bytes]


class Store(ABC):
    """One writer for one database; all methods run in one event loop."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self.has_order = True
        self.writes = 0

    def spend(self, row: SpentRow) -> "asyncio.Future[Outcome]":
        """Queue a row; the outcome is known after the commit that holds it, or at once when the queue is full."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if len(self._waiting) >= LONGEST_QUEUE:
            future.set_result(Outcome.BUSY)
            return future
        self._waiting.append((row, future))
        if len(self._waiting) == 1:
            self._wake()
        return future

    def _take_batch(self) -> list[Waiting]:
        batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
        return batch

    @abstractmethod
    def _wake(self) -> None:
        """Make sure that what waits is written soon."""

    @abstractmethod
    async def open(self) -> None:
        """Connect; must be called in the loop that will spend."""

    @abstractmethod
    async def drain(self) -> None:
        """Return when everything that was queued before the call has been answered."""

    @abstractmethod
    async def destroy_spent(self, occasions: Sequence[bytes]) -> None:
        """Delete the rows of published occasions and leave no trace of them, nor of the order of what stays."""

    async def rewrite(self) -> None:
        """Take the order of writing out of the files; a very large table waits for its occasion to close."""
        if await self._measure() <= LARGEST_REWRITE:
            await self.destroy_spent(())
        else:
            self.has_order = False

    @abstractmethod
    async def _measure(self) -> int:
        """Give the bytes that the table takes."""

    @abstractmethod
    async def close(self) -> None:
        """Write what waits, leave no journal behind, and disconnect."""


def choose_winners(batch: Sequence[Waiting]) -> tuple[dict[Key, Waiting], list[Waiting]]:
    """Let the first arrival of each key stand for it; give (first arrivals by key in key order, the rest)."""
    first: dict[Key, Waiting] = {}
    rest: list[Waiting] = []
    for waiting in batch:
        key = waiting[0][:2]
        if first.setdefault(key, waiting) is not waiting:
            rest.append(waiting)
    return dict(sorted(first.items())), rest


def answer_batch(winners: dict[Key, Waiting], rest: Sequence[Waiting], stored: set[Key]) -> None:
    """Tell every attempt what became of it; called after the commit only."""
    for key, (_, future) in winners.items():
        if not future.done():
            future.set_result(Outcome.STORED if key in stored else Outcome.ALREADY_SPENT)
    for _, future in rest:
        if not future.done():
            future.set_result(Outcome.ALREADY_SPENT)


def answer_busy(batch: Sequence[Waiting]) -> None:
    """Tell every attempt of a batch that could not be committed to try again."""
    for _, future in batch:
        if not future.done():
            future.set_result(Outcome.BUSY)


def iterate_spent(url: str, occasion: bytes) -> Iterator[SpentRow]:
    """Read the rows of one occasion by nonce, one at a time, over a connection of its own so that any thread may."""
    with open_database(url, read_only=True) as database:
        sql = f"SELECT {COLUMNS} FROM {TABLE} WHERE occasion = ? ORDER BY nonce"  # noqa: S608
        yield from (SpentRow(*map(bytes, row)) for row in database.stream(sql, (occasion,)))


def list_occasions_held(url: str) -> list[bytes]:
    """List the occasions that the store still holds rows of."""
    with open_database(url, read_only=True) as database:
        return [bytes(row[0]) for row in database.execute(f"SELECT DISTINCT occasion FROM {TABLE}")]  # noqa: S608


@lru_cache(maxsize=16)
def _build_insert(count: int) -> str:
    places = ",".join(["(?,?,?,?,?,?)"] * count)
    return f"INSERT INTO {TABLE} ({COLUMNS}) VALUES {places} ON CONFLICT DO NOTHING RETURNING occasion, nonce"  # noqa: S608


class SqliteStore(Store):
    """The one process that writes this SQLite file; it commits inside the event loop, which needs no second thread."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._path = find_sqlite_path(url)
        self._connection: sqlite3.Connection
        self._rows_since_checkpoint = 0
        self._last_arrivals = 0
        self._arrivals = 0
        self._waiting_seen = 0
        self._quiet: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Connect, and clean up whatever a crash left in the journal."""
        self._loop = asyncio.get_running_loop()
        self._connection = open_sqlite(self._path)
        self._connection.execute("PRAGMA wal_autocheckpoint = 0")
        # The copy that VACUUM works on must not pass through a temporary file.
        self._connection.execute("PRAGMA temp_store = MEMORY")
        self.empty_journal()

    def _wake(self) -> None:
        self._waiting_seen = 0
        self._loop.call_soon(self._write_when_all_are_in)

    def _write_when_all_are_in(self) -> None:
        """Let the loop read every request that is there already: no timer, one more look when some came."""
        if self._waiting_seen < len(self._waiting) < LARGEST_BATCH:
            self._waiting_seen = len(self._waiting)
            self._loop.call_soon(self._write_when_all_are_in)
        else:
            self._write()

    def _write(self) -> None:
        batch = self._take_batch()
        if not batch:
            return
        winners, rest = choose_winners(batch)
        try:
            stored = self._insert([waiting[0] for waiting in winners.values()])
        except sqlite3.Error as error:
            _log.error("A batch of spent passes could not be committed: %s.", error.sqlite_errorname)
            self._connection.rollback()
            answer_busy(batch)
        else:
            answer_batch(winners, rest, stored)
            self.has_order, self.writes = True, self.writes + 1
            self._keep_journal_short(len(stored))
        if self._waiting:
            self._wake()

    def _insert(self, rows: list[SpentRow]) -> set[Key]:
        """Insert in statements of 64, 32, 16 … rows, so that few different statements are ever prepared."""
        stored: set[Key] = set()
        execute = self._connection.execute
        is_one_statement = len(rows) <= _LARGEST_STATEMENT and len(rows).bit_count() == 1
        if not is_one_statement:
            execute("BEGIN IMMEDIATE")
        start = 0
        while start < len(rows):
            count = min(_LARGEST_STATEMENT, 1 << ((len(rows) - start).bit_length() - 1))
            parameters: list[bytes] = []
            for row in rows[start : start + count]:
                parameters += row
            stored.update(execute(_build_insert(count), parameters).fetchall())
            start += count
        if not is_one_statement:
            execute("COMMIT")
        return stored

    def _keep_journal_short(self, count: int) -> None:
        """Empty the journal, which holds rows in the order they came, every few thousand rows and at every pause."""
        self._rows_since_checkpoint += count
        self._arrivals += 1
        if self._rows_since_checkpoint >= _ROWS_PER_CHECKPOINT:
            self.empty_journal()
        if self._quiet is None:
            self._quiet = self._loop.call_later(QUIET_SECONDS, self._notice_quiet)

    def _notice_quiet(self) -> None:
        is_quiet = self._arrivals == self._last_arrivals
        self._last_arrivals = self._arrivals
        is_empty = is_quiet and (not self._rows_since_checkpoint or self.empty_journal())
        self._quiet = None if is_empty else self._loop.call_later(QUIET_SECONDS, self._notice_quiet)

    def empty_journal(self) -> bool:
        """Move the journal into the file; tell whether all of it went (a reader may hold a part of it)."""
        # Waiting for a reader here would keep every member waiting; there is another look in a moment.
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            is_blocked, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        if not is_blocked:
            self._rows_since_checkpoint = 0
        return not is_blocked

    async def drain(self) -> None:
        """Write what waits, now."""
        while self._waiting:
            self._write()

    async def destroy_spent(self, occasions: Sequence[bytes]) -> None:
        """Delete, rebuild the file in key order, and empty the journal."""
        await self.drain()
        for occasion in occasions:
            self._connection.execute(f"DELETE FROM {TABLE} WHERE occasion = ?", (occasion,))  # noqa: S608
        self._connection.execute("VACUUM")
        self.has_order = False
        self._rows_since_checkpoint += 1
        if not self.empty_journal() and self._quiet is None:
            self._quiet = self._loop.call_later(QUIET_SECONDS, self._notice_quiet)

    async def _measure(self) -> int:
        sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        return int(self._connection.execute(sql).fetchone()[0])

    async def close(self) -> None:
        """Write what waits, take the order out, empty the journal, disconnect."""
        await self.drain()
        if self.has_order:
            await self.rewrite()
        if self._quiet is not None:
            self._quiet.cancel()
        self.empty_journal()
        self._connection.close()


_INSERT_POSTGRESQL = (
    f"INSERT INTO {TABLE} ({COLUMNS}) SELECT * FROM unnest(%b::bytea[], %b::bytea[], %b::bytea[], %b::bytea[],"  # noqa: S608
    " %b::bytea[], %b::bytea[]) ON CONFLICT DO NOTHING RETURNING occasion, nonce"
)
_NEW = f"{TABLE}_new"
_ONE_WRITER = 0x616D616E6168


class PostgresqlStore(Store):
    """One writer task; a batch is one `unnest` statement, committed by itself."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._connection: AsyncConnection[Any]
        self._writer: asyncio.Task[None]
        self._arrived = asyncio.Event()
        self._is_idle = asyncio.Event()
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Connect, make sure that no other gate writes, and start the writer."""
        await self._connect()
        self._is_idle.set()
        self._writer = asyncio.create_task(self._write_batches())

    async def _connect_again_if_lost(self) -> None:
        if self._connection.closed:
            await self._connect()

    async def _connect(self) -> None:
        from psycopg import AsyncConnection

        self._connection = await AsyncConnection.connect(self._url, autocommit=True, prepare_threshold=1)
        await self._connection.execute("SET synchronous_commit TO on")
        await self._connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_WRITER,))

    def _wake(self) -> None:
        self._is_idle.clear()
        self._arrived.set()

    async def _write_batches(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while batch := self._take_batch():
                async with self._turn:
                    await self._write(batch)
            self._is_idle.set()

    async def _write(self, batch: list[Waiting]) -> None:
        import psycopg

        winners, rest = choose_winners(batch)
        columns = [list(column) for column in zip(*(row for row, _ in winners.values()), strict=True)]
        try:
            await self._connect_again_if_lost()
            cursor = await self._connection.execute(_INSERT_POSTGRESQL, columns, binary=True)
            stored = {(row[0], row[1]) for row in await cursor.fetchall()}
        except psycopg.Error as error:
            _log.error("A batch of spent passes could not be committed: %s.", type(error).__name__)
            answer_busy(batch)
        else:
            answer_batch(winners, rest, stored)
            self.has_order, self.writes = True, self.writes + 1

    async def drain(self) -> None:
        """Wait until the writer has nothing left."""
        await self._is_idle.wait()

    async def destroy_spent(self, occasions: Sequence[bytes]) -> None:
        """Copy what stays into a new table in key order and swap: deleting alone would leave who wrote when."""
        await self.drain()
        async with self._turn:
            await self._connect_again_if_lost()
            async with self._connection.transaction():
                await self._copy_and_swap(occasions)
            self.has_order = False
            await cut_journal_async(self._connection)

    async def _copy_and_swap(self, occasions: Sequence[bytes]) -> None:
        execute = self._connection.execute
        await execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
        await execute(f"CREATE TABLE {_NEW} (LIKE {TABLE} INCLUDING ALL)")
        await execute(
            f"INSERT INTO {_NEW} ({COLUMNS}) SELECT {COLUMNS} FROM {TABLE}"  # noqa: S608
            " WHERE occasion <> ALL(%b::bytea[]) ORDER BY occasion, nonce",
            (list(occasions),),
        )
        await execute(f"DROP TABLE {TABLE}; ALTER TABLE {_NEW} RENAME TO {TABLE}")
        await execute(f"ALTER INDEX {_NEW}_pkey RENAME TO {TABLE}_pkey")

    async def _measure(self) -> int:
        async with self._turn:
            await self._connect_again_if_lost()
            cursor = await self._connection.execute("SELECT pg_total_relation_size(%s::regclass)", (TABLE,))
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def close(self) -> None:
        """Write what waits, take the order out, disconnect."""
        await self.drain()
        if self.has_order:
            await self.rewrite()
        self._writer.cancel()
        await self._connection.close()


def build_store(url: str) -> Store:
    """Give the store for `sqlite:///PATH` or `postgresql://…`, not yet open."""
    return SqliteStore(url) if url.startswith(SQLITE_PREFIX) else PostgresqlStore(url)
