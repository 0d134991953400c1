"""Takes pictures of what people see, from a real deployment in a real browser: `make screenshots`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.support.chromium import running_browser
from tests.support.processes import Running, run_django_command, start_departments

FOLDER = Path(__file__).resolve().parents[2] / "build" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
LANGUAGES = ("en", "ar")
PAGES = {
    "home": ("programme", "/{language}/"),
    "join": ("programme", "/{language}/join/"),
    "card": ("programme", "/{language}/card/"),
    "what-we-hold": ("programme", "/{language}/what-we-hold/"),
    "requests": ("request", "/{language}/"),
}


def take_pictures(browser: Browser, running: Running) -> list[Path]:
    """Take every page in every language, size and colour scheme."""
    taken = []
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            for language in LANGUAGES:
                for name, (process, path) in PAGES.items():
                    page.goto(
                        running.urls[process] + path.format(language=language), wait_until="networkidle"
                    )  # type: ignore[index]
                    target = FOLDER / f"{name}.{language}.{size}.{scheme}.png"
                    page.screenshot(path=target, full_page=True)
                    taken.append(target)
            context.close()
    return taken


def main() -> int:
    """Serve the worked example, take pictures, stop."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="amanah-screenshots-") as folder:
        running = start_departments(Path(folder))
        try:
            run_django_command(running, "programme", "seed_example")
            with running_browser() as browser:
                taken = take_pictures(browser, running)
        finally:
            running.stop()
    print(f"{len(taken)} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
