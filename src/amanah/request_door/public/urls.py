"""Addresses of the pages that everybody reads."""

from django.urls import URLPattern, path

from amanah.request_door.public import views
from amanah.web.pages import redirect_to_language

translated: list[URLPattern] = [
    path("", views.show_door, name="door"),
    path("what-this-door-holds/", views.show_holdings, name="door-holdings"),
    path("rules/", views.show_rules, name="request-rules"),
    path("reports/", views.show_reports, name="request-reports"),
    path("reports/<slug:report>/", views.show_report, name="request-report"),
    path("reports/<slug:report>.pdf", views.send_paper, name="request-report-paper"),
]
untranslated: list[URLPattern] = [
    path("rules.json", views.send_rules, name="request-rules-file"),
    path("statements.json", views.send_statements, name="statements-file"),
    path("reports/<slug:report>.json", views.send_report, name="request-report-file"),
    path("reports/<slug:report>.pdf", redirect_to_language),
]
desk: list[URLPattern] = []
