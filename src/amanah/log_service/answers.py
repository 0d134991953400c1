"""How the log service and its witness answer HTTP: the same headers everywhere, bodies read up to a limit.

It never logs a request.
"""

import json
from typing import NamedTuple

from amanah.web.gate import Message, Receive, Scope, Send

JSON = b"application/json"
TEXT = b"text/plain; charset=utf-8"
BYTES = b"application/octet-stream"
NO_STORE = b"no-store"
ASK_AGAIN = b"no-cache"
FOR_EVER = b"public, max-age=31536000, immutable"


class Answer(NamedTuple):
    """What is sent; `filename` makes a browser keep the body as a file."""

    status: int
    body: bytes
    content_type: bytes = JSON
    caching: bytes = NO_STORE
    filename: str | None = None


NOT_FOUND = Answer(404, b"")
NOT_ALLOWED = Answer(405, b"")
HEALTHY = Answer(200, b'{"status":"done"}')
STOPPED = Answer(503, b'{"error":"stopped"}')


def refuse(status: int, code: str) -> Answer:
    """Refuse with a stable code."""
    return Answer(status, json.dumps({"error": code}).encode())


async def read_body(receive: Receive, longest: int) -> bytes | None:
    """Read no more than may come; None is too long or cut off."""
    parts: list[bytes] = []
    size = 0
    while True:
        message: Message = await receive()
        part: bytes = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if message["type"] != "http.request" or size > longest:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


async def send_answer(scope: Scope, send: Send, answer: Answer) -> None:
    """Send an answer with the headers that every answer has."""
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
    if answer.filename is not None:
        headers.append((b"content-disposition", f'attachment; filename="{answer.filename}"'.encode()))
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
