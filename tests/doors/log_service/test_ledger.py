"""The log keeps what it acknowledged, writes each thing once, and never signs a second history."""

import shutil
import sqlite3

import psycopg
import pytest

from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.log_service.database import hold_writer_lock
from amanah.web.database import open_database
from tests.doors.log_service.place import FOUNDING, NOW, LogPlace


def test_a_new_log_begins_by_admitting_itself_and_each_door(any_place: LogPlace) -> None:
    any_place.open()
    view = any_place.read()
    assert [entry.body.get("door") for entry in view.entries] == [
        "log",
        "card-door",
        "programme-door",
        "request-door",
        None,
        None,
        None,
    ]
    assert [entry.kind for entry in view.entries[4:]] == [
        "holdings_declared",
        "policy_stated",
        "door_started",
    ]
    any_place.open()
    assert any_place.read().size == FOUNDING


def test_handing_over_the_same_entry_again_adds_nothing(any_place: LogPlace) -> None:
    ledger = any_place.open()
    first, second = any_place.entry(1), any_place.entry(2)
    assert ledger.append([first]) == [FOUNDING]
    assert ledger.append([second, first, second]) == [FOUNDING + 1, FOUNDING, FOUNDING + 1]
    ledger.sign_and_publish()
    ledger = any_place.open()
    assert ledger.append([first, second]) == [FOUNDING, FOUNDING + 1]
    assert not ledger.has_unsigned_entries
    assert any_place.read().size == FOUNDING + 2


def test_entries_that_were_durable_but_not_published_are_published_at_the_next_start(
    any_place: LogPlace,
) -> None:
    any_place.open().append([any_place.entry(1)])
    assert any_place.read().size == FOUNDING
    any_place.open()
    assert any_place.read().size == FOUNDING + 1


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 513])
def test_files_hold_the_whole_log_at_every_size_around_a_bundle(place: LogPlace, size: int) -> None:
    ledger = place.open()
    seen = place.read().seen
    ledger.append([place.entry(number) for number in range(size - FOUNDING - 1)])
    ledger.sign_and_publish()
    ledger.append([place.entry(99_999)])
    ledger.sign_and_publish()
    view = place.read(seen)
    assert view.size == size
    assert view.root == ledger.compute_root()
    full = [path for path in list_bundle_paths(0, size) if ".p/" not in path]
    assert all((place.public / path).exists() for path in full)
    assert not any((place.public / f"{path}.p").exists() for path in full)
    place.open()
    assert place.read(view.seen).seen == view.seen


def test_a_lost_tile_is_made_again_and_a_changed_one_stops_the_start(place: LogPlace) -> None:
    ledger = place.open()
    ledger.append([place.entry(number) for number in range(300)])
    ledger.sign_and_publish()
    tile = place.public / "tile" / "entries" / "000"
    before = tile.read_bytes()
    tile.unlink()
    place.open()
    assert tile.read_bytes() == before
    damaged = bytearray(before)
    damaged[100] ^= 1
    tile.write_bytes(damaged)
    with pytest.raises(MisconfiguredError, match="holds other bytes"):
        place.open()
    assert tile.read_bytes() == damaged


def copy_of_database(place: LogPlace) -> None:
    place.close()
    shutil.copy(place.config.folder("log") / "log.sqlite3", place.config.data / "yesterday.sqlite3")


def put_back_database(place: LogPlace) -> None:
    place.close()
    for file in place.config.folder("log").glob("log.sqlite3-*"):
        file.unlink()
    shutil.copy(place.config.data / "yesterday.sqlite3", place.config.folder("log") / "log.sqlite3")


@pytest.mark.parametrize("kept", ["published checkpoint", "last-signed file", "both"])
def test_a_database_put_back_from_yesterday_signs_nothing(place: LogPlace, kept: str) -> None:
    place.open()
    copy_of_database(place)
    ledger = place.open()
    ledger.append([place.entry(1)])
    ledger.sign_and_publish()
    put_back_database(place)
    if kept == "published checkpoint":
        place.last_signed.unlink()
    if kept == "last-signed file":
        shutil.rmtree(place.public)
    before = place.last_signed.read_bytes() if place.last_signed.exists() else None
    with pytest.raises(MisconfiguredError, match="older than the log"):
        place.open()
    assert (place.last_signed.read_bytes() if place.last_signed.exists() else None) == before


