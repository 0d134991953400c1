"""Correctness under load, before any speed: the very tests that send every pass twice and kill the gate."""

import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import CpuWatch, Goal, Row, Scale

ROOT = Path(__file__).resolve().parents[1]
TESTS = "tests/doors/spending/test_process.py"
CHOSEN = "64_clients or every_success_survives"


def measure(_scale: Scale) -> list[Row]:
    """Run the tests at their own size, on SQLite and on PostgreSQL where it is installed."""
    command = [sys.executable, "-m", "pytest", TESTS, "-q", "-k", CHOSEN, "-p", "no:cacheprovider"]
    with CpuWatch() as watch:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().rsplit("\n", 1)[-1]
    return [
        Row(
            figure="correctness",
            title="Correctness under load: 64 clients send every pass twice; successes survive kill -9",
            value=float(done.returncode),
            unit="failed runs",
            foreign=watch.foreign,
            goal=Goal("at most", 0),
            needs_quiet=False,
            note=last.strip("= "),
        )
    ]
