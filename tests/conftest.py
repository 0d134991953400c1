"""What every test stands on: one door's configuration for Django, and fixtures for the real things.

One process tests one door from inside, as doors run: the programme door, or under `tests/counter` the request door.
"""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.postgresql import Cluster
    from tests.support.processes import Running

PROGRAMME_DOOR = "amanah.programme_door.settings"
REQUEST_DOOR = "amanah.request_door.settings"
COUNTER = "tests/counter"
# Not named AMANAH_…: configuration refuses settings that it does not know.
DATABASE_CHOICE = "TEST_DATABASE"
_opened: dict[str, Any] = {}


def _has(module: str) -> bool:
    """Tell whether a module can be found; its parents may be missing."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def pytest_configure(config: pytest.Config) -> None:
    """Give Django one door of a temporary data folder; the other doors are tested through their processes.

    `tests/core` passes where Django is not installed, and never waits for it.
    """
    for name in [name for name in os.environ if name.startswith("AMANAH_")]:
        del os.environ[name]
    if all("tests/core" in argument for argument in config.args) or not _has("django"):
        return
    folder = Path(tempfile.mkdtemp(prefix="amanah-tests-"))
    _opened["folder"] = folder
    os.environ["AMANAH_DATA"] = str(folder)
    os.environ["AMANAH_PACE"] = "demo"
    if os.environ.get(DATABASE_CHOICE) == "postgresql":
        cluster = _get_cluster()
        os.environ["AMANAH_DATABASE_PROGRAMME"] = cluster.create_database("tests_programme")
        os.environ["AMANAH_DATABASE_SPENDING"] = cluster.create_database("tests_spending")
        os.environ["AMANAH_DATABASE_REQUEST"] = cluster.create_database("tests_request")
    _make_data_folder()
    os.environ["DJANGO_SETTINGS_MODULE"] = REQUEST_DOOR if _is_at_the_counter(config) else PROGRAMME_DOOR
    import django

    django.setup()


def _is_at_the_counter(config: pytest.Config) -> bool:
    return all(COUNTER in argument for argument in config.args)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the request door's tests to a run of their own: `pytest tests/counter`."""
    is_counter = COUNTER in collection_path.as_posix()
    return True if is_counter and not _is_at_the_counter(config) else None


def _make_data_folder() -> None:
    """Make the keys that settings read, as `amanah init` does, without migrating anything."""
    from amanah.cli.founding import found_data_folder
    from amanah.web.config import load_config

    found_data_folder(load_config())


def _get_cluster() -> "Cluster":
    if "cluster" not in _opened:
        from tests.support.postgresql import start_cluster

        _opened["cluster"] = start_cluster(fsync=False)
    cluster: Cluster = _opened["cluster"]
    return cluster


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no server and no folder behind."""
    if "cluster" in _opened:
        _opened.pop("cluster").stop()
    if "folder" in _opened:
        shutil.rmtree(_opened.pop("folder"), ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run again on PostgreSQL only what speaks to Django's own database; the rest says nothing new there."""
    if os.environ.get(DATABASE_CHOICE) != "postgresql":
        return
    fixtures = {"db", "transactional_db", "live_server"}
    chosen = [
        item
        for item in items
        if item.get_closest_marker("django_db") or fixtures & set(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture(scope="session")
def postgresql() -> "Cluster":
    """Give a throw-away server; tests make their own databases in it."""
    from tests.support.postgresql import find_binaries

    if find_binaries() is None:
        pytest.skip("PostgreSQL is not on this machine: install the package postgresql")
    return _get_cluster()


@pytest.fixture
def postgresql_url(postgresql: "Cluster") -> str:
    """Give the URL of a new empty database with a role of its own."""
    import secrets

    return postgresql.create_database(f"t{secrets.token_hex(6)}")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Give one real browser; each test opens contexts of its own in it."""
    from tests.support.chromium import find_chromium, running_browser

    if find_chromium() is None:
        pytest.skip("Chromium is not on this machine: install the package chromium")
    with running_browser() as browser:
        yield browser


@pytest.fixture
def departments(tmp_path: Path) -> Iterator[Callable[..., "Running"]]:
    """Give `start_departments`, bound to this test's folder; whatever it started is stopped at the end."""
    from tests.support.processes import start_departments

    started: list[Running] = []

    def start(**options: Any) -> "Running":
        folder = tmp_path / f"departments-{len(started)}"
        folder.mkdir()
        running = start_departments(folder, **options)
        started.append(running)
        return running

    yield start
    for running in started:
        running.stop()
