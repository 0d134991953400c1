"""Addresses of results. What is published byte for byte has no language in its address."""

from django.urls import path

import amanah.programme_door.converters  # noqa: F401  # makes <occasion:...> known
from amanah.programme_door.results import views

translated = [
    path("surveys/<occasion:occasion>/results/", views.show_results, name="results"),
    path("surveys/<occasion:occasion>/results.csv", views.send_table, name="results-table"),
    path(
        "surveys/<occasion:occasion>/compare/<occasion:other>/", views.show_comparison, name="compare-waves"
    ),
]

untranslated = [
    path("surveys/<occasion:occasion>/plan.json", views.send_plan, name="plan"),
    path("surveys/<occasion:occasion>/words.json", views.send_words, name="plan-words"),
    path("surveys/<occasion:occasion>/results.json", views.send_results, name="results-document"),
    path("surveys/<occasion:occasion>/bundle.json", views.send_results_bundle, name="results-bundle"),
]
