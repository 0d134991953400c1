"""Runs the programme door's check of all papers about who may teach: by hand, and once a day beside `amanah serve`.

It imports no door: the check is a process of its own, with the department's settings and as its user.
"""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from amanah.cli.environment import build_child_environment, build_django_command, find_owner
from amanah.cli.founding import require_founded
from amanah.web.config import Config, load_config

COMMAND = "recheck_credentials"
FIRST_AFTER = 60.0
A_DAY = 86_400.0
NICENESS = 10


def run_recheck() -> int:
    """Check now; give 1 where a paper does not hold."""
    config = load_config()
    require_founded(config, "programme")
    return subprocess.run(**_describe(config), check=False).returncode


@dataclass
class DailyCheck:
    """Starts the check a minute after everything answers, and then once a day; a check that fails stops nothing."""

    config: Config
    due_at: float
    running: subprocess.Popen[bytes] | None = None

    def look_after(self, now: float) -> None:
        """Start the check when it is due, and take in its end."""
        if self.running is not None:
            if self.running.poll() is None:
                return
            self.running = None
        if now >= self.due_at:
            self.due_at = now + A_DAY
            self.running = subprocess.Popen(
                **_describe(self.config),
                start_new_session=True,
                preexec_fn=_give_way,  # noqa: PLW1509 - the supervisor has one thread
            )

    def stop(self) -> None:
        """End a check that is running; tomorrow's finds the same."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


def _give_way() -> None:
    os.nice(NICENESS)


def _describe(config: Config) -> Mapping[str, Any]:
    user, group = find_owner(config.folder("programme"))
    return {
        "args": build_django_command("programme", COMMAND),
        "env": build_child_environment("programme"),
        "stdin": subprocess.DEVNULL,
        "user": user,
        "group": group,
        "extra_groups": None if user is None else [],
    }
