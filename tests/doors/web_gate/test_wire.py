"""A gate on a real socket: what it answers to every shape of request, and what it does with those who play for time."""

import http.client
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from amanah.web import wire
from amanah.web.gate import BUSY_BODY, REFUSAL_BODY, SUCCESS_BODY
from tests.support.postgresql import find_free_port
from tests.support.processes import build_environment, is_answering
from tests.support.spending import exchange

SCRIPT = textwrap.dedent(
    """
    import asyncio, sys
    from amanah.web import wire
    wire.IDLE_SECONDS, wire.REQUEST_SECONDS = 1.0, 1.5
    from amanah.web.gate import BUSY, BYTES, DONE, Gate, Reply, Route, run_gate

    async def echo(body): return Reply(200, body, BYTES)
    async def count(body): return Reply(200, str(len(body)).encode())
    async def slow(body):
        await asyncio.sleep(0.6)
        return DONE
    async def busy(body): return BUSY
    async def fail(body): raise ZeroDivisionError("never shown: " + body.decode())
    async def facts(): return Reply(200, b'{"facts":1}')
    async def say(word): print(word, flush=True)

    routes = {"/echo": Route(echo, (1, 100)), "/count": Route(count, (0, 50_000)), "/slow": Route(slow, (0, 9)),
              "/busy": Route(busy, (0, 9)), "/fail": Route(fail, (0, 99))}
    run_gate(Gate(routes=routes, readable={"/facts": facts}, allowed_origin="http://pages.example",
                  start=[lambda: say("started")], stop=[lambda: say("stopped")]), ("127.0.0.1", int(sys.argv[1])))
    assert "django" not in sys.modules
    print("left", flush=True)
    """
)


@pytest.fixture(scope="module")
def gate() -> Iterator[tuple[str, int]]:
    port = find_free_port()
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(port)], env=build_environment({}))
    try:
        while not is_answering(f"http://127.0.0.1:{port}/healthz"):
            assert process.poll() is None
            time.sleep(0.05)
        yield ("127.0.0.1", port)
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


def post(path: str, body: bytes, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: gate", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_a_route_gets_the_body_and_its_answer_goes_back(gate: tuple[str, int]) -> None:
    answer = exchange(gate, post("/echo", b"abc"))
    assert answer == (
        b"HTTP/1.1 200 OK\r\naccess-control-allow-origin: http://pages.example\r\ncache-control: no-store\r\n"
        b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nreferrer-policy: no-referrer\r\n"
        b"x-content-type-options: nosniff\r\ncontent-type: application/octet-stream\r\ncontent-length: 3\r\n\r\nabc"
    )


def test_many_requests_use_one_connection(gate: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*gate, timeout=5)
    for number in range(1, 101):
        connection.request("POST", "/echo", body=b"x" * number)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"x" * number)
    connection.close()


def test_a_body_that_comes_in_pieces_or_in_chunks_is_read_whole(gate: tuple[str, int]) -> None:
    body = bytes(range(256)) * 150
    connection = http.client.HTTPConnection(*gate, timeout=5)
    connection.request(
        "POST", "/count", body=iter([body[:7], body[7:30_000], body[30_000:]]), encode_chunked=True
    )
    assert connection.getresponse().read() == str(len(body)).encode()
    connection.close()
    with socket.create_connection(gate, timeout=5) as slow:
        request = post("/echo", b"one by one")
        for place in range(len(request)):
            slow.sendall(request[place : place + 1])
        assert slow.recv(4_096).endswith(b"\r\n\r\none by one")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/echo", b""),
        ("/echo", b"x" * 101),
        ("/echo", b"x" * 500_000),
        ("/nowhere", b""),
        ("/nowhere", b"x" * 70_000),
        ("/echo/", b"abc"),
        ("/facts", b"abc"),
        ("/%65cho", b"abc"),
    ],
)
def test_every_wrong_path_or_size_is_refused_with_the_same_bytes(
    gate: tuple[str, int], path: str, body: bytes
) -> None:
    answer = exchange(gate, post(path, body))
    assert answer == exchange(gate, post("/echo", b"", "Origin: http://elsewhere.example"))
    assert answer.startswith(b"HTTP/1.1 409 Conflict\r\n")
    assert answer.endswith(b"\r\n\r\n" + REFUSAL_BODY)


def test_a_body_without_end_is_refused_and_cut_off(gate: tuple[str, int]) -> None:
    with socket.create_connection(gate, timeout=5) as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: gate\r\nContent-Length: 99999999\r\n\r\n")
        with suppress(ConnectionError):
            for _ in range(1_000):
                connection.sendall(bytes(16_384))
        with suppress(ConnectionError):
            assert connection.recv(100).startswith(b"HTTP/1.1 409 ")


