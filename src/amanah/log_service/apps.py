"""Names the log service to Django, which makes its tables and nothing else."""

from django.apps import AppConfig


class LogServiceConfig(AppConfig):
    """The label under which the log service's migrations are recorded."""

    name = "amanah.log_service"
    label = "log_service"
