"""Names the requests of outside bodies to Django."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.requests"
    label = "requests"

    def ready(self) -> None:
        """Let pages say the counter's refusals in words."""
        from amanah.request_door.requests import refusals  # noqa: F401
