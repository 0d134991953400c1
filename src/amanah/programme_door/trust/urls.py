"""Addresses of the page about trust, and of the desk's pages that state a season."""

from django.urls import path

import amanah.programme_door.converters  # noqa: F401  # makes <occasion:...> known
from amanah.programme_door.trust import views

translated = [path("trust/", views.show_trust, name="trust")]

urlpatterns = [
    path("trust/", views.write_season, name="desk-trust"),
    path("trust/close/", views.close, name="close-gate"),
    path("trust/<occasion:season>/", views.write_season, name="change-trust-season"),
]
