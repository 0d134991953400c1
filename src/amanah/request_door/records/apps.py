"""Names the private log of the request door to Django."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.records"
    label = "records"
