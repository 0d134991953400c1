"""Ten million randomised reports counted and estimated: numpy's `bincount` as the limit, two other packages beside us.

The other packages run in an environment of their own (`requirements/survey_peers.txt`); where it cannot be had, their
rows say so. Errors are judged on the same reports: ours must not be larger.
"""

import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from amanah.core.surveys.counting import count_balls
from amanah.core.surveys.estimates import estimate_shares
from benchmarks.measuring import CpuWatch, Goal, Row, Scale, build_ratio_row, collect_samples, take_sample

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements" / "survey_peers.txt"
PEERS = {"multi-freq-ldpy": "multi_freq_ldpy", "pure-ldp": "pure_ldp"}
TRUTH = (0.10, 0.15, 0.25, 0.35, 0.15)
WEIGHT = 7
SEED = 20_260_101
LIMIT_GOAL = Goal("at most", 10.0)
SPEED_GOAL = Goal("at least", 1.0)
ERROR_GOAL = Goal("at most", 1.0)


def measure(scale: Scale) -> list[Row]:
    """Count and estimate under the run rule, then let the others do the same with the same reports."""
    reports = draw_reports(scale.entries)
    balls = reports.tobytes()

    def count_bare() -> float:
        started = time.perf_counter()
        np.bincount(reports, minlength=len(TRUTH))
        return time.perf_counter() - started

    def count_ours() -> tuple[float, Mapping[str, float]]:
        started = time.perf_counter()
        estimate_ours(balls)
        return time.perf_counter() - started, {}

    samples = collect_samples(scale, lambda: take_sample(count_bare, count_ours))
    first = build_ratio_row(
        "survey_aggregation",
        f"{scale.entries:,} reports counted and estimated",
        samples,
        goal=LIMIT_GOAL,
        names=("times numpy bincount", "ours s", "bincount s"),
    )
    return [first, *compare_peers(scale, balls)]


def draw_reports(count: int) -> Any:
    """Draw reports of a question with five answers by their exact distribution."""
    chances = [(1 + (WEIGHT - 1) * share) / (WEIGHT + len(TRUTH) - 1) for share in TRUTH]
    return np.random.default_rng(SEED).choice(len(TRUTH), count, p=chances).astype(np.uint8)


def estimate_ours(balls: bytes) -> list[float]:
    """Give our estimates from the reports."""
    counts, _ = count_balls(balls, len(TRUTH))
    return [estimate.value for estimate in estimate_shares(counts, WEIGHT).estimates]


def compare_peers(scale: Scale, balls: bytes) -> list[Row]:
    """Let each package count the same reports, between two of our own counts."""
    python = find_environment(may_make=scale.has_network)
    if python is None:
        note = "their environment is not on this machine: requirements/survey_peers.txt"
        return [
            Row("survey_aggregation", f"Speed beside {name}", 0.0, "times", 0.0, note=note) for name in PEERS
        ]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reports"
        path.write_bytes(balls)
        for name, package in PEERS.items():
            rows += compare_peer(name, package, python, path, balls)
    return rows


def compare_peer(name: str, package: str, python: Path, path: Path, balls: bytes) -> list[Row]:
    """Compare speed and error with one package."""
    with CpuWatch() as watch:
        before = time_ours(balls)
        theirs = ask_peer(package, python, path)
        after = time_ours(balls)
    ours = (before + after) / 2
    error = compute_error(estimate_ours(balls)) / compute_error(theirs["estimates"])
    return [
        Row(
            "survey_aggregation",
            f"Speed beside {name}",
            theirs["seconds"] / ours,
            "times as fast",
            watch.foreign,
            goal=SPEED_GOAL,
            more={"ours s": ours, "theirs s": theirs["seconds"]},
        ),
        Row(
            "survey_aggregation",
            f"Error beside {name}, the same reports",
            round(error, 6),
            "of theirs",
            0.0,
            goal=ERROR_GOAL,
            needs_quiet=False,
            more={"root mean square error, in 1,000,000": 1e6 * compute_error(estimate_ours(balls))},
        ),
    ]


def time_ours(balls: bytes) -> float:
    """Time one count of ours."""
    started = time.perf_counter()
    estimate_ours(balls)
    return time.perf_counter() - started


def compute_error(estimates: Sequence[float]) -> float:
    """Give the root mean square error against the truth."""
    squares = [(seen - true) ** 2 for seen, true in zip(estimates, TRUTH, strict=True)]
    return math.sqrt(sum(squares) / len(squares))


def find_environment(*, may_make: bool) -> Path | None:
    """Find the environment of the other packages, or make it from pinned hashes."""
    folder = ROOT / "build" / "survey-peers"
    python = folder / "bin" / "python"
    if may_make:
        names = [line.split("==")[0] for line in REQUIREMENTS.read_text().splitlines() if "==" in line]
        command = [sys.executable, "tests/support/environment.py", str(folder), str(REQUIREMENTS), *names]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
        if done.returncode:
            return None
    return python if python.exists() else None


def ask_peer(package: str, python: Path, path: Path) -> Any:
    """Let one package count; it says how long that took once everything was loaded."""
    command = [python, ROOT / "benchmarks" / "survey_peers.py", package, path, str(WEIGHT), str(len(TRUTH))]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
