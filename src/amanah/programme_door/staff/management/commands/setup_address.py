"""Prints the one-time address of the first organiser, or nothing once there is one. It never prints an old address."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from amanah.programme_door.staff.actions import SETUP_TOKEN_SIZE, open_setup
from amanah.programme_door.staff.queries import has_organisers
from amanah.web.settings import get_config


class Command(BaseCommand):
    """Make a new setup address."""

    help = "Print the one-time address of the first organiser; nothing once there is one."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Print the address."""
        if has_organisers():
            return
        path = open_setup(now=timezone.now(), random_bytes=secrets.token_bytes(SETUP_TOKEN_SIZE))
        self.stdout.write(get_config().urls["programme"] + path)
