"""Durable appends to the public log over HTTP, beside one fsync and beside SQLite alone writing the same rows.

And the publication of a thousand entries at once: tiles, reading back, signing, the checkpoint; beside one fsync.
"""

import hashlib
import os
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.support.processes import (
    Running,
    build_settings,
    found_from_template,
    migrate_template,
    start_departments,
)

from amanah.cli.founding import ENTRY_KEY
from amanah.log_service.application import ENTRIES_PATH
from amanah.log_service.process import open_log
from amanah.web.config import load_config
from amanah.web.database import find_sqlite_path, open_database, open_sqlite
from benchmarks.crowds import CrowdFailedError, Tally, send_bodies
from benchmarks.log_entries import ENTRY_LENGTH, sign_entries, write_entries
from benchmarks.measuring import (
    Goal,
    Row,
    Sample,
    Scale,
    build_ratio_row,
    collect_samples,
    read_tree_seconds,
    take_sample,
)

CONNECTIONS = 64
SYNCS = 300
APPENDED = 4_096
PUBLISHED = 1_000
CHECKS = 500
# Of every entry the log checks an Ed25519 signature, which costs as much as several rows of bare SQLite.
ALONE_GOAL, CROWD_GOAL, PUBLICATION_GOAL = Goal("at most", 8.0), Goal("at least", 0.05), Goal("at most", 60.0)


def measure(scale: Scale) -> list[Row]:
    """Append alone and in a crowd, then publish."""
    alone = collect_samples(scale, lambda: measure_alone(scale))
    crowd = collect_samples(scale, lambda: measure_crowd(scale))
    publication = collect_samples(scale, lambda: measure_publication(scale))
    return [
        build_ratio_row(
            "log_appends",
            "One entry appended to the log, one connection",
            alone,
            goal=ALONE_GOAL,
            names=("times one fsync", "p50 ms at one connection", "fsync p50 ms"),
        ),
        build_ratio_row(
            "log_appends",
            "Entries appended to the log, 64 connections",
            crowd,
            goal=CROWD_GOAL,
            names=("of bare SQLite", "appended/s", "bare SQLite rows/s"),
        ),
        build_ratio_row(
            "log_appends",
            "Publishing 1,000 new entries",
            publication,
            goal=PUBLICATION_GOAL,
            names=("times one fsync", "ms", "fsync p50 ms"),
        ),
    ]


def measure_alone(scale: Scale) -> Sample:
    """Let one connection append; its p50 stands beside one fsync, its rate beside SQLite with a commit a row."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        folder = Path(name)
        running, bodies = start_log(folder, scale.count_passes() // 4)
        try:
            bare = measure_bare_sqlite(folder, scale.seconds / 4, batch=1)

            def measure_ours() -> tuple[float, Mapping[str, float]]:
                tally, more = append(running, bodies, scale, connections=1)
                return tally.p50, {
                    "appended/s": tally.rate,
                    "bare SQLite commits/s": bare,
                    "CPython SHA-256/s": measure_hashes(),
                    **more,
                }

            return take_sample(lambda: measure_fsync(find_log_folder(running)), measure_ours)
        finally:
            running.stop()


def measure_crowd(scale: Scale) -> Sample:
    """Let 64 connections append."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        folder = Path(name)
        running, bodies = start_log(folder, scale.count_passes())
        try:

            def measure_ours() -> tuple[float, Mapping[str, float]]:
                tally, more = append(running, bodies, scale, connections=CONNECTIONS)
                return tally.rate, {
                    "p50 ms": tally.p50,
                    "Ed25519 checks/s of one core": measure_checks(),
                    **more,
                }

            return take_sample(
                lambda: measure_bare_sqlite(folder, scale.seconds, batch=CONNECTIONS), measure_ours
            )
        finally:
            running.stop()


def start_log(folder: Path, count: int) -> tuple[Running, Path]:
    """Start a log service alone, at the pace of a real community, and make entries ready."""
    running = start_departments(folder, "calm", processes=("log",))
    try:
        seed = (running.config.keys("card") / ENTRY_KEY).read_bytes()
        return running, write_entries(seed, max(CONNECTIONS, count), folder / "bodies")
    except BaseException:
        running.stop()
        raise


