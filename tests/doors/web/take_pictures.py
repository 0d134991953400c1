"""Takes the pictures in `docs/screenshots/components/`: `python -m tests.doors.web.take_pictures`.

Each is the top of the parts page, in each language, theme and width; nothing is started and no port is opened.
"""

import os
import secrets
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "docs" / "screenshots" / "components"
LARGEST = 120_000


def take_pictures(folder: Path) -> None:
    """Write one picture for each language, width and theme."""
    from django.conf import settings
    from django.test import Client

    from tests.doors.web.conftest import opened_page
    from tests.support.chromium import running_browser

    settings.ROOT_URLCONF = "tests.doors.web.urls"
    settings.ALLOWED_HOSTS.append("testserver")
    folder.mkdir(parents=True, exist_ok=True)
    with running_browser() as browser:
        for language in ("en", "ar"):
            for width, height in ((360, 1200), (1280, 800)):
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": height}
                    with opened_page(
                        browser, Client(), f"/{language}/components/", viewport=size, color_scheme=scheme
                    ) as page:
                        path = folder / f"{language}-{width}-{scheme}.png"
                        page.screenshot(path=path)
                        if path.stat().st_size > LARGEST:
                            raise ValueError(f"{path.name} is larger than {LARGEST} bytes")


def main() -> int:
    """Set up the programme door's settings in a folder that is thrown away, then take the pictures."""
    with tempfile.TemporaryDirectory() as data:
        keys = Path(data) / "programme-door" / "keys"
        keys.mkdir(parents=True)
        (keys / "django-secret.key").write_text(secrets.token_urlsafe(64))
        os.environ |= {
            "AMANAH_DATA": data,
            "AMANAH_COMMUNITY_NAME": "Riverside Commons",
            "DJANGO_SETTINGS_MODULE": "amanah.programme_door.settings",
        }
        import django

        django.setup()
        take_pictures(FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
