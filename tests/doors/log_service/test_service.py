"""The running service: what it takes, refuses, serves and keeps, also when it is killed in the middle of its work."""

import asyncio
import http.client
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import compute_entry_hash, encode_entry, sign_entry
from amanah.log_service.application import LogApplication
from amanah.log_service.ledger import Ledger
from amanah.log_service.sequencer import BusyError, Sequencer
from tests.core.public_log.build import rewrite
from tests.doors.log_service.place import FOUNDING, NOW, LogPlace

pytestmark = pytest.mark.processes


def get(url: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return (
                answer.status,
                {name.lower(): value for name, value in answer.headers.items()},
                answer.read(),
            )
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers.items()), error.read()


def test_an_entry_is_published_within_two_seconds_and_the_service_ends_cleanly(any_place: LogPlace) -> None:
    process = any_place.start_process()
    entry = any_place.entry(1)
    status, body = any_place.post(entry)
    assert (status, body) == (200, {"index": FOUNDING})
    deadline = time.monotonic() + 2
    while any_place.read().size == FOUNDING and time.monotonic() < deadline:
        time.sleep(0.05)
    assert encode_entry(any_place.read().entries[-1]) == entry
    assert any_place.post(entry) == (200, {"index": FOUNDING})
    any_place.post(any_place.entry(2))
    process.send_signal(signal.SIGTERM)
    output = process.communicate(timeout=20)[0]
    assert process.returncode == 0, output.decode()
    assert output == b""
    assert any_place.read().size == FOUNDING + 2


def test_each_bad_entry_is_refused_and_leaves_no_leaf(place: LogPlace) -> None:
    process = place.start_process()
    log_seed = (place.config.keys("log") / "entry-signing.key").read_bytes()
    admission = {"door": "card-door", "key": encode_base64url(bytes(32))}
    good = place.entry(1)
    entry = sign_entry(log_seed, at=NOW, by="log", kind="door_admitted", ref=None, body=admission)
    beat = sign_entry(log_seed, at=NOW, by="log", kind="heartbeat", ref=None, body={"entries": FOUNDING})
    other = place.entry(2)
    bad = {
        b"": "not-canonical",
        b"hello": "not-canonical",
        good + b" ": "not-canonical",
        good[: good.index(b'"sig"')] + other[other.index(b'"sig"') :]: "entry-signature",
        good.replace(b'"by":"card-door"', b'"by":"request-door"'): "entry-signature",
        good.replace(b'"client":null', b'"client":"Amina"'): "entry-not-allowed",
        good.replace(b'"version":"0.1.1"', b'"version":"she said so"'): "entry-not-allowed",
        good.replace(b"door_started", b"door_opened_"): "unknown-kind",
        good.replace(b'"v":1', b'"v":2'): "unreadable-entry",
        good.replace(b'"ref":null', b'"ref":"0011223344556677"'): "entry-not-allowed",
        encode_entry(entry): "entry-not-allowed",
        encode_entry(beat): "entry-not-allowed",
        rewrite(entry, by="police"): "unreadable-entry",
    }
    for data, code in bad.items():
        assert place.post(data) == (422, {"error": code}), data
    assert place.post(good + bytes(70_000))[0] == 413
    time.sleep(0.5)
    assert place.read().size == FOUNDING
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.communicate()


def test_files_are_served_with_their_headers_and_nothing_else_is(place: LogPlace) -> None:
    process = place.start_process()
    status, headers, body = get(place.url("/checkpoint"))
    assert (status, headers["cache-control"], headers["access-control-allow-origin"]) == (
        200,
        "no-cache",
        "*",
    )
    assert body == (place.public / "checkpoint").read_bytes()
    status, headers, body = get(place.url(f"/tile/entries/000.p/{FOUNDING}"))
    assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert headers["access-control-allow-origin"] == "*"
    assert not {"server", "date", "set-cookie"} & headers.keys()
    for path in (
        "/tile/entries/000",
        "/tile/0/000.p/5.writing",
        "/../keys/entry-signing.key",
        "/%2e%2e/keys/entry-signing.key",
        "/tile/0/../../../keys/last-signed",
        "/log.sqlite3",
        "/checkpoint/",
        "/api/v1/entries",
    ):
        assert get(place.url(path))[0] == 404, path
    request = urllib.request.Request(place.url("/checkpoint"), method="DELETE")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    with refused.value:
        assert refused.value.code == 405
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert process.communicate()[0] == b""


