"""The card door's parts on their own: vault, group commit, what it declares, and what it never imports."""

import asyncio
import json
import secrets
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from amanah.card_door.commits import CAPACITY, Commits, NotCommittedError, QueueFullError
from amanah.card_door.process import HOLDINGS_FILE
from amanah.card_door.signing import MESSAGES_AHEAD, STORE_PATIENCE, Signing
from amanah.card_door.vault import Vault, open_vault
from amanah.cli.founding import found_data_folder
from amanah.core.errors import MisconfiguredError
from amanah.web.config import load_config
from amanah.web.database import Database
from amanah.web.holdings import HeldColumn, list_stored_columns, parse_holdings
from tests.support.processes import build_environment, build_settings


def make_database() -> Database:
    return Database(sqlite3.connect(":memory:", isolation_level=None), "sqlite")


def test_a_key_opens_only_for_the_occasion_it_was_sealed_for():
    vault = Vault(secrets.token_bytes(32))
    sealed = vault.seal_key(occasion=b"12345678", private_key=b"a private key", nonce=secrets.token_bytes(12))
    assert b"a private key" not in sealed
    assert vault.open_key(occasion=b"12345678", sealed=sealed) == b"a private key"
    for occasion, data in ((b"87654321", sealed), (b"12345678", sealed[:-1]), (b"12345678", b"")):
        with pytest.raises((MisconfiguredError, ValueError)):
            vault.open_key(occasion=occasion, sealed=data)


def test_a_missing_or_cut_key_file_is_named(tmp_path):
    with pytest.raises(MisconfiguredError, match="amanah init"):
        open_vault(tmp_path)
    (tmp_path / "occasion-keys.kek").write_bytes(b"short")
    with pytest.raises(MisconfiguredError, match="32 bytes"):
        open_vault(tmp_path)


def test_what_waits_is_committed_together_and_in_no_order_of_arrival():
    database = make_database()
    database.execute("CREATE TABLE arrival (number integer PRIMARY KEY AUTOINCREMENT, who integer)")
    commits_seen = []
    commits = Commits(database, after_commit=lambda: commits_seen.append(1))

    async def arrive(who: int) -> int:
        database_row = lambda: database.execute("INSERT INTO arrival (who) VALUES (?)", (who,)).rowcount  # noqa: E731
        return await commits.run(database_row)

    async def run() -> list[int]:
        return await asyncio.gather(*(arrive(who) for who in range(100)))

    assert asyncio.run(run()) == [1] * 100
    order = [who for (who,) in database.execute("SELECT who FROM arrival ORDER BY number")]
    assert sorted(order) == list(range(100))
    assert order != list(range(100))
    assert commits_seen == [1]


def test_when_one_action_fails_nothing_of_its_batch_is_stored_and_everybody_is_told():
    database = make_database()
    database.execute("CREATE TABLE held (who integer PRIMARY KEY)")
    commits = Commits(database)

    async def run() -> list[object]:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        actions = [
            lambda who=who: database.execute("INSERT INTO held VALUES (?)", (who,)) for who in (1, 2, 2)
        ]
        return await asyncio.gather(*map(commits.run, actions), return_exceptions=True)

    assert [type(result) for result in asyncio.run(run())] == [NotCommittedError] * 3
    assert database.execute("SELECT count(*) FROM held").fetchone() == (0,)
    assert asyncio.run(commits.run(lambda: 7)) == 7


def test_a_full_queue_says_come_again():
    commits = Commits(make_database())

    async def run() -> list[object]:
        return await asyncio.gather(
            *(commits.run(lambda: 1) for _ in range(CAPACITY + 3)), return_exceptions=True
        )

    results = asyncio.run(run())
    assert [type(result) for result in results if result != 1] == [QueueFullError] * 3


def test_what_can_wait_is_committed_with_what_arrives_meanwhile_and_at_its_time_at_the_latest():
    commits_seen = []
    commits = Commits(make_database(), after_commit=lambda: commits_seen.append(1))

    async def run() -> None:
        patient = [asyncio.create_task(commits.run(lambda: 1, patience=60.0)) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert not commits_seen
        assert await commits.run(lambda: 2) == 2
        assert await asyncio.gather(*patient) == [1] * 3
        assert commits_seen == [1]
        early, late = (asyncio.create_task(commits.run(lambda: 3, patience=wait)) for wait in (60.0, 0.01))
        assert await asyncio.gather(early, late) == [3] * 2
        assert commits_seen == [1] * 2
        assert await commits.run(lambda: 4) == 4
        assert commits_seen == [1] * 3

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_request_is_stored_later_only_while_the_threads_have_work_for_that_long():
    signing = Signing(Vault(secrets.token_bytes(32)))
    may_go = threading.Event()

    class Slow:
        def sign(self, _blinded: bytes) -> bytes:
            may_go.wait(20)
            return b""

    async def run() -> None:
        seats = [Slow()] * 20
        assert signing.store_patience == 0.0
        ask = lambda: asyncio.create_task(signing.sign(seats, [b""] * 20))  # noqa: E731
        tasks = [ask() for _ in range(MESSAGES_AHEAD // 20 - 1)]
        await asyncio.sleep(0)
        assert signing.store_patience == 0.0
        tasks.append(ask())
        await asyncio.sleep(0)
        assert signing.store_patience == STORE_PATIENCE
        may_go.set()
        await asyncio.gather(*tasks)
        assert signing.store_patience == 0.0

    asyncio.run(run())
    signing.close()


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = build_settings(folder / "data")
    found_data_folder(load_config(settings))
    environment = build_environment(settings) | {"DJANGO_SETTINGS_MODULE": "amanah.card_door.settings"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True, cwd=folder
    )


def test_the_running_door_imports_no_django(tmp_path):
    code = "import sys, amanah.card_door.process; print(sorted(n for n in sys.modules if n.split('.')[0] == 'django'))"
    assert run_python(tmp_path, "-c", code).stdout.strip() == "[]"


def test_the_committed_list_of_columns_is_that_of_the_models_and_of_the_live_tables(tmp_path):
    run_python(tmp_path, "-m", "amanah.web.holdings", "fresh.json")
    assert (tmp_path / "fresh.json").read_text() == HOLDINGS_FILE.read_text()
    run_python(tmp_path, "-m", "django", "makemigrations", "--check", "--dry-run")
    run_python(tmp_path, "-m", "django", "migrate", "-v0")
    declared = parse_holdings(HOLDINGS_FILE)
    assert all(column.is_stated for column in declared)
    connection = sqlite3.connect(tmp_path / "data" / "card-door" / "card.sqlite3", isolation_level=None)
    with Database(connection, "sqlite") as database:
        assert list_stored_columns(database, declared) == declared
        database.execute("CREATE TABLE secret_list (name text)")
        extra = set(list_stored_columns(database, declared)) - set(declared)
    assert extra == {HeldColumn("secret_list", "name", "not-stated", "not-stated")}
    assert json.loads(HOLDINGS_FILE.read_text())


def test_no_table_of_the_card_door_has_a_hidden_row_number(tmp_path):
    run_python(tmp_path, "-m", "django", "migrate", "-v0")
    connection = sqlite3.connect(tmp_path / "data" / "card-door" / "card.sqlite3")
    tables = connection.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite_%' AND name <> 'django_migrations'"
    ).fetchall()
    connection.close()
    assert len(tables) == 6
    assert all(is_without_rowid for _, is_without_rowid in tables)
