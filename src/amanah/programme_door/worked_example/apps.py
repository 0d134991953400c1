"""Name of this app inside the programme door. It never starts anything."""

from django.apps import AppConfig


class WorkedExampleConfig(AppConfig):
    """The worked example and the command that writes it down."""

    name = "amanah.programme_door.worked_example"
    label = "worked_example"
