"""Name of this app inside the programme door. It never starts anything."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Programmes and the community's words."""

    name = "amanah.programme_door.programmes"
    label = "programmes"
