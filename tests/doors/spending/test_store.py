"""The contract of the store of spent passes, held against SQLite and PostgreSQL alike."""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from amanah.programme_door.spending.store import (
    LONGEST_QUEUE,
    Outcome,
    PostgresqlStore,
    SpentRow,
    SqliteStore,
    Store,
    build_store,
    list_occasions_held,
)
from amanah.web.config import Config
from amanah.web.database import open_database
from tests.support.spending import list_spent


def make_row(occasion: bytes, nonce: bytes | None = None) -> SpentRow:
    return SpentRow(occasion, nonce or secrets.token_bytes(32), secrets.token_bytes(256))


def with_store(url: str, work: Callable[[Store], Awaitable[None]]) -> None:
    async def run() -> None:
        store = build_store(url)
        await store.open()
        try:
            await work(store)
        finally:
            await store.close()

    asyncio.run(run())


def test_a_pass_is_spent_only_once(config: Config) -> None:
    row = make_row(secrets.token_bytes(8))

    async def work(store: Store) -> None:
        assert await store.spend(row) is Outcome.STORED
        assert await store.spend(row) is Outcome.ALREADY_SPENT
        assert await store.spend(row._replace(authenticator=b"another")) is Outcome.ALREADY_SPENT

    with_store(config.database("spending"), work)
    assert list_spent(config.database("spending"), row.occasion) == [row]


def test_a_pass_stays_spent_when_the_store_is_opened_again(config: Config) -> None:
    row = make_row(secrets.token_bytes(8))
    outcomes: list[Outcome] = []

    async def work(store: Store) -> None:
        outcomes.append(await store.spend(row))

    for _ in range(2):
        with_store(config.database("spending"), work)
    assert outcomes == [Outcome.STORED, Outcome.ALREADY_SPENT]


def test_the_first_to_arrive_in_a_batch_is_the_one_that_is_stored(config: Config) -> None:
    first = make_row(secrets.token_bytes(8))
    second = first._replace(authenticator=secrets.token_bytes(256))

    async def work(store: Store) -> None:
        others = [make_row(first.occasion) for _ in range(20)]
        futures = [store.spend(row) for row in [first, *others, second]]
        outcomes = await asyncio.gather(*futures)
        assert outcomes == [Outcome.STORED] * 21 + [Outcome.ALREADY_SPENT]

    with_store(config.database("spending"), work)
    assert first in list_spent(config.database("spending"), first.occasion)


def test_the_same_nonce_for_another_occasion_is_another_pass(config: Config) -> None:
    nonce = secrets.token_bytes(32)
    rows = [make_row(secrets.token_bytes(8), nonce) for _ in range(2)]

    async def work(store: Store) -> None:
        assert [await store.spend(row) for row in rows] == [Outcome.STORED] * 2

    with_store(config.database("spending"), work)


@pytest.mark.parametrize("size", [1, 2, 3, 63, 64, 65, 200, 700])
def test_batches_of_every_size_are_stored_whole(config: Config, size: int) -> None:
    rows = [make_row(secrets.token_bytes(8)) for _ in range(size)]
    shared = rows[0].occasion
    rows = [row._replace(occasion=shared) for row in rows]

    async def work(store: Store) -> None:
        assert await asyncio.gather(*(store.spend(row) for row in rows)) == [Outcome.STORED] * size

    with_store(config.database("spending"), work)
    assert list_spent(config.database("spending"), shared) == sorted(rows)


def test_an_attempt_is_answered_only_when_every_other_connection_can_see_it(config: Config) -> None:
    url = config.database("spending")
    row = make_row(secrets.token_bytes(8))

    async def work(store: Store) -> None:
        future = store.spend(row)
        seen: list[bool] = []
        future.add_done_callback(lambda _: seen.append(list_spent(url, row.occasion) == [row]))
        assert list_spent(url, row.occasion) == []
        await future
        await asyncio.sleep(0)
        assert seen == [True]

    with_store(url, work)


