"""Every single step of writing may fail, before or after it took effect: the next start goes on with one true log."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from amanah.core.errors import AmanahError
from amanah.log_service import ledger as ledger_module
from amanah.web.database import Database
from tests.doors.log_service.place import FOUNDING, LogPlace

CALLS = ("open", "write", "fsync", "rename", "mkdir", "unlink")


class BrokenDiskError(OSError):
    """What the test makes the machine say."""


class Disk:
    """Counts the calls that write, and breaks one of them."""

    def __init__(self) -> None:
        self.count = 0
        self.broken_at: int | None = None
        self.takes_effect = False

    def wrap(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.count - 1 != self.broken_at:
                return real(*args, **kwargs)
            if self.takes_effect:
                result = real(*args, **kwargs)
                if isinstance(result, int) and real.__name__ == "open":
                    os.close(result)
            raise BrokenDiskError(5, "the disk is broken")

        return call


@contextlib.contextmanager
def breaking(disk: Disk) -> Iterator[None]:
    """Put the disk under everything that writes: files, and the statements of the database."""
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, disk.wrap(getattr(os, name)))
        real = Database.execute
        patch.setattr(Database, "execute", disk.wrap(real))
        patch.setattr(Database, "execute_many", disk.wrap(Database.execute_many))
        yield


def write_and_publish(place: LogPlace, acknowledged: list[bytes], published: list[tuple[int, bytes]]) -> None:
    """Do what the service does: two batches, the second over the edge of a bundle, each published."""
    log = place.opened[-1]
    for batch in ([place.entry(n) for n in (1, 2)], [place.entry(n) for n in (3, 4, 5, 6)]):
        log.append(batch)
        acknowledged.extend(batch)
        log.sign_and_publish()
        published.append((log.signed.size, log.signed.root))


def count_steps(place: LogPlace) -> int:
    disk = Disk()
    place.open()
    with breaking(disk):
        write_and_publish(place, [], [])
    return disk.count


def check_after(place: LogPlace, acknowledged: list[bytes], published: list[tuple[int, bytes]]) -> None:
    """Start again on a sound disk: everything acknowledged is there once, and everything seen is a prefix."""
    log = place.open()
    seen = published[-1] if published else None
    view = place.read(seen)
    assert view.size == log.size
    positions = log.append(acknowledged)
    assert len(set(positions)) == len(acknowledged)
    assert log.size == view.size
    for checkpoint in log.store.list_checkpoints():
        place.read((checkpoint.size, checkpoint.root))
    assert len({entry.signature for entry in view.entries}) == view.size
    assert not list(place.public.glob("**/*.writing"))


@pytest.mark.slow
@pytest.mark.parametrize("takes_effect", [False, True], ids=["before it took effect", "after it took effect"])
def test_no_broken_step_loses_or_doubles_an_entry_or_forks_the_log(
    make_place: Callable[[str], LogPlace], takes_effect: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = make_place("sqlite")
    log = place.open()
    log.append([place.entry(number) for number in range(100, 352 - FOUNDING)])
    log.sign_and_publish()
    place.close()
    clean = tmp_path_factory.mktemp("clean") / "log"
    shutil.copytree(place.config.folder("log"), clean)
    steps = count_steps(place)
    assert steps > 50
    broken = 0
    for step in range(steps):
        place.close()
        shutil.rmtree(place.config.folder("log"))
        shutil.copytree(clean, place.config.folder("log"))
        place.open()
        disk = Disk()
        disk.broken_at, disk.takes_effect = step, takes_effect
        acknowledged: list[bytes] = []
        published: list[tuple[int, bytes]] = []
        with breaking(disk), contextlib.suppress(BrokenDiskError):
            write_and_publish(place, acknowledged, published)
        broken += len(published) < 2
        check_after(place, acknowledged, published)
    assert broken > steps / 2


@pytest.mark.parametrize(
    "stage",
    ["write_tiles", "_check_files", "sign_checkpoint", "record_checkpoint", "destroy_outgrown_partials"],
)
def test_a_crash_between_any_two_stages_is_carried_through(
    any_place: LogPlace, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = any_place.open()
    seen = any_place.read().seen
    batch = [any_place.entry(number) for number in range(260)]
    log.append(batch)
    target: Any = {"sign_checkpoint": ledger_module, "record_checkpoint": log.store}.get(stage, log)
    with monkeypatch.context() as patch:

        def crash(*_: Any, **__: Any) -> None:
            raise BrokenDiskError(5, "the machine went away")

        patch.setattr(target, stage, crash)
        with pytest.raises(BrokenDiskError):
            log.sign_and_publish()
    check_after(any_place, batch, [seen])


def test_files_that_no_longer_give_the_signed_root_are_not_signed_over(place: LogPlace) -> None:
    log = place.open()
    log.append([place.entry(1)])
    before = place.last_signed.read_bytes()
    log.write_tiles()
    tile = place.public / "tile" / "0" / "000.p" / str(FOUNDING + 1)
    damaged = bytearray(tile.read_bytes())
    damaged[0] ^= 1
    tile.write_bytes(damaged)
    with pytest.raises(AmanahError):
        log.sign_and_publish()
    assert place.last_signed.read_bytes() == before


def test_a_second_writer_on_the_same_database_is_fenced_off(place: LogPlace) -> None:
    log = place.open()
    place.opened.clear()
    other = place.open()
    other.append([place.entry(1)])
    with pytest.raises(sqlite3.IntegrityError):
        log.append([place.entry(2)])
    log.store.close()
    assert place.open().size == FOUNDING + 1
