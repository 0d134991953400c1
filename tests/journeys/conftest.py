"""Towns for the journeys: real processes over temporary folders, the worked example, waits of seconds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import start_departments

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.people import Organiser, Town


@pytest.fixture(scope="module")
def found_town(
    tmp_path_factory: pytest.TempPathFactory, browser: "Browser"
) -> Iterator[Callable[[], "Town"]]:
    """Give what founds a town that is closed with its module."""
    from tests.journeys.people import Town

    founded: list[Town] = []

    def found() -> Town:
        folder: Path = tmp_path_factory.mktemp("town")
        founded.append(Town(start_departments(folder), browser))
        return founded[-1]

    yield found
    for town in founded:
        town.close()
        town.running.stop()


@pytest.fixture(scope="module")
def organiser(found_town: Callable[[], "Town"]) -> "Organiser":
    """Give an organiser of a town whose season is open."""
    from tests.journeys.people import Organiser

    town = found_town()
    someone = Organiser(town)
    someone.set_up()
    town.seed(someone.page)
    return someone


@pytest.fixture(autouse=True)
def nobody_else_was_asked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold after every journey: no page asked a third party for anything, and no console complained."""
    yield
    if "organiser" not in request.fixturenames:
        return
    town = request.getfixturevalue("organiser").town
    assert town.list_foreign_requests() == []
    assert town.complaints == []
