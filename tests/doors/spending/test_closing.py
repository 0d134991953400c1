"""Closing an occasion: sealed, published, recorded, forgotten; and again after a crash at any step."""

import asyncio
import hashlib
import json
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from amanah.core.encoding import parse_base64url
from amanah.core.passes.recount import parse_recount_bundle, verify_recount_bundle
from amanah.core.public_log.entries import Entry, check_schema, parse_entry, verify_entry_signature
from amanah.drill.load import build_request, run_crowd
from amanah.programme_door.occasions.ledger import OccasionLedger
from amanah.programme_door.spending import closing as closing_module
from amanah.programme_door.spending.gate import SPEND_PATH, SpendingGate
from amanah.programme_door.spending.process import SpendingDoor
from amanah.programme_door.spending.store import PostgresqlStore, SqliteStore, Store, list_occasions_held
from amanah.web.config import Config
from amanah.web.database import open_database
from amanah.web.gate import DONE, REFUSED
from tests.support.processes import Running
from tests.support.spending import (
    PassPress,
    ask_for_closing,
    build_press,
    count_rows,
    exchange,
    place_occasion,
)


class PowerCutError(Exception):
    """Ends an act at a chosen step."""


def find_row(config: Config, press: PassPress) -> tuple[str, int | None, str, bytes | None]:
    with open_database(config.database("programme"), read_only=True) as database:
        row: tuple[str, int | None, str, bytes | None] = database.execute(
            "SELECT state, redeemed, bundle_sha256, room_secret FROM occasions_occasion WHERE occasion = ?",
            (press.occasion.occasion,),
        ).fetchone()
    return row


def list_closed_entries(config: Config, press: PassPress) -> list[Entry]:
    with open_database(config.database("programme"), read_only=True) as database:
        rows = database.execute("SELECT entry FROM outbox_entry").fetchall()
    entries = [parse_entry(bytes(row[0])) for row in rows]
    return [e for e in entries if e.kind == "occasion_closed" and e.ref == press.occasion.occasion]


def bundle_path(config: Config, press: PassPress) -> Path:
    return config.folder("programme") / "recounts" / f"{press.occasion.occasion}.json"


def check_closed(config: Config, press: PassPress, redeemed: int) -> None:
    """Check everything that an outsider and a seizure would find after closing."""
    data = bundle_path(config, press).read_bytes()
    bundle = parse_recount_bundle(data)
    assert verify_recount_bundle(bundle).redeemed == redeemed
    assert bundle.occasion == press.occasion
    assert find_row(config, press) == ("closed", redeemed, hashlib.sha256(data).hexdigest(), None)
    (entry,) = list_closed_entries(config, press)
    check_schema(entry)
    key = (config.data / "public" / "programme-door.entry.pub").read_text().strip()
    verify_entry_signature(entry, parse_base64url(key))
    assert entry.body == {"bundle": hashlib.sha256(data).hexdigest(), "redeemed": redeemed}
    assert press.occasion_bytes not in list_occasions_held(config.database("spending"))
    assert not list(bundle_path(config, press).parent.glob("*.writing"))


async def spend_all(door: SpendingDoor, bodies: list[bytes]) -> None:
    assert await asyncio.gather(*(door._spending.spend(body) for body in bodies)) == [DONE] * len(bodies)


async def live_once(config: Config, work: Callable[[SpendingDoor], object]) -> None:
    """Open a door without its clerk, do the work, and leave it as a crash would: nothing is tidied up."""
    door = SpendingDoor(config)
    await door._store.open()
    try:
        await door._closing.finish_interrupted()
        result = work(door)
        if asyncio.iscoroutine(result):
            await result
    finally:
        if isinstance(door._store, PostgresqlStore):
            door._store._writer.cancel()
            await door._store._connection.close()
        else:
            assert isinstance(door._store, SqliteStore)
            door._store._connection.close()
        door._database.close()


async def close_all(door: SpendingDoor) -> None:
    for closing in door.look():
        await door._closing.close(closing, door._now())


@pytest.mark.parametrize("kind", ["session", "survey"])
def test_closing_publishes_a_recount_that_holds_and_forgets_the_rows(config: Config, kind: str) -> None:
    press = build_press(kind)  # type: ignore[arg-type]
    other = build_press("session")
    place_occasion(config.database("programme"), press)
    place_occasion(config.database("programme"), other)
    bodies = [
        press.make_presence() if kind == "session" else press.make_answer({"q1": "a", "q2": number})
        for number in range(12)
    ]

    async def work(door: SpendingDoor) -> None:
        door.look()
        await spend_all(door, [*bodies, other.make_presence()])
        ask_for_closing(config.database("programme"), press)
        await close_all(door)

    asyncio.run(live_once(config, work))
    check_closed(config, press, 12)
    assert count_rows(config.database("spending"), other) == 1


def test_an_empty_occasion_closes_with_a_bundle_of_nothing(sqlite_config: Config) -> None:
    press = build_press()
    place_occasion(sqlite_config.database("programme"), press, state="closing")
    asyncio.run(live_once(sqlite_config, close_all))
    check_closed(sqlite_config, press, 0)


def test_an_occasion_without_a_key_waits_for_it_before_it_is_closed(sqlite_config: Config) -> None:
    press = build_press(closes_at=1_000)
    place_occasion(sqlite_config.database("programme"), press)
    with open_database(sqlite_config.database("programme")) as database:
        name = press.occasion.occasion
        database.execute("UPDATE occasions_occasion SET spki = NULL WHERE occasion = ?", (name,))
    asyncio.run(live_once(sqlite_config, close_all))
    assert find_row(sqlite_config, press)[0] == "closing"
    with open_database(sqlite_config.database("programme")) as database:
        spki = press.public_key.spki
        database.execute("UPDATE occasions_occasion SET spki = ? WHERE occasion = ?", (spki, name))
    asyncio.run(live_once(sqlite_config, close_all))
    check_closed(sqlite_config, press, 0)


