"""What PostgreSQL's own files keep of the order of cards, with and without the settings that we ship."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from amanah.card_door.store import Store
from amanah.drill.attack_orders import PLACES, Streams, attack_file_layout, list_event_needles
from amanah.drill.chance import Finding
from amanah.drill.seizure import scan, seize
from amanah.drill.table import Report
from amanah.web.database import open_database
from amanah.web.rewriting import may_cut_journal
from tests.support.postgresql import Cluster, find_binaries, running_cluster

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]
CARDS = 60
TABLES = (
    "CREATE TABLE card (public_key bytea PRIMARY KEY, revocation_hash bytea, last_wave bytea, request_hash bytea)",
    "CREATE TABLE used_join_token (nonce bytea PRIMARY KEY)",
    "CREATE TABLE invitation (hash bytea PRIMARY KEY, request_hash bytea, is_replacement bool)",
)


def register_and_rewrite(url: str) -> Streams:
    cards = [secrets.token_bytes(32) for _ in range(CARDS)]
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(table.encode())
    with open_database(url) as database:
        store = Store(database)
        for card in cards:
            with database.transaction():
                store.register_card(public_key=card, revocation_hash=bytes(32), nonce=card[::-1])
        assert store.rewrite_members()
    return {"registering": list(enumerate(cards))}


def find_leaks(cluster: Cluster, streams: Streams, into: Path) -> list[Finding]:
    seizure = seize([cluster.folder], into, "now")
    return Report(list(attack_file_layout(scan(seizure, list_event_needles(streams)), streams))).leaks


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if find_binaries() is None:
        pytest.skip("PostgreSQL is not on this machine: install the package postgresql")
    with running_cluster(fsync=False) as running:
        yield running


def test_with_the_settings_we_ship_no_file_of_the_server_keeps_the_order_of_cards(
    cluster: Cluster, tmp_path: Path
) -> None:
    url = cluster.create_door_databases()["card"]
    with open_database(url) as database:
        assert may_cut_journal(database)
    assert find_leaks(cluster, register_and_rewrite(url), tmp_path) == []


def test_without_leave_to_cut_it_the_journal_keeps_the_order_of_cards(
    cluster: Cluster, tmp_path: Path
) -> None:
    url = cluster.create_database("plain")
    leaks = find_leaks(cluster, register_and_rewrite(url), tmp_path)
    assert {leak.linked for leak in leaks if leak.kind == PLACES} == {CARDS}
    assert all("pg_wal" in leak.where for leak in leaks)


def test_where_journal_files_are_reused_cutting_leaves_the_order_in_them(
    cluster: Cluster, tmp_path: Path
) -> None:
    with psycopg.connect(cluster.admin_url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_recycle = on")
        connection.execute("SELECT pg_reload_conf()")
    url = cluster.create_door_databases()["card"]
    assert find_leaks(cluster, register_and_rewrite(url), tmp_path) != []