def append(
    running: Running, bodies: Path, scale: Scale, *, connections: int
) -> tuple[Tally, Mapping[str, float]]:
    """Hand entries over; every success must be a row."""
    log = running.pids["log"]
    before, used = count_entries(running), read_tree_seconds(log)
    tally = send_bodies(
        running.config.binds["log"],
        bodies,
        connections=connections,
        seconds=scale.seconds,
        size=ENTRY_LENGTH,
        path=ENTRIES_PATH,
    ).wait()
    used = read_tree_seconds(log) - used
    stored = count_entries(running) - before
    if stored != tally.answers:
        raise CrowdFailedError(f"{tally.answers} entries were taken and {stored} are stored.")
    return tally, {"p99 ms": tally.p99, "log CPU us each": used / tally.answers * 1e6}


def count_entries(running: Running) -> int:
    """Count what is durable."""
    with open_database(running.config.database("log"), read_only=True) as database:
        return int(database.execute("SELECT count(*) FROM log_entry").fetchone()[0])


def find_log_folder(running: Running) -> Path:
    """Give the folder that holds the log's database."""
    return find_sqlite_path(running.config.database("log")).parent


def measure_publication(scale: Scale) -> Sample:
    """Publish a thousand entries at a time, in this process, with the log's own writer on its own files."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        config = load_config(build_settings(Path(name) / "data", pace="calm"))
        found_from_template(config)
        ledger = open_log(config, time.time)
        try:
            seed = (config.keys("card") / ENTRY_KEY).read_bytes()
            batches = [sign_entries(seed, PUBLISHED) for _ in range(max(2, scale.rounds * 2))]

            def measure_ours() -> tuple[float, Mapping[str, float]]:
                times = []
                for batch in batches:
                    ledger.append(batch)
                    started = time.perf_counter()
                    ledger.sign_and_publish()
                    times.append((time.perf_counter() - started) * 1_000)
                return statistics.median(times), {"slowest ms": max(times)}

            return take_sample(lambda: measure_fsync(config.folder("log")), measure_ours)
        finally:
            ledger.store.close()


def measure_fsync(folder: Path) -> float:
    """Give the median time in milliseconds of appending 4 KiB and making it durable."""
    path = folder / "fsync"
    data = secrets.token_bytes(APPENDED)
    times = []
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(SYNCS):
            started = time.perf_counter()
            os.write(handle, data)
            os.fsync(handle)
            times.append(time.perf_counter() - started)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(times) * 1_000


def measure_bare_sqlite(folder: Path, seconds: float, *, batch: int) -> float:
    """Give rows a second of one loop that writes the log's own table so many at a time, each batch durable."""
    path = folder / f"bare-{secrets.token_hex(4)}.sqlite3"
    path.write_bytes(migrate_template()["log"])
    connection = open_sqlite(path)
    written = 0
    started = time.perf_counter()
    try:
        while (now := time.perf_counter()) - started < seconds:
            _write_batch(connection, written, batch)
            written += batch
    finally:
        connection.close()
    return written / (now - started)


def _write_batch(connection: sqlite3.Connection, position: int, batch: int) -> None:
    entries = [secrets.token_bytes(ENTRY_LENGTH) for _ in range(batch)]
    rows = [(position + place, entry[:32], entry) for place, entry in enumerate(entries)]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO log_entry (position, entry_hash, entry) VALUES (?, ?, ?)", rows)
    connection.execute("COMMIT")


def measure_checks() -> float:
    """Give how many signatures one core checks in a second."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    message = bytes(ENTRY_LENGTH)
    signature, public = key.sign(message), key.public_key()
    started = time.perf_counter()
    for _ in range(CHECKS):
        public.verify(signature, message)
    return CHECKS / (time.perf_counter() - started)


def measure_hashes(count: int = 100_000) -> float:
    """Give how many nodes of a tree CPython hashes in a second."""
    node = bytes(65)
    started = time.perf_counter()
    for _ in range(count):
        hashlib.sha256(node).digest()
    return count / (time.perf_counter() - started)
