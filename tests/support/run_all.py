"""Runs everything that CI checks and ends with one table: passed, failed, or skipped and why. A skip is never a pass.

It needs Python's standard library alone; each part runs in the environment that it says. With CI=true a part or a test
that is skipped counts as failed, unless the machine cannot do it whatever is installed.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
sys.path.insert(0, str(ROOT))

from tests.support.environment import CORE_PACKAGES, TEST_TOOLS, make_environment  # noqa: E402 - found through the line above

IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
# Two cores are busy with three parts: each of them waits for processes and browsers about half of the time.
SIDE_BY_SIDE = 3
# These wait more than they compute, and as many seconds as all other doors together: a part of their own.
APART = ("tests/doors/cli", "tests/doors/log_service")
# No package can give a machine these; a test that says so may be skipped even in CI.
TRULY_IMPOSSIBLE = ("this kernel ", "this machine has no Python 3.12")
MACHINE_PACKAGES = {
    "chromium": lambda: any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    "postgresql": lambda: (
        any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or bool(shutil.which("initdb"))
    ),
    "fonts-noto-core": lambda: (
        any(Path("/usr/share/fonts").rglob("NotoNaskhArabic*"))
        or any(Path("/usr/share/fonts").rglob("NotoSansArabic*"))
    ),
    "nodejs": lambda: bool(shutil.which("node")),
    "npm": lambda: bool(shutil.which("npm")),
    # What the guide to public tools runs.
    "curl": lambda: bool(shutil.which("curl")),
    "openssl": lambda: bool(shutil.which("openssl")),
    "xxd": lambda: bool(shutil.which("xxd")),
    # Go's own verifier of transparency logs, which tests/interop runs on ours.
    "golang-go": lambda: bool(shutil.which("go")),
    "golang-golang-x-mod-dev": lambda: Path("/usr/share/gocode/src/golang.org/x/mod/sumdb").is_dir(),
}


@dataclass
class Outcome:
    """How one part ended."""

    name: str
    state: str
    reason: str = ""
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass
class Part:
    """One part of the whole: a command and where its numbers are, or a reason why it cannot run."""

    name: str
    command: list[str]
    folder: Path = ROOT
    environment: dict[str, str] | None = None
    report: Path | None = None
    missing: str = ""


_printing = threading.Lock()


def say(text: str) -> None:
    """Print whole blocks, one part at a time."""
    with _printing:
        print(text, flush=True)


def install_machine_packages() -> None:
    """Install browser, database server, fonts, Node and Go where we are root on Debian or Ubuntu, if absent."""
    absent = [name for name, is_there in MACHINE_PACKAGES.items() if not is_there()]
    if not absent:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(
            f"Not on this machine: {', '.join(absent)}. What needs them is skipped. As root: apt-get install them."
        )
        return
    say(f"Installing {', '.join(absent)} …")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *absent]
    subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL)


def install_client_tools() -> None:
    """Install what compiles the client, before any part that may compile it starts."""
    if MACHINE_PACKAGES["npm"]():
        command = ["npm", "ci", "--no-audit", "--no-fund", "--silent"]
        if subprocess.run(command, cwd=ROOT / "client", check=False).returncode:
            say("npm ci failed; the client's part will say so again.")


def list_parts(python: Path, core_python: Path) -> list[Part]:
    """List every part, longest first, so that those that run side by side end together."""
    tool = python.parent
    has_postgresql = MACHINE_PACKAGES["postgresql"]()
    has_browser = MACHINE_PACKAGES["chromium"]()
    has_node = MACHINE_PACKAGES["nodejs"]() and MACHINE_PACKAGES["npm"]()
    return [
        pytest_part("command and log", python, [*APART, "-m", "not browser"], ""),
        pytest_part(
            "journeys in a browser", python, ["tests", "-m", "browser"], "" if has_browser else "Chromium is absent"
        ),
        pytest_part(
            "doors", python, ["tests/doors", "-m", "not browser", *(f"--ignore={folder}" for folder in APART)], ""
        ),
        pytest_part(
            "promises", python, ["tests", "-m", "not browser", "--ignore=tests/core", "--ignore=tests/doors"], ""
        ),
        pytest_part("core without Django", core_python, ["tests/core"], ""),
        pytest_part("request door", python, ["tests/counter", "-m", "not browser"], ""),
        pytest_part(
            "doors on PostgreSQL",
            python,
            ["tests/doors", "-m", "not browser and not processes"],
            "" if has_postgresql else "PostgreSQL is absent",
            {"TEST_DATABASE": "postgresql"},
        ),
        pytest_part(
            "request door on PostgreSQL",
            python,
            ["tests/counter", "-m", "not browser and not processes"],
            "" if has_postgresql else "PostgreSQL is absent",
            {"TEST_DATABASE": "postgresql"},
        ),
        Part("client", ["npm", "run", "check"], ROOT / "client",
             missing="" if has_node else "Node is absent"),
        Part("types", [str(tool / "mypy")]),
        Part("architecture", [str(tool / "lint-imports")]),
        Part("translations", [str(python), "-m", "amanah.web.messages", "check"]),
        Part("style", [str(tool / "ruff"), "check", "."]),
        Part("format", [str(tool / "ruff"), "format", "--check", "."]),
    ]  # fmt: skip


def pytest_part(
    name: str, python: Path, arguments: list[str], missing: str, settings: dict[str, str] | None = None
) -> Part:
    """Give a part that runs pytest and leaves its numbers in a report."""
    report = BUILD / f"{re.sub(r'[^a-z]+', '-', name.lower())}.xml"
    command = [str(python), "-m", "pytest", "-q", "--durations=5", f"--junitxml={report}", *arguments]
    return Part(name, command, environment=settings, report=report, missing=missing)


def run_part(part: Part) -> Outcome:
    """Run one part to its end, print what it said, and judge it."""
    if part.missing:
        return Outcome(part.name, "SKIPPED", part.missing)
    started = time.monotonic()
    if part.report:
        part.report.unlink(missing_ok=True)
    done = subprocess.run(
        part.command,
        cwd=part.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"} | (part.environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        check=False,
    )
    outcome = judge(part, done.returncode, done.stdout)
    outcome.seconds = time.monotonic() - started
    lines = done.stdout.strip().splitlines()
    shown = lines if outcome.state == "failed" else lines[-12:]
    say("\n".join([f"── {part.name}: {outcome.state} ({outcome.seconds:.0f} s) " + "─" * 40, *shown, ""]))
    return outcome


def judge(part: Part, code: int, output: str) -> Outcome:
    """Turn an exit code and a report into an outcome."""
    outcome = Outcome(part.name, "failed" if code else "passed", f"exit code {code}" if code else "")
    if code == 5 and part.report:
        outcome.reason = "no test was collected"
    if part.report and part.report.exists():
        count_tests(outcome, part.report)
    elif match := re.search(r"^. pass (\d+)$", output, re.MULTILINE):
        outcome.passed = int(match[1])
    return outcome


def count_tests(outcome: Outcome, report: Path) -> None:
    """Read the numbers of a pytest run; a test that was skipped without need makes the part fail in CI."""
    cases = list(ET.parse(report).iter("testcase"))
    skips = [skip.get("message", "") for case in cases for skip in case.iter("skipped")]
    outcome.failed = sum(
        1 for case in cases if case.find("failure") is not None or case.find("error") is not None
    )
    outcome.skipped = len(skips)
    outcome.passed = len(cases) - outcome.failed - outcome.skipped
    avoidable = [reason for reason in skips if not reason.startswith(TRULY_IMPOSSIBLE)]
    if skips and not outcome.reason:
        outcome.reason = f"{len(skips)} tests skipped: " + "; ".join(sorted(set(skips)))[:160]
    if IS_CI and avoidable and outcome.state == "passed":
        outcome.state = "failed"


def print_summary(outcomes: Iterable[Outcome]) -> int:
    """Print the table and the totals; give the exit code."""
    outcomes = list(outcomes)
    say("")
    for outcome in outcomes:
        counts = f"{outcome.passed:>5} tests" if outcome.passed + outcome.failed else " " * 11
        say(
            f"{outcome.state:<8} {outcome.name:<28} {outcome.seconds:>5.0f} s {counts}  {outcome.reason}".rstrip()
        )
    is_bad = any(outcome.state == "failed" or (IS_CI and outcome.state == "SKIPPED") for outcome in outcomes)
    if is_bad and IS_CI and any(outcome.state == "SKIPPED" for outcome in outcomes):
        say("A part that is skipped counts as failed in CI.")
    passed, failed, skipped = (
        sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed", "skipped")
    )
    say(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if is_bad else 0


def main() -> int:
    """Prepare the machine, run all parts, some side by side, and sum up."""
    started = time.monotonic()
    BUILD.mkdir(exist_ok=True)
    install_machine_packages()
    python = make_environment(ROOT / ".venv", ROOT / "requirements" / "dev.txt")
    core_python = make_environment(
        BUILD / "core-venv",
        ROOT / "requirements" / "dev.txt",
        (*TEST_TOOLS, *CORE_PACKAGES),
    )
    require_no_django(core_python)
    install_client_tools()
    run: Callable[[Part], Outcome] = run_part
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        outcomes = list(pool.map(run, list_parts(python, core_python)))
    code = print_summary(outcomes)
    say(f"{time.monotonic() - started:.0f} seconds in all.")
    return code


def require_no_django(python: Path) -> None:
    """End unless the environment of the core's tests holds nothing that a server needs."""
    probe = "import importlib.util as u, sys; sys.exit(any(map(u.find_spec, ['django', 'jinja2', 'httpx', 'psycopg'])))"
    if subprocess.run([str(python), "-c", probe], check=False).returncode:
        sys.exit(f"{python.parent.parent} holds a server's packages; delete it and run again.")


if __name__ == "__main__":
    sys.exit(main())
