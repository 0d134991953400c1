"""The clerk of a door: it hands the outbox over to the public log, reads the log, and tells the door what is new.

It imports no Django, survives the log being away, acts on nothing that was not verified, and never writes
a log line that says more than how the log itself is doing.
"""

import asyncio
import inspect
import json
import logging
import sqlite3
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Final

from amanah.core.errors import AmanahError, InvalidInputError, VerificationError
from amanah.core.public_log.entries import parse_entry
from amanah.core.public_log.policies import NotWitnessedError
from amanah.core.public_log.reading import LogView
from amanah.web.config import Config, Department
from amanah.web.database import Database
from amanah.web.log_evidence import EVIDENCE_FILE, EvidenceFile
from amanah.web.log_reader import LogLink, LogReader, LogUnreachableError, SeenFile, open_reader
from amanah.web.outbox import destroy_handed_over, list_waiting_entries

__all__ = ["Clerk", "LogReader", "Outbox"]

ENTRIES_PATH: Final = "/api/v1/entries"
SEEN_FILE: Final = "log-seen.json"
PAUSES: Final = {"calm": 1.0, "demo": 0.25}
WAVE_PLANNED = "wave_planned"
_LONGEST_PAUSE = 30.0
_STEP = 0.25
# All processes start at once; that the log takes a moment is no trouble yet.
_PATIENCE = 3
# A witness may be slow, or start last; a checkpoint that nobody has cosigned by then is worth a line.
UNWITNESSED_SECONDS: Final = 30.0
_LOGGER = logging.getLogger("amanah.clerk")

Act = Callable[[LogView], Awaitable[None] | None]
OpenDatabase = Callable[[], Database]


class Outbox:
    """Hands waiting entries over until the log has them; each leaves the outbox only after the log's 200."""

    def __init__(self, link: LogLink, now: Callable[[], float]) -> None:
        self._link = link
        self._now = now
        self._refused_until: dict[bytes, float] = {}

    async def hand_over(self, database: Database) -> None:
        """Hand over everything that waits, the earliest act first; raise LogUnreachableError when the log is away."""
        waiting = list_waiting_entries(database)
        self._refused_until = {
            entry_hash: until
            for entry_hash, until in self._refused_until.items()
            if self._now() < until <= self._now() + _LONGEST_PAUSE
        }
        for entry_hash, entry in sorted(waiting, key=_order_of_acts):
            if entry_hash not in self._refused_until:
                await self._hand_over_one(database, entry_hash, entry)

    async def _hand_over_one(self, database: Database, entry_hash: bytes, entry: bytes) -> None:
        answer = await asyncio.to_thread(self._link.post, ENTRIES_PATH, entry)
        if answer.status == 200:
            destroy_handed_over(database, entry_hash)
        elif answer.status in {413, 422}:
            # One refused entry must not hold up the others; it stays, because what it says was done.
            self._refused_until[entry_hash] = self._now() + _LONGEST_PAUSE
            _LOGGER.error(
                "The public log refused an entry (%s). It stays in the outbox.", _read_code(answer.body)
            )
        else:
            raise LogUnreachableError(f"The log answered with status {answer.status}.")


