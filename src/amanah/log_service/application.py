"""The log's HTTP face: one way in for entries, and static files for everybody (`spec/public_log.md` 2 and 3).

It never logs a request and never serves a path that is not a tile, a bundle or the checkpoint.
"""

import json
from collections.abc import Callable
from typing import NamedTuple

from amanah.core.errors import AmanahError
from amanah.core.public_log.entries import (
    LONGEST_ENTRY,
    EntryNotAllowedError,
    EntrySignatureError,
    check_schema,
    parse_entry,
    verify_entry_signature,
)
from amanah.core.public_log.tiles import is_tile_path
from amanah.log_service.ledger import CHECKPOINT, Ledger
from amanah.log_service.sequencer import BusyError, Sequencer
from amanah.web.gate import Message, Receive, Scope, Send

ENTRIES_PATH = "/api/v1/entries"
_JSON = b"application/json"
_TEXT = b"text/plain; charset=utf-8"
_BYTES = b"application/octet-stream"
_NO_STORE = b"no-store"
_ASK_AGAIN = b"no-cache"
_FOR_EVER = b"public, max-age=31536000, immutable"


class _Answer(NamedTuple):
    status: int
    body: bytes
    content_type: bytes = _JSON
    caching: bytes = _NO_STORE


class LogApplication:
    """A plain ASGI application; `make_sequencer` is called inside the running event loop."""

    def __init__(self, ledger: Ledger, make_sequencer: Callable[[], Sequencer]) -> None:
        self._ledger = ledger
        self._make_sequencer = make_sequencer
        self._sequencer: Sequencer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or the process's lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            method, path = scope["method"], scope["path"]
            if method == "POST" and path == ENTRIES_PATH:
                answer = await self._take(receive)
            elif method in {"GET", "HEAD"}:
                answer = self._find(path)
            else:
                answer = _Answer(405, b"")
            await _send(send, answer, is_head=method == "HEAD")

    async def _take(self, receive: Receive) -> _Answer:
        data = await _read_body(receive)
        if data is None:
            return _Answer(413, _refusal("entry-too-long"))
        try:
            self._check(data)
            if self._sequencer is None:
                raise BusyError("The log is starting.")
            position = await self._sequencer.append(data)
        except BusyError as error:
            return _Answer(503, _refusal(error.code))
        except AmanahError as error:
            return _Answer(422, _refusal(error.code))
        return _Answer(200, json.dumps({"index": position}).encode())

    def _check(self, data: bytes) -> None:
        """Refuse what fails 1.1 to 1.4; whom to believe is decided at start, never by a hand-over."""
        entry = parse_entry(data)
        check_schema(entry)
        if entry.kind == "door_admitted":
            raise EntryNotAllowedError("Only the log service itself admits doors.")
        if entry.by not in self._ledger.keys:
            raise EntrySignatureError("This office was not admitted.")
        verify_entry_signature(entry, self._ledger.keys[entry.by])

    def _find(self, path: str) -> _Answer:
        name = path.removeprefix("/")
        if name == "healthz":
            is_well = self._sequencer is not None and self._sequencer.failure is None
            return _Answer(
                200 if is_well else 503, b'{"status":"done"}' if is_well else b'{"error":"stopped"}'
            )
        if name != CHECKPOINT and not is_tile_path(name):
            return _Answer(404, b"")
        data = self._ledger.folder.read(name)
        if data is None:
            return _Answer(404, b"")
        if name == CHECKPOINT:
            return _Answer(200, data, _TEXT, _ASK_AGAIN)
        return _Answer(200, data, _BYTES, _FOR_EVER)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._sequencer = self._make_sequencer()
        await self._sequencer.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._sequencer.stop()
        await send({"type": "lifespan.shutdown.complete"})


async def _read_body(receive: Receive) -> bytes | None:
    """Read no more than an entry may hold; None is too long or cut off."""
    body = b""
    while True:
        message: Message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if message["type"] != "http.request" or len(body) > LONGEST_ENTRY:
            return None
        if not message.get("more_body"):
            return body


async def _send(send: Send, answer: _Answer, *, is_head: bool) -> None:
    headers = [
        (b"access-control-allow-origin", b"*"),
        (b"cache-control", answer.caching),
        (b"content-type", answer.content_type),
        (b"content-length", b"%d" % len(answer.body)),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"referrer-policy", b"no-referrer"),
    ]
    if answer.status == 503:
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else answer.body})


def _refusal(code: str) -> bytes:
    return json.dumps({"error": code}).encode()
