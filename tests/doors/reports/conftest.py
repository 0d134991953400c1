"""Closed surveys and planned evaluations for every test of reports; Django is there only once tests run."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def clean_folder() -> Iterator[None]:
    """Leave nothing that was published to the next test."""
    from tests.doors.reports.closed_surveys import forget_published

    forget_published()
    yield
    forget_published()


@pytest.fixture
def survey(db: None) -> str:
    """Give a closed survey of many."""
    from tests.doors.reports.closed_surveys import close_large_survey

    return close_large_survey()


@pytest.fixture
def small_survey(db: None) -> str:
    """Give a closed survey of nine."""
    from tests.doors.reports.closed_surveys import close_small_survey

    return close_small_survey()


@pytest.fixture
def before_after(db: None) -> str:
    """Give an evaluation of two closed waves."""
    from tests.doors.reports.closed_surveys import play_before_after

    return play_before_after()


@pytest.fixture
def wedge(db: None) -> str:
    """Give a stepped wedge that was played to its end."""
    from tests.doors.reports.closed_surveys import play_wedge

    return play_wedge()
