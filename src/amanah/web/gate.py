"""A gate: the few hot endpoints of a door, served by uvicorn over `web/wire.py`.

It never logs a request, an address or a body, never imports Django, and refuses everything with the same
bytes (`spec/passes.md` 7.8).
"""

import gc
import signal
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import FrameType
from typing import Any, NamedTuple

import uvicorn

from amanah.web.wire import GateProtocol

BODY_SIZE = 512
SUCCESS_BODY = b'{"status":"done"}'.ljust(BODY_SIZE)
REFUSAL_BODY = b'{"error":"refused"}'.ljust(BODY_SIZE)
BUSY_BODY = b'{"error":"busy"}'.ljust(BODY_SIZE)
BUSY_SECONDS = 2

JSON = b"application/json"
BYTES = b"application/octet-stream"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Step = Callable[[], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

STRICT = (
    "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nreferrer-policy: no-referrer\r\n"
    "x-content-type-options: nosniff\r\n"
)
_PREFLIGHT = (
    f"{STRICT}"
    "access-control-allow-methods: GET, POST\r\naccess-control-allow-headers: content-type\r\n"
    "access-control-max-age: 86400\r\ncache-control: no-store\r\n"
)


class Reply(NamedTuple):
    """What a handler answers; the gate adds every header."""

    status: int
    body: bytes
    content_type: bytes = JSON


DONE = Reply(200, SUCCESS_BODY)
REFUSED = Reply(409, REFUSAL_BODY)
BUSY = Reply(503, BUSY_BODY)
NOT_FOUND = Reply(404, b"")
NOT_ALLOWED = Reply(405, b"")


@dataclass(frozen=True)
class Route:
    """One POST endpoint: its handler, and the smallest and largest body that reaches it."""

    handler: Callable[[bytes], Awaitable[Reply]]
    sizes: tuple[int, int]


class Gate:
    """Exact POST routes and readable GET paths, open to the pages of one origin; ASGI is its lifespan only."""

    def __init__(
        self,
        *,
        routes: Mapping[str, Route],
        readable: Mapping[str, Callable[[], Awaitable[Reply]]] | None = None,
        allowed_origin: str,
        start: Sequence[Step] = (),
        stop: Sequence[Step] = (),
    ) -> None:
        self._routes = dict(routes)
        self._readable = {"/healthz": _answer_health, **(readable or {})}
        self._start = tuple(start)
        self._stop = tuple(stop)
        self._origin = f"access-control-allow-origin: {allowed_origin}\r\n"
        self._heads: dict[tuple[int, int, bytes], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start and stop what the gate stands on, in the process's own event loop."""
        if scope["type"] != "lifespan":
            raise NotImplementedError("A gate is served by run_gate.")
        await receive()
        for step in self._start:
            await step()
        # What stands now stands to the end: the collector need not look at it again and again.
        gc.freeze()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for step in self._stop:
            await step()
        await send({"type": "lifespan.shutdown.complete"})

    def get_longest_body(self, path: str) -> int:
        """Give the largest body that any handler of a path reads."""
        route = self._routes.get(path)
        return route.sizes[1] if route else 0

    async def respond(self, method: str, path: str, body: bytes) -> bytes:
        """Give the whole HTTP response; a POST with a wrong path or size is refused like everything else."""
        if method == "POST":
            route = self._routes.get(path)
            if route is None or not route.sizes[0] <= len(body) <= route.sizes[1]:
                return self._encode(REFUSED)
            return self._encode(await route.handler(body))
        if method in {"GET", "HEAD"}:
            find = self._readable.get(path)
            return self._encode(await find() if find else NOT_FOUND, is_head=method == "HEAD")
        if method == "OPTIONS":
            return f"HTTP/1.1 204 No Content\r\n{self._origin}{_PREFLIGHT}\r\n".encode()
        return self._encode(NOT_ALLOWED)

    def _encode(self, reply: Reply, *, is_head: bool = False) -> bytes:
        status, body, content_type = reply
        key = (status, len(body), content_type)
        head = self._heads.get(key)
        if head is None:
            head = self._heads[key] = self._encode_head(status, len(body), content_type)
        return head if is_head else head + body

    def _encode_head(self, status: int, length: int, content_type: bytes) -> bytes:
        retry = f"retry-after: {BUSY_SECONDS}\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
        return (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{self._origin}cache-control: no-store\r\n"
            f"{STRICT}content-type: {content_type.decode()}\r\n{retry}"
            f"content-length: {length}\r\n\r\n"
        ).encode()


async def _answer_health() -> Reply:
    return DONE


def run_gate(gate: Application, bind: tuple[str, int]) -> None:
    """Serve the gate until SIGTERM or SIGINT; raise RuntimeError when it could not start."""
    host, port = bind
    server = uvicorn.Server(
        uvicorn.Config(
            gate,
            host=host,
            port=port,
            loop="uvloop",
            http=GateProtocol if isinstance(gate, Gate) else "httptools",
            interface="asgi3",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
        )
    )
    with _SignalsLeaveCleanly():
        server.run()
    if not server.started:
        raise RuntimeError(f"The gate could not start at {host}:{port}; the messages above say why.")


class _SignalsLeaveCleanly:
    """Uvicorn raises the signal that stopped it once more; a department that was asked to stop exits 0."""

    def __enter__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                self._before[name] = signal.signal(name, _ignore)

    def __exit__(self, *_: object) -> None:
        for name, handler in self._before.items():
            signal.signal(name, handler)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    return None
