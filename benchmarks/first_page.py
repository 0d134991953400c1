"""Seconds from cloning the repository to the first page, in steps; the environment's installation is reported apart.

It clones what is committed, never what lies in the working tree.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from tests.support.processes import build_settings

from benchmarks.measuring import CpuWatch, Row, Scale

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN = 120.0


def measure(scale: Scale) -> list[Row]:
    """Do what a newcomer does; without a network the running environment stands in for the installed one."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name, CpuWatch() as watch:
        steps = run_steps(Path(name), has_network=scale.has_network)
    return [
        Row(
            figure="first_page",
            title="From clone to first page",
            value=sum(steps.values()),
            unit="s",
            foreign=watch.foreign,
            more={f"{step} s": seconds for step, seconds in steps.items()},
            note="" if scale.has_network else "nothing was installed",
        )
    ]


def run_steps(folder: Path, *, has_network: bool) -> dict[str, float]:
    """Give the seconds of each step."""
    clone = folder / "clone"
    settings = build_settings(folder / "data")
    environment = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
    } | settings
    steps = {"clone": run_step(["git", "clone", "-q", ROOT.as_uri(), str(clone)], folder, environment)}
    if has_network:
        command = ["make", f"PYTHON={sys.executable}", ".venv/server.done"]
        steps["environment"] = run_step(command, clone, environment)
        amanah = [str(clone / ".venv" / "bin" / "amanah")]
    else:
        environment["PYTHONPATH"] = str(clone / "src")
        amanah = [sys.executable, "-m", "amanah.cli"]
    steps["init"] = run_step([*amanah, "init"], clone, environment)
    page = settings["AMANAH_PROGRAMME_URL"].replace("localhost", "127.0.0.1") + "/en/"
    steps["example and start"] = wait_for_page([*amanah, "demo"], page, clone, environment)
    return steps


def run_step(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Run one step to its end; give the seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started


def wait_for_page(command: list[str], page: str, folder: Path, environment: dict[str, str]) -> float:
    """Start the demonstration and give the seconds until the page is there; then stop it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        while not is_there(page):
            if process.poll() is not None or time.perf_counter() - started > READY_WITHIN:
                raise TimeoutError("The demonstration did not show its first page.")
            time.sleep(0.05)
        return time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(timeout=30)


def is_there(page: str) -> bool:
    """Tell whether the page answers with 200."""
    try:
        with urllib.request.urlopen(page, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
