"""A database older than the log is brought up to date from any copy, and never where two histories exist."""

import shutil
import subprocess
from pathlib import Path

import pytest

from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.entries import compute_entry_hash, encode_entry
from amanah.core.public_log.tiles import encode_tile_path
from amanah.log_service.database import hold_writer_lock
from amanah.log_service.recovery import recover
from amanah.web.database import open_database
from tests.doors.log_service.place import FOUNDING, LogPlace, MakePlace, stop, wait_until
from tests.support.processes import is_answering


class Yesterday:
    """A log of which the database was copied before it went on; `go_back` puts that copy in place."""

    def __init__(self, place: LogPlace, tmp_path: Path) -> None:
        self.place = place
        self.copy = tmp_path / "yesterday.sqlite3"
        self.said: list[str] = []

    def keep(self) -> None:
        self.place.close()
        shutil.copy(self.place.config.folder("log") / "log.sqlite3", self.copy)

    def go_back(self) -> None:
        self.place.close()
        for file in self.place.config.folder("log").glob("log.sqlite3-*"):
            file.unlink()
        shutil.copy(self.copy, self.place.config.folder("log") / "log.sqlite3")

    def recover(self, source: Path | str | None = None) -> None:
        self.said.clear()
        recover(self.place.config, str(source or self.place.public), self.said.append)


@pytest.fixture
def yesterday(place: LogPlace, tmp_path: Path) -> Yesterday:
    return Yesterday(place, tmp_path)


def grow(place: LogPlace, numbers: range) -> None:
    ledger = place.open()
    ledger.append([place.entry(number) for number in numbers])
    ledger.sign_and_publish()


def test_what_yesterdays_database_lost_comes_back_from_our_own_files(yesterday: Yesterday) -> None:
    place = yesterday.place
    grow(place, range(250))
    yesterday.keep()
    grow(place, range(250, 900))
    seen = place.read().seen
    yesterday.go_back()
    with pytest.raises(MisconfiguredError, match="recover-log"):
        place.open()
    yesterday.recover()
    assert any("650 are missing" in line for line in yesterday.said)
    assert place.open().signed is not None
    assert place.read(seen).size == seen[0]
    grow(place, range(900, 910))
    assert place.read(seen).size == seen[0] + 10
    # Doing it again changes nothing.
    place.close()
    yesterday.recover()
    assert not any("missing" in line for line in yesterday.said)
    assert place.open().size == seen[0] + 10


@pytest.mark.parametrize("size", [FOUNDING + 1, 255, 256, 257, 512, 600])
@pytest.mark.parametrize("start", [FOUNDING, 256, 300])
def test_the_edge_of_a_bundle_is_no_edge_for_recovery(yesterday: Yesterday, start: int, size: int) -> None:
    place = yesterday.place
    if start > FOUNDING:
        grow(place, range(start - FOUNDING))
    else:
        place.open()
    yesterday.keep()
    if size > start:
        grow(place, range(start - FOUNDING, size - FOUNDING))
    seen = place.read().seen
    yesterday.go_back()
    yesterday.recover()
    place.open()
    assert place.read(seen).seen == seen


def test_a_mirror_is_enough_where_the_whole_folder_is_lost(any_place: LogPlace, tmp_path: Path) -> None:
    grow(any_place, range(300))
    seen = any_place.read().seen
    mirror = tmp_path / "mirror"
    shutil.copytree(any_place.public, mirror)
    any_place.close()
    empty_database(any_place)
    shutil.rmtree(any_place.public)
    any_place.last_signed.unlink()
    recover(any_place.config, str(mirror), lambda _: None)
    any_place.open()
    assert any_place.read(seen).seen == seen
    for path in mirror.rglob("*"):
        if path.is_file():
            assert (any_place.public / path.relative_to(mirror)).read_bytes() == path.read_bytes()


