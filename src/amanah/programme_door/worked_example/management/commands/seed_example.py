"""Writes down the worked example once; run again, it changes nothing."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from amanah.programme_door.worked_example.actions import EXAMPLE_RANDOM_SIZE, SLUG, open_worked_example
from amanah.programme_door.worked_example.educators import EDUCATORS_RANDOM_SIZE, open_example_educators
from amanah.web.settings import get_config


class Command(BaseCommand):
    """Open the worked example."""

    help = "Write down and announce an invented programme, unless there is a programme already."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Write it down."""
        now = timezone.now()
        was_written = open_worked_example(
            get_config(), now=now, random_bytes=secrets.token_bytes(EXAMPLE_RANDOM_SIZE)
        )
        if was_written:
            open_example_educators(SLUG, now=now, random_bytes=secrets.token_bytes(EDUCATORS_RANDOM_SIZE))
            self.stdout.write("The example is written down and announced.")
