"""What the request door does by the clock: every duty is tried, none holds up another, and trouble is named once."""

import logging
import threading

import pytest
from django.db import OperationalError

from amanah.core.errors import RefusedError
from amanah.request_door.timekeeper import Timekeeper

pytestmark = pytest.mark.django_db


def test_a_duty_that_fails_holds_up_no_other_and_is_tried_again() -> None:
    done: list[tuple[str, int]] = []

    def fail(now: int) -> None:
        done.append(("fail", now))
        raise OperationalError

    def succeed(now: int) -> None:
        done.append(("succeed", now))

    clock = iter([10.9, 10.9, 20.1, 20.1])
    keeper = Timekeeper([fail, succeed], now=lambda: next(clock))
    keeper.keep_time_once()
    keeper.keep_time_once()
    assert done == [("fail", 10), ("succeed", 10), ("fail", 20), ("succeed", 20)]


def test_trouble_is_named_once_by_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_now: int) -> None:
        raise RefusedError("a body asked for somebody")

    keeper = Timekeeper([fail])
    with caplog.at_level(logging.ERROR, logger="amanah.timekeeper"):
        keeper.keep_time_once()
        keeper.keep_time_once()
    assert [record.getMessage() for record in caplog.records] == [
        "What was due could not be done (refused in fail). It is tried again."
    ]


def test_a_defect_in_one_duty_does_not_stop_the_sealing() -> None:
    sealed: list[int] = []

    def break_down(_now: int) -> None:
        raise TypeError

    keeper = Timekeeper([break_down, sealed.append], now=lambda: 7.0)
    keeper.keep_time_once()
    assert sealed == [7]


def test_the_thread_ends_when_it_is_asked_to() -> None:
    worked = threading.Event()
    keeper = Timekeeper([lambda _now: worked.set()])
    thread = keeper.run_in_thread()
    assert worked.wait(10)
    keeper.stop()
    thread.join(10)
    assert not thread.is_alive()
