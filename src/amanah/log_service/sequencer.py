"""Turns single hand-overs into few commits: everything that arrived since the last commit becomes the next one.

It never answers before the entry is durable, and never goes on after a failure: the next start checks the disk anew.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from amanah.core.errors import RefusedError
from amanah.log_service.ledger import Ledger

MOST_WAITING = 4_096
_LONGEST_PAUSE = 60.0
Result = TypeVar("Result")


class BusyError(RefusedError):
    """Too much is waiting; trying again later is safe."""

    code = "log-busy"


class Sequencer:
    """The queue before the one writer thread."""

    def __init__(
        self, ledger: Ledger, writer: ThreadPoolExecutor, interval: float, on_failure: Callable[[], None]
    ) -> None:
        self.failure: BaseException | None = None
        self._ledger = ledger
        self._writer = writer
        self._interval = interval
        self._on_failure = on_failure
        self._waiting: list[tuple[bytes, asyncio.Future[int]]] = []
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._next_publication = 0.0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to work off the queue."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._end)

    async def stop(self) -> None:
        """Work off what is waiting, publish it, and end."""
        self._is_stopping = True
        self._wake.set()
        if self._task:
            await asyncio.wait({self._task})

    async def append(self, entry: bytes) -> int:
        """Hand in a checked entry; give its position once it is durable."""
        if self.failure or self._is_stopping or len(self._waiting) >= MOST_WAITING:
            raise BusyError("The log cannot take this entry now; hand it over again.")
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        self._wake.set()
        return await done

    async def _run(self) -> None:
        while not self._is_stopping:
            await self._pause()
            await self._commit()
            await self._beat()
            await self._publish(is_last=False)
        await self._commit()
        await self._publish(is_last=True)

    def _end(self, task: asyncio.Task[None]) -> None:
        """Tell everybody who still waits that nothing will come, and stop the service if this was a failure."""
        for _, done in self._waiting:
            if not done.done():
                done.set_exception(
                    BusyError("The log stopped before this entry was durable; hand it over again.")
                )
        self._waiting = []
        self.failure = None if task.cancelled() else task.exception()
        if self.failure:
            self._on_failure()

    async def _pause(self) -> None:
        seconds = _LONGEST_PAUSE
        if self._ledger.has_unpublished_entries:
            seconds = self._next_publication - asyncio.get_running_loop().time()
        try:
            await asyncio.wait_for(self._wake.wait(), max(seconds, 0))
        except TimeoutError:
            return
        self._wake.clear()

    async def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        try:
            positions = await self._on_writer(partial(self._ledger.append, [entry for entry, _ in batch]))
        except BaseException:
            self._waiting = batch + self._waiting
            raise
        for (_, done), position in zip(batch, positions, strict=True):
            if not done.done():
                done.set_result(position)

    async def _beat(self) -> None:
        if self._ledger.is_heartbeat_due:
            await self._on_writer(self._ledger.append_heartbeat)

    async def _publish(self, *, is_last: bool) -> None:
        loop = asyncio.get_running_loop()
        if self._ledger.has_unpublished_entries and (is_last or loop.time() >= self._next_publication):
            await self._on_writer(self._ledger.publish)
            self._next_publication = loop.time() + self._interval

    async def _on_writer(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)
