"""Names the request door to Django."""

from django.apps import AppConfig


class RequestDoorConfig(AppConfig):
    """The label under which the request door's migrations are recorded."""

    name = "amanah.request_door"
    label = "request_door"
