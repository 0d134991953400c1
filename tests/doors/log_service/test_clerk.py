"""A door's clerk hands everything over once, believes nothing unverified, and outlives the log's absence."""

import asyncio
import contextlib
import logging
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from amanah.core.errors import MisconfiguredError, RefusedError
from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.reading import ForkedLogError, LogView, ShrunkenLogError
from amanah.web.clerk import Clerk
from amanah.web.database import Database, open_database, open_sqlite
from amanah.web.log_reader import LogLink, LogUnreachableError, SeenFile, open_reader
from amanah.web.outbox import append_entry_raw, destroy_handed_over, list_waiting_entries
from tests.doors.log_service.place import FOUNDING, LogPlace

pytestmark = pytest.mark.processes


@pytest.fixture
def door(place: LogPlace) -> Path:
    """Give the file of a door's database that holds an outbox and nothing else."""
    path = place.config.folder("card") / "outbox.sqlite3"
    path.touch()
    with open_database(f"sqlite:///{path}") as database:
        database.execute(
            "CREATE TABLE outbox_entry (entry_hash BLOB PRIMARY KEY, entry BLOB NOT NULL) WITHOUT ROWID"
        )
    return path


def put(path: Path, *entries: bytes) -> None:
    with Database(open_sqlite(path), "sqlite") as database, database.transaction():
        for entry in entries:
            append_entry_raw(database, entry)


def list_outbox(path: Path) -> list[bytes]:
    with Database(open_sqlite(path), "sqlite") as database:
        return sorted(entry for _, entry in list_waiting_entries(database))


def wait_until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def run_clerk(place: LogPlace, path: Path, act: Callable[[LogView], Awaitable[None] | None]) -> Clerk:
    clerk = Clerk(place.config, "card", lambda: Database(open_sqlite(path), "sqlite"), act)
    clerk.run_in_thread()
    return clerk