def test_a_hand_over_that_is_cut_off_leaves_the_service_well(place: LogPlace) -> None:
    process = place.start_process()
    with socket.create_connection(place.config.binds["log"]) as connection:
        connection.sendall(b"POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf")
    assert place.post(place.entry(1))[0] == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.communicate()


def hammer(place: LogPlace, worker: int, acknowledged: dict[bytes, int], stop: threading.Event) -> None:
    """Hand entries over as fast as answers come, each twice; note only what was acknowledged."""
    number = worker * 100_000
    while not stop.is_set():
        number += 1
        entry = place.entry(number, ("card-door", "programme-door", "request-door")[worker % 3])
        for _ in range(2):
            try:
                status, body = place.post(entry)
            except (OSError, ValueError, http.client.HTTPException):
                return
            if status == 200:
                acknowledged[entry] = body["index"]


@pytest.mark.slow
def test_killed_under_load_nothing_acknowledged_is_lost_and_nothing_is_there_twice(
    any_place: LogPlace,
) -> None:
    acknowledged: dict[bytes, int] = {}
    observed: list[tuple[int, bytes]] = []
    for life in range(6):
        process = any_place.start_process()
        stop = threading.Event()
        with ThreadPoolExecutor(4) as workers:
            for worker in range(4):
                workers.submit(hammer, any_place, life * 10 + worker, acknowledged, stop)
            for _ in range(3):
                time.sleep(0.11 + 0.017 * life)
                observed.append(any_place.read().seen)
            process.kill()
            stop.set()
        process.communicate()
    any_place.open()
    view = any_place.read()
    leaves = [encode_entry(entry) for entry in view.entries]
    assert len({compute_entry_hash(leaf) for leaf in leaves}) == len(leaves)
    assert len(acknowledged) > 50
    for entry, index in acknowledged.items():
        assert leaves[index] == entry
    for seen in observed:
        assert any_place.read(seen).size == view.size


def test_a_full_queue_and_a_failed_writer_say_try_again_and_acknowledge_nothing(place: LogPlace) -> None:
    ledger = place.open()
    failures: list[str] = []

    async def scenario() -> None:
        with ThreadPoolExecutor(1) as writer:
            sequencer = Sequencer(ledger, writer, 0.01, lambda: failures.append("stopped"))
            await sequencer.start()
            # The connection belongs to another thread: the writer fails as it would on a broken disk.
            results = await asyncio.gather(
                *(sequencer.append(place.entry(n)) for n in range(3)), return_exceptions=True
            )
            assert all(isinstance(result, BusyError) for result in results)
            with pytest.raises(BusyError):
                await sequencer.append(place.entry(9))
            assert sequencer.failure is not None
            await sequencer.stop()

    asyncio.run(scenario())
    assert failures == ["stopped"]
    assert place.open().size == FOUNDING


def test_a_silent_log_writes_its_heartbeat_by_itself(place: LogPlace) -> None:
    async def scenario() -> None:
        with ThreadPoolExecutor(1) as writer:
            times = {"now": float(NOW)}
            ledger: Ledger = writer.submit(place.open, lambda: times["now"]).result()
            sequencer = Sequencer(ledger, writer, 0.01, lambda: None)
            times["now"] += 86_400
            await sequencer.start()
            assert await sequencer.append(place.entry(1)) == FOUNDING
            for _ in range(200):
                await asyncio.sleep(0.01)
                if not ledger.has_unsigned_entries:
                    break
            await sequencer.stop()
            writer.submit(place.close).result()

    asyncio.run(scenario())
    assert [entry.kind for entry in place.read().entries[FOUNDING:]] == ["door_started", "heartbeat"]


def test_the_application_starts_its_sequencer_with_the_process(place: LogPlace) -> None:
    application = LogApplication(place.open(), lambda: pytest.fail("not started yet"))
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": place.entry(1)}

    async def send(message: object) -> None:
        sent.append(dict(message))  # type: ignore[call-overload]

    scope = {"type": "http", "method": "POST", "path": "/api/v1/entries"}
    asyncio.run(application(scope, receive, send))
    assert sent[0]["status"] == 503
