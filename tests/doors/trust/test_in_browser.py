"""The page about trust in a real browser: named picture, tables, both directions, narrow screens."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.results.test_in_browser import (
    FIND_BAD_WORDS,
    FIND_OUTSIDE_SHAPES,
    FIND_SKIPPED_HEADINGS,
    NAMES,
    OPEN_ALL,
    Kept,
)
from tests.doors.web.test_look_in_browser import FIND_CLIPPED, FIND_SMALL_TARGETS

if TYPE_CHECKING:
    from tests.doors.trust.season_town import SeasonTown

pytestmark = pytest.mark.browser


@pytest.fixture
def beside_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django work in the thread of a browser that waits; name it before the fixtures that use the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def kept(beside_browser: None, town: "SeasonTown") -> Kept:
    """Give the page of a season that went well until an alarm rang, in both languages."""
    from tests.doors.results.published import DAY, FIRST_OPENING
    from tests.doors.trust.season_town import at_time
    from tests.support.desk import DATABASES, build_client

    assert DATABASES
    town.state_season()
    town.hold(trust=0.66, people=200, title="Spring")
    town.hold(trust=0.75, people=300, title="Summer")
    kept = Kept(build_client())
    with at_time(FIRST_OPENING + 120 * DAY):
        for language in ("en", "ar"):
            kept.keep(f"/{language}/trust/")
    town.hold(trust=0.75, harmed=0.5, people=400, title="Autumn")
    kept.answers = {f"{path}?calm": answer for path, answer in kept.answers.items()}
    with at_time(FIRST_OPENING + 200 * DAY):
        for language in ("en", "ar"):
            kept.keep(f"/{language}/trust/")
    return kept


PATHS = [f"/{language}/trust/{state}" for language in ("en", "ar") for state in ("", "?calm")]


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_clipped_or_lies_on_something_else(kept: Kept, browser: Any, width: int) -> None:
    from tests.doors.web.conftest import opened_page

    for path in PATHS:
        with opened_page(browser, kept, path, viewport={"width": width, "height": 740}) as page:
            page.evaluate(OPEN_ALL)
            assert page.evaluate(FIND_CLIPPED) == []
            assert page.evaluate(FIND_BAD_WORDS) == []
            assert page.evaluate(FIND_OUTSIDE_SHAPES) == []
            assert page.evaluate(FIND_SMALL_TARGETS) == []


def test_the_picture_is_named_and_its_numbers_stand_beside_it(kept: Kept, browser: Any) -> None:
    from tests.doors.web.conftest import opened_page

    with opened_page(browser, kept, "/en/trust/") as page:
        ((title, description),) = page.evaluate(NAMES)
        assert title == "Trust in the programme this season"
        assert "trust in the programme lies between" in description
        assert page.get_by_role("alert").count() == 1
        assert page.evaluate(FIND_SKIPPED_HEADINGS) == []
        assert page.get_by_role("table").count() == 2
