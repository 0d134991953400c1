"""What a process is told at birth: every setting but the database addresses of other departments."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from amanah.core.errors import MisconfiguredError
from amanah.web.config import DEPARTMENTS, Department, Process, read_settings
from amanah.web.confinement import DATABASES_OF

ENTRY_POINTS: dict[Process, str] = {
    "log": "amanah.log_service.process",
    "card": "amanah.card_door.process",
    "programme": "amanah.programme_door.process",
    "spending": "amanah.programme_door.spending.process",
    "request": "amanah.request_door.process",
}
WITNESS_ENTRY_POINT = "amanah.log_service.witness.process"
RECOVERY = "amanah.log_service.recovery"
SETTINGS_MODULES: dict[Department, str] = {
    "log": "amanah.log_service.settings",
    "card": "amanah.card_door.settings",
    "programme": "amanah.programme_door.settings",
    "request": "amanah.request_door.settings",
}


def select_settings(department: Department, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the settings that one department may know.

    The settings file is not among them: it may hold the passwords of every door, so no door is told where it is.
    """
    others = {
        f"AMANAH_DATABASE_{name.upper()}"
        for other in DEPARTMENTS
        if other != department
        for name in DATABASES_OF[other]
    }
    settings = read_settings(environment)
    return {name: value for name, value in settings.items() if name not in others | {"AMANAH_CONFIG"}}


def build_child_environment(
    department: Department, settings: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Give the whole environment of a child process of one department; `settings` are another community's."""
    machine = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
    return machine | select_settings(department, settings) | {"PYTHONUNBUFFERED": "1"}


def build_django_command(department: Department, *arguments: str) -> list[str]:
    """Give the command line of one of Django's commands in a department."""
    return [sys.executable, "-m", "django", *arguments, "--settings", SETTINGS_MODULES[department]]


def forget_other_departments(department: Department) -> None:
    """Make this very process forget what its department may not know, before anything of the department is imported."""
    kept = select_settings(department)
    for name in [name for name in os.environ if name.startswith("AMANAH_")]:
        del os.environ[name]
    os.environ.update(kept)


def find_owner(folder: Path) -> tuple[int, int] | tuple[None, None]:
    """Give whom to become: only root can and must, so that a database never belongs to root by accident."""
    found = folder.stat()
    if os.geteuid() != 0 or found.st_uid == 0:
        return (None, None)
    return (found.st_uid, found.st_gid)


def find_drill(part: str) -> Any:
    """Give a part of the drill and its crowds, which are not installed everywhere."""
    if find_spec("amanah.drill") is None:
        raise MisconfiguredError(["This installation holds no drill; install Amanah from its source tree."])
    return import_module(f"amanah.drill.{part}")
