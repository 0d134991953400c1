"""`amanah recheck` checks the papers of a deployment; the supervisor runs it once a day and never waits for it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from amanah.cli.rechecking import A_DAY, DailyCheck
from amanah.web.config import load_config


def build_environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"AMANAH_DATA": str(folder), "AMANAH_PACE": "demo"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "amanah.cli", *arguments],
        env=build_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_deployment_is_checked_and_one_that_is_none_is_told_what_to_do(tmp_path: Path) -> None:
    refused = run(tmp_path / "nothing", "recheck")
    assert refused.returncode == 78
    assert "amanah init" in refused.stderr
    folder = tmp_path / "data"
    assert run(folder, "init").returncode == 0
    checked = run(folder, "recheck")
    assert checked.returncode == 0, checked.stderr
    assert "Checked 0 papers about who may teach" in checked.stdout


def test_the_supervisor_checks_once_a_day_and_does_not_wait(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert run(folder, "init").returncode == 0
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(build_environment(folder))
    try:
        daily = DailyCheck(load_config(), due_at=100.0)
        daily.look_after(99.0)
        assert daily.running is None
        begun = time.monotonic()
        daily.look_after(100.0)
        assert time.monotonic() - begun < 1
        assert daily.running is not None
        assert daily.running.wait(timeout=60) == 0
        daily.look_after(101.0)
        assert daily.running is None
        assert daily.due_at == 100.0 + A_DAY
        daily.due_at = 102.0
        daily.look_after(102.0)
        daily.stop()
        assert daily.running is not None
        assert daily.running.poll() is not None, "nothing is left behind"
    finally:
        os.environ.clear()
        os.environ.update(before)
