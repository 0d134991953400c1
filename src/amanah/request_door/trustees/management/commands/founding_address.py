"""Prints the one-time address for founding the panel, or nothing once there is one. It prints none twice."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from amanah.request_door.trustees.actions import PanelInForceError, open_founding
from amanah.web.settings import get_config


class Command(BaseCommand):
    """Make a new founding address."""

    help = "Print the one-time address for founding the panel of trustees; nothing once a panel is in force."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Print the address."""
        try:
            path = open_founding(now=timezone.now())
        except PanelInForceError:
            return
        self.stdout.write(get_config().urls["request"] + path)
