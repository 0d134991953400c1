"""Starts the card door: one process, one event loop, one database connection; gate and clerk side by side, no Django.

It refuses to start without its keys and its tables, and never opens anything of another door.
"""

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from pathlib import Path

import amanah
from amanah.card_door.clerk import CardClerk
from amanah.card_door.commits import Commits
from amanah.card_door.gate import CardGate
from amanah.card_door.signing import Signing
from amanah.card_door.store import Store
from amanah.card_door.vault import open_vault
from amanah.core.errors import MisconfiguredError
from amanah.web.clerk import Clerk
from amanah.web.config import Config
from amanah.web.database import SQLITE_PREFIX, find_sqlite_path, open_database
from amanah.web.gate import Gate, run_gate
from amanah.web.holdings import list_stored_columns, parse_holdings
from amanah.web.locking import hold_database
from amanah.web.rewriting import RewriteRhythm

logger = logging.getLogger("amanah.card_door")
ENTRY_KEY = "entry-signing.key"
HOLDINGS_FILE = Path(__file__).parent / "holdings.json"
LOOK_SECONDS = 0.5


class CardDoor:
    """Everything that the process holds, in the order in which it is opened and closed."""

    def __init__(self, config: Config, clock: Callable[[], float] = time.monotonic) -> None:
        url = config.database("card")
        if url.startswith(SQLITE_PREFIX) and not find_sqlite_path(url).is_file():
            raise MisconfiguredError(
                [f"The card door's database {find_sqlite_path(url)} is missing; run amanah init."]
            )
        self._config = config
        self._clock = clock
        vault = open_vault(config.keys("card"))
        seed = _read_seed(config.keys("card") / ENTRY_KEY)
        self.store = Store(open_database(url))
        self.signing = Signing(vault)
        self.clerk = CardClerk(self.store, self.signing, community=config.community, seed=seed)
        self._commits = Commits(self.store.database, after_commit=self._forget_deleted_cards)
        self._tasks: list[asyncio.Task[None]] = []
        self._log_clerk: Clerk | None = None
        self.failure: BaseException | None = None

    def build_gate(self) -> Gate:
        """Give the ASGI application that `run_gate` serves."""
        routes = CardGate(self.store, self._commits, self.signing).build_routes()
        return Gate(
            routes=routes,
            allowed_origin=self._config.urls["programme"],
            start=[self.open],
            stop=[self.close],
        )

    async def open(self) -> None:
        """Load the keys, say in public that this door has started, and begin to read the log."""
        self.clerk.load_keys()
        self._announce()
        self.store.rewrite_members()
        self._log_clerk = Clerk(self._config, "card", self.store.database, self.clerk.on_new_entries)
        self._tasks = [
            asyncio.create_task(self._log_clerk.run()),
            asyncio.create_task(self._look_after_database()),
        ]
        for task in self._tasks:
            task.add_done_callback(self._end_after_failure)

    async def close(self) -> None:
        """Stop the clerk after what it is doing, forget the keys, and leave files that tell no order."""
        if self._log_clerk is not None:
            self._log_clerk.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.signing.close()
        try:
            if self.store.has_order or self.store.has_deleted_cards:
                self.store.rewrite_members()
        except self.store.database_errors as error:
            logger.error("The card door's tables could not be rewritten (%s).", type(error).__name__)
        self.store.database.close()

    def _end_after_failure(self, task: asyncio.Task[None]) -> None:
        """End the process: a door without its clerk would go on issuing for occasions that are closed."""
        if not task.cancelled() and task.exception() is not None:
            self.failure = task.exception()
            signal.raise_signal(signal.SIGTERM)

    def _announce(self) -> None:
        columns = list_stored_columns(self.store.database, parse_holdings(HOLDINGS_FILE))
        with self.store.database.transaction():
            self.clerk.append_entry("door_started", None, {"client": None, "version": amanah.__version__})
            self.clerk.append_entry(
                "holdings_declared",
                None,
                {"columns": [[held.table, held.column, held.purpose, held.retention] for held in columns]},
            )

    def _forget_deleted_cards(self) -> None:
        """Make a deleted card unreadable in every file before its deletion is confirmed."""
        if self.store.has_deleted_cards:
            self.store.rewrite_members()

    async def _look_after_database(self) -> None:
        """Connect again when the server was away, and take the order of writing out of the files again and again."""
        rhythm = RewriteRhythm(self._clock)
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self.store.reopen_if_lost(self._config.database("card"))
                is_due = rhythm.is_due(self.store.writes)
                if self.store.has_deleted_cards or (self.store.has_order and is_due):
                    began, writes = self._clock(), self.store.writes
                    if self.store.rewrite_members():
                        rhythm.note_rewrite(writes, began)
            except self.store.database_errors as error:
                logger.error("The card door's database failed (%s). It is tried again.", type(error).__name__)


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


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; raise what ended the door, if anything did."""
    with hold_database(config.database("card"), holder="card door"):
        door = CardDoor(config)
        run_gate(door.build_gate(), config.binds["card"])
    if door.failure is not None:
        raise door.failure