def test_a_full_queue_answers_busy_and_stores_nothing(config: Config) -> None:
    occasion = secrets.token_bytes(8)

    async def work(store: Store) -> None:
        futures = [store.spend(make_row(occasion)) for _ in range(LONGEST_QUEUE + 3)]
        outcomes = await asyncio.gather(*futures)
        assert outcomes.count(Outcome.BUSY) == 3
        assert outcomes.count(Outcome.STORED) == LONGEST_QUEUE

    with_store(config.database("spending"), work)
    assert len(list_spent(config.database("spending"), occasion)) == LONGEST_QUEUE


def test_destroyed_rows_are_gone_and_all_others_stay(config: Config) -> None:
    url = config.database("spending")
    gone, stays = secrets.token_bytes(8), secrets.token_bytes(8)
    kept = [make_row(stays) for _ in range(50)]

    async def work(store: Store) -> None:
        rows = kept + [make_row(gone) for _ in range(50)]
        random.shuffle(rows)
        waiting = [store.spend(row) for row in rows]
        await store.destroy_spent([gone])
        assert all(future.result() is Outcome.STORED for future in waiting)
        assert gone not in list_occasions_held(url)
        assert await store.spend(kept[0]) is Outcome.ALREADY_SPENT
        assert await store.spend(make_row(stays)) is Outcome.STORED

    with_store(url, work)
    rows = list_spent(url, stays)
    assert len(rows) == 51
    assert set(kept) < set(rows)


def test_draining_waits_for_everything_that_was_queued(config: Config) -> None:
    async def work(store: Store) -> None:
        futures = [store.spend(make_row(secrets.token_bytes(8))) for _ in range(300)]
        await store.drain()
        assert all(future.done() for future in futures)

    with_store(config.database("spending"), work)


def test_a_full_disk_answers_busy_and_the_next_attempt_is_stored(sqlite_config: Config) -> None:
    occasion = secrets.token_bytes(8)

    async def work(store: Store) -> None:
        assert isinstance(store, SqliteStore)
        connection = store._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        outcomes = await asyncio.gather(*(store.spend(make_row(occasion)) for _ in range(100)))
        assert set(outcomes) == {Outcome.BUSY}
        assert list_spent(sqlite_config.database("spending"), occasion) == []
        connection.execute("PRAGMA max_page_count = 1000000")
        assert await store.spend(make_row(occasion)) is Outcome.STORED

    with_store(sqlite_config.database("spending"), work)


@pytest.mark.postgresql
def test_a_lost_connection_answers_busy_and_is_opened_again(found: Callable[[str], Config]) -> None:
    url = found("postgresql").database("spending")
    occasion = secrets.token_bytes(8)

    async def work(store: Store) -> None:
        assert isinstance(store, PostgresqlStore)
        pid = store._connection.info.backend_pid
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        await asyncio.sleep(0.2)
        first = await store.spend(make_row(occasion))
        assert first is Outcome.BUSY
        assert await store.spend(make_row(occasion)) is Outcome.STORED
        await store._connection.close()
        await store.rewrite()

    with_store(url, work)
    assert len(list_spent(url, occasion)) == 1


def test_the_table_has_no_serial_no_time_and_no_hidden_row_number(config: Config) -> None:
    with open_database(config.database("spending"), read_only=True) as database:
        if database.vendor == "sqlite":
            ((sql,),) = database.execute(
                "SELECT sql FROM sqlite_master WHERE name = 'spending_spentpass'"
            ).fetchall()
            assert sql.endswith("WITHOUT ROWID")
        cursor = database.execute("SELECT * FROM spending_spentpass WHERE 1 = 0")
        names = [column[0] for column in cursor.description]  # type: ignore[attr-defined]
    assert names == ["occasion", "nonce", "authenticator", "public_key", "payload", "signature"]
