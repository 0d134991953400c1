"""Names the answers of the request door to Django."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.answers"
    label = "answers"
