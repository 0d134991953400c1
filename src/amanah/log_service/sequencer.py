"""Turns single hand-overs into few commits: everything that arrived since the last commit becomes the next one.

It never answers before the entry is durable, and never goes on after a failure: the next start checks the disk anew.
Signing, waiting for witnesses and publishing are separate steps, and entries are taken in between them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from amanah.core.errors import RefusedError
from amanah.log_service.cosigning import Cosigners
from amanah.log_service.ledger import Ledger

MOST_WAITING = 4_096
LONGEST_ROUND = 3.0
# An entry may come in just after a round began: both rounds together must keep to 3.4.
LONGEST_DELAY = 4.5
GRACE = 0.2
_LONGEST_PAUSE = 60.0
Result = TypeVar("Result")


class BusyError(RefusedError):
    """Too much is waiting; trying again later is safe."""

    code = "log-busy"


class Sequencer:
    """The queue before the one writer thread; without `cosigners` nobody is asked and nothing waits."""

    def __init__(
        self,
        ledger: Ledger,
        writer: ThreadPoolExecutor,
        interval: float,
        on_failure: Callable[[], None],
        cosigners: Cosigners | None = None,
    ) -> None:
        self.failure: BaseException | None = None
        self._ledger = ledger
        self._writer = writer
        self._interval = interval
        self._on_failure = on_failure
        self._cosigners = cosigners
        self._waiting: list[tuple[bytes, asyncio.Future[int]]] = []
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._next_signature = 0.0
        self._unsigned_since: float | None = None
        self._round_ends_at: float | None = None
        self._is_in_grace = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to work off the queue."""
        if self._cosigners:
            loop = asyncio.get_running_loop()
            self._cosigners.start(partial(loop.call_soon_threadsafe, self._wake.set))
            if self._ledger.signed:
                self._cosigners.ask(self._ledger.signed, self._ledger.lines)
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
            await self._publish()
            await self._sign(is_last=False)
        await self._commit()
        await self._end_round()
        await self._sign(is_last=True)
        await self._end_round()

    def _end(self, task: asyncio.Task[None]) -> None:
        """Tell everybody who still waits that nothing will come, and stop the service if this was a failure."""
        if self._cosigners:
            self._cosigners.stop()
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
        """Sleep until something came in or the next step is due."""
        now = asyncio.get_running_loop().time()
        seconds = _LONGEST_PAUSE
        if self._round_ends_at is not None:
            seconds = self._round_ends_at - now
        elif self._ledger.has_unsigned_entries:
            seconds = self._next_signature - now
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
        if self._unsigned_since is None and self._ledger.has_unsigned_entries:
            self._unsigned_since = asyncio.get_running_loop().time()
        for (_, done), position in zip(batch, positions, strict=True):
            if not done.done():
                done.set_result(position)

    async def _beat(self) -> None:
        if self._ledger.is_heartbeat_due:
            await self._on_writer(self._ledger.append_heartbeat)

    async def _sign(self, *, is_last: bool) -> None:
        loop = asyncio.get_running_loop()
        is_due = is_last or loop.time() >= self._next_signature
        if self._round_ends_at is not None or not self._ledger.has_unsigned_entries or not is_due:
            return
        if self._cosigners is None:
            await self._on_writer(self._ledger.sign_and_publish)
        else:
            await self._on_writer(self._ledger.sign)
            if self._ledger.signed:
                self._cosigners.ask(self._ledger.signed, {})
            since = loop.time() if self._unsigned_since is None else self._unsigned_since
            self._round_ends_at = min(loop.time() + LONGEST_ROUND, since + LONGEST_DELAY)
            self._is_in_grace = False
        self._unsigned_since = None
        self._next_signature = loop.time() + self._interval

    async def _publish(self) -> None:
        """Publish what was signed once its round is over, and again whenever a line comes later (3.6)."""
        if self._cosigners is None:
            return
        if self._cosigners.trouble:
            raise self._cosigners.trouble
        if self._round_ends_at is not None and not self._is_round_over(self._cosigners):
            return
        lines = self._cosigners.list_lines()
        if self._round_ends_at is not None or lines.keys() - self._ledger.lines.keys():
            await self._on_writer(partial(self._ledger.publish, lines))
        self._round_ends_at = None

    def _is_round_over(self, cosigners: Cosigners) -> bool:
        """Tell whether to publish: the quorum is met and the others had their moment, or time is up."""
        if self._round_ends_at is None:
            return True
        now = asyncio.get_running_loop().time()
        if cosigners.is_met:
            if cosigners.is_settled:
                return True
            if not self._is_in_grace:
                self._is_in_grace = True
                self._round_ends_at = min(self._round_ends_at, now + GRACE)
        return now >= self._round_ends_at

    async def _end_round(self) -> None:
        await self._publish()
        while self._round_ends_at is not None:
            await self._pause()
            await self._publish()

    async def _on_writer(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)
