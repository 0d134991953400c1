"""Pages that stand at every door with pages: the parts of every page, shown together. They never touch a database."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from amanah.web.pages import public_page

EXAMPLE_MOMENT = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)


@public_page(version=lambda: "parts")
def show_components(request: HttpRequest) -> HttpResponse:
    """Show every part of every page with invented content."""
    return render(request, "components_page.html", {"example": _make_example()})


def _make_example() -> dict[str, Any]:
    return {
        "next_at": EXAMPLE_MOMENT,
        "passes": [
            {"what": _("First evening"), "when": datetime(2026, 2, 24, 19, 0, tzinfo=UTC), "state": "used"},
            {"what": _("Who is fooling whom"), "when": EXAMPLE_MOMENT, "state": "ready"},
            {"what": _("Survey: speaking freely"), "when": _("open until Sunday"), "state": "ready"},
            {
                "what": _("Asking a teacher"),
                "when": datetime(2026, 3, 10, 19, 0, tzinfo=UTC),
                "state": "waiting",
            },
        ],
        "steps": [
            {"title": _("Scan the sheet"), "text": _("The code on it works once and names nobody.")},
            {
                "title": _("Write down the backup"),
                "text": _("With it you can bring the card back if the phone is lost. We cannot."),
            },
            {
                "title": _("Wait a day"),
                "text": _("Your device asks for the card at a moment picked by chance."),
            },
            {"title": _("Come in"), "text": _("Show a pass at the door, or scan the code in the room.")},
        ],
        "columns": [
            {"title": _("Door")},
            {"title": _("Holds")},
            {"title": _("Kept for")},
            {"title": _("Rows"), "is_figure": True},
        ],
        "rows": [
            [_("Card door"), _("Public keys of cards"), _("until you leave"), "1,204"],
            [_("Programme door"), _("Spent passes"), _("until the count is published"), "311"],
            [_("Request door"), _("What outside bodies asked"), _("for good"), "3"],
        ],
    }