@pytest.mark.parametrize("kept", ["published checkpoint", "last-signed file"])
def test_a_database_with_another_history_signs_nothing(place: LogPlace, kept: str) -> None:
    place.open()
    copy_of_database(place)
    ledger = place.open()
    ledger.append([place.entry(1)])
    ledger.sign_and_publish()
    published, last = (place.public / "checkpoint").read_bytes(), place.last_signed.read_bytes()
    put_back_database(place)
    shutil.rmtree(place.public)
    place.last_signed.unlink()
    ledger = place.open()
    ledger.append([place.entry(2), place.entry(3)])
    ledger.sign_and_publish()
    place.close()
    if kept == "published checkpoint":
        (place.public / "checkpoint").write_bytes(published)
    else:
        place.last_signed.write_bytes(last)
    with pytest.raises(MisconfiguredError, match="another history"):
        place.open()


def test_an_entry_changed_in_the_database_is_noticed_at_the_next_start(place: LogPlace) -> None:
    ledger = place.open()
    ledger.append([place.entry(1)])
    ledger.sign_and_publish()
    place.close()
    with sqlite3.connect(place.config.folder("log") / "log.sqlite3") as connection:
        connection.execute("DROP TRIGGER log_entry_no_update")
        connection.execute("UPDATE log_entry SET entry = ? WHERE position = ?", (place.entry(2), FOUNDING))
    connection.close()
    with pytest.raises(MisconfiguredError, match="damaged"):
        place.open()


def test_the_database_itself_refuses_to_change_or_forget_an_entry(any_place: LogPlace) -> None:
    any_place.open()
    with open_database(any_place.config.database("log")) as database:
        for sql in (
            "DELETE FROM log_entry WHERE position = 1",
            "UPDATE log_entry SET entry = entry",
            "DELETE FROM log_checkpoint",
            "UPDATE log_checkpoint SET size = 9",
        ):
            with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="append-only"):
                database.execute(sql)


@pytest.mark.parametrize("name", ["checkpoint-signing.key", "entry-signing.key"])
def test_another_key_than_that_of_the_log_signs_nothing(place: LogPlace, name: str) -> None:
    place.open()
    place.close()
    (place.config.keys("log") / name).write_bytes(bytes(range(32)))
    with pytest.raises(MisconfiguredError):
        place.open()
    (place.config.keys("log") / name).unlink()
    with pytest.raises(MisconfiguredError, match="cannot be read"):
        place.open()


def test_a_checkpoint_by_another_key_in_the_folder_stops_the_start(place: LogPlace) -> None:
    place.open()
    note = sign_checkpoint(Checkpoint(place.config.log_origin, 5, bytes(32)), bytes(range(32)))
    (place.public / "checkpoint").write_bytes(note)
    with pytest.raises(MisconfiguredError, match="not signed by this log"):
        place.open()


def test_a_door_with_a_new_key_is_admitted_again(place: LogPlace) -> None:
    place.open()
    place.close()
    file = place.config.data / "public" / "card-door.entry.pub"
    file.chmod(0o644)
    file.write_text((place.config.data / "public" / "request-door.entry.pub").read_text())
    place.open()
    view = place.read()
    assert view.entries[-1].body["door"] == "card-door"
    assert view.keys["card-door"] == view.keys["request-door"]


def test_a_heartbeat_is_due_within_a_day_of_the_last_one(place: LogPlace) -> None:
    ledger = place.open()
    place.time = NOW + 22 * 3_600
    assert not ledger.is_heartbeat_due
    place.time = NOW + 24 * 3_600 - 1
    assert ledger.is_heartbeat_due
    ledger.append_heartbeat()
    assert not ledger.is_heartbeat_due
    ledger.sign_and_publish()
    assert place.read().list_entries("heartbeat")[0].body == {"entries": FOUNDING}
    assert not place.open().is_heartbeat_due
    place.time += 24 * 3_600
    assert place.open().is_heartbeat_due


def test_a_second_service_on_the_same_folder_does_not_start(place: LogPlace) -> None:
    with (
        hold_writer_lock(place.config.folder("log")),
        pytest.raises(MisconfiguredError, match="Another log service"),
        hold_writer_lock(place.config.folder("log")),
    ):
        pass
    with hold_writer_lock(place.config.folder("log")):
        pass


@pytest.mark.postgresql
def test_a_second_service_on_the_same_postgresql_database_does_not_start(make_place) -> None:  # type: ignore[no-untyped-def]
    place: LogPlace = make_place("postgresql")
    place.open()
    with pytest.raises(MisconfiguredError, match="Another log service"):
        LogPlace(place.config, place.settings).open()


def test_a_database_without_tables_or_without_a_file_is_explained(place: LogPlace) -> None:
    path = place.config.folder("log") / "log.sqlite3"
    path.unlink()
    with pytest.raises(MisconfiguredError, match="missing"):
        place.open()
    path.touch()
    with pytest.raises(MisconfiguredError, match="no tables"):
        place.open()
