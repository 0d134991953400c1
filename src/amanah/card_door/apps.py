"""Names the card door to Django, which makes its tables and nothing else."""

from django.apps import AppConfig


class CardDoorConfig(AppConfig):
    """The label under which the card door's migrations are recorded."""

    name = "amanah.card_door"
    label = "card_door"
