"""A national survey closes: five million spent passes become a recount, results and one bundle, as the door does it.

The rows are random bytes in real tables: closing copies signatures and does not check them. Forgetting the rows
afterwards is shown beside it; results are public by then.
"""

import asyncio
import hashlib
import os
import random
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.support.processes import build_settings, found_from_template
from tests.support.spending import PassPress, build_press, place_occasion, place_plan

from amanah.core.public_log.entries import Entry
from amanah.core.public_log.reading import LogView
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import compute_plan_hash
from amanah.programme_door.occasions.ledger import OccasionLedger
from amanah.programme_door.occasions.states import CLOSING
from amanah.programme_door.spending.closing import Closing, Publication
from amanah.programme_door.spending.publishing import Publishing
from amanah.programme_door.spending.store import COLUMNS, TABLE, Store, build_store
from amanah.web.config import Config, load_config
from amanah.web.database import find_sqlite_path, open_database, open_sqlite
from benchmarks.measuring import CpuWatch, Goal, Row, Scale

SECONDS_GOAL = Goal("at most", 60.0)
QUESTIONS = (
    Question("programme-trust", "index", tuple("abcde"), 0, 4, mechanism="scale3", weight=7),
    Question("q1", "single", tuple("abcde")),
    Question("harm-opposite", "single", ("a", "b"), mechanism="bag", weight=7),
)
NOW = 1_800_000_000
_ROWS_A_STATEMENT = 10_000


@dataclass(frozen=True)
class Times:
    """Seconds from the end of the survey: until it is closed in public, until its results are, and to forget."""

    closing: float
    publishing: float
    forgetting: float
    megabytes: float


def measure(scale: Scale) -> list[Row]:
    """Fill the table beforehand, then close and publish once."""
    sheets = scale.entries // 2
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        config = load_config(build_settings(Path(name) / "data"))
        found_from_template(config)
        press = build_press("survey", closes_at=NOW)
        place_occasion(config.database("programme"), press, state=CLOSING)
        place_plan(config.database("programme"), press, QUESTIONS)
        write_rows(config, press, sheets)
        with CpuWatch() as watch:
            times = asyncio.run(close_and_publish(config, press, sheets))
    return [
        Row(
            "survey_closing",
            f"{sheets:,} answers closed and published by the door",
            times.closing + times.publishing,
            "s",
            watch.foreign,
            goal=SECONDS_GOAL,
            more={
                "closing s": times.closing,
                "publishing s": times.publishing,
                "forgetting s": times.forgetting,
                "results bundle MB": times.megabytes,
            },
        )
    ]


def write_rows(config: Config, press: PassPress, count: int) -> None:
    """Write spent passes with random signatures, in the order of their keys, as a rewritten table has them."""
    connection = open_sqlite(find_sqlite_path(config.database("spending")))
    connection.execute("PRAGMA synchronous = OFF")
    insert = f"INSERT INTO {TABLE} ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
    rows = make_rows(press, count)
    while batch := list(islice(rows, _ROWS_A_STATEMENT)):
        connection.execute("BEGIN")
        connection.executemany(insert, batch)
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    os.sync()


def make_rows(press: PassPress, count: int) -> Iterator[tuple[bytes, ...]]:
    """Give rows whose keys rise evenly, each with a sheet of three answers."""
    source = random.Random(1)
    step = 2**256 // (count + 1)
    name = press.occasion.occasion
    for place in range(count):
        harm, trust = int(source.random() < 0.2), int(source.random() * 3)
        choice = "abcde"[int(source.random() * 5)]
        answers = f'"harm-opposite":{harm},"programme-trust":{trust},"q1":"{choice}"'
        payload = f'{{"answers":{{{answers}}},"occasion":"{name}","v":1}}'.encode()
        rest = source.randbytes(256), source.randbytes(32), payload, source.randbytes(64)
        yield press.occasion_bytes, (place * step).to_bytes(32), *rest


async def close_and_publish(config: Config, press: PassPress, count: int) -> Times:
    """Do what the spending process does at the end of a survey; every number must be there."""
    folder = config.folder("programme") / "recounts"
    folder.mkdir()
    url = config.database("spending")
    store = build_store(url)
    await store.open()
    forgotten: list[float] = []
    forget_timed(store, forgotten)
    with open_database(config.database("programme")) as database:
        ledger = OccasionLedger(database)
        closing = Closing(store, url, ledger, Publication(folder, "bench/log", "", secrets.token_bytes(32)))
        publishing = Publishing(folder, ledger)
        (unclosed,) = [one for one in ledger.list_unclosed(NOW) if one.state == CLOSING]
        started = time.perf_counter()
        await closing.close(unclosed, NOW)
        closed = time.perf_counter() - started - sum(forgotten)
        started = time.perf_counter()
        (published,) = await publishing.publish_due(LogView(tuple(list_entries(ledger, press, count))))
        took = time.perf_counter() - started
    await store.close()
    if published.counted.readable != count:
        raise RuntimeError("Some sheet was not counted.")
    size = (folder / f"{press.occasion.occasion}.bundle.json").stat().st_size
    return Times(closed, took, sum(forgotten), size / 1e6)


def forget_timed(store: Store, seconds: list[float]) -> None:
    """Let the store say how long forgetting took."""
    destroy = store.destroy_spent

    async def destroy_timed(occasions: Sequence[bytes]) -> None:
        started = time.perf_counter()
        await destroy(occasions)
        seconds.append(time.perf_counter() - started)

    store.destroy_spent = destroy_timed  # type: ignore[method-assign]


def list_entries(ledger: OccasionLedger, press: PassPress, served: int) -> list[Entry]:
    """Give what the log says about the survey by then."""
    name = press.occasion.occasion
    plan = compute_plan_hash(ledger.find_plan_bytes(name) or b"")
    told = {
        "survey_stated": {"plan": plan},
        "wave_planned": {"occasions": [press.occasion.descriptor()]},
        "wave_opened": {"keys": [[name, "key"]]},
        "occasion_closed": {"bundle": hashlib.sha256().hexdigest(), "redeemed": served},
        "occasion_key_destroyed": {"served": served},
    }
    return [Entry(NOW, "programme-door", kind, name, body, b"") for kind, body in told.items()]
