"""Addresses of who teaches: for everybody, for programs, and at the desk."""

from django.urls import path

from amanah.programme_door.educators.views import desk as desk_views
from amanah.programme_door.educators.views import public
from amanah.web.pages import redirect_to_language

translated = [
    path("educators/", public.show_educators, name="educators"),
    path("educators/<slug:slug>/", public.show_educator, name="educator"),
]
untranslated = [
    path("robots.txt", public.send_robots, name="robots"),
    path("educators/", redirect_to_language),
    path("educators/<slug:slug>/", redirect_to_language, name="educator-short"),
    path("educators/<slug:slug>/bundle.json", public.send_bundle, name="educator-bundle"),
    path("educators/<slug:slug>/badge.png", public.send_badge, name="educator-badge"),
    path("educators/<slug:slug>/photograph", public.send_photograph, name="photograph"),
]
desk = [
    path("educators/", desk_views.show_educators, name="desk-educators"),
    path("educators/new/", desk_views.write_new_educator, name="new-educator"),
    path("educators/concerns/", desk_views.change_concern_routes, name="concern-routes"),
    path("educators/<slug:slug>/", desk_views.show_educator, name="desk-educator"),
    path("educators/<slug:slug>/words/", desk_views.change_educator, name="change-educator"),
    path("educators/<slug:slug>/preview/", desk_views.show_preview, name="preview-educator"),
    path("educators/<slug:slug>/consent/", desk_views.change_consent, name="educator-consent"),
    path("educators/<slug:slug>/withdraw/", desk_views.withdraw, name="withdraw-educator"),
    path("educators/<slug:slug>/picture/", desk_views.change_photograph, name="change-photograph"),
    path("educators/<slug:slug>/picture/shown", desk_views.send_photograph, name="desk-photograph"),
]