def test_reading_other_methods_and_preflight(gate: tuple[str, int]) -> None:
    def ask(method: str, path: str) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection(*gate, timeout=5)
        connection.request(method, path)
        answer = connection.getresponse()
        found = (answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})
        connection.close()
        return found

    assert ask("GET", "/facts")[:2] == (200, b'{"facts":1}')
    assert ask("GET", "/facts?with=query")[:2] == (200, b'{"facts":1}')
    assert ask("GET", "/healthz")[:2] == (200, SUCCESS_BODY)
    assert ask("HEAD", "/facts")[:2] == (200, b"")
    assert ask("HEAD", "/facts")[2]["content-length"] == "11"
    assert ask("GET", "/echo")[0] == 404
    assert ask("PUT", "/echo")[0] == ask("DELETE", "/facts")[0] == 405
    status, _, headers = ask("OPTIONS", "/echo")
    assert status == 204
    assert headers["access-control-allow-origin"] == "http://pages.example"
    assert "access-control-allow-credentials" not in headers
    assert {"server", "date", "set-cookie"}.isdisjoint(headers)


def test_busy_says_when_to_come_back(gate: tuple[str, int]) -> None:
    answer = exchange(gate, post("/busy", b""))
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nretry-after: 2\r\n" in answer
    assert answer.endswith(BUSY_BODY)


def test_a_broken_handler_ends_neither_the_connection_nor_the_process_and_shows_nothing(
    gate: tuple[str, int],
) -> None:
    with socket.create_connection(gate, timeout=5) as connection:
        connection.sendall(post("/fail", b"secret"))
        assert connection.recv(4_096) == (b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n")
        connection.sendall(post("/echo", b"still here"))
        assert connection.recv(4_096).endswith(b"still here")


def test_what_is_not_http_gets_400_and_the_end(gate: tuple[str, int]) -> None:
    for noise in (b"\x16\x03\x01 hello\r\n\r\n", b"POST /echo HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
        with socket.create_connection(gate, timeout=5) as connection:
            connection.sendall(noise)
            assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")
            assert connection.recv(4_096) == b""


def test_two_lengths_for_one_body_are_not_http(gate: tuple[str, int]) -> None:
    request = (
        b"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )
    with socket.create_connection(gate, timeout=5) as connection:
        connection.sendall(request)
        assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")


def test_an_endless_head_is_cut_off(gate: tuple[str, int]) -> None:
    with socket.create_connection(gate, timeout=5) as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\n")
        with suppress(ConnectionError):
            for _ in range(60):
                connection.sendall(b"X: " + b"y" * 1_000 + b"\r\n")
        with suppress(ConnectionError):
            assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")


def test_a_second_request_before_the_first_answer_gets_none(gate: tuple[str, int]) -> None:
    with socket.create_connection(gate, timeout=5) as connection:
        connection.sendall(post("/slow", b"") + post("/echo", b"abc"))
        received = b""
        while part := connection.recv(65_536):
            received += part
        assert received.count(b"HTTP/1.1 ") == 1
        assert received.endswith(SUCCESS_BODY)


def test_continue_is_said_to_whoever_waits_for_it(gate: tuple[str, int]) -> None:
    with socket.create_connection(gate, timeout=5) as connection:
        head, _, body = post("/echo", b"abc", "Expect: 100-continue").partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(4_096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(4_096).endswith(b"abc")


def test_http_1_0_and_close_end_the_connection(gate: tuple[str, int]) -> None:
    for request in (
        b"POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
        post("/echo", b"abc", "Connection: close"),
    ):
        with socket.create_connection(gate, timeout=5) as connection:
            connection.sendall(request)
            received = b""
            while part := connection.recv(4_096):
                received += part
            assert received.endswith(b"\r\n\r\nabc")


def test_an_upgrade_is_not_offered(gate: tuple[str, int]) -> None:
    with socket.create_connection(gate, timeout=5) as connection:
        connection.sendall(b"GET /facts HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert connection.recv(4_096).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("start", [b"", b"POST /echo HT", post("/echo", b"x" * 50)[:-20]])
def test_silence_ends_a_connection(gate: tuple[str, int], start: bytes) -> None:
    with socket.create_connection(gate, timeout=6) as connection:
        connection.sendall(start)
        assert connection.recv(4_096) == b""


def test_dribbling_a_body_ends_a_connection(gate: tuple[str, int]) -> None:
    began = time.monotonic()
    with socket.create_connection(gate, timeout=6) as connection, suppress(ConnectionError):
        connection.sendall(post("/echo", b"x" * 90)[:-89])
        while time.monotonic() - began < 6:
            time.sleep(0.2)
            connection.sendall(b"x")
    assert time.monotonic() - began < 5


def test_an_answer_in_the_making_is_finished_before_the_process_ends() -> None:
    port = find_free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(port)], env=build_environment({}), stdout=subprocess.PIPE
    )
    while not is_answering(f"http://127.0.0.1:{port}/healthz"):
        time.sleep(0.05)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(post("/slow", b""))
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert connection.recv(4_096).endswith(SUCCESS_BODY)
    output, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert output.split() == [b"started", b"stopped", b"left"]


def test_a_gate_that_cannot_listen_says_so_and_fails(gate: tuple[str, int]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(gate[1])],
        env=build_environment({}),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode != 0
    assert "in use" in done.stderr


def test_the_limits_of_time_are_those_of_a_phone_on_a_bad_line() -> None:
    assert wire.IDLE_SECONDS == 30
    assert wire.REQUEST_SECONDS == 60
