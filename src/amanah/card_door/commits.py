"""Group commit: everything that arrived since the last commit becomes one transaction, in random order.

It never answers before the commit, and never keeps the order in which requests arrived.
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

    async def run(self, action: Callable[[], T]) -> T:
        """Run an action in the next transaction; give its result once it is durable."""
        if len(self._waiting) >= CAPACITY:
            raise QueueFullError("Too much is waiting to be stored.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append((action, future))
        if len(self._waiting) == 1:
            # One turn of the loop later, so that whatever was read from other sockets in this turn joins the batch.
            loop.call_soon(self._commit)
        return await future

    def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
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
