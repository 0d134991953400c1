"""Name of this app inside the programme door. It never starts anything."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Sessions; the label differs from Django's own session store."""

    name = "amanah.programme_door.sessions"
    label = "programme_sessions"
