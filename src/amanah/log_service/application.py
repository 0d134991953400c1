"""The log's HTTP face: one way in for entries, and what everybody may read (`spec/public_log.md` 2, 3 and 7).

It never logs a request and never serves a path that is not listed here.
"""

import asyncio
import json
import re
from collections.abc import Callable

from amanah.core.errors import AmanahError
from amanah.core.public_log.entries import (
    LONGEST_ENTRY,
    EntryNotAllowedError,
    EntrySignatureError,
    check_schema,
    parse_entry,
    verify_entry_signature,
)
from amanah.core.public_log.schemas import LOG
from amanah.core.public_log.tiles import is_tile_path
from amanah.log_service.answers import (
    ASK_AGAIN,
    BYTES,
    FOR_EVER,
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
from amanah.log_service.ledger import CHECKPOINT, Ledger
from amanah.log_service.proving import find_proof
from amanah.log_service.sequencer import BusyError, Sequencer
from amanah.log_service.showing import describe_log
from amanah.log_service.witness.application import PREFIX, WitnessDesk, describe_witness
from amanah.web.gate import Receive, Scope, Send

ENTRIES_PATH = "/api/v1/entries"
_PROOF = "proof/"
_UNFIT_FOR_A_FILE = re.compile(r"[^A-Za-z0-9._-]")


class LogApplication:
    """A plain ASGI application; `make_sequencer` is called inside the running event loop."""

    def __init__(
        self, ledger: Ledger, make_sequencer: Callable[[], Sequencer], witness: WitnessDesk | None = None
    ) -> None:
        self._ledger = ledger
        self._make_sequencer = make_sequencer
        self._witness = witness
        self._sequencer: Sequencer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or the process's lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await send_answer(scope, send, await self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        method, path = scope["method"], scope["path"]
        if self._witness and path.startswith(f"{PREFIX}/"):
            return await self._witness.answer(scope, receive)
        if method == "POST" and path == ENTRIES_PATH:
            return await self._take(receive)
        if method not in {"GET", "HEAD"}:
            return NOT_ALLOWED
        name = path.removeprefix("/")
        if name.startswith(_PROOF):
            # A proof reads a tile of each level; meanwhile others are answered.
            return await asyncio.to_thread(self._prove, name.removeprefix(_PROOF))
        return self._find(name)

    async def _take(self, receive: Receive) -> Answer:
        data = await read_body(receive, LONGEST_ENTRY)
        if data is None:
            return refuse(413, "entry-too-long")
        try:
            self._check(data)
            if self._sequencer is None:
                raise BusyError("The log is starting.")
            position = await self._sequencer.append(data)
        except BusyError as error:
            return refuse(503, error.code)
        except AmanahError as error:
            return refuse(422, error.code)
        return Answer(200, json.dumps({"index": position}).encode())

    def _check(self, data: bytes) -> None:
        """Refuse what fails 1.1 to 1.4, and what only the log itself says (2.2)."""
        entry = parse_entry(data)
        check_schema(entry)
        if entry.by == LOG:
            raise EntryNotAllowedError("Only the log service itself writes entries by the log.")
        if entry.by not in self._ledger.keys:
            raise EntrySignatureError("This office was not admitted.")
        verify_entry_signature(entry, self._ledger.keys[entry.by])

    def _find(self, name: str) -> Answer:
        if name == "healthz":
            return HEALTHY if self._is_well() else STOPPED
        if name == "":
            lines = describe_log(self._ledger.identity)
            lines += describe_witness(self._witness) if self._witness else []
            return Answer(200, "\n".join(lines).encode(), TEXT, ASK_AGAIN)
        if name == "policy":
            return Answer(200, self._ledger.identity.policy_file, TEXT, ASK_AGAIN)
        if name != CHECKPOINT and not is_tile_path(name):
            return NOT_FOUND
        data = self._ledger.folder.read(name)
        if data is None:
            return NOT_FOUND
        if name == CHECKPOINT:
            return Answer(200, data, TEXT, ASK_AGAIN)
        return Answer(200, data, BYTES, FOR_EVER)

    def _prove(self, index: str) -> Answer:
        proof = find_proof(self._ledger.folder, self._ledger.identity.verifier_key, index)
        if proof is None:
            return NOT_FOUND
        name = _UNFIT_FOR_A_FILE.sub("-", self._ledger.identity.origin)
        return Answer(200, proof, TEXT, ASK_AGAIN, filename=f"{name}-{index}.tlog-proof")

    def _is_well(self) -> bool:
        is_sound = self._witness is None or self._witness.failure is None
        return is_sound and self._sequencer is not None and self._sequencer.failure is None

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._sequencer = self._make_sequencer()
        await self._sequencer.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._sequencer.stop()
        await send({"type": "lifespan.shutdown.complete"})
