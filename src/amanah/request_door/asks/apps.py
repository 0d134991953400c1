"""Names the asks board to Django."""

from django.apps import AppConfig


class AsksConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.asks"
    label = "asks"
