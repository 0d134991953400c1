"""Starts the spending gate: one process, one event loop; gate, clerk and closing side by side, no Django.

It refuses to start without its keys and its tables, and leaves no journal behind when it stops.
"""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import amanah
from amanah.core.encoding import JsonValue
from amanah.core.errors import MisconfiguredError
from amanah.core.passes.decisions import SpendableOccasion
from amanah.core.passes.keys import parse_public_key
from amanah.core.passes.tokens import TokenVerifier
from amanah.core.public_log.entries import sign_entry
from amanah.core.public_log.reading import LogView
from amanah.core.public_log.schemas import PROGRAMME_DOOR
from amanah.core.surveys.stated_plan import StatedPlan, parse_plan
from amanah.programme_door.occasions.ledger import OccasionLedger, UnclosedOccasion
from amanah.programme_door.occasions.mirror import LogMirror
from amanah.programme_door.occasions.states import CLOSING
from amanah.programme_door.spending.closing import Closing, Publication
from amanah.programme_door.spending.gate import HeldOccasion, SpendingGate
from amanah.programme_door.spending.publishing import Publishing
from amanah.programme_door.spending.rules import find_stated_rules, list_rules
from amanah.programme_door.spending.store import build_store
from amanah.programme_door.trust.ledger import SeasonLedger
from amanah.web.assets import compute_client_hash
from amanah.web.clerk import Clerk
from amanah.web.config import Config
from amanah.web.database import SQLITE_PREFIX, Database, find_sqlite_path, list_errors, open_database
from amanah.web.gate import Gate, run_gate
from amanah.web.holdings import list_stored_columns, parse_holdings
from amanah.web.locking import hold_database
from amanah.web.outbox import append_entry_raw
from amanah.web.rewriting import RewriteRhythm

ENTRY_KEY = "entry-signing.key"
RECOUNTS_FOLDER = "recounts"
HOLDINGS_FILE = Path(__file__).parents[1] / "holdings.json"
LOOK_SECONDS = 0.5
RETRY_SECONDS = 5.0
_log = logging.getLogger("amanah.spending")


