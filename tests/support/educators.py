"""The invented teachers of the worked example, for tests of the pages about who teaches."""

import secrets
from datetime import datetime

from django.utils import timezone

from amanah.programme_door.worked_example.actions import SLUG
from amanah.programme_door.worked_example.educators import EDUCATORS_RANDOM_SIZE, open_example_educators
from amanah.web.pages import KEPT_PAGES
from tests.support.desk import open_example


def open_educators(at: datetime | None = None) -> None:
    """Write the worked example down with everybody who teaches in it."""
    open_example(at)
    random_bytes = secrets.token_bytes(EDUCATORS_RANDOM_SIZE)
    open_example_educators(SLUG, now=at or timezone.now(), random_bytes=random_bytes)
    KEPT_PAGES.pages.clear()
