"""What must not be found in the card door's files: left cards, destroyed keys, and the order in which members came."""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from amanah.card_door.store import Store, StoredKey
from amanah.core.passes.codes import compute_revocation_hash
from amanah.web.database import Database, open_database
from tests.doors.card_door.town import Town

pytestmark = pytest.mark.processes


def is_in_some_file(folder: Path, wanted: bytes) -> bool:
    return any(wanted in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_after_leaving_no_file_of_the_door_holds_anything_of_the_card(own_town: Town):
    left, revoked, stays = (own_town.join(code) for code in own_town.print_invitations(3))
    wave = own_town.plan_wave(2)
    keys = own_town.wait_for_wave(wave)
    for device in (left, revoked, stays):
        assert own_town.post("wave", device.start_wave(wave, keys)[0]).status_code == 200
    assert is_in_some_file(own_town.card_folder, left.public_key)
    assert own_town.post("leave", left.encode_leave()).status_code == 200
    assert own_town.post("revoke", revoked.slip).status_code == 200
    for device in (left, revoked):
        assert not is_in_some_file(own_town.card_folder, device.public_key)
        assert not is_in_some_file(own_town.card_folder, compute_revocation_hash(device.slip))
        assert not is_in_some_file(own_town.card_folder, device.slip)
    assert is_in_some_file(own_town.card_folder, stays.public_key), "the search must be able to find a card"


def test_when_destruction_is_logged_no_file_holds_the_key_any_more(own_town: Town):
    wave = own_town.plan_wave(3)
    keys = own_town.wait_for_wave(wave)
    first = keys[0].occasion.occasion
    with sqlite3.connect(own_town.card_folder / "card.sqlite3") as connection:
        rows = dict(connection.execute("SELECT hex(occasion), private_key FROM occasion_key").fetchall())
    connection.close()
    sealed = rows[first.upper()]
    assert is_in_some_file(own_town.card_folder, sealed[:64])
    own_town.close_occasion(first)
    own_town.wait_for(lambda view: view.find_entry("occasion_key_destroyed", first) is not None)
    assert not any(
        is_in_some_file(own_town.card_folder, sealed[start : start + 64])
        for start in range(0, len(sealed) - 64, 64)
    )
    assert is_in_some_file(own_town.card_folder, rows[keys[1].occasion.occasion.upper()][:64])


def test_a_stopped_door_leaves_no_write_ahead_log(own_town: Town):
    for code in own_town.print_invitations(5):
        own_town.join(code)
    assert own_town.running.stop("card") == {"card": 0}
    assert sorted(path.name for path in own_town.card_folder.iterdir() if path.is_file()) == [
        "card.sqlite3",
        "card.sqlite3.lock",
        "log-seen.json",
    ]


def measure_agreement(first: list[int], second: list[int]) -> float:
    """Kendall's tau of two orders: 1 tells everything, 0 tells nothing."""
    pairs = [(i, j) for i in range(len(first)) for j in range(i)]
    agree = sum((first[i] - first[j]) * (second[i] - second[j]) > 0 for i, j in pairs)
    return 2 * agree / len(pairs) - 1


def register_many(database: Database, cards: list[bytes]) -> Store:
    store = Store(database)
    for card in cards:
        with database.transaction():
            store.register_card(public_key=card, revocation_hash=card, nonce=card)
    return store


def test_sqlite_keeps_no_order_of_cards_in_its_file(tmp_path):
    import secrets

    path = tmp_path / "card.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE card (public_key BLOB PRIMARY KEY NOT NULL, revocation_hash BLOB, last_wave BLOB, "
        "request_hash BLOB) WITHOUT ROWID"
    )
    connection.execute("CREATE TABLE used_join_token (nonce BLOB PRIMARY KEY NOT NULL) WITHOUT ROWID")
    connection.close()
    cards = [secrets.token_bytes(32) for _ in range(400)]
    with open_database(f"sqlite:///{path}") as database:
        store = register_many(database, cards)
        assert store.has_order
        assert store.rewrite_members()
        assert not store.has_order
        data = path.read_bytes()
        assert (tmp_path / "card.sqlite3-wal").stat().st_size == 0
    places = [data.index(card) for card in cards]
    assert abs(measure_agreement(list(range(len(cards))), places)) < 0.15


@pytest.mark.postgresql
def test_postgresql_keeps_no_order_of_cards_in_its_rows(postgresql_url):
    import secrets

    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE card (public_key bytea PRIMARY KEY, revocation_hash bytea NOT NULL, last_wave bytea, "
            "request_hash bytea)"
        )
        connection.execute("CREATE INDEX card_revocation ON card (revocation_hash)")
        connection.execute("CREATE TABLE used_join_token (nonce bytea PRIMARY KEY)")
        connection.execute(
            "CREATE TABLE invitation (hash bytea PRIMARY KEY, request_hash bytea, is_replacement bool)"
        )
    cards = [secrets.token_bytes(32) for _ in range(200)]
    with open_database(postgresql_url) as database:
        store = register_many(database, cards)
        before = database.execute("SELECT count(DISTINCT xmin::text) FROM card").fetchone()
        assert before == (200,), "each row's own xmin is what an attacker would sort by"
        assert store.rewrite_members()
        assert database.execute("SELECT count(DISTINCT xmin::text), count(*) FROM card").fetchone() == (
            1,
            200,
        )
        rows = database.execute("SELECT public_key FROM card ORDER BY ctid").fetchall()
        assert [bytes(row[0]) for row in rows] == sorted(cards)
        indexes = database.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'card'").fetchone()
        assert indexes == (2,)


def test_a_key_row_keeps_everything_but_its_secret_when_it_is_destroyed(tmp_path):
    path = tmp_path / "card.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE occasion_key (occasion BLOB PRIMARY KEY NOT NULL, wave BLOB, position integer, descriptor BLOB, "
        "spki BLOB, private_key BLOB, is_destruction_logged bool) WITHOUT ROWID"
    )
    connection.close()
    key = StoredKey(b"o" * 8, b"w" * 8, 0, b"{}", b"spki", b"sealed", is_destruction_logged=False)
    with open_database(f"sqlite:///{path}") as database:
        store = Store(database)
        with database.transaction():
            store.record_keys([key])
            store.destroy_key(key.occasion)
        assert store.find_key(key.occasion) == key._replace(sealed=None)
