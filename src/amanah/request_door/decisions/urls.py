"""Addresses under which trustees read cases, draft, sign and step aside; all of them are at the desk."""

from django.urls import URLPattern, path

from amanah.request_door.decisions.views import cases, signing
from amanah.request_door.decisions.views import desk as pages

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk: list[URLPattern] = [
    path("decisions/", pages.show_decisions, name="decisions"),
    path("decisions/statements/", pages.draft_statements, name="draft-statements"),
    path("decisions/rules/", pages.draft_rules, name="draft-rules"),
    path("decisions/case/<str:reference>/", cases.show_case, name="case"),
    path("decisions/case/<str:reference>/paper/", cases.read_paper, name="read-paper"),
    path("decisions/case/<str:reference>/answer/", cases.draft, name="draft-answer"),
    path(
        "decisions/case/<str:reference>/step-aside/",
        signing.step_aside_from_case,
        name="step-aside-from-case",
    ),
    path("decisions/<str:decision>/", signing.show_decision, name="decision"),
    path("decisions/<str:decision>/sign/ask/", signing.ask_signature, name="decision-sign-ask"),
    path("decisions/<str:decision>/sign/", signing.answer_signature, name="decision-sign"),
    path("decisions/<str:decision>/step-aside/", signing.step_aside, name="step-aside"),
    path("decisions/<str:decision>/document.json", signing.send_document, name="decision-document"),
    path("decisions/<str:decision>/decision.json", signing.send_file, name="decision-file"),
]
