"""A whole deployment with the worked example, as `amanah demo` starts it, for figures about the whole."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.spending import PassPress, build_press, place_occasion

from amanah.drill.world import World
from amanah.web.database import open_database
from benchmarks.crowds import Address, find_address
from benchmarks.spending_sqlite import SEEN_AFTER

PROGRAMME_PAGE = "/en/programmes/solid-ground/"
PAGES = (
    PROGRAMME_PAGE,
    "/ar/programmes/solid-ground/",
    "/en/",
    "/ar/",
    "/en/what-we-hold/",
    "/en/join/",
)
WAVE_OPENS_WITHIN = 60.0


@contextmanager
def running_world(*, has_sister: bool = False) -> Iterator[World]:
    """Start the demonstration in a temporary folder and wait until its first wave is open."""
    with TemporaryDirectory(prefix="amanah-bench-") as name:
        world = World(Path(name) / "data", has_sister=has_sister)
        try:
            world.start("demo")
            _wait_for_wave(world)
            yield world
        finally:
            world.stop()


def _wait_for_wave(world: World) -> None:
    """Pages change as long as the doors are still announcing themselves."""
    deadline = time.monotonic() + WAVE_OPENS_WITHIN
    with open_database(_find_url(world, "programme"), read_only=True) as database:
        while not database.execute("SELECT 1 FROM occasions_occasion WHERE spki IS NOT NULL").fetchone():
            if time.monotonic() > deadline:
                raise TimeoutError("The example's wave did not open.")
            time.sleep(0.2)


def open_press(world: World) -> PassPress:
    """Let the spending gate know one more open occasion, whose passes the benchmark can make."""
    press = build_press(community="drill")
    place_occasion(_find_url(world, "programme"), press)
    time.sleep(SEEN_AFTER)
    return press


def find_pages(world: World) -> Address:
    """Give the address of the programme door's pages."""
    return find_address(world.urls["programme"])


def change_content(world: World) -> None:
    """Do what every save at the desk does: all kept pages are to be drawn again."""
    with open_database(_find_url(world, "programme")) as database:
        database.execute("UPDATE programmes_contentversion SET version = version + 1")


@contextmanager
def busy_organiser(world: World, *, changes_per_second: float) -> Iterator[None]:
    """Let an organiser save again and again, so that a part of all requests finds nothing kept."""
    is_over = threading.Event()

    def save() -> None:
        while not is_over.wait(1 / changes_per_second):
            change_content(world)

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _find_url(world: World, name: str) -> str:
    return f"sqlite:///{world.folder / 'programme-door' / f'{name}.sqlite3'}"
