"""Name of this app inside the programme door. It never starts anything."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Plain surveys."""

    name = "amanah.programme_door.surveys"
    label = "surveys"
