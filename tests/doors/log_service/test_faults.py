"""Every single step of writing may fail, before or after it took effect: the next start goes on with one true log."""

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from amanah.core.errors import AmanahError, MisconfiguredError
from amanah.core.public_log.checkpoints import compute_verifier_key, verify_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root
from amanah.core.public_log.notes import COSIGNER, encode_verifier_key, parse_note
from amanah.core.public_log.tiles import encode_tile_path
from amanah.log_service import ledger as ledger_module
from amanah.log_service.witness.opening import open_witness
from amanah.web.database import Database, open_database
from tests.doors.log_service.place import FOUNDING, NOW, LogPlace
from tests.doors.log_service.valley import KEY, ORIGIN_HASH, request, serve

CALLS = ("open", "write", "fsync", "rename", "mkdir", "unlink")
SISTERS = {
    name: compute_verifier_key(name, hashlib.sha256(name.encode()).digest(), COSIGNER)
    for name in ("sister.one/witness", "sister.two/witness")
}


class BrokenDiskError(OSError):
    """What the test makes the machine say."""


class Disk:
    """Counts the calls that write, and breaks one of them, or all from one on."""

    def __init__(self, broken_at: int | None = None, way: str = "before") -> None:
        self.count = 0
        self.broken_at = broken_at
        self.way = way

    def wrap(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            place = self.count - 1
            if self.broken_at is None or place < self.broken_at:
                return real(*args, **kwargs)
            if self.way == "full":
                return self._fill_up(real, args, kwargs)
            if place > self.broken_at:
                return real(*args, **kwargs)
            if self.way == "after":
                result = real(*args, **kwargs)
                if isinstance(result, int) and real.__name__ == "open":
                    os.close(result)
            raise BrokenDiskError(errno.EIO, "the disk is broken")

        return call

    @staticmethod
    def _fill_up(real: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Let through what needs no room; of what needs some, half may still fit."""
        if real.__name__ in {"fsync", "rename", "unlink"} or str(args[-1]).startswith(("SELECT", "BEGIN")):
            return real(*args, **kwargs)
        if real.__name__ == "open" and not args[1] & os.O_CREAT:
            return real(*args, **kwargs)
        if real.__name__ == "write":
            real(args[0], bytes(args[1])[: len(args[1]) // 2])
        raise BrokenDiskError(errno.ENOSPC, "No space left on device")


@contextlib.contextmanager
def breaking(disk: Disk) -> Iterator[None]:
    """Put the disk under everything that writes: files, and the statements of the database."""
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, disk.wrap(getattr(os, name)))
        patch.setattr(Database, "execute", disk.wrap(Database.execute))
        patch.setattr(Database, "execute_many", disk.wrap(Database.execute_many))
        yield


@dataclass
class Observed:
    """What the world knows when the machine breaks: acknowledged entries, and published notes with their trees."""

    acknowledged: list[bytes] = field(default_factory=list)
    published: list[tuple[int, bytes]] = field(default_factory=list)
    lines: dict[int, set[bytes]] = field(default_factory=dict)


def cosign_by(names: Iterable[str], note: bytes) -> dict[str, bytes]:
    text = parse_note(note).text
    return {
        encode_verifier_key(SISTERS[name]): cosign(
            text, name=name, seed=hashlib.sha256(name.encode()).digest(), at=1_790_000_000
        )
        for name in names
    }


def write_and_publish(place: LogPlace, observed: Observed) -> None:
    """Do what the service does: two batches, the second over the edge of a bundle, each published as lines come."""
    log = place.opened[-1]
    for batch in ([place.entry(n) for n in (1, 2)], [place.entry(n) for n in (3, 4, 5, 6)]):
        log.append(batch)
        observed.acknowledged.extend(batch)
        log.sign()
        assert log.signed is not None
        for count in range(len(SISTERS) + 1):
            lines = cosign_by(list(SISTERS)[:count], log.signed.note)
            log.publish(lines)
            observed.published.append((log.signed.size, log.signed.root))
            observed.lines[log.signed.size] = set(lines.values())


def count_steps(place: LogPlace) -> int:
    disk = Disk()
    place.open()
    with breaking(disk):
        write_and_publish(place, Observed())
    return disk.count


def check_after(place: LogPlace, observed: Observed) -> None:
    """Start again on a sound disk: everything acknowledged is there once, and everything seen is a prefix."""
    log = place.open()
    view = place.read(observed.published[-1] if observed.published else None)
    assert view.size == log.size
    positions = log.append(observed.acknowledged)
    assert len(set(positions)) == len(observed.acknowledged)
    assert log.size == view.size
    hashes = [compute_leaf_hash(encode_entry(entry)) for entry in view.entries]
    for checkpoint in log.store.list_checkpoints():
        assert compute_root(hashes[: checkpoint.size]) == checkpoint.root
    for size, lines in observed.lines.items():
        assert lines <= set(log.store.list_cosignatures(size).values())
    if log.size in observed.lines:
        note = (place.public / "checkpoint").read_bytes()
        assert all(line in note for line in observed.lines[log.size])
    assert len({entry.signature for entry in view.entries}) == view.size
    assert not list(place.public.glob("**/*.writing"))


@pytest.mark.parametrize("way", ["before", "after", "full"])
@pytest.mark.parametrize("stride", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_no_broken_step_loses_or_doubles_an_entry_or_forks_the_log(
    place: LogPlace, way: str, stride: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = place.open()
    log.append([place.entry(number) for number in range(100, 352 - FOUNDING)])
    log.sign_and_publish()
    place.close()
    clean = tmp_path_factory.mktemp("clean") / "log"
    shutil.copytree(place.config.folder("log"), clean)
    steps = count_steps(place)
    assert steps > 80
    broken = 0
    for step in range(0, steps, stride):
        place.close()
        shutil.rmtree(place.config.folder("log"))
        shutil.copytree(clean, place.config.folder("log"))
        place.open()
        observed = Observed()
        with breaking(Disk(step, way)), contextlib.suppress(BrokenDiskError):
            write_and_publish(place, observed)
        broken += len(observed.published) < 6
        check_after(place, observed)
    assert broken > steps / stride / 2


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
    check_after(any_place, Observed(batch, [seen]))


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


@pytest.mark.parametrize("way", ["before", "after", "full"])
def test_no_broken_step_makes_the_witness_forget_what_it_answered(place: LogPlace, way: str) -> None:
    serve(place, KEY)

    def read_held() -> int:
        with open_database(place.config.database("log")) as database:
            note = open_witness(place.config, database, lambda: NOW).find_checkpoint(ORIGIN_HASH)
        return verify_checkpoint(note, KEY).size if note else 0

    answered, step = 0, 0
    while True:
        held = read_held()
        assert held >= answered
        disk = Disk(step, way)
        with open_database(place.config.database("log")) as database:
            witness = open_witness(place.config, database, lambda: NOW)
            with breaking(disk), contextlib.suppress(BrokenDiskError):
                witness.add_checkpoint(request(held, held + 1))
                answered = held + 1
        if disk.count <= step:
            break
        step += 1
    assert step > 5
    assert read_held() == answered


@pytest.mark.parametrize("half", ["a temporary file", "a bundle", "a hash tile", "a partial tile"])
def test_a_torn_file_is_made_again_if_it_had_no_name_yet_and_never_signed_over(
    place: LogPlace, half: str
) -> None:
    log = place.open()
    log.append([place.entry(number) for number in range(600)])
    log.sign_and_publish()
    seen, before = place.read().seen, place.last_signed.read_bytes()
    place.close()
    width = seen[0] % 256
    paths = {
        "a bundle": encode_tile_path("entries", 1),
        "a hash tile": encode_tile_path(0, 1),
        "a partial tile": encode_tile_path(0, 2, width),
    }
    if half == "a temporary file":
        path = place.public / f"{encode_tile_path('entries', 3, 7)}.writing"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"\0")
        place.open()
        assert place.read(seen).size == seen[0]
        assert not path.exists()
        return
    path = place.public / paths[half]
    path.write_bytes(path.read_bytes()[:-17])
    with pytest.raises(MisconfiguredError, match="holds other bytes"):
        place.open()
    assert place.last_signed.read_bytes() == before
    path.unlink()
    place.open()
    assert place.read(seen).seen == seen


def test_a_clock_that_was_wrong_once_silences_no_heartbeat(place: LogPlace) -> None:
    place.time = NOW + 10 * 365 * 86_400
    log = place.open()
    log.append_heartbeat()
    log.sign_and_publish()
    place.time = NOW
    log = place.open()
    assert log.is_heartbeat_due
    log.append_heartbeat()
    log.sign_and_publish()
    assert not log.is_heartbeat_due
    assert not place.open().is_heartbeat_due
    assert len(place.read().list_entries("heartbeat")) == 2