class SpendingDoor:
    """Everything that the process holds, in the order in which it is opened and closed."""

    def __init__(self, config: Config, clock: Callable[[], float] = time.time) -> None:
        self._config = config
        self._clock = clock
        self._seed = _read_seed(config.keys("programme") / ENTRY_KEY)
        self._url = config.database("spending")
        for name in ("programme", "spending"):
            _require_database(name, config.database(name))
        folder = config.folder("programme") / RECOUNTS_FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        self._database = open_database(config.database("programme"))
        self._ledger = OccasionLedger(self._database)
        self._store = build_store(self._url)
        publication = Publication(folder, config.log_origin, _read_vkey(config), self._seed)
        self._closing = Closing(self._store, self._url, self._ledger, publication)
        self._publishing = Publishing(folder, self._ledger)
        self._seasons = SeasonLedger(self._database, self._seed, self._find_plan)
        self._spending = SpendingGate(self._store, self._now)
        self._prepared: dict[str, HeldOccasion] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.failure: BaseException | None = None

    def _now(self) -> int:
        return int(self._clock())

    def _find_plan(self, occasion: str) -> StatedPlan | None:
        stated = self._ledger.find_plan_bytes(occasion)
        return parse_plan(stated) if stated else None

    def build_gate(self) -> Gate:
        """Give the ASGI application that `run_gate` serves."""
        return Gate(
            routes=self._spending.routes,
            allowed_origin=self._config.urls["programme"],
            start=[self.open],
            stop=[self.close],
        )

    async def open(self) -> None:
        """Finish what a crash cut off, hold what is open, then begin to read the log."""
        await self._store.open()
        await self._closing.finish_interrupted()
        # A crash may have come between the publishing of results and the drawing of pages.
        self._ledger.record_page_change()
        self._announce()
        self.look()
        mirror = LogMirror(self._database)

        async def act(view: LogView) -> None:
            mirror.record(view, clerk.checkpoint)
            is_any = bool(await self._publishing.publish_due(view))
            is_read = await self._seasons.record_due(
                view, self._publishing.find_counted, now=self._now(), has_new_results=is_any
            )
            if is_any or is_read:
                self._ledger.record_page_change()

        clerk = Clerk(self._config, "programme", self._database, act)
        self._tasks = [
            self._start(clerk.run()),
            self._start(self._keep_looking()),
            self._start(self._keep_rewriting()),
        ]

    async def close(self) -> None:
        """Stop everything, write what waits, and leave files that tell no order."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._store.close()
        self._database.close()

    def look(self) -> list[UnclosedOccasion]:
        """Hold exactly the occasions that are open or will be, and give those that are closing."""
        unclosed = self._ledger.list_unclosed(self._now())
        with_key = [occasion for occasion in unclosed if occasion.spki]
        self._spending.hold(
            replace(self._prepare(found), state=found.state) for found in with_key if found.state != CLOSING
        )
        return [found for found in with_key if found.state == CLOSING]

    def _prepare(self, found: UnclosedOccasion) -> HeldOccasion:
        """Load a key and a plan once; an occasion never gets another of either."""
        name = found.occasion.occasion
        if name not in self._prepared:
            digest = found.occasion.challenge_digest(self._config.issuer_name)
            verifier = TokenVerifier(parse_public_key(found.spki), digest)
            stated = self._find_plan(name)
            self._prepared[name] = HeldOccasion(
                found.state,
                SpendableOccasion(found.occasion, verifier, found.room_secret),
                stated.questions if stated else None,
            )
        return self._prepared[name]

    async def _keep_looking(self) -> None:
        while True:
            for closing in self.look():
                await self._closing.close(closing, self._now())
                self._prepared.pop(closing.occasion.occasion, None)
            await asyncio.sleep(LOOK_SECONDS)

    async def _keep_rewriting(self) -> None:
        """Take the order of writing out of the files again and again, while anything new has been written."""
        rhythm = RewriteRhythm(time.monotonic)
        errors = list_errors("sqlite" if self._url.startswith(SQLITE_PREFIX) else "postgresql")
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if rhythm.is_due(self._store.writes) and self._store.has_order:
                began, writes = time.monotonic(), self._store.writes
                try:
                    await self._store.rewrite()
                except errors as error:
                    _log.error(
                        "Spent passes could not be rewritten (%s). It is tried again.", type(error).__name__
                    )
                    await asyncio.sleep(RETRY_SECONDS)
                else:
                    rhythm.note_rewrite(writes, began)

    def _announce(self) -> None:
        declared = parse_holdings(HOLDINGS_FILE)
        held = set(list_stored_columns(self._database, declared))
        with open_database(self._url, read_only=True) as spending:
            held |= set(list_stored_columns(spending, declared))
        columns: list[JsonValue] = [[c.table, c.column, c.purpose, c.retention] for c in sorted(held)]
        started: dict[str, JsonValue] = {"client": compute_client_hash(), "version": amanah.__version__}
        with self._database.transaction():
            self._append("door_started", started, self._database)
            self._append("holdings_declared", {"columns": columns}, self._database)
            rules = list_rules(self._config)
            if find_stated_rules(self._database) != rules:
                self._append("rules_stated", rules, self._database)

    def _append(self, kind: str, body: dict[str, JsonValue], database: Database) -> None:
        entry = sign_entry(self._seed, at=self._now(), by=PROGRAMME_DOOR, kind=kind, ref=None, body=body)
        append_entry_raw(database, entry)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._notice_end)
        return task

    def _notice_end(self, task: asyncio.Task[None]) -> None:
        """A gate whose clerk or closing has failed must not go on as if it had not; its supervisor starts it again."""
        if not task.cancelled() and task.exception() is not None and self.failure is None:
            self.failure = task.exception()
            _log.error("The spending gate stops: %s.", type(self.failure).__name__)
            signal.raise_signal(signal.SIGTERM)


def _read_seed(path: Path) -> bytes:
    try:
        seed = path.read_bytes()
    except OSError as error:
        raise MisconfiguredError(
            [f"The key {path} cannot be read ({error.strerror}); run amanah init."]
        ) from error
    if len(seed) != 32:
        raise MisconfiguredError([f"The key {path} must have 32 bytes; restore it from your backup."])
    return seed


def _read_vkey(config: Config) -> str:
    path = config.data / "public" / "log.vkey"
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MisconfiguredError([f"{path} cannot be read ({error.strerror}); run amanah init."]) from error


def _require_database(name: str, url: str) -> None:
    if url.startswith(SQLITE_PREFIX) and not find_sqlite_path(url).is_file():
        raise MisconfiguredError(
            [f"The database {find_sqlite_path(url)} ({name}) is missing; run amanah init."]
        )


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; raise what ended it, if anything did."""
    with hold_database(config.database("spending"), holder="spending gate"):
        door = SpendingDoor(config)
        run_gate(door.build_gate(), config.binds["spending"])
    if door.failure:
        raise door.failure
