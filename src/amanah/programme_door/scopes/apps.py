"""Names the app of scopes."""

from django.apps import AppConfig


class ScopesConfig(AppConfig):
    """Scopes: what can be taught, as a tree of the community; it holds no person."""

    name = "amanah.programme_door.scopes"
    label = "scopes"
