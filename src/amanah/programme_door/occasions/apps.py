"""Registration with Django."""

from django.apps import AppConfig


class OccasionsConfig(AppConfig):
    """Waves and occasions."""

    name = "amanah.programme_door.occasions"
    label = "occasions"
