"""Makes the environment of packages that need a newer Python than ours; where there is none, the test is skipped."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements" / "interop.txt"


def find_new_python() -> str | None:
    """Find a Python of 3.12 or newer that can make environments."""
    names = [sys.executable, *(shutil.which(f"python3.{minor}") or "" for minor in range(20, 11, -1))]
    managed = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"), reverse=True)
    probe = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))"
    for name in [*filter(None, names), *map(str, managed)]:
        if subprocess.run([name, "-c", probe], capture_output=True, check=False).returncode == 0:
            return name
    return None


def make_environment() -> Path:
    """Make the environment once, from pinned hashes, and give its folder."""
    python = find_new_python()
    if python is None:
        pytest.skip("this machine has no Python 3.12: the log was not compared with aics-tlog.")
    folder = ROOT / "build" / "interop-venv"
    names = [line.split("==")[0] for line in REQUIREMENTS.read_text().splitlines() if "==" in line]
    command = [python, "tests/support/environment.py", str(folder), str(REQUIREMENTS), *names]
    subprocess.run(command, cwd=ROOT, check=True, timeout=240)
    return folder
