"""A public log of invented entries, as the programme door has copied and believed it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.doors.log_pages.reading_room import ReadingRoom


@pytest.fixture
def room(db: None) -> Iterator["ReadingRoom"]:
    """Give an empty log."""
    from tests.doors.log_pages.reading_room import opened_room

    with opened_room() as room:
        yield room


@pytest.fixture
def full_room(room: "ReadingRoom") -> "ReadingRoom":
    """Give a log with one entry of every kind."""
    room.fill()
    return room
