"""A founded data folder on SQLite and one on PostgreSQL, so that every test of spending runs against both."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amanah.web.config import Config, load_config
from tests.support.processes import build_settings, run_amanah

VENDORS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(scope="session")
def found(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], Config]:
    """Give a function that founds a folder once for each vendor."""
    made: dict[str, Config] = {}

    def found_once(vendor: str) -> Config:
        if vendor not in made:
            databases: dict[str, str] = {}
            if vendor == "postgresql":
                cluster: Any = request.getfixturevalue("postgresql")
                made_databases = cluster.create_door_databases()
                databases = {name: made_databases[name] for name in ("programme", "spending")}
            folder: Path = tmp_path_factory.mktemp(vendor) / "data"
            settings = build_settings(folder, databases=databases)
            done = run_amanah(settings, "init")
            assert done.returncode == 0, done.stderr
            made[vendor] = load_config(settings)
        return made[vendor]

    return found_once


@pytest.fixture(params=VENDORS)
def config(request: pytest.FixtureRequest, found: Callable[[str], Config]) -> Config:
    """Give the configuration of a founded folder; tests keep apart by their own random occasions."""
    return found(request.param)


@pytest.fixture
def sqlite_config(found: Callable[[str], Config]) -> Config:
    """Give the one on SQLite."""
    return found("sqlite")
