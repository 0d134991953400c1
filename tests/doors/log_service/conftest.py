"""A log of its own for each test, on SQLite and on PostgreSQL, with real keys, files and migrations."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amanah.cli.founding import found_data_folder
from amanah.web.config import load_config
from tests.doors.log_service.place import LogPlace, MakePlace
from tests.support.processes import build_environment, build_settings


def migrate(settings: dict[str, str]) -> None:
    """Make the log's tables as the operator does."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--settings", "amanah.log_service.settings", "-v", "0"],
        env=build_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("log-template") / "data"
    settings = build_settings(folder)
    found_data_folder(load_config(settings))
    migrate(settings)
    return folder / "log" / "log.sqlite3"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def vendor(request: pytest.FixtureRequest) -> str:
    """Run a test on both databases."""
    return str(request.param)


@pytest.fixture
def make_place(tmp_path: Path, empty_database: Path, request: pytest.FixtureRequest) -> Iterator[MakePlace]:
    """Give a function that makes an empty log of a community on a vendor's database."""
    made: list[LogPlace] = []

    def make(vendor: str, community: str = "commons") -> LogPlace:
        databases = {}
        if vendor == "postgresql":
            databases["log"] = request.getfixturevalue("postgresql_url")
        settings = build_settings(
            tmp_path / ("data" if community == "commons" else community),
            databases=databases,
            AMANAH_COMMUNITY=community,
        )
        config = load_config(settings)
        found_data_folder(config)
        if vendor == "postgresql":
            migrate(settings)
        else:
            shutil.copy(empty_database, config.folder("log") / "log.sqlite3")
        made.append(LogPlace(config, settings))
        return made[-1]

    yield make
    for place in made:
        place.end()


@pytest.fixture
def place(make_place: MakePlace) -> LogPlace:
    """Give an empty log on SQLite."""
    return make_place("sqlite")


@pytest.fixture
def any_place(make_place: MakePlace, vendor: str) -> LogPlace:
    """Give an empty log on each database."""
    return make_place(vendor)


@pytest.fixture(params=["quick", pytest.param("slow", marks=pytest.mark.slow)])
def kill_rounds(request: pytest.FixtureRequest) -> Callable[[], Iterator[int]]:
    """Give the numbers of the rounds of a test that kills: a few quickly, more where time is allowed."""
    return lambda: iter(range(4 if request.param == "quick" else 12))
