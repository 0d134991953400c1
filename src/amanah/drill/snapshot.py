"""Reading seized databases through SQL: every table as rows, PostgreSQL with its hidden `ctid` and `xmin`.

It writes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amanah.drill.attack_orders import SQLITE_MAGIC, read_sqlite_tables
from amanah.drill.seizure import Seizure
from amanah.web.database import open_database

KEY_TABLE = "occasion_key"
KEY_COLUMN = "private_key"


class SeizedTable(NamedTuple):
    """One table as it was found."""

    where: str
    names: list[str]
    rows: list[tuple[object, ...]]


def read_tables(seizure: Seizure, databases: Mapping[str, str]) -> list[SeizedTable]:
    """Give every table of every seized SQLite file and of every PostgreSQL database."""
    tables: list[SeizedTable] = []
    for path in seizure.list_files():
        with path.open("rb") as file:
            is_sqlite = file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
        if is_sqlite:
            tables += [
                SeizedTable(f"{seizure.label} {seizure.name(path)} {table}", names, rows)
                for table, names, rows in read_sqlite_tables(path)
            ]
    for name, url in databases.items():
        if url.startswith("postgresql"):
            tables += [
                SeizedTable(f"{seizure.label} {name} {table}", names, rows)
                for table, names, rows in read_postgresql_tables(url)
            ]
    return tables


def read_postgresql_tables(url: str) -> Iterator[tuple[str, list[str], list[tuple[object, ...]]]]:
    """Give each table in heap order, with the row's place and the transaction that wrote it as numbers."""
    with open_database(url, read_only=True) as database:
        found = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in found:
            cursor = database.execute(
                f"SELECT (ctid::text::point)[0] * 65536 + (ctid::text::point)[1] AS ctid, "  # noqa: S608 (names come from the catalogue)
                f'xmin::text::bigint AS xmin, t.* FROM "{table}" t ORDER BY t.ctid'
            )
            names = [column.name for column in cursor.description]  # type: ignore[attr-defined]
            yield table, names, cursor.fetchall()


def read_sealed_keys(tables: Sequence[SeizedTable]) -> dict[str, bytes]:
    """Give the stored form of each occasion's private key, by table and row."""
    keys: dict[str, bytes] = {}
    for table in tables:
        if not table.where.endswith(KEY_TABLE) or KEY_COLUMN not in table.names:
            continue
        column = table.names.index(KEY_COLUMN)
        occasion = table.names.index("occasion")
        for row in table.rows:
            stored = row[column]
            if isinstance(stored, bytes | memoryview):
                name = row[occasion]
                keys[bytes(name).hex() if isinstance(name, bytes | memoryview) else str(name)] = bytes(stored)
    return keys