class Clerk:
    """Runs in the door's own process; `act` gets the whole verified log whenever it has grown, and once at the start.

    `database` is the door's connection where the clerk runs on the thread that opened it, or else a function that
    opens one for the clerk alone.
    """

    def __init__(
        self,
        config: Config,
        department: Department,
        database: Database | OpenDatabase,
        on_new_entries: Act,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._act = on_new_entries
        self._link = LogLink(config.urls["log"])
        self._outbox = Outbox(self._link, now)
        self._reader = open_reader(config, self._link, SeenFile(config.folder(department) / SEEN_FILE))
        self._evidence = EvidenceFile(config.folder(department) / EVIDENCE_FILE)
        self._now = now
        self._pause = PAUSES[config.pace]
        self._unwitnessed_since: float | None = None
        self._failures = 0
        self._last_trouble = ""
        self._acted_on = b""
        self._is_stopping = threading.Event()

    @property
    def checkpoint(self) -> bytes:
        """Give the last checkpoint that was believed, with all its signatures; empty before the first reading."""
        return self._reader.checkpoint

    async def run(self) -> None:
        """Work until `stop` is called or the task is cancelled."""
        _LOGGER.info("The clerk has started; it hands entries to the public log and reads it.")
        opened: Database | None = None
        try:
            while not self._is_stopping.is_set():
                try:
                    if opened is None:
                        opened = self._open_database()
                    await self.work_once(opened)
                    self._note_recovery()
                except _list_foreseen_errors() as error:
                    self._note_trouble(error)
                    opened = self._forget_database(opened, error)
                await self._rest()
        finally:
            self._link.close()
            self._forget_database(opened, None)

    def run_in_thread(self) -> threading.Thread:
        """Work on a daemon thread; the clerk must have been given a function that opens its own database."""
        if isinstance(self._database, Database):
            raise TypeError("A clerk on its own thread opens its own database; give it a function.")
        thread = threading.Thread(target=lambda: asyncio.run(self.run()), name="clerk", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Ask the clerk to end after what it is doing; may be called from any thread."""
        self._is_stopping.set()

    async def work_once(self, database: Database) -> None:
        """Hand over, read, and let the door act; then hand over at once what the door wrote."""
        await self._outbox.hand_over(database)
        view = await asyncio.to_thread(self._reader.read_log)
        # A checkpoint that more witnesses have cosigned is news too, though no entry has come.
        if self.checkpoint == self._acted_on:
            return
        result = self._act(view)
        if inspect.isawaitable(result):
            await result
        self._acted_on = self.checkpoint
        await self._outbox.hand_over(database)

    def _open_database(self) -> Database:
        return self._database if isinstance(self._database, Database) else self._database()

    def _forget_database(self, opened: Database | None, error: BaseException | None) -> Database | None:
        """Close a connection of our own after it failed or at the end; the door's connection is the door's."""
        if opened is None or isinstance(self._database, Database) or isinstance(error, AmanahError):
            return opened
        opened.close()
        return None

    async def _rest(self) -> None:
        """Wait longer after each failure in a row, and notice within a moment that the door stops."""
        remaining = min(self._pause * 2.0 ** min(self._failures, 8), _LONGEST_PAUSE)
        while remaining > 0 and not self._is_stopping.is_set():
            await asyncio.sleep(min(remaining, _STEP))
            remaining -= _STEP

    def _note_trouble(self, error: Exception) -> None:
        """Say once what is wrong; the same trouble is not repeated every second."""
        if isinstance(error, NotWitnessedError) and not self._is_out_of_patience():
            return
        self._failures += 1
        if isinstance(error, LogUnreachableError):
            if self._failures < _PATIENCE:
                return
            trouble = "The public log does not answer. Entries wait in the outbox; nothing is lost."
        elif isinstance(error, VerificationError | InvalidInputError):
            trouble = f"The public log cannot be believed ({error.code}). Nothing is acted upon until it can."
            trouble += self._keep_evidence(error.code)
        elif isinstance(error, AmanahError):
            trouble = f"What the public log says could not be acted upon ({error.code}). It is tried again."
        else:
            trouble = f"The clerk's database failed ({type(error).__name__}). It is tried again."
        if trouble != self._last_trouble:
            _LOGGER.error(trouble)
        self._last_trouble = trouble

    def _is_out_of_patience(self) -> bool:
        """Tell whether the log has been without its witnesses for so long that an operator must hear of it."""
        if self._unwitnessed_since is None:
            self._unwitnessed_since = self._now()
        return self._now() - self._unwitnessed_since >= UNWITNESSED_SECONDS

    def _keep_evidence(self, code: str) -> str:
        refusal = self._reader.refusal
        if refusal is None:
            return ""
        if not self._evidence.record(code, refusal, int(time.time())):
            return f" What it showed could not be kept in {self._evidence.path}."
        return f" What it showed, and what it had shown before, is kept in {self._evidence.path}."

    def _note_recovery(self) -> None:
        if self._last_trouble:
            _LOGGER.info("The public log is read again.")
        self._unwitnessed_since = None
        self._failures = 0
        self._last_trouble = ""


def _list_foreseen_errors() -> tuple[type[Exception], ...]:
    """Give our errors and those of the drivers in use; psycopg is looked at only where somebody has loaded it."""
    psycopg = sys.modules.get("psycopg")
    foreseen: tuple[type[Exception], ...] = (AmanahError, sqlite3.Error)
    return (*foreseen, psycopg.Error) if psycopg else foreseen


def _order_of_acts(row: tuple[bytes, bytes]) -> tuple[int, bool, bytes]:
    """Sort by the time that the entry itself tells, so that the log reads in the order of what happened.

    A wave comes after everything else of its second: what its surveys ask has to be public before a key is made.
    """
    try:
        entry = parse_entry(row[1])
    except InvalidInputError:
        return (0, False, row[0])
    return (entry.at, entry.kind == WAVE_PLANNED, row[0])


def _read_code(body: bytes) -> str:
    """Take the refusal's code, and nothing else, from the log's answer."""
    try:
        code = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return "unknown"
    return code if isinstance(code, str) and code.isascii() and len(code) < 64 else "unknown"
