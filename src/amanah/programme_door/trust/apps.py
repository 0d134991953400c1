"""Name of this app inside the programme door. It never starts anything."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """Seasons of trust and what was counted in them."""

    name = "amanah.programme_door.trust"
    label = "trust"
