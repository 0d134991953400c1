"""A gate: the few hot endpoints of a door as one small ASGI application on uvicorn.

It never logs a request, an address or a body, never imports Django, and refuses everything with the same
bytes (`spec/passes.md` 7.8).
"""

import signal
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any, NamedTuple

import uvicorn

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
    """An ASGI application of exact POST routes and readable GET paths, open to the pages of one origin."""

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
        self._common = [
            (b"access-control-allow-origin", allowed_origin.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        self._preflight = [
            *self._common,
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-headers", b"content-type"),
            (b"access-control-max-age", b"86400"),
            (b"content-length", b"0"),
        ]
        self._starts: dict[tuple[int, int, bytes], Message] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or the process's lifespan."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        method: str = scope["method"]
        path: str = scope["path"]
        if method == "POST":
            await self._send(send, await self._post(path, receive))
        elif method in {"GET", "HEAD"}:
            find = self._readable.get(path)
            await self._send(send, await find() if find else NOT_FOUND, is_head=method == "HEAD")
        elif method == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": self._preflight})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._send(send, NOT_ALLOWED)

    async def _post(self, path: str, receive: Receive) -> Reply:
        """Read no more than the route allows; a wrong path or size is refused like everything else."""
        route = self._routes.get(path)
        if route is None:
            return REFUSED
        smallest, largest = route.sizes
        message = await receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            parts = [body]
            size = len(body)
            while message.get("more_body") and size <= largest:
                message = await receive()
                part: bytes = message.get("body", b"")
                size += len(part)
                parts.append(part)
            body = b"".join(parts)
        if message["type"] != "http.request" or not smallest <= len(body) <= largest:
            return REFUSED
        return await route.handler(body)

    async def _send(self, send: Send, reply: Reply, *, is_head: bool = False) -> None:
        key = (reply.status, len(reply.body), reply.content_type)
        start = self._starts.get(key)
        if start is None:
            headers = [
                *self._common,
                (b"content-type", reply.content_type),
                (b"content-length", b"%d" % len(reply.body)),
            ]
            if reply.status == 503:
                headers.append((b"retry-after", b"%d" % BUSY_SECONDS))
            start = {"type": "http.response.start", "status": reply.status, "headers": headers}
            if len(self._starts) < 256:
                self._starts[key] = start
        await send(start)
        await send({"type": "http.response.body", "body": b"" if is_head else reply.body})

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and stop what the gate stands on, in the process's own event loop."""
        await receive()
        for step in self._start:
            await step()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for step in self._stop:
            await step()
        await send({"type": "lifespan.shutdown.complete"})


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
            http="httptools",
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
