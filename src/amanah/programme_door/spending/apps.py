"""Registration with Django, for migrations and the reference view; the gate itself runs without Django."""

from django.apps import AppConfig


class SpendingConfig(AppConfig):
    """Spent passes."""

    name = "amanah.programme_door.spending"
    label = "spending"
