"""Prints the one-time address of an organiser's account, or nothing where none is needed. It prints none twice."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from amanah.programme_door.staff.actions import SETUP_TOKEN_SIZE, open_setup
from amanah.programme_door.staff.queries import has_organisers
from amanah.web.settings import get_config


class Command(BaseCommand):
    """Make a new setup address."""

    help = (
        "Print the one-time address of the first organiser; nothing once there is one, unless told otherwise."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what may be asked for."""
        parser.add_argument(
            "--even-with-organisers",
            action="store_true",
            help="print an address for one more organiser, for when nobody can sign in any more",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Print the address."""
        if has_organisers() and not options["even_with_organisers"]:
            return
        path = open_setup(now=timezone.now(), random_bytes=secrets.token_bytes(SETUP_TOKEN_SIZE))
        self.stdout.write(get_config().urls["programme"] + path)
