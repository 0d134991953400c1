"""Name of this app inside the programme door. It never starts anything."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Organisers and their sign-in."""

    name = "amanah.programme_door.staff"
    label = "staff"