def stop_log(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_the_outbox_keeps_an_entry_until_it_is_told_otherwise_and_holds_it_once(
    place: LogPlace, door: Path
) -> None:
    with open_database(f"sqlite:///{door}") as database:
        first = append_entry_raw(database, place.entry(1))
        assert append_entry_raw(database, place.entry(1)) == first
        append_entry_raw(database, place.entry(2))
        destroy_handed_over(database, first)
        assert [entry for _, entry in list_waiting_entries(database)] == [place.entry(2)]


def test_an_entry_is_rolled_back_with_the_rows_that_it_speaks_of(place: LogPlace, door: Path) -> None:
    with open_database(f"sqlite:///{door}") as database:
        with contextlib.suppress(RefusedError), database.transaction():
            append_entry_raw(database, place.entry(1))
            raise RefusedError
        assert list_waiting_entries(database) == []


def test_the_clerk_hands_over_reads_back_and_survives_the_log_being_away(
    place: LogPlace, door: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "amanah.clerk")
    views: list[LogView] = []
    put(door, place.entry(1), place.entry(2))
    clerk = run_clerk(place, door, views.append)
    wait_until(lambda: "does not answer" in caplog.text)
    assert views == []
    assert len(list_outbox(door)) == 2
    process = place.start_process()
    wait_until(lambda: bool(views) and views[-1].size == FOUNDING + 2)
    wait_until(lambda: list_outbox(door) == [])
    stop_log(process)
    put(door, place.entry(3))
    time.sleep(1)
    assert list_outbox(door) == [place.entry(3)]
    process = place.start_process()
    wait_until(lambda: encode_entry(views[-1].entries[-1]) == place.entry(3))
    clerk.stop()
    stop_log(process)
    sizes = [view.size for view in views]
    assert sizes == sorted(set(sizes))
    assert SeenFile(place.config.folder("card") / "log-seen.json").get() == views[-1].seen
    assert "0.1.1" not in caplog.text
    assert caplog.text.count("does not answer") <= 2


def test_a_refused_entry_stays_and_holds_up_nobody(
    place: LogPlace, door: Path, caplog: pytest.LogCaptureFixture
) -> None:
    process = place.start_process()
    refused = place.entry(1).replace(b'"client":null', b'"client":"Amina"')
    put(door, refused, place.entry(2))
    views: list[LogView] = []
    clerk = run_clerk(place, door, views.append)
    wait_until(lambda: bool(views) and views[-1].size == FOUNDING + 1)
    clerk.stop()
    stop_log(process)
    assert list_outbox(door) == [refused]
    assert "entry-not-allowed" in caplog.text
    assert "Amina" not in caplog.text


def test_what_the_door_writes_while_acting_is_handed_over_and_a_failed_act_is_tried_again(
    place: LogPlace, door: Path
) -> None:
    process = place.start_process()
    views: list[LogView] = []
    calls: list[int] = []

    async def act(view: LogView) -> None:
        calls.append(view.size)
        if len(calls) == 1:
            raise RefusedError("not yet")
        views.append(view)
        put(door, place.entry(7))

    clerk = run_clerk(place, door, act)
    wait_until(lambda: bool(views) and views[-1].size == FOUNDING + 1)
    clerk.stop()
    stop_log(process)
    assert calls[:2] == [FOUNDING, FOUNDING]


def test_the_clerk_runs_as_a_task_on_the_doors_own_connection_and_ends_when_cancelled(
    place: LogPlace, door: Path
) -> None:
    process = place.start_process()
    views: list[LogView] = []

    async def scenario() -> None:
        with open_database(f"sqlite:///{door}") as database:
            with database.transaction():
                append_entry_raw(database, place.entry(1))
            clerk = Clerk(place.config, "card", database, views.append, time.time)
            with pytest.raises(TypeError):
                clerk.run_in_thread()
            task = asyncio.create_task(clerk.run())
            while not views or views[-1].size <= FOUNDING:
                await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert list_waiting_entries(database) == []

    asyncio.run(scenario())
    stop_log(process)


def test_a_reader_that_starts_again_still_refuses_another_past_and_a_smaller_log(place: LogPlace) -> None:
    config, seen = place.config, SeenFile(place.config.folder("card") / "log-seen.json")
    place.time = time.time() - 3_600
    place.open()
    place.close()
    clean = config.data / "clean"
    shutil.copytree(config.folder("log"), clean)

    def serve_and_read(*numbers: int) -> LogView:
        process = place.start_process()
        for number in numbers:
            assert place.post(place.entry(number))[0] == 200
        # Each start writes one entry of its own.
        wait_until(lambda: place.read().size == FOUNDING + 1 + len(numbers))
        link = LogLink(config.urls["log"])
        try:
            return open_reader(config, link, seen).read_log()
        finally:
            link.close()
            stop_log(process)

    def go_back() -> None:
        shutil.rmtree(config.folder("log"))
        shutil.copytree(clean, config.folder("log"))

    assert serve_and_read(1, 2).size == FOUNDING + 3
    remembered = seen.get()
    go_back()
    with pytest.raises(ForkedLogError):
        serve_and_read(3, 4)
    go_back()
    with pytest.raises(ShrunkenLogError):
        serve_and_read()
    assert seen.get() == remembered


def test_a_partial_bundle_that_has_just_been_completed_is_read_from_the_full_one(place: LogPlace) -> None:
    ledger = place.open()
    ledger.append([place.entry(number) for number in range(200)])
    ledger.sign_and_publish()
    old_checkpoint = (place.public / "checkpoint").read_bytes()
    ledger.append([place.entry(number) for number in range(200, 300)])
    ledger.sign_and_publish()
    assert not (place.public / "tile/entries/000.p").exists()
    place.close()
    process = place.start_process()
    (place.public / "checkpoint").write_bytes(old_checkpoint)
    reader = open_reader(
        place.config, LogLink(place.config.urls["log"]), SeenFile(place.config.data / "seen")
    )
    assert reader.read_log().size == FOUNDING + 200
    assert reader.read_log() is reader.view
    stop_log(process)
    with pytest.raises(LogUnreachableError):
        reader.read_log()


def test_a_damaged_memory_of_the_log_stops_the_door(place: LogPlace) -> None:
    path = place.config.folder("card") / "log-seen.json"
    for damage in ("", "{}", '{"size":"x","root":"y"}', '{"size":1,"root":"AAAA"}'):
        path.write_text(damage)
        with pytest.raises(MisconfiguredError, match="damaged"):
            SeenFile(path).get()


def test_neither_the_service_nor_the_clerk_imports_django() -> None:
    code = (
        "import sys, amanah.log_service.process, amanah.web.clerk, amanah.web.outbox; "
        "assert not [name for name in sys.modules if name.partition('.')[0] in ('django', 'httpx', 'numpy')]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
