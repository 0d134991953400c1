"""The spending gate as a real process, over real HTTP: once and only once, even when it is killed."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.core.passes.messages import SPEND_LENGTH
from amanah.core.passes.rooms import compute_room_code, compute_screen_slot
from amanah.drill.load import Tally, build_request, run_crowd
from amanah.programme_door.spending.gate import SPEND_PATH
from amanah.web.gate import REFUSAL_BODY, SUCCESS_BODY
from tests.support.processes import Running
from tests.support.spending import PassPress, build_press, count_rows, exchange, list_spent, place_occasion

pytestmark = pytest.mark.processes
CLIENTS = 64


@pytest.fixture
def gate(departments: Callable[..., Running]) -> Running:
    """Run the spending gate alone: it works while log and pages are away."""
    return departments(processes=("spending",))


@pytest.fixture
def gate_on_postgresql(departments: Callable[..., Running], postgresql: object) -> Running:
    databases = postgresql.create_door_databases()  # type: ignore[attr-defined]
    return departments(
        processes=("spending",), databases={name: databases[name] for name in ("programme", "spending")}
    )


def open_occasion(gate: Running, press: PassPress) -> PassPress:
    """Announce an occasion and wait until the gate holds it."""
    place_occasion(gate.config.database("programme"), press)
    time.sleep(1.2)
    return press


def ask(gate: Running, body: bytes, path: str = SPEND_PATH) -> bytes:
    return exchange(gate.config.binds["spending"], build_request(path, body))


def is_done(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(SUCCESS_BODY)


@pytest.mark.parametrize("kind", ["gate", pytest.param("gate_on_postgresql", marks=pytest.mark.postgresql)])
def test_64_clients_that_send_every_pass_twice_get_one_success_and_one_refusal_for_each(
    kind: str, request: pytest.FixtureRequest
) -> None:
    gate: Running = request.getfixturevalue(kind)
    press = open_occasion(gate, build_press())
    passes = [press.make_presence() for _ in range(400)]
    order = passes * 2
    secrets.SystemRandom().shuffle(order)
    tally = run_crowd(
        gate.config.binds["spending"],
        [build_request(SPEND_PATH, body) for body in order],
        connections=CLIENTS,
    )
    seen: dict[bytes, Counter[int]] = {body: Counter() for body in passes}
    for number, status in tally.outcomes:
        seen[order[number]][status] += 1
    assert all(counter == Counter({200: 1, 409: 1}) for counter in seen.values())
    assert count_rows(gate.config.database("spending"), press) == len(passes)


def test_every_success_survives_a_kill_in_the_middle_of_the_crowd(gate: Running) -> None:
    press = open_occasion(gate, build_press())
    passes = [press.make_presence() for _ in range(3_000)]
    tallies: list[Tally] = []
    address = gate.config.binds["spending"]

    def send() -> None:
        requests = [build_request(SPEND_PATH, body) for body in passes]
        tallies.append(run_crowd(address, requests, connections=CLIENTS))

    crowd = threading.Thread(target=send)
    crowd.start()
    while count_rows(gate.config.database("spending"), press) < 300:
        time.sleep(0.005)
    gate.kill9("spending")
    crowd.join()
    done = {number for number, status in tallies[0].outcomes if status == 200}
    assert 0 < len(done) < len(passes), "the kill has to come in the middle"
    nonces = {row.nonce for row in list_spent(gate.config.database("spending"), press.occasion_bytes)}
    assert {passes[number][2:34] for number in done} <= nonces
    gate.start("spending")
    again = run_crowd(address, [build_request(SPEND_PATH, passes[n]) for n in sorted(done)], connections=8)
    assert again.statuses == Counter({409: len(done)})


def list_bad_requests(press: PassPress, survey: PassPress, others: dict[str, bytes]) -> dict[str, bytes]:
    """Give every way to be refused that a stranger can try."""
    good = press.make_presence()
    answer = survey.make_answer({"q1": "a"})
    length_at = 354 + 32 + 64
    payload_end = length_at + 2 + int.from_bytes(answer[length_at : length_at + 2])
    wrong_payload = encode_canonical_json({"answers": {}, "occasion": press.occasion.occasion, "v": 1})
    return others | {
        "empty": b"",
        "one byte": b"\0",
        "one byte short": good[:-1],
        "one byte long": good + b"\0",
        "half": good[:1024],
        "huge": good + bytes(300_000),
        "all zero": bytes(SPEND_LENGTH),
        "noise": secrets.token_bytes(SPEND_LENGTH),
        "another token type": b"\0\1" + good[2:],
        "another nonce": good[:2] + secrets.token_bytes(32) + good[34:],
        "another challenge": good[:34] + secrets.token_bytes(32) + good[66:],
        "unknown key": good[:66] + secrets.token_bytes(32) + good[98:],
        "another signature": good[:98] + secrets.token_bytes(256) + good[354:],
        "zero signature": good[:98] + bytes(256) + good[354:],
        "another one-time key": good[:354] + secrets.token_bytes(32) + good[386:],
        "presence with a signature": good[:386] + secrets.token_bytes(64) + good[450:],
        "padding": good[:-1] + b"\1",
        "payload longer than the body": good[:length_at] + b"\xff\xff" + good[length_at + 2 :],
        "wrong room code": press.make_presence("00000000"),
        "no room code": press.make_presence(""),
        "code of five minutes ago": press.make_presence(
            compute_room_code(press.room_secret, compute_screen_slot(int(time.time()) - 300))
        ),
        "answer with a flipped bit": answer[: payload_end - 3]
        + bytes([answer[payload_end - 3] ^ 1])
        + answer[payload_end - 2 :],
        "answer with no signature": answer[:386] + bytes(64) + answer[450:],
        "answer to another survey": answer[:length_at]
        + len(wrong_payload).to_bytes(2)
        + wrong_payload.ljust(SPEND_LENGTH - length_at - 2, b"\0"),
    }


def test_every_refusal_is_byte_for_byte_the_same_and_stores_nothing(gate: Running) -> None:
    url = gate.config.database("programme")
    future = build_press(opens_at=3_900_000_000)
    over = build_press(closes_at=1_000)
    survey = build_press("survey")
    unknown = build_press()
    for press in (future, over, survey):
        place_occasion(url, press)
    press = open_occasion(gate, build_press())
    spent = press.make_presence()
    assert is_done(ask(gate, spent))
    assert is_done(ask(gate, survey.make_answer({"q1": "a", "q2": ["b", "c"], "q3": 5})))
    others = {
        "spent already": spent,
        "not open yet": future.make_presence(),
        "over": over.make_presence(),
        "never announced": unknown.make_presence(),
        "survey pass used as presence": survey.make_presence(compute_room_code(survey.room_secret, "poster")),
    }
    answers = {name: ask(gate, body) for name, body in list_bad_requests(press, survey, others).items()}
    answers["another path"] = ask(gate, press.make_presence(), "/api/v1/spendx")
    assert set(answers.values()) == {answers["empty"]}
    assert answers["empty"].startswith(b"HTTP/1.1 409 ")
    assert answers["empty"].endswith(REFUSAL_BODY)
    counts = [
        count_rows(gate.config.database("spending"), held) for held in (press, survey, future, over, unknown)
    ]
    assert counts == [1, 1, 0, 0, 0]


def test_a_refusal_and_a_success_have_the_same_size_and_headers(gate: Running) -> None:
    press = open_occasion(gate, build_press())
    body = press.make_presence()
    success, refusal = ask(gate, body), ask(gate, body)
    head, refused_head = success.split(b"\r\n")[1:], refusal.split(b"\r\n")[1:]
    assert len(success.split(b"\r\n\r\n")[1]) == len(refusal.split(b"\r\n\r\n")[1]) == 512
    assert head[:-1] == refused_head[:-1]


def test_the_screen_code_of_this_minute_and_the_last_two_are_taken(gate: Running) -> None:
    press = open_occasion(gate, build_press())
    for age in (0, 60, 120):
        code = compute_room_code(press.room_secret, compute_screen_slot(int(time.time()) - age))
        assert is_done(ask(gate, press.make_presence(code)))


def test_nothing_of_a_request_is_printed_or_kept_beside_the_database(gate: Running) -> None:
    press = open_occasion(gate, build_press())
    body = press.make_presence()
    assert is_done(ask(gate, body))
    ask(gate, body)
    ask(gate, b"x")
    assert gate.stop("spending") == {"spending": 0}
    # The log is away in this test, and the clerk says so; nothing else is worth a line.
    lines = gate.read_output("spending").splitlines()
    assert [line for line in lines if not line.startswith("The public log does not answer.")] == []
    folder = gate.folder / "programme-door"
    holders = {path.name for path in folder.rglob("*") if path.is_file() and body[2:34] in path.read_bytes()}
    assert holders == {"spending.sqlite3"}


def test_the_gate_takes_less_than_45_megabytes_after_a_full_hall(gate: Running) -> None:
    press = open_occasion(gate, build_press())
    requests = [build_request(SPEND_PATH, press.make_presence()) for _ in range(1_500)]
    run_crowd(gate.config.binds["spending"], requests, connections=CLIENTS)
    rollup = Path(f"/proc/{gate.pids['spending']}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    assert pss < 45 * 1024
