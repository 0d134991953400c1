"""A community without a season yet, for the tests of trust; its files are taken away afterwards."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.doors.trust.season_town import SeasonTown


@pytest.fixture
def town(db: None) -> Iterator["SeasonTown"]:
    """Give the town."""
    from amanah.programme_door.occasions.queries import RECOUNTS_FOLDER
    from amanah.web.settings import get_config
    from tests.doors.trust.season_town import SeasonTown

    yield SeasonTown()
    for path in (get_config().folder("programme") / RECOUNTS_FOLDER).glob("0*"):
        path.unlink()
