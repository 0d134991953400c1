"""Names the trustees of the request door to Django."""

from django.apps import AppConfig


class TrusteesConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.trustees"
    label = "trustees"
