"""The rhythm in which doors take the order of writing out of their files."""

import pytest

from amanah.web.rewriting import LONGEST_WAIT, PAUSE_FACTOR, QUIET_PAUSE_FACTOR, QUIET_SECONDS, RewriteRhythm


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def let_pass(
    rhythm: RewriteRhythm, clock: Clock, seconds: float, writes: int, *, every: float = 0.0
) -> float | None:
    """Look twice a second while writes come `every` so many seconds; give the seconds until a rewrite is due."""
    began, last = clock.now, clock.now
    while clock.now - began <= seconds:
        if every and clock.now - last >= every:
            writes, last = writes + 1, clock.now
        if rhythm.is_due(writes):
            return clock.now - began
        clock.now += 0.5
    return None


def test_after_two_quiet_seconds_the_order_is_taken_out(clock: Clock) -> None:
    rhythm = RewriteRhythm(clock)
    assert let_pass(rhythm, clock, 10, writes=1) == QUIET_SECONDS


def test_under_load_without_a_pause_it_is_taken_out_after_a_minute(clock: Clock) -> None:
    rhythm = RewriteRhythm(clock)
    assert let_pass(rhythm, clock, 200, writes=1, every=0.5) == LONGEST_WAIT


def test_nothing_new_means_nothing_to_do(clock: Clock) -> None:
    rhythm = RewriteRhythm(clock)
    rhythm.note_rewrite(5, clock.now)
    assert let_pass(rhythm, clock, 500, writes=5) is None


def test_a_write_after_a_rewrite_is_hidden_as_soon_as_the_first(clock: Clock) -> None:
    rhythm = RewriteRhythm(clock)
    rhythm.note_rewrite(5, clock.now)
    clock.now += 300
    assert let_pass(rhythm, clock, 10, writes=6) == QUIET_SECONDS


def test_a_slow_rewrite_takes_at_most_one_part_in_a_hundred_of_a_busy_door_s_time(clock: Clock) -> None:
    rhythm = RewriteRhythm(clock)
    began = clock.now
    clock.now += 3
    rhythm.note_rewrite(5, began)
    assert let_pass(rhythm, clock, 1_000, writes=6, every=0.5) == 3 * PAUSE_FACTOR


@pytest.mark.parametrize(("took", "due"), [(0.05, QUIET_SECONDS), (3.0, 3 * QUIET_PAUSE_FACTOR)])
def test_once_it_is_quiet_a_slow_rewrite_is_not_put_off_for_long(
    clock: Clock, took: float, due: float
) -> None:
    rhythm = RewriteRhythm(clock)
    began = clock.now
    clock.now += took
    rhythm.note_rewrite(5, began)
    assert let_pass(rhythm, clock, 1_000, writes=6) == due
