"""A witness that behaves as the test tells it: a real server, because what a log must survive comes over a wire."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.notes import COSIGNER, VerifierKey, parse_note
from amanah.core.public_log.witnessing import parse_add_checkpoint
from tests.support.postgresql import find_free_port

NAME = "odd.example/witness"
SEED = hashlib.sha256(b"a witness that cannot be relied upon").digest()
Behaviour = Callable[[bytes], tuple[int, bytes]]


@dataclass
class OddWitness:
    """What it was asked, and how it answers: `answer` to add-checkpoint, `shown` at the monitoring address."""

    port: int
    answer: Behaviour
    shown: bytes | None = None
    asked: list[bytes] = field(default_factory=list)
    hangs: threading.Event = field(default_factory=threading.Event)

    @property
    def key(self) -> VerifierKey:
        return compute_verifier_key(NAME, SEED, COSIGNER)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/some/prefix/"

    def as_witness(self, name: str) -> tuple[str, VerifierKey, str]:
        """Give what a log's policy says about it."""
        return (name, self.key, self.url)


def make_line(body: bytes, *, name: str = NAME, seed: bytes = SEED, at: int = 1_790_000_000) -> bytes:
    """Cosign whatever was asked for, consistent or not."""
    return cosign(parse_note(parse_add_checkpoint(body).note).text, name=name, seed=seed, at=at)


def cosign_all(body: bytes) -> tuple[int, bytes]:
    """Answer as a witness that has forgotten everything."""
    return 200, make_line(body)


@contextmanager
def run_odd_witness(answer: Behaviour = cosign_all, port: int | None = None) -> Iterator[OddWitness]:
    """Serve it on a free port until the test ends."""
    odd = OddWitness(port or find_free_port(), answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            odd.asked.append(body)
            assert self.path == "/some/prefix/add-checkpoint"
            self._send(*odd.answer(body))

        def do_GET(self) -> None:
            assert self.path.endswith("/checkpoint")
            self._send(404 if odd.shown is None else 200, odd.shown or b"")

        def log_message(self, *_: object) -> None:
            return None

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET

        def handle_error(self, *_: object) -> None:
            return None

    with Server(("127.0.0.1", odd.port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield odd
        finally:
            odd.hangs.set()
            server.shutdown()
            thread.join()
