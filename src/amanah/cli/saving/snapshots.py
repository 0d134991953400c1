"""Consistent copies of databases whose rows say nothing about the order in which they were written.

SQLite is copied while in use and rewritten in key order, in memory; PostgreSQL is read in one snapshot, each table in
the order of its key. A copy never touches the disk before it is encrypted.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from amanah.cli.saving.archive import DamagedBackupError, Part
from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config
from amanah.web.database import find_sqlite_path, open_sqlite

if TYPE_CHECKING:
    from psycopg import Connection

_SCHEMA_PARTS = ("pre-data", "post-data")


def take_snapshot(config: Config, name: str) -> Iterator[Part]:
    """Give the parts that one database becomes."""
    url = config.database(name)
    if url.startswith("sqlite:///"):
        yield Part(f"sqlite/{name}.sqlite3", copy_sqlite(find_sqlite_path(url)))
    else:
        yield from _copy_postgresql(url, name)


def copy_sqlite(path: Path) -> bytes:
    """Copy a database that may be in use, as bytes in which every table lies in the order of its key."""
    if not path.exists():
        raise MisconfiguredError(
            [f"There is no database {path}; run amanah init with the same settings first."]
        )
    source = open_sqlite(path, read_only=True)
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        source.backup(copy)
        copy.execute("VACUUM")
        return copy.serialize()
    finally:
        copy.close()
        source.close()


def verify_sqlite(content: bytes, name: str) -> None:
    """Raise DamagedBackupError unless SQLite finds a whole database with at least one table."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.deserialize(content)
        problems = [row[0] for row in database.execute("PRAGMA integrity_check(10)")]
        tables = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DamagedBackupError(f"The copy of the database {name} cannot be read.") from error
    finally:
        database.close()
    if problems != ["ok"] or not tables:
        raise DamagedBackupError(f"The copy of the database {name} is damaged: {'; '.join(problems)}.")


def _copy_postgresql(url: str, name: str) -> Iterator[Part]:
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        if snapshot is None:
            raise DamagedBackupError("PostgreSQL gave no snapshot.")
        for section in _SCHEMA_PARTS:
            yield Part(f"postgresql/{name}/{section}.sql", _dump_schema(url, section, snapshot[0]))
        for table, order in _list_tables(connection):
            yield Part(f"postgresql/{name}/tables/{table}", _copy_table(connection, table, order))
        yield Part(f"postgresql/{name}/sequences.sql", _copy_sequences(connection))


def _dump_schema(url: str, section: str, snapshot: str) -> bytes:
    arguments = [
        "--no-owner",
        "--no-privileges",
        "--schema-only",
        f"--section={section}",
        f"--snapshot={snapshot}",
    ]
    return run_client("pg_dump", url, *arguments)


def run_client(program: str, url: str, *arguments: str, content: bytes | None = None) -> bytes:
    """Run one of PostgreSQL's own programs; the password travels in the environment, where no process list shows it."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    path = shutil.which(program)
    if path is None:
        raise MisconfiguredError(
            [f"{program} is not on this machine; install the package postgresql-client."]
        )
    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    command = [path, *arguments, f"--dbname={make_conninfo('', **parts)}"]
    done = subprocess.run(
        command, input=content, capture_output=True, check=False, env=os.environ | {"PGPASSWORD": password}
    )
    if done.returncode:
        raise MisconfiguredError([f"{program} failed: {done.stderr.decode(errors='replace').strip()}"])
    return done.stdout


def _list_tables(connection: "Connection[tuple[object, ...]]") -> list[tuple[str, str]]:
    """List the tables with the columns of their primary key."""
    rows = connection.execute(
        "SELECT c.relname, coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY k.place), '')"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " LEFT JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place) ON true"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
        " WHERE c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname"
    ).fetchall()
    return [(str(name), str(order)) for name, order in rows]


def _copy_table(connection: "Connection[tuple[object, ...]]", table: str, order: str) -> bytes:
    from psycopg import sql

    query = sql.SQL("COPY (SELECT * FROM {} {}) TO STDOUT (FORMAT binary)").format(
        sql.Identifier(table),
        sql.SQL("ORDER BY " + order) if order else sql.SQL(""),
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(bytes(block) for block in copy)


def _copy_sequences(connection: "Connection[tuple[object, ...]]") -> bytes:
    rows = connection.execute(
        "SELECT format('SELECT setval(%L, %s, true);', format('%I.%I', schemaname, sequencename), last_value)"
        " FROM pg_sequences WHERE last_value IS NOT NULL ORDER BY 1"
    ).fetchall()
    return "\n".join(str(row[0]) for row in rows).encode()


def has_tables(url: str) -> bool:
    """Tell whether a PostgreSQL database holds any table."""
    import psycopg

    with psycopg.connect(url) as connection:
        return bool(_list_tables(connection))


def fill_postgresql(url: str, name: str, parts: dict[str, bytes]) -> None:
    """Fill an empty database from the parts that `take_snapshot` gave."""
    import psycopg
    from psycopg import sql

    prefix = f"postgresql/{name}"
    psql = ("--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null")
    run_client("psql", url, *psql, content=parts[f"{prefix}/pre-data.sql"])
    with psycopg.connect(url) as connection:
        for part, content in parts.items():
            if part.startswith(f"{prefix}/tables/"):
                table = sql.Identifier(part.removeprefix(f"{prefix}/tables/"))
                statement = sql.SQL("COPY public.{} FROM STDIN (FORMAT binary)").format(table)
                with connection.cursor() as cursor, cursor.copy(statement) as copy:
                    copy.write(content)
    run_client("psql", url, *psql, content=parts[f"{prefix}/sequences.sql"])
    run_client("psql", url, *psql, content=parts[f"{prefix}/post-data.sql"])
