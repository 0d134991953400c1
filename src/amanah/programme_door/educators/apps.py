"""Names the app of educators."""

from django.apps import AppConfig


class EducatorsConfig(AppConfig):
    """Educators: who teaches, by their consent, and the one page about each; it knows no member."""

    name = "amanah.programme_door.educators"
    label = "educators"
