"""The card for the door, in the reader's language or in all of them on one page. Everybody may read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amanah.request_door.requests.door_card import build_door_card, list_door_cards
from amanah.web.pages import public_page


@require_safe
@public_page(version=lambda: "door-card")
def show_door_card(request: HttpRequest) -> HttpResponse:
    """Show the card twice on a page to cut, and eight times in the size of a pocket."""
    card = build_door_card(get_language() or "en")
    context = {"large": [card, card], "small": [card] * 8, "is_in_all": False}
    return render(request, "requests/door_card.html", context)


@require_safe
@public_page(version=lambda: "door-cards")
def show_door_cards(request: HttpRequest) -> HttpResponse:
    """Show the card in every language of this software."""
    cards = list_door_cards()
    context = {"large": cards, "small": (cards * 8)[:8], "is_in_all": True}
    return render(request, "requests/door_card.html", context)
