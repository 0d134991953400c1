"""Names the app of credentials."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """Credentials: signed papers: authorisations, notices, status lists, drafts; it knows no member."""

    name = "amanah.programme_door.credentials"
    label = "credentials"
