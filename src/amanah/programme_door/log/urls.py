"""Addresses of the pages about the public log; the log itself is served by the log service."""

from django.urls import path

import amanah.programme_door.converters  # noqa: F401  # makes <index:...> known
from amanah.programme_door.log import views

translated = [
    path("log/", views.show_log, name="log"),
    path("log/entries/", views.show_entries, name="log-entries"),
    path("log/atom.xml", views.send_feed, name="log-feed"),
    path("log/<index:index>/", views.show_entry, name="log-entry"),
]
