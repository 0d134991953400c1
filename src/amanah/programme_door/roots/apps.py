"""Names the app of roots."""

from django.apps import AppConfig


class RootsConfig(AppConfig):
    """Roots: whom this community and others recognise, with votes, terms and reasons."""

    name = "amanah.programme_door.roots"
    label = "roots"
