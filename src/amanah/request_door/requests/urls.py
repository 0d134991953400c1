"""Addresses of the form, the status pages, the card for the door, and the counter at the desk."""

from django.urls import URLPattern, path

from amanah.request_door.requests.views import asking, counter, door_card
from amanah.web.pages import redirect_to_language

translated: list[URLPattern] = [
    path("ask/", asking.ask, name="ask"),
    path("status/<str:secret>/", asking.show_status, name="request-status"),
    path("status/<str:secret>/facts.json", asking.send_facts, name="request-facts"),
    path("status/<str:secret>/openings.json", asking.send_openings, name="request-openings"),
    path("door-card/", door_card.show_door_card, name="door-card"),
    path("door-card/all/", door_card.show_door_cards, name="door-cards"),
]
untranslated: list[URLPattern] = [
    path("ask/", redirect_to_language),
    path("door-card/", redirect_to_language),
]
desk: list[URLPattern] = [
    path("intake/", counter.intake, name="intake"),
    path("intake/<str:secret>/", counter.show_slip, name="intake-slip"),
    path("requests/<str:reference>/paper.pdf", counter.send_paper, name="request-paper"),
]
