"""What a seizure of the files reads about who came first: nothing beyond chance, at rest and after closing."""

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from amanah.programme_door.spending.store import QUIET_SECONDS, SpentRow, SqliteStore, build_store
from amanah.web.config import Config
from amanah.web.database import find_sqlite_path, open_database
from tests.support.spending import list_spent

PAGE = 4_096
ARRIVALS = 1_500
TRIALS = 40


def make_row(occasion: bytes) -> SpentRow:
    return SpentRow(occasion, secrets.token_bytes(32), secrets.token_bytes(256))


def measure_page_order(data: bytes, arrived: list[SpentRow]) -> float:
    """Give Kendall's tau between the order of arrival and the place inside each page; 1 is fully recovered."""
    pages: dict[int, list[tuple[int, int]]] = {}
    for number, row in enumerate(arrived):
        place = data.find(row.nonce)
        assert place >= 0
        # Inside a page SQLite fills from the end towards the start.
        pages.setdefault(place // PAGE, []).append((number, -place))
    agree = total = 0
    for rows in pages.values():
        for first, second in combinations(rows, 2):
            agree += 1 if (first[0] < second[0]) == (first[1] < second[1]) else -1
            total += 1
    return agree / total


async def arrive(store: SqliteStore, rows: list[SpentRow], together: int) -> None:
    for start in range(0, len(rows), together):
        await asyncio.gather(*(store.spend(row) for row in rows[start : start + together]))


@pytest.fixture
def empty_url(sqlite_config: Config, tmp_path: Path) -> str:
    """Give a database of its own with the migrated table and nothing in it."""
    with open_database(sqlite_config.database("spending"), read_only=True) as database:
        ((sql,),) = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'spending_spentpass'"
        ).fetchall()
    with sqlite3.connect(tmp_path / "empty.sqlite3") as connection:
        connection.execute(sql)
    connection.close()
    return f"sqlite:///{tmp_path / 'empty.sqlite3'}"


def test_cells_of_a_page_tell_the_order_before_the_rewrite_and_nothing_after(empty_url: str) -> None:
    path = find_sqlite_path(empty_url)

    async def run() -> tuple[float, float]:
        before = after = 0.0
        store = build_store(empty_url)
        assert isinstance(store, SqliteStore)
        await store.open()
        for _ in range(TRIALS):
            occasion = secrets.token_bytes(8)
            rows = [make_row(occasion) for _ in range(12)]
            await arrive(store, rows, together=1)
            store.empty_journal()
            before += measure_page_order(path.read_bytes(), rows) / TRIALS
            await store.rewrite()
            after += measure_page_order(path.read_bytes(), rows) / TRIALS
            await store.destroy_spent([occasion])
        await store.close()
        return before, after

    before, after = asyncio.run(run())
    assert before > 0.9, "the measure must be able to see an order where there is one"
    assert abs(after) < 0.15


def test_a_full_hall_leaves_no_order_in_the_pages(empty_url: str) -> None:
    occasion = secrets.token_bytes(8)
    rows = [make_row(occasion) for _ in range(ARRIVALS)]

    async def run() -> None:
        store = build_store(empty_url)
        assert isinstance(store, SqliteStore)
        await store.open()
        await arrive(store, rows, together=5)
        await store.close()

    asyncio.run(run())
    assert abs(measure_page_order(find_sqlite_path(empty_url).read_bytes(), rows)) < 0.06


def test_rows_of_one_batch_lie_in_no_order_of_arrival_even_before_the_rewrite(sqlite_config: Config) -> None:
    url = sqlite_config.database("spending")
    occasion = secrets.token_bytes(8)
    rows = [make_row(occasion) for _ in range(512)]

    async def run() -> float:
        store = build_store(url)
        assert isinstance(store, SqliteStore)
        await store.open()
        await arrive(store, rows, together=512)
        store.empty_journal()
        order = measure_page_order(find_sqlite_path(url).read_bytes(), rows)
        await store.destroy_spent([occasion])
        await store.close()
        return order

    assert abs(asyncio.run(run())) < 0.12


def test_the_journal_is_empty_after_a_moment_of_quiet(sqlite_config: Config) -> None:
    url = sqlite_config.database("spending")
    journal = Path(f"{find_sqlite_path(url)}-wal")

    async def run() -> tuple[int, int]:
        store = build_store(url)
        assert isinstance(store, SqliteStore)
        await store.open()
        await arrive(store, [make_row(secrets.token_bytes(8)) for _ in range(30)], together=1)
        full = journal.stat().st_size
        await asyncio.sleep(3 * QUIET_SECONDS)
        quiet = journal.stat().st_size
        await store.close()
        return full, quiet

    full, quiet = asyncio.run(run())
    assert full > 0
    assert quiet == 0


def test_the_journal_is_emptied_once_a_reader_that_held_it_has_gone(sqlite_config: Config) -> None:
    url = sqlite_config.database("spending")
    journal = Path(f"{find_sqlite_path(url)}-wal")

    async def run() -> tuple[int, int]:
        store = build_store(url)
        await store.open()
        with open_database(url, read_only=True) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM spending_spentpass").fetchone()
            await store.spend(make_row(secrets.token_bytes(8)))
            began = time.monotonic()
            await asyncio.sleep(2 * QUIET_SECONDS)
            assert time.monotonic() - began < 3 * QUIET_SECONDS, "nobody may wait for the reader"
            held = journal.stat().st_size
        await asyncio.sleep(3 * QUIET_SECONDS)
        free = journal.stat().st_size
        await store.close()
        return held, free

    held, free = asyncio.run(run())
    assert held > 0
    assert free == 0


def test_destroyed_rows_are_in_no_file_of_the_database(sqlite_config: Config) -> None:
    url = sqlite_config.database("spending")
    occasion = secrets.token_bytes(8)
    rows = [make_row(occasion) for _ in range(200)]

    async def run() -> bytes:
        store = build_store(url)
        assert isinstance(store, SqliteStore)
        await store.open()
        await arrive(store, [*rows, make_row(secrets.token_bytes(8))], together=7)
        await store.destroy_spent([occasion])
        path = find_sqlite_path(url)
        left = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        await store.close()
        return left

    left = asyncio.run(run())
    assert not any(
        part in left for row in rows for part in (row.nonce, row.authenticator, row.authenticator[:16])
    )


@pytest.mark.postgresql
def test_on_postgresql_the_rewrite_leaves_one_transaction_and_the_order_of_keys(
    found: Callable[[str], Config],
) -> None:
    url = found("postgresql").database("spending")
    occasion = secrets.token_bytes(8)
    rows = [make_row(occasion) for _ in range(60)]
    places = (
        "SELECT nonce, ctid::text AS place, xmin::text AS writer FROM spending_spentpass"
        " WHERE occasion = ? ORDER BY ctid"
    )

    def look() -> list[tuple[bytes, str, str]]:
        with open_database(url, read_only=True) as database:
            return database.execute(places, (occasion,)).fetchall()

    async def run() -> tuple[list[tuple[bytes, str, str]], list[tuple[bytes, str, str]]]:
        store = build_store(url)
        await store.open()
        for row in rows:
            await store.spend(row)
        before = look()
        await store.rewrite()
        after = look()
        await store.close()
        return before, after

    before, after = asyncio.run(run())
    arrival = [row.nonce for row in rows]
    assert [row[0] for row in before] == arrival, "PostgreSQL tells the order of arrival until the rewrite"
    assert [row[0] for row in after] == sorted(arrival)
    assert len({row[2] for row in after}) == 1
    assert len(list_spent(url, occasion)) == len(rows)
