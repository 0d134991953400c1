"""A town with a log and a card door, on each database that the card door runs on."""

import secrets
from collections.abc import Iterator

import pytest

from tests.doors.card_door.town import Town, start_town


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give one running town for a file of tests; waves follow one another, so tests can share it."""
    databases = {}
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgresql")
        databases["card"] = cluster.create_database(f"t{secrets.token_hex(6)}")
    town = start_town(tmp_path_factory.mktemp("town"), databases)
    yield town
    output = town.running.read_output("card")
    codes = town.running.stop() if town.running.children else {}
    town.close()
    assert all(code == 0 for code in codes.values()), output
    assert "Traceback" not in output


@pytest.fixture
def own_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give a town that one test may stop, kill and look into."""
    town = start_town(tmp_path_factory.mktemp("own-town"))
    yield town
    town.close()