def test_the_end_of_its_time_closes_an_occasion(sqlite_config: Config) -> None:
    press = build_press(closes_at=1_000)
    place_occasion(sqlite_config.database("programme"), press, state="open")
    asyncio.run(live_once(sqlite_config, close_all))
    check_closed(sqlite_config, press, 0)


def test_what_was_accepted_before_the_seal_is_in_the_recount_and_nothing_after(sqlite_config: Config) -> None:
    press = build_press()
    place_occasion(sqlite_config.database("programme"), press)

    async def work(door: SpendingDoor) -> None:
        door.look()
        before = [asyncio.ensure_future(door._spending.spend(press.make_presence())) for _ in range(40)]
        await asyncio.sleep(0)
        ask_for_closing(sqlite_config.database("programme"), press)
        (closing,) = door.look()
        after = [asyncio.ensure_future(door._spending.spend(press.make_presence())) for _ in range(40)]
        await door._closing.close(closing, door._now())
        assert await asyncio.gather(*before) == [DONE] * 40
        assert await asyncio.gather(*after) == [REFUSED] * 40

    asyncio.run(live_once(sqlite_config, work))
    check_closed(sqlite_config, press, 40)


def cut_before_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path, _parts: Iterable[bytes]) -> None:
        raise PowerCutError

    monkeypatch.setattr(closing_module, "write_durably", fail)


def cut_inside_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, parts: Iterable[bytes]) -> None:
        data = b"".join(parts)
        path.with_name(f"{path.name}.writing").write_bytes(data[: len(data) // 2])
        raise PowerCutError

    monkeypatch.setattr(closing_module, "write_durably", fail)


def cut_before_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise PowerCutError

    monkeypatch.setattr(OccasionLedger, "record_closed", fail)


def cut_inside_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise PowerCutError

    monkeypatch.setattr("amanah.programme_door.occasions.ledger.append_entry_raw", fail)


def cut_before_forgetting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_args: object) -> None:
        raise PowerCutError

    for kind in (SqliteStore, PostgresqlStore):
        monkeypatch.setattr(kind, "destroy_spent", fail)


@pytest.mark.parametrize(
    "cut",
    [
        cut_before_the_bundle,
        cut_inside_the_bundle,
        cut_before_the_record,
        cut_inside_the_record,
        cut_before_forgetting,
    ],
)
def test_a_crash_at_any_step_of_closing_is_finished_after_it(
    config: Config, cut: Callable[[pytest.MonkeyPatch], None]
) -> None:
    press = build_press("survey")
    place_occasion(config.database("programme"), press)
    bodies = [press.make_answer({"q1": "a"}) for _ in range(9)]

    async def work(door: SpendingDoor) -> None:
        door.look()
        await spend_all(door, bodies)
        ask_for_closing(config.database("programme"), press)
        with pytest.MonkeyPatch.context() as monkeypatch:
            cut(monkeypatch)
            with pytest.raises(PowerCutError):
                await close_all(door)

    asyncio.run(live_once(config, work))
    asyncio.run(live_once(config, close_all))
    check_closed(config, press, 9)


@pytest.mark.processes
def test_killing_the_gate_again_and_again_while_it_closes_loses_nothing(
    departments: Callable[..., Running],
) -> None:
    gate = departments(processes=("spending",))
    config = gate.config
    presses = [build_press("session") for number in range(4)]
    for press in presses:
        place_occasion(config.database("programme"), press)
    time.sleep(1.2)
    bodies = {press: [press.make_presence() for _ in range(150)] for press in presses}
    requests = [build_request(SPEND_PATH, body) for part in bodies.values() for body in part]
    assert run_crowd(config.binds["spending"], requests, connections=32).statuses == {200: 600}
    for press in presses:
        ask_for_closing(config.database("programme"), press)
        time.sleep(random.uniform(0.3, 0.7))
        gate.kill9("spending")
        gate.start("spending")
    deadline = time.monotonic() + 20
    while any(find_row(config, press)[0] != "closed" for press in presses) and time.monotonic() < deadline:
        time.sleep(0.1)
    answer = exchange(config.binds["spending"], build_request(SPEND_PATH, bodies[presses[0]][0]))
    assert answer.startswith(b"HTTP/1.1 409 ")
    gate.stop("spending")
    for press in presses:
        check_closed(config, press, 150)


def test_spending_and_closing_share_one_queue() -> None:
    """The seal is one step of one event loop; a store with a loop of its own would let a pass slip in between."""
    assert "drain" in Store.__abstractmethods__
    assert not asyncio.iscoroutinefunction(SpendingGate.hold)


def test_the_bundle_is_canonical_json_sorted_by_nonce(sqlite_config: Config) -> None:
    press = build_press()
    place_occasion(sqlite_config.database("programme"), press)

    async def work(door: SpendingDoor) -> None:
        door.look()
        await spend_all(door, [press.make_presence() for _ in range(30)])
        ask_for_closing(sqlite_config.database("programme"), press)
        await close_all(door)

    asyncio.run(live_once(sqlite_config, work))
    data = bundle_path(sqlite_config, press).read_bytes()
    value = json.loads(data)
    nonces = [parse_base64url(item["nonce"]) for item in value["spent"]]
    assert nonces == sorted(nonces)
    assert data == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
