"""Addresses of whom communities recognise: for everybody, for programs, and at the desk."""

from django.urls import path

import amanah.programme_door.converters  # noqa: F401  # makes <occasion:...> and <sha256:...> known
from amanah.programme_door.roots import views
from amanah.web.pages import redirect_to_language

translated = [path("roots/", views.show_roots, name="roots")]
untranslated = [
    path("roots/", redirect_to_language),
    path("roots.json", views.send_own_list, name="own-roots-file"),
    path("roots/<int:number>.json", views.send_numbered_list, name="roots-file"),
]
desk = [
    path("roots/", views.show_desk, name="desk-roots"),
    path("roots/new/", views.write_root, name="new-root"),
    path("roots/publish/", views.publish, name="publish-roots"),
    path("roots/map/<sha256:document_hash>/", views.map_achievement, name="map-achievement"),
    path("roots/<occasion:root>/", views.write_root, name="change-root"),
    path("roots/<occasion:root>/withdraw/", views.withdraw, name="withdraw-root"),
]
