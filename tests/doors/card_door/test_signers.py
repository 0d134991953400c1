"""Threads that sign give each request its own answer, tell who waits when something goes wrong, and end when told."""

import asyncio
import threading
import time

import pytest

from amanah.card_door.signers import Signers


def test_every_request_gets_its_own_answer_from_as_many_threads_as_there_are() -> None:
    names: set[str] = set()
    meeting = threading.Barrier(3)

    def work(number: int) -> bytes:
        if number < 3:
            meeting.wait(timeout=10)
        names.add(threading.current_thread().name)
        return bytes([number])

    async def ask() -> list[bytes]:
        signers = Signers(3)
        answers = await asyncio.gather(*(signers.run(lambda n=number: work(n)) for number in range(50)))
        signers.close()
        return answers

    assert asyncio.run(ask()) == [bytes([number]) for number in range(50)]
    assert len(names) == 3


def test_a_failure_reaches_who_waits_for_it_and_nobody_else() -> None:
    def fail() -> bytes:
        raise ValueError("no signature")

    async def ask() -> bytes:
        signers = Signers(1)
        with pytest.raises(ValueError, match="no signature"):
            await signers.run(fail)
        answer = await signers.run(lambda: b"still here")
        signers.close()
        return answer

    assert asyncio.run(ask()) == b"still here"


def test_closing_waits_for_what_was_handed_in_and_one_who_left_hinders_nobody() -> None:
    done: list[int] = []

    def work() -> bytes:
        time.sleep(0.05)
        done.append(1)
        return b""

    async def ask() -> None:
        signers = Signers(1)
        waiting = [asyncio.ensure_future(signers.run(work)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.to_thread(signers.close)
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(ask())
    assert done == [1, 1, 1]
