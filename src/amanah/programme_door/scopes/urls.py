"""Addresses of scopes: at the desk alone; public pages show scopes where somebody may teach them."""

from django.urls import URLPattern, path

from amanah.programme_door.scopes import views

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk = [
    path("scopes/", views.show_tree, name="desk-scopes"),
    path("scopes/new/", views.open_new, name="new-scope"),
    path("scopes/<path:scope>/", views.change, name="change-scope"),
]
