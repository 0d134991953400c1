"""Addresses of the jurisdiction packs."""

from django.urls import URLPattern, path

from amanah.request_door.jurisdictions import views

translated: list[URLPattern] = [
    path("jurisdictions/", views.show_jurisdictions, name="jurisdictions"),
    path("jurisdictions/<slug:code>/", views.show_jurisdiction, name="jurisdiction"),
]
untranslated: list[URLPattern] = [
    path("pack.json", views.send_pack_in_force, name="pack-in-force"),
    path("jurisdictions/<slug:code>.json", views.send_pack, name="pack-file"),
]
desk: list[URLPattern] = []