def empty_database(place: LogPlace) -> None:
    """Lose every row, as a new machine would: the triggers that forbid it go first."""
    with open_database(place.config.database("log")) as database:
        tables = ("log_entry", "log_checkpoint", "log_cosignature")
        if database.vendor == "postgresql":
            database.execute("ALTER TABLE log_entry DISABLE TRIGGER USER")
            for table in tables:
                database.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                database.execute(f"DELETE FROM {table}")
                database.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        for table in tables:
            (sql,) = database.execute(
                "SELECT sql FROM sqlite_master WHERE name = ?", (f"{table}_no_delete",)
            ).fetchone()
            database.execute(f"DROP TRIGGER {table}_no_delete")
            database.execute(f"DELETE FROM {table}")
            database.execute(sql)


@pytest.mark.processes
def test_a_mirror_that_answers_at_an_address_is_as_good_as_a_folder(make_place: MakePlace) -> None:
    place = make_place("sqlite")
    grow(place, range(600))
    seen = place.read().seen
    place.close()
    mirror = make_place("sqlite", "hill")
    shutil.copytree(place.public, mirror.public)
    process = subprocess.Popen(
        ["python3", "-m", "http.server", str(mirror.config.binds["log"][1]), "--bind", "127.0.0.1"],
        cwd=mirror.config.folder("log"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    mirror.processes.append(process)
    empty_database(place)
    shutil.rmtree(place.public)
    url = f"http://127.0.0.1:{mirror.config.binds['log'][1]}/public/"
    wait_until(lambda: is_answering(url))
    recover(place.config, url, lambda _: None)
    place.open()
    assert place.read(seen).seen == seen


def test_another_history_under_the_same_key_is_refused_and_changes_nothing(yesterday: Yesterday) -> None:
    place = yesterday.place
    place.open()
    yesterday.keep()
    grow(place, range(20))
    mirror = yesterday.copy.parent / "mirror"
    shutil.copytree(place.public, mirror)
    yesterday.go_back()
    shutil.rmtree(place.public)
    place.last_signed.unlink()
    grow(place, range(100, 110))
    place.close()
    before = [encode_entry(entry) for entry in place.read().entries]
    with pytest.raises(MisconfiguredError, match=f"differ from entry {FOUNDING} on.*the log has forked"):
        yesterday.recover(mirror)
    place.open()
    assert [encode_entry(entry) for entry in place.read().entries] == before


@pytest.mark.parametrize(
    "damage", ["no checkpoint", "another key", "an entry", "a bundle is cut", "a bundle is gone"]
)
def test_a_copy_that_cannot_be_believed_is_refused_and_changes_nothing(
    yesterday: Yesterday, damage: str
) -> None:
    place = yesterday.place
    place.open()
    yesterday.keep()
    grow(place, range(600))
    mirror = yesterday.copy.parent / "mirror"
    shutil.copytree(place.public, mirror)
    yesterday.go_back()
    bundle = mirror / encode_tile_path("entries", 1)
    if damage == "no checkpoint":
        (mirror / "checkpoint").unlink()
    elif damage == "another key":
        note = (mirror / "checkpoint").read_text().replace(place.config.log_origin, "somewhere.else/log")
        (mirror / "checkpoint").write_text(note)
    elif damage == "an entry":
        bundle.write_bytes(bundle.read_bytes().replace(b"0.1.300", b"0.1.999"))
    elif damage == "a bundle is cut":
        bundle.write_bytes(bundle.read_bytes()[:-3])
    else:
        bundle.unlink()
    with pytest.raises(MisconfiguredError, match=r"copy"):
        yesterday.recover(mirror)
    with open_database(place.config.database("log")) as database:
        assert database.execute("SELECT count(*) FROM log_entry").fetchone()[0] == FOUNDING


def test_a_copy_that_is_not_new_enough_is_taken_in_and_more_is_asked_for(yesterday: Yesterday) -> None:
    place = yesterday.place
    place.open()
    yesterday.keep()
    grow(place, range(10))
    mirror = yesterday.copy.parent / "mirror"
    shutil.copytree(place.public, mirror)
    grow(place, range(10, 20))
    yesterday.go_back()
    newest = mirror.with_name("newest")
    shutil.move(place.public, newest)
    with pytest.raises(MisconfiguredError, match=f"now holds {FOUNDING + 10} entries.*newer copy"):
        yesterday.recover(mirror)
    yesterday.recover(newest)
    assert place.open().size == FOUNDING + 20


def test_what_was_acknowledged_but_never_signed_comes_back_too(yesterday: Yesterday) -> None:
    place = yesterday.place
    place.open()
    yesterday.keep()
    grow(place, range(250 - FOUNDING))
    ledger = place.open()
    ledger.append([place.entry(number) for number in range(1_000, 1_300)])
    ledger.write_tiles()
    yesterday.go_back()
    yesterday.recover()
    assert any("300 more were acknowledged" in line for line in yesterday.said)
    ledger = place.open()
    assert ledger.size == 550
    assert ledger.append([place.entry(1_299)]) == [549]
    hashes = {compute_entry_hash(encode_entry(entry)) for entry in place.read().entries}
    assert len(hashes) == 550


def test_a_forged_leftover_is_not_taken_in(yesterday: Yesterday) -> None:
    place = yesterday.place
    grow(place, range(3))
    yesterday.keep()
    ledger = place.open()
    ledger.append([place.entry(50), place.entry(51)])
    ledger.write_tiles()
    place.close()
    yesterday.go_back()
    path = place.public / encode_tile_path("entries", 0, FOUNDING + 5)
    path.write_bytes(path.read_bytes().replace(b"0.1.51", b"0.1.52"))
    yesterday.recover()
    assert any("1 more were acknowledged" in line for line in yesterday.said)


def test_nothing_is_recovered_under_a_running_log(yesterday: Yesterday) -> None:
    yesterday.place.open()
    yesterday.place.close()
    with (
        hold_writer_lock(yesterday.place.config.folder("log")),
        pytest.raises(MisconfiguredError, match="stop it first"),
    ):
        yesterday.recover()


@pytest.fixture
def sisters(make_place: MakePlace) -> tuple[LogPlace, LogPlace]:
    commons, hill = make_place("sqlite"), make_place("sqlite", "hill")
    hill.serve_log_of(commons)
    commons.write_policy(hill.as_witness("hill"))
    return commons, hill


@pytest.mark.processes
def test_after_a_restore_the_log_refuses_then_recovers_and_its_witness_sees_no_fork(
    sisters: tuple[LogPlace, LogPlace], tmp_path: Path
) -> None:
    commons, hill = sisters
    witness = hill.start_process("witness.process")
    yesterday = Yesterday(commons, tmp_path)
    policy = commons.write_policy(hill.as_witness("hill"))
    stop(commons.start_process())
    yesterday.keep()
    process = commons.start_process()
    for number in range(30):
        assert commons.post(commons.entry(number))[0] == 200
    stop(process)
    seen = commons.read_under(policy).seen
    yesterday.go_back()
    # Not even our own files remember: only the witness does.
    shutil.move(commons.public, tmp_path / "old-disk")
    commons.last_signed.unlink()
    with pytest.raises(MisconfiguredError, match="the witness hill shows"):
        commons.open()
    yesterday.recover(tmp_path / "old-disk")
    process = commons.start_process()
    assert commons.read_under(policy, seen).size >= seen[0]
    assert commons.post(commons.entry(100))[0] == 200
    wait_until(lambda: commons.entry(100) in map(encode_entry, commons.read_under(policy, seen).entries))
    assert "does not cosign" not in stop(process)
    with open_database(hill.config.database("log")) as database:
        assert database.execute("SELECT count(*) FROM fork_evidence").fetchone()[0] == 0
    assert stop(witness) == ""
