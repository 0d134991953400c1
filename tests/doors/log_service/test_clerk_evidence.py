"""A door that cannot believe the log keeps what it was shown and what it saw before, once, and says where."""

import json
import logging
import shutil
import time
from pathlib import Path

import pytest

from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.reading import LogView
from amanah.web.clerk import UNWITNESSED_SECONDS, Clerk
from amanah.web.database import Database, open_database, open_sqlite
from amanah.web.log_evidence import EvidenceFile, Refusal
from tests.doors.log_service.odd_witness import run_odd_witness
from tests.doors.log_service.place import FOUNDING, LogPlace, stop, wait_until

pytestmark = pytest.mark.processes


class Watching:
    """A clerk of the card door at work, with a clock that the test moves."""

    def __init__(self, place: LogPlace) -> None:
        self.path = place.config.folder("card") / "outbox.sqlite3"
        self.evidence = EvidenceFile(place.config.folder("card") / "log-evidence.json")
        if not self.path.exists():
            self.path.touch()
            with open_database(f"sqlite:///{self.path}") as database:
                database.execute(
                    "CREATE TABLE outbox_entry (entry_hash BLOB PRIMARY KEY, entry BLOB NOT NULL) WITHOUT ROWID"
                )
        self.ahead = 0.0
        self.views: list[LogView] = []
        self.clerk = Clerk(
            place.config, "card", self.open, self.views.append, lambda: time.monotonic() + self.ahead
        )
        self.thread = self.clerk.run_in_thread()

    def open(self) -> Database:
        return Database(open_sqlite(self.path), "sqlite")

    def read(self) -> dict[str, dict[str, object]]:
        return dict(json.loads(self.evidence.path.read_text()))

    def stop(self) -> None:
        self.clerk.stop()
        self.thread.join(20)


def found_and_copy(place: LogPlace) -> Path:
    """Found a log an hour ago, and keep a copy of its folder to go back to."""
    place.time = time.time() - 3_600
    place.open()
    place.close()
    clean = place.config.data / "clean"
    shutil.copytree(place.config.folder("log"), clean)
    return clean


def go_back(place: LogPlace, clean: Path) -> None:
    """Put the copy in place of the log, as a careless restore on a new machine would, and go on from there."""
    shutil.rmtree(place.config.folder("log"))
    shutil.copytree(clean, place.config.folder("log"))
    place.time += 1
    place.open()
    place.close()


def test_a_fork_and_a_shrunken_log_leave_both_signed_notes_behind(
    place: LogPlace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "amanah.clerk")
    clean = found_and_copy(place)
    process = place.start_process()
    for number in (1, 2):
        place.post(place.entry(number))
    door = Watching(place)
    wait_until(lambda: bool(door.views) and door.views[-1].size == FOUNDING + 3)
    for numbers, code in (((3, 4), "log-forked"), ((), "log-shrunken"), ((5, 6, 7), "log-forked")):
        stop(process)
        go_back(place, clean)
        process = place.start_process()
        for number in numbers:
            place.post(place.entry(number))
        wait_until(lambda code=code: code in door.evidence.list_kinds(), 40)  # type: ignore[misc]
    before = door.evidence.path.read_bytes()
    time.sleep(1)
    assert door.evidence.path.read_bytes() == before
    stop(process)
    door.stop()
    kept = door.read()
    for code, size in (("log-forked", FOUNDING + 4), ("log-shrunken", FOUNDING + 2)):
        refused = verify_checkpoint(str(kept[code]["refused"]).encode(), place.log_key)
        believed = verify_checkpoint(str(kept[code]["believed"]).encode(), place.log_key)
        assert (refused.size <= size, believed.size) == (True, FOUNDING + 3)
        assert refused.root != believed.root
    assert str(door.evidence.path) in caplog.text
    assert door.views[-1].size == FOUNDING + 3


def test_what_was_believed_before_a_restart_of_the_door_is_still_shown_as_a_signed_note(
    place: LogPlace,
) -> None:
    clean = found_and_copy(place)
    process, door = place.start_process(), Watching(place)
    place.post(place.entry(1))
    wait_until(lambda: bool(door.views) and door.views[-1].size == FOUNDING + 2)
    door.stop()
    stop(process)
    shutil.rmtree(place.config.folder("log"))
    shutil.copytree(clean, place.config.folder("log"))
    process, door = place.start_process(), Watching(place)
    wait_until(lambda: door.evidence.list_kinds() == ["log-shrunken"], 40)
    door.stop()
    stop(process)
    believed = verify_checkpoint(str(door.read()["log-shrunken"]["believed"]).encode(), place.log_key)
    assert believed.size == FOUNDING + 2
    assert door.views == []


def test_a_slow_witness_is_given_half_a_minute_before_anybody_hears_of_it(
    place: LogPlace, caplog: pytest.LogCaptureFixture
) -> None:
    with run_odd_witness(lambda _: (500, b"")) as odd:
        place.write_policy(odd.as_witness("odd"))
        process, door = place.start_process(), Watching(place)
        wait_until((place.public / "checkpoint").exists)
        time.sleep(1.5)
        assert "cannot be believed" not in caplog.text
        assert door.evidence.list_kinds() == []
        door.ahead = UNWITNESSED_SECONDS
        wait_until(lambda: "cannot be believed (checkpoint-not-witnessed)" in caplog.text)
        assert door.evidence.list_kinds() == ["checkpoint-not-witnessed"]
        assert door.views == []
        door.stop()
        stop(process)


def test_the_first_refusal_of_each_kind_stays_and_a_damaged_file_is_left_alone(tmp_path: Path) -> None:
    file = EvidenceFile(tmp_path / "log-evidence.json")
    assert file.record("log-forked", Refusal(b"first\n", b"", None), 1)
    assert file.record("log-forked", Refusal(b"second\n", b"", None), 2)
    assert file.record("log-shrunken", Refusal(b"\xff third\n", b"before\n", (3, bytes(32))), 3)
    kept = json.loads(file.path.read_text())
    assert [kept[code]["at"] for code in ("log-forked", "log-shrunken")] == [1, 3]
    assert kept["log-forked"]["refused"] == "first\n"
    assert kept["log-shrunken"]["seen"] == {"size": 3, "root": "A" * 43}
    file.path.write_text("[")
    assert not file.record("log-entry-bad", Refusal(b"", b"", None), 4)
    assert file.path.read_text() == "["
    assert not EvidenceFile(tmp_path / "nowhere" / "x").record("x", Refusal(b"", b"", None), 4)
