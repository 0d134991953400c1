"""Pictures of what a closed survey says: its results, the trust gate, and the report."""

from playwright.sync_api import Page

from tests.journeys.gallery import ALL_FOUR, Album, opener
from tests.journeys.worked_example import Example


def take_results(album: Album, example: Example, page: Page) -> None:
    """Show every public page that a closed survey changes; its results must be published."""
    survey = f"/{{}}/surveys/{example.survey}"
    for name, words, path in (
        (
            "results",
            "Results: estimates, how sure they are, and how to compute them again",
            f"{survey}/results/",
        ),
        ("trust", "The trust gate and the harm alarm: what is known, and what decides", "/{}/trust/"),
        ("report", "The report on a survey, for committees and funders", f"{survey}/report/"),
        ("reports", "All reports, whatever they show", "/{}/reports/"),
    ):
        album.take(page, ("public", name, words), ALL_FOUR, opener(page, example.at(path)))
