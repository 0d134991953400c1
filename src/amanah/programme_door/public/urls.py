"""Addresses of the public pages. Nothing about a member ever stands in one."""

from django.urls import path

import amanah.programme_door.converters  # noqa: F401  # makes <occasion:...> known
from amanah.programme_door.public.views import device, members, pages

translated = [
    path("", pages.show_home, name="home"),
    path("programmes/<slug:slug>/", pages.show_programme, name="programme"),
    path("programmes/<slug:slug>/calendar.ics", pages.show_calendar, name="calendar"),
    path("what-we-hold/", pages.show_holdings, name="what-we-hold"),
    path("recount/<occasion:occasion>/", pages.show_recount, name="recount"),
    path("join/", members.show_join, name="join"),
    path("card/", members.show_card, name="card"),
    path("card/restore/", members.show_restore, name="restore"),
    path("sessions/<occasion:occasion>/here/", members.show_here, name="here"),
    path("surveys/<occasion:occasion>/answer/", members.show_answer, name="answer"),
    path("kiosk/", members.show_kiosk, name="kiosk"),
]

untranslated = [
    path("recounts/<occasion:occasion>.json", pages.send_bundle, name="bundle"),
    path("programmes/<slug:slug>/facts.json", pages.send_facts, name="facts"),
    path("healthz", pages.show_health),
    path("occasions.json", pages.send_occasions, name="occasions"),
    path("worker.js", device.send_worker, name="worker"),
    path("manifest.webmanifest", device.send_manifest, name="manifest"),
]
