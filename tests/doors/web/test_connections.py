"""A page server keeps a connection open whatever its answer left unread: a proxy would tell people of a bad gateway."""

import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.support.processes import Running, start_departments

pytestmark = pytest.mark.processes
ENDING = b"\r\n\r\n"
BODY_COMES_AFTER = 0.05


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start_departments(tmp_path_factory.mktemp("kept"), processes=["log", "programme", "request"])
    yield running
    running.stop()


def read_answer(connection: socket.socket) -> int:
    """Read one answer to its end; give its status."""
    taken = b""
    while ENDING not in taken:
        piece = connection.recv(65_536)
        assert piece, "the connection was closed without an answer"
        taken += piece
    head, rest = taken.split(ENDING, 1)
    length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
    while len(rest) < length:
        rest += connection.recv(65_536)
    return int(head.split()[1])


@pytest.mark.parametrize("door", ["programme", "request"])
@pytest.mark.parametrize("path", ["/nothing/here/", "/desk/founding/sign/ask/"])
def test_a_body_that_no_view_reads_closes_no_connection(running: Running, door: str, path: str) -> None:
    netloc = urlsplit(running.urls[door]).netloc  # type: ignore[index]
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {netloc}\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    )
    host, port = netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        for _ in range(3):
            connection.sendall(head.encode())
            time.sleep(BODY_COMES_AFTER)
            connection.sendall(b"{}")
            assert read_answer(connection) in {302, 404}
            time.sleep(BODY_COMES_AFTER)


@pytest.mark.parametrize("door", ["programme", "request"])
def test_a_body_too_large_for_any_form_is_answered_without_being_read(running: Running, door: str) -> None:
    netloc = urlsplit(running.urls[door]).netloc  # type: ignore[index]
    head = f"POST /nothing/here/ HTTP/1.1\r\nHost: {netloc}\r\nContent-Length: 900000000\r\n\r\n"
    host, port = netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head.encode())
        assert read_answer(connection) == 404
