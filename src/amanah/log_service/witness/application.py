"""The witness's HTTP face (C2SP `tlog-witness`): add-checkpoint, and what monitors read; no list of who asked.

It never logs a request, and answers everything that needs no memory without touching the writer thread.
"""

import asyncio
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.witnessing import LONGEST_REQUEST
from amanah.core.public_log.witnessing import Answer as Decided
from amanah.log_service.answers import (
    ASK_AGAIN,
    HEALTHY,
    NOT_ALLOWED,
    NOT_FOUND,
    STOPPED,
    TEXT,
    Answer,
    read_body,
    refuse,
    send_answer,
)
from amanah.log_service.witness.witness import Verdict, Witness
from amanah.web.gate import Receive, Scope, Send

PREFIX = "/witness"
MOST_WAITING = 64
_SIZE = b"text/x.tlog.size"
_ADD_CHECKPOINT = f"{PREFIX}/add-checkpoint"
_MONITORING = re.compile(rf"{PREFIX}/(?P<origin>[0-9a-f]{{64}})/(?P<what>checkpoint|evidence)")
_CODES = {
    Decided.MALFORMED: "unreadable-witness-request",
    Decided.NOT_SIGNED: "checkpoint-signature",
    Decided.UNKNOWN_LOG: "unknown-log",
    Decided.NOT_CONSISTENT: "proof-does-not-hold",
}
Result = TypeVar("Result")


class WitnessDesk:
    """Answers everything below `/witness/`; where the memory fails, `on_failure` is told and nothing is answered."""

    def __init__(self, witness: Witness, writer: ThreadPoolExecutor, on_failure: Callable[[], None]) -> None:
        self.failure: BaseException | None = None
        self.identity = witness.identity
        self._witness = witness
        self._writer = writer
        self._on_failure = on_failure
        self._waiting = 0

    async def answer(self, scope: Scope, receive: Receive) -> Answer:
        """Answer one request."""
        method, path = scope["method"], scope["path"]
        if path == _ADD_CHECKPOINT:
            return await self._take(receive) if method == "POST" else NOT_ALLOWED
        match = _MONITORING.fullmatch(path)
        if match is None:
            return NOT_FOUND
        if method not in {"GET", "HEAD"}:
            return NOT_ALLOWED
        return await self._show(match["what"], bytes.fromhex(match["origin"]))

    async def _take(self, receive: Receive) -> Answer:
        body = await read_body(receive, LONGEST_REQUEST)
        if body is None:
            return refuse(413, "unreadable-witness-request")
        request = self._witness.refuse_early(body)
        if isinstance(request, Verdict):
            return _encode(request)
        verdict = await self._ask_memory(lambda: self._witness.add_checkpoint(request))
        return STOPPED if verdict is None else _encode(verdict)

    async def _show(self, what: str, origin_hash: bytes) -> Answer:
        if what == "checkpoint":
            note = await self._ask_memory(lambda: (self._witness.find_checkpoint(origin_hash),))
            return STOPPED if note is None else _show_note(note[0])
        found = await self._ask_memory(lambda: (self._witness.find_evidence(origin_hash),))
        if found is None:
            return STOPPED
        if found[0] is None:
            return NOT_FOUND
        text = json.dumps([evidence.decode() for evidence in found[0]], ensure_ascii=False, indent=1)
        return Answer(200, f"{text}\n".encode(), caching=ASK_AGAIN)

    async def _ask_memory(self, work: Callable[[], Result]) -> Result | None:
        """Work on the writer thread; None where it is overrun or has failed, which ends the service."""
        if self.failure or self._waiting >= MOST_WAITING:
            return None
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._writer, work)
        except Exception as error:  # noqa: BLE001  (whatever broke the memory must end the service, not one request)
            self.failure = error
            self._on_failure()
            return None
        finally:
            self._waiting -= 1


class WitnessApplication:
    """A plain ASGI application for a witness that stands alone, on a machine without a log."""

    def __init__(self, desk: WitnessDesk) -> None:
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or the process's lifespan."""
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        elif scope["type"] == "http":
            await send_answer(scope, send, await self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        path = scope["path"]
        if path.startswith(f"{PREFIX}/"):
            return await self._desk.answer(scope, receive)
        if scope["method"] not in {"GET", "HEAD"}:
            return NOT_ALLOWED
        if path == "/healthz":
            return STOPPED if self._desk.failure else HEALTHY
        if path == "/":
            return Answer(200, "\n".join(describe_witness(self._desk)).encode(), TEXT, ASK_AGAIN)
        return NOT_FOUND


def describe_witness(desk: WitnessDesk) -> list[str]:
    """Give the lines that tell an outsider what the witness is and where it answers."""
    return [
        f"Witness {desk.identity.name}",
        "",
        "It cosigns the public logs of other communities as long as they only grow (C2SP tlog-witness).",
        f"Its key: {encode_verifier_key(desk.identity.verifier_key)}",
        "",
        f"  POST {PREFIX}/add-checkpoint               ask for a cosignature; the log must be on our list",
        f"  GET  {PREFIX}/<hex SHA-256 of origin>/checkpoint   the last checkpoint that we cosigned",
        f"  GET  {PREFIX}/<hex SHA-256 of origin>/evidence     signed checkpoints that prove a fork",
        "",
    ]


def _encode(verdict: Verdict) -> Answer:
    if verdict.answer is Decided.COSIGN:
        return Answer(200, verdict.line, TEXT)
    if verdict.answer is Decided.OTHER_SIZE:
        return Answer(409, f"{verdict.size}\n".encode(), _SIZE)
    return refuse(verdict.answer.value, _CODES[verdict.answer])


def _show_note(note: bytes | None) -> Answer:
    return NOT_FOUND if note is None else Answer(200, note, TEXT, ASK_AGAIN)
