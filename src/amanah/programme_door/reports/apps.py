"""Name of this app inside the programme door. It never starts anything."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports and planned evaluations."""

    name = "amanah.programme_door.reports"
    label = "reports"
