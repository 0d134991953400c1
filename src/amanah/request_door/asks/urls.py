"""Addresses of the asks board."""

from django.urls import URLPattern, path

from amanah.request_door.asks.views import board
from amanah.request_door.asks.views import desk as desk_views
from amanah.web.pages import redirect_to_language

translated: list[URLPattern] = [
    path("asks/", board.show_board, name="asks"),
    path("asks/new/", board.hand_in, name="new-ask"),
    path("asks/status/<str:secret>/", board.show_status, name="ask-status"),
    path("asks/status/<str:secret>/withdraw/", board.withdraw, name="withdraw-ask"),
]
untranslated: list[URLPattern] = [
    path("asks/", redirect_to_language),
    path("asks/<str:ask>.json", board.send_ask, name="ask-document"),
]
desk: list[URLPattern] = [
    path("asks/", desk_views.show_asks, name="desk-asks"),
    path("asks/<str:ask>/<str:act>/", desk_views.draft_about_ask, name="draft-about-ask"),
    path("trust/", desk_views.show_trust, name="desk-trust"),
    path("trust/<str:season>/<str:act>/", desk_views.draft_about_season, name="draft-about-season"),
]
