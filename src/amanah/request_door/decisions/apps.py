"""Names the decisions of the request door to Django."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.decisions"
    label = "decisions"
