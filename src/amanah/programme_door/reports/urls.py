"""Addresses of reports and evaluations: public ones, and those of the desk."""

from django.urls import path

import amanah.programme_door.converters  # noqa: F401  # makes <occasion:...> known
from amanah.programme_door.reports import views

translated = [
    path("reports/", views.show_reports, name="reports"),
    path("reports/<occasion:evaluation>/", views.show_evaluation, name="evaluation"),
    path("reports/<occasion:evaluation>/report.pdf", views.send_evaluation, name="evaluation-pdf"),
    path("surveys/<occasion:occasion>/report/", views.show_survey_report, name="survey-report"),
    path("surveys/<occasion:occasion>/report.pdf", views.send_survey_report, name="survey-report-pdf"),
]

untranslated = [
    path("reports/<occasion:evaluation>/plan.json", views.send_plan, name="evaluation-plan"),
]

desk = [
    path("evaluations/", views.show_evaluations, name="desk-evaluations"),
    path("evaluations/new/", views.write_new_evaluation, name="new-evaluation"),
]
