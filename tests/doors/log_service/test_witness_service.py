"""Our witness as a running service: statuses and content types, many who ask at once, and a machine that stops."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.cosignatures import verify_cosignature
from amanah.core.public_log.merkle import compute_root
from amanah.core.public_log.notes import encode_verifier_key, parse_note, parse_signature_lines
from amanah.core.public_log.witnessing import AddCheckpoint, encode_add_checkpoint
from amanah.log_service.witness.opening import open_witness
from amanah.web.database import open_database
from tests.doors.log_service.place import LogPlace, MakePlace, stop
from tests.doors.log_service.valley import KEY, LEAVES, ORIGIN_HASH, OTHERS, request, serve, sign

pytestmark = pytest.mark.processes
MONITORING = f"/witness/{ORIGIN_HASH.hex()}"
Answered = tuple[int, str | None, bytes]


class Asker:
    """One kept connection to the service."""

    def __init__(self, place: LogPlace) -> None:
        host, port = place.config.binds["log"]
        self.connection = http.client.HTTPConnection(host, port, timeout=20)

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answered:
        self.connection.request(method, path, body)
        response = self.connection.getresponse()
        return response.status, response.headers["content-type"], response.read()

    def post(self, asked: AddCheckpoint) -> Answered:
        return self.ask("POST", "/witness/add-checkpoint", encode_add_checkpoint(asked))


@pytest.fixture(params=["process", "witness.process"])
def running(make_place: MakePlace, request: pytest.FixtureRequest) -> Iterator[tuple[LogPlace, Asker]]:
    """Run the witness beside the log, and alone on a machine that has no log's key."""
    place = make_place("sqlite")
    serve(place, KEY)
    if request.param == "witness.process":
        for name in ("checkpoint-signing.key", "entry-signing.key"):
            (place.config.keys("log") / name).unlink()
    process = place.start_process(request.param)
    asker = Asker(place)
    yield place, asker
    asker.connection.close()
    assert stop(process) == ""
    assert place.public.exists() == (request.param == "process")


def test_each_outcome_has_its_status_and_content_type(running: tuple[LogPlace, Asker]) -> None:
    place, asker = running
    status, content_type, line = asker.post(request(0, 10))
    assert (status, content_type) == (200, "text/plain; charset=utf-8")
    assert parse_signature_lines(line)[0].is_by(place.witness_key)
    assert asker.post(request(0, 20)) == (409, "text/x.tlog.size", b"10\n")
    assert asker.post(AddCheckpoint(10, (), sign(10, OTHERS)))[0] == 422
    assert asker.post(AddCheckpoint(20, (), sign(10)))[0] == 400
    assert asker.post(AddCheckpoint(0, (), sign(10, seed=bytes(32))))[0] == 403
    assert asker.post(AddCheckpoint(0, (), sign(10, origin="somewhere.else/log")))[0] == 404
    assert asker.ask("POST", "/witness/add-checkpoint", b"hello")[0] == 400
    assert asker.ask("POST", "/witness/add-checkpoint", bytes(200_000))[0] == 413
    assert asker.ask("GET", "/witness/add-checkpoint")[0] == 405


def test_monitors_read_what_was_cosigned_and_what_proves_a_fork(running: tuple[LogPlace, Asker]) -> None:
    place, asker = running
    assert asker.ask("GET", f"{MONITORING}/checkpoint")[0] == 404
    assert asker.ask("GET", f"{MONITORING}/evidence")[0] == 404
    line = asker.post(request(0, 10))[2]
    assert asker.ask("GET", f"{MONITORING}/evidence") == (200, "application/json", b"[]\n")
    asker.post(AddCheckpoint(10, (), sign(10, OTHERS)))
    shown = (200, "text/plain; charset=utf-8", sign(10) + line)
    assert asker.ask("GET", f"{MONITORING}/checkpoint") == shown
    assert asker.ask("HEAD", f"{MONITORING}/checkpoint") == (*shown[:2], b"")
    body = asker.ask("GET", f"{MONITORING}/evidence")[2]
    assert sorted(json.loads(body)) == sorted([(sign(10) + line).decode(), sign(10, OTHERS).decode()])
    assert asker.ask("POST", f"{MONITORING}/checkpoint", b"")[0] == 405
    for path in (
        "/witness/",
        "/witness/xyz/checkpoint",
        f"{MONITORING.upper()}/checkpoint",
        f"{MONITORING}/",
    ):
        assert asker.ask("GET", path)[0] == 404, path
    assert encode_verifier_key(place.witness_key).encode() in asker.ask("GET", "/")[2]


def grow(asker: Asker, leaves: list[bytes], step: int) -> list[bytes]:
    """Ask for cosignatures of one history as fast as answers come, until it is refused or long enough."""
    cosigned: list[bytes] = []
    held = 0
    while held < 300:
        status, _, body = asker.post(request(held, held + step, leaves))
        if status == 200:
            held += step
            cosigned.append(sign(held, leaves) + body)
        elif status == 409:
            held = int(body)
        else:
            break
    asker.connection.close()
    return cosigned


def test_of_many_who_ask_at_once_each_gets_a_cosignature_of_one_history(any_place: LogPlace) -> None:
    serve(any_place, KEY)
    process = any_place.start_process()
    with ThreadPoolExecutor(6) as workers:
        found = workers.map(
            lambda worker: grow(Asker(any_place), (LEAVES, OTHERS)[worker % 2], 1 + worker % 3), range(6)
        )
        notes = [note for cosigned in found for note in cosigned]
    assert len(notes) > 100
    roots: dict[int, bytes] = {}
    for note in notes:
        checkpoint = verify_checkpoint(note, KEY)
        assert verify_cosignature(parse_note(note), any_place.witness_key) is not None
        assert roots.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root
    histories = {compute_root(LEAVES[:size]) == root for size, root in roots.items() if size > 5}
    assert len(histories) == 1
    assert stop(process) == ""


def test_killed_at_any_moment_the_witness_remembers_whatever_it_answered(
    place: LogPlace, kill_rounds: Callable[[], Iterator[int]]
) -> None:
    serve(place, KEY)
    held = 0
    for number in kill_rounds():
        process = place.start_process("witness.process")
        asker = Asker(place)
        for _ in range(3 + number):
            assert asker.post(request(held, held + 1))[0] == 200
            held += 1
        process.kill()
        process.communicate()
        asker.connection.close()
        with open_database(place.config.database("log")) as database:
            note = open_witness(place.config, database, time.time).find_checkpoint(ORIGIN_HASH)
        assert verify_checkpoint(note or b"", KEY).size == held
