"""HTTP/1.1 for gates: one request at a time on each connection, bounded in size and in time, parsed by httptools.

It plugs into uvicorn in place of its own protocol, because a gate needs no ASGI message, no header and no address
of a request: they are never even kept. That is also what makes it fast.
"""

import asyncio
import logging
from typing import Any, Protocol, cast

import httptools

IDLE_SECONDS = 30.0
REQUEST_SECONDS = 60.0
LONGEST_HEAD = 16_384
# What is too long is read to its end and refused like everything else, up to here; then the connection ends.
LONGEST_EXCESS = 1_048_576
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_UNREADABLE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_FAILED = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n"
_log = logging.getLogger("amanah.gate")


class Responder(Protocol):
    """What answers: bytes in, bytes out."""

    def get_longest_body(self, path: str) -> int:
        """Give the length beyond which a body need not be kept."""

    async def respond(self, method: str, path: str, body: bytes) -> bytes:
        """Give the whole response, head and body; a body that was too long comes with one byte too many."""


class GateProtocol(asyncio.Protocol):
    """One connection. Uvicorn makes it, counts it, and calls `shutdown` when the process ends."""

    def __init__(
        self,
        config: Any,
        server_state: Any,
        app_state: object,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        del app_state
        self._responder = cast("Responder", config.loaded_app)
        self._state = server_state
        self._loop = _loop or asyncio.get_event_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._last_byte_at = self._began_at = self._loop.time()
        self._is_busy = False
        self._is_last = False
        self._is_head_complete = False
        self._head_size = 0
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the time."""
        self._transport = cast("asyncio.Transport", transport)
        self._state.connections.add(self)
        self._timer = self._loop.call_later(IDLE_SECONDS, self._check_time)

    def connection_lost(self, _error: Exception | None) -> None:
        """Forget the connection; what is being decided is decided to its end."""
        self._state.connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        self._is_last = True

    def data_received(self, data: bytes) -> None:
        """Take in bytes; whoever sends a second request before the first is answered gets the first answer only."""
        if self._is_busy or self._is_last:
            self._is_last = True
            return
        self._last_byte_at = self._loop.time()
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end(_UNREADABLE)
        except httptools.HttpParserUpgrade:
            self._is_last = True
        if not self._is_head_complete:
            self._head_size += len(data)
            if self._head_size > LONGEST_HEAD:
                self._end(_UNREADABLE)

    def on_message_begin(self) -> None:
        """Start with nothing of the request before."""
        if self._is_busy:
            self._is_last = True
            return
        self._url = b""
        self._parts: list[bytes] = []
        self._size = 0
        self._excess = 0
        self._expects_continue = False
        self._began_at = self._last_byte_at
        self._is_head_complete = False
        self._head_size = 0

    def on_url(self, part: bytes) -> None:
        """Collect the address."""
        if not self._is_busy:
            self._url += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """Look at the one header that changes what is sent; keep none."""
        if len(name) == 6 and name.lower() == b"expect" and value.lower() == b"100-continue":
            self._expects_continue = True

    def on_headers_complete(self) -> None:
        """Decide how much of the body is worth keeping."""
        if self._is_busy:
            return
        self._is_head_complete = True
        self._path = self._url.partition(b"?")[0].decode("latin-1")
        self._longest = self._responder.get_longest_body(self._path)
        if self._expects_continue:
            self._transport.write(_CONTINUE)

    def on_body(self, part: bytes) -> None:
        """Keep at most one byte too many, and drop the rest."""
        if self._is_busy or self._is_last:
            return
        room = self._longest + 1 - self._size
        kept = part if len(part) <= room else part[:room]
        if kept:
            self._parts.append(kept)
            self._size += len(kept)
        self._excess += len(part) - len(kept)
        if self._excess > LONGEST_EXCESS:
            self._is_last = True
            self._answer()

    def on_message_complete(self) -> None:
        """Answer, unless that has been done."""
        if not self._is_busy:
            if not self._parser.should_keep_alive():
                self._is_last = True
            self._answer()

    def _answer(self) -> None:
        self._is_busy = True
        method = self._parser.get_method().decode("latin-1")
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        task = self._loop.create_task(self._respond(method, self._path, body))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    async def _respond(self, method: str, path: str, body: bytes) -> None:
        try:
            response = await self._responder.respond(method, path, body)
        except Exception as error:  # noqa: BLE001  (one broken request must not end the process, nor be hidden)
            _log.error("A request failed: %s.", type(error).__name__)
            response = _FAILED
        if self._is_last:
            self._end(response)
        else:
            self._is_busy = False
            self._parts = []
            self._transport.write(response)

    def _end(self, response: bytes) -> None:
        self._is_last = True
        if not self._transport.is_closing():
            self._transport.write(response)
            self._transport.close()

    def _check_time(self) -> None:
        """End a connection that is silent, or that dribbles a request for longer than any phone needs."""
        now = self._loop.time()
        is_in_request = bool(self._url) and not self._is_busy
        is_idle = not self._is_busy and now - self._last_byte_at >= IDLE_SECONDS
        if is_idle or (is_in_request and now - self._began_at >= REQUEST_SECONDS and self._parts):
            self._transport.close()
        else:
            self._timer = self._loop.call_later(IDLE_SECONDS / 2, self._check_time)

    def pause_writing(self) -> None:
        """Read nothing more from whoever does not read."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Read on."""
        self._transport.resume_reading()

    def shutdown(self) -> None:
        """Finish what is being answered, then end."""
        if self._is_busy:
            self._is_last = True
        else:
            self._transport.close()
