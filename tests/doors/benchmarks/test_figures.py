"""Every part of every benchmark runs, at a size that says nothing about speed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.__main__ import FIGURES

from tests.support.chromium import find_chromium
from tests.support.postgresql import find_binaries

ROOT = Path(__file__).resolve().parents[3]
# The correctness run is those very tests, and the drill has tests of its own.
TESTED_ELSEWHERE = {"correctness", "drill"}
NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "spending_postgresql": ("PostgreSQL", lambda: find_binaries() is not None),
    "programme_page": ("Chromium", lambda: find_chromium() is not None),
    "credentials_chain": ("Node", lambda: bool(shutil.which("node"))),
    "wave_on_phone": (
        "Chromium and Node",
        lambda: find_chromium() is not None and bool(shutil.which("node")),
    ),
}
MARKS = {
    "spending_postgresql": pytest.mark.postgresql,
    "programme_page": pytest.mark.browser,
    "wave_on_phone": pytest.mark.browser,
}
pytestmark = [pytest.mark.slow, pytest.mark.processes]


@pytest.mark.parametrize(
    "figure",
    [
        pytest.param(name, marks=MARKS[name]) if name in MARKS else name
        for name in FIGURES
        if name not in TESTED_ELSEWHERE
    ],
)
def test_a_figure_can_be_measured(figure: str, tmp_path: Path) -> None:
    name, is_there = NEEDS.get(figure, ("", lambda: True))
    if not is_there():
        pytest.skip(f"{name} is not on this machine")
    rows = measure_apart(figure, tmp_path / "rows.json")
    assert rows
    assert {row["figure"] for row in rows} == {figure}
    assert all(row["value"] >= 0 for row in rows)
    assert all(value > 0 for row in rows for value in (row["value"], *row["more"].values()) if row["samples"])


def measure_apart(figure: str, report: Path) -> list[dict[str, Any]]:
    """Measure in a process of its own: this one may hold a browser already, and its driver allows no second."""
    subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny", "--json", str(report), figure],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        check=True,
        timeout=280,
    )
    rows: list[dict[str, Any]] = json.loads(report.read_text())["rows"]
    return rows
