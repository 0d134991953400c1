"""Threads that sign, one whole request each; the event loop gets each answer by one call and makes no other object.

They never choose what to sign, and end only when everything handed to them is done.
"""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

Work = Callable[[], bytes]
_Task = tuple[Work, "asyncio.Future[bytes]"]


class Signers:
    """So many threads that take one request's work after the other."""

    def __init__(self, count: int) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._run, name=f"sign-{place}", daemon=True) for place in range(count)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Work) -> bytes:
        """Let a thread do this work; give what it made, or raise what it raised."""
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._tasks.put((work, done))
        return await done

    def close(self) -> None:
        """Wait until everything handed in is done, and end the threads."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            work, done = task
            try:
                made = work()
            except BaseException as error:  # noqa: BLE001 - whoever waits for it is told, whatever it is
                _tell(done, _fail, error)
            else:
                _tell(done, _finish, made)


def _tell(done: "asyncio.Future[bytes]", tell: Callable[..., None], outcome: object) -> None:
    loop = done.get_loop()
    # At the end of the process the loop may be gone before the last answer, and nobody waits for it.
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, done, outcome)


def _finish(done: "asyncio.Future[bytes]", made: bytes) -> None:
    if not done.done():
        done.set_result(made)


def _fail(done: "asyncio.Future[bytes]", error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
