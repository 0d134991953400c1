"""The log's tables, their migrations and what it declares to hold say the same."""

import subprocess
import sys
from pathlib import Path

from amanah.log_service.opening import HOLDINGS
from tests.doors.log_service.place import LogPlace
from tests.support.processes import build_environment


def run(place: LogPlace, *arguments: str) -> str:
    environment = build_environment(place.settings) | {
        "DJANGO_SETTINGS_MODULE": "amanah.log_service.settings"
    }
    done = subprocess.run(
        [sys.executable, "-m", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_migrations_make_the_tables_that_the_models_describe(place: LogPlace) -> None:
    assert "No changes detected" in run(
        place, "django", "makemigrations", "--check", "--dry-run", "log_service"
    )


def test_the_log_declares_exactly_the_columns_of_its_models(place: LogPlace, tmp_path: Path) -> None:
    run(place, "amanah.web.holdings", str(tmp_path / "holdings.json"))
    assert (tmp_path / "holdings.json").read_text() == HOLDINGS.read_text()
