"""Names the rules in force to Django."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.rules"
    label = "rules"
