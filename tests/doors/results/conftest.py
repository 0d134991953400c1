"""An invented programme whose surveys are planned, answered and published, for the tests of results."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.doors.results.published import Town


@pytest.fixture
def town(db: None) -> Iterator["Town"]:
    """Give a programme without surveys; the files of its results are taken away afterwards."""
    from amanah.programme_door.occasions.queries import RECOUNTS_FOLDER
    from amanah.web.settings import get_config
    from tests.doors.results.published import Town

    yield Town()
    for path in (get_config().folder("programme") / RECOUNTS_FOLDER).glob("0*"):
        path.unlink()


@pytest.fixture
def beside_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django work in the thread of a browser that waits; name it before the fixtures that use the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
