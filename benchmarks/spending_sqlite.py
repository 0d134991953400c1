"""Passes spent per second with full durability on SQLite, beside SQLite alone writing the same rows 64 at a time.

The ceiling has the gate's own schema, WAL and synchronous=FULL, and nothing else to do: no HTTP and no signature.
"""

import secrets
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support.processes import Running, migrate_template, start_departments
from tests.support.spending import PassPress, build_press, count_rows, place_occasion

from amanah.core.encoding import encode_canonical_json
from amanah.programme_door.spending.store import COLUMNS, TABLE
from amanah.web.database import find_sqlite_path, open_sqlite
from benchmarks.crowds import ANSWERS, CrowdFailedError, send_bodies, write_answers, write_presences
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

BATCH = 64
CONNECTIONS = 64
# The gate looks for new occasions twice a second.
SEEN_AFTER = 1.5
GOAL = Goal("at least", 0.40)


def measure(scale: Scale) -> list[Row]:
    """Spend on being there, which has the goal, and on answering, which is shown beside it."""
    presence = collect_samples(scale, lambda: measure_round(scale, is_answer=False))
    answers = collect_samples(scale, lambda: measure_round(scale, is_answer=True))
    names = ("of bare SQLite", "spent/s", "bare SQLite rows/s")
    return [
        build_ratio_row(
            "spending_sqlite", "Passes spent on being there, SQLite", presence, goal=GOAL, names=names
        ),
        build_ratio_row(
            "spending_sqlite", "Passes spent on an answer, SQLite", answers, goal=None, names=names
        ),
    ]


def measure_round(scale: Scale, *, is_answer: bool) -> Sample:
    """Measure once, on a new deployment, so that no round has a larger table than another."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        folder = Path(name)
        running, press = start_gate(folder, "survey" if is_answer else "session")
        try:
            write = write_answers if is_answer else write_presences
            bodies = write(press, scale.count_passes(), folder / "bodies")

            def measure_ours() -> tuple[float, Mapping[str, float]]:
                return spend(running, press, bodies, scale)

            return take_sample(
                lambda: measure_bare_sqlite(folder, scale.seconds, is_answer=is_answer), measure_ours
            )
        finally:
            running.stop()


def start_gate(
    folder: Path, kind: str = "session", databases: Mapping[str, str] | None = None
) -> tuple[Running, PassPress]:
    """Start the spending gate alone and let it know one open occasion."""
    running = start_departments(folder, processes=("spending",), databases=databases)
    press = build_press("survey" if kind == "survey" else "session")
    place_occasion(running.config.database("programme"), press)
    time.sleep(SEEN_AFTER)
    return running, press


def spend(
    running: Running, press: PassPress, bodies: Path, scale: Scale, connections: int = CONNECTIONS
) -> tuple[float, Mapping[str, float]]:
    """Send a crowd; every success must be a row."""
    gate = running.pids["spending"]
    used = read_tree_seconds(gate)
    tally = send_bodies(
        running.config.binds["spending"], bodies, connections=connections, seconds=scale.seconds
    ).wait()
    used = read_tree_seconds(gate) - used
    stored = count_rows(running.config.database("spending"), press)
    if stored != tally.answers:
        raise CrowdFailedError(f"{tally.answers} passes were taken and {stored} are stored.")
    return tally.rate, {
        "p50 ms": tally.p50,
        "p99 ms": tally.p99,
        "gate CPU us each": used / tally.answers * 1e6,
    }


def measure_bare_sqlite(folder: Path, seconds: float, *, is_answer: bool = False) -> float:
    """Give rows a second of one loop that inserts 64 at a time, each batch durable before the next."""
    path = folder / f"bare-{secrets.token_hex(4)}.sqlite3"
    path.write_bytes(migrate_template()["spending"])
    connection = open_sqlite(path)
    places = ",".join(["(?,?,?,?,?,?)"] * BATCH)
    insert = (
        f"INSERT INTO {TABLE} ({COLUMNS}) VALUES {places} ON CONFLICT DO NOTHING RETURNING occasion, nonce"
    )
    occasion = secrets.token_bytes(8)
    rest = _build_rest(is_answer=is_answer)
    written = 0
    started = time.perf_counter()
    try:
        while (now := time.perf_counter()) - started < seconds:
            _write_batch(connection, insert, occasion, rest)
            written += BATCH
    finally:
        connection.close()
    return written / (now - started)


def _write_batch(
    connection: sqlite3.Connection, insert: str, occasion: bytes, rest: tuple[bytes, ...]
) -> None:
    nonces = secrets.token_bytes(32 * BATCH)
    parameters: list[bytes] = []
    for start in range(0, len(nonces), 32):
        parameters += (occasion, nonces[start : start + 32], *rest)
    connection.execute(insert, parameters).fetchall()


def _build_rest(*, is_answer: bool) -> tuple[bytes, ...]:
    """Give what stands beside the key in a row of this kind."""
    authenticator = secrets.token_bytes(256)
    if not is_answer:
        return (authenticator, b"", b"", b"")
    payload = encode_canonical_json({"answers": ANSWERS, "occasion": secrets.token_hex(8), "v": 1})
    return (authenticator, secrets.token_bytes(32), payload, secrets.token_bytes(64))


def find_spending_folder(running: Running) -> Path:
    """Give the folder that holds the spent passes."""
    return find_sqlite_path(running.config.database("spending")).parent
