"""Raw DB-API access for processes without Django: one connection, SQL with `?`, SQLite or PostgreSQL.

It never makes or changes a table (Django's migrations do) and never commits with less than full durability.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol, Self
from urllib.parse import quote

Vendor = Literal["sqlite", "postgresql"]
SQLITE_PREFIX = "sqlite:///"
_BUSY_MILLISECONDS = 10_000


class Rows(Protocol):
    """The part of a DB-API cursor that both drivers share."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Database:
    """One open connection; every statement outside `transaction()` commits by itself."""

    def __init__(self, connection: Any, vendor: Vendor) -> None:
        self.connection = connection
        self.vendor: Vendor = vendor
        self._depth = 0

    def execute(self, sql: str, params: Sequence[object] = ()) -> Rows:
        """Run one statement written with `?` and give its cursor; rows are tuples, blobs are bytes."""
        if self.vendor == "postgresql":
            sql = translate_placeholders(sql)
        rows: Rows = self.connection.execute(sql, params)
        return rows

    def stream(self, sql: str, params: Sequence[object] = ()) -> Iterator[Any]:
        """Run one reading statement and give its rows as they come, without holding all of them."""
        if self.vendor == "postgresql":
            rows: Iterator[Any] = self.connection.cursor().stream(translate_placeholders(sql), params)
            return rows
        return iter(self.execute(sql, params))

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""
        if self.vendor == "postgresql":
            with self.connection.cursor() as cursor:
                cursor.executemany(translate_placeholders(sql), rows)
        else:
            self.connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """Commit all or nothing; takes SQLite's write lock at once, so that what was read stays true."""
        if self._depth:
            raise RuntimeError("A transaction is already open; transactions here do not nest.")
        self.connection.execute("BEGIN IMMEDIATE" if self.vendor == "sqlite" else "BEGIN")
        self._depth = 1
        try:
            yield self
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.rollback()
            raise
        finally:
            self._depth = 0

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@lru_cache(maxsize=1024)
def translate_placeholders(sql: str) -> str:
    """Turn `?` into psycopg's `%s`; a quoted question mark would be one too, so never write one."""
    return sql.replace("%", "%%").replace("?", "%s")


def open_database(url: str, *, read_only: bool = False) -> Database:
    """Open `sqlite:///PATH` or `postgresql://…`; a read-only one cannot write whatever the SQL says."""
    if url.startswith(SQLITE_PREFIX):
        return Database(open_sqlite(find_sqlite_path(url), read_only=read_only), "sqlite")
    import psycopg

    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET synchronous_commit TO on")
    if read_only:
        connection.execute("SET default_transaction_read_only TO on")
    return Database(connection, "postgresql")


def list_errors(vendor: Vendor) -> tuple[type[Exception], ...]:
    """Give the error family of a driver, to be caught where a database may be away for a while."""
    if vendor == "sqlite":
        return (sqlite3.Error,)
    import psycopg

    return (psycopg.Error,)


def find_sqlite_path(url: str) -> Path:
    """Give the file of a `sqlite:///PATH` address."""
    return Path(url.removeprefix(SQLITE_PREFIX))


def open_sqlite(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open an existing SQLite file in WAL mode, with full durability and deleted rows overwritten."""
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        cached_statements=256,
    )
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
    return connection
