"""Group commit: everything that arrived since the last commit becomes one transaction, in random order.

What can wait says for how long, and shares its transaction with what arrives meanwhile. It never answers before the
commit, and never keeps the order in which requests arrived.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from amanah.core.errors import AmanahError
from amanah.web.database import Database

T = TypeVar("T")
CAPACITY = 512
_random = secrets.SystemRandom()


class QueueFullError(AmanahError):
    """More is waiting than the door can commit soon; the client tries again later."""

    code = "queue-full"


class NotCommittedError(AmanahError):
    """The database could not commit; nothing of this batch was stored."""

    code = "not-committed"


class Commits:
    """Runs actions against one database from one event loop, a batch at a time."""

    def __init__(self, database: Database, after_commit: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._after_commit = after_commit
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._due: asyncio.Handle | None = None
        self._due_at = 0.0

    async def run(self, action: Callable[[], T], *, patience: float = 0.0) -> T:
        """Run an action in the next transaction, at most `patience` seconds from now; give its result once durable."""
        if len(self._waiting) >= CAPACITY:
            raise QueueFullError("Too much is waiting to be stored.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append((action, future))
        self._plan_commit(loop, patience)
        return await future

    def _plan_commit(self, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        """Commit as soon as the least patient of those who wait wishes."""
        due_at = loop.time() + patience
        if self._due is not None:
            if self._due_at <= due_at:
                return
            self._due.cancel()
        self._due_at = due_at
        # One turn of the loop later, so that whatever was read from other sockets in this turn joins the batch.
        self._due = loop.call_later(patience, self._commit) if patience else loop.call_soon(self._commit)

    def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        self._due = None
        _random.shuffle(batch)
        results: list[Any] | None = None
        try:
            with self._database.transaction():
                outcomes = [action() for action, _ in batch]
            self._after_commit()
            results = outcomes
        finally:
            for place, (_, future) in enumerate(batch):
                if future.done():
                    continue
                if results is None:
                    future.set_exception(NotCommittedError("Nothing was stored; try again."))
                else:
                    future.set_result(results[place])
