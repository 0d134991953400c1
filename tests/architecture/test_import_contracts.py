"""Every import contract holds on the tree, and each is proved to bite by breaking it on purpose in a copy."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
VIOLATIONS = {
    "house": [
        ("card_door/planted.py", "import amanah.programme_door.spending"),
        ("programme_door/planted.py", "import amanah.request_door"),
        ("request_door/planted.py", "import amanah.log_service"),
        ("request_door/asks/planted.py", "import amanah.programme_door.trust"),
        ("programme_door/trust/planted.py", "import amanah.request_door.records"),
        ("log_service/planted.py", "import amanah.drill"),
        ("web/planted.py", "import amanah.card_door"),
        ("core/planted_rule.py", "import amanah.web.config"),
        ("helpers/__init__.py", "KEPT_WHERE_NOBODY_LOOKS = True"),
    ],
    "command": [("cli/planted.py", "import amanah.card_door"), ("cli/planted.py", "import django")],
    "pure-core": [
        ("core/passes/planted.py", "import time"),
        ("core/surveys/planted.py", "from random import random"),
        ("core/public_log/planted.py", "from pathlib import Path"),
        ("core/planted.py", "def late() -> None:\n    import django"),
    ],
    "core-packages": [
        ("core/passes/planted.py", "import amanah.core.public_log"),
        ("core/errors_planted.py", "NOT_PLACED = True"),
    ],
    "outsider": [("verify/planted.py", "import amanah.web.config"), ("verify/planted.py", "import httpx")],
    "roles": [
        ("programme_door/staff/queries.py", "import amanah.programme_door.staff.actions"),
        ("card_door/models.py", "import amanah.card_door.urls"),
    ],
    "counter": [("request_door/records/planted.py", "import amanah.request_door.asks")],
    "standing": [("programme_door/credentials/planted.py", "import amanah.programme_door.educators")],
    "libraries": [("core/surveys/planted.py", "import pyld")],
    "pages": [("programme_door/trust/views.py", "import amanah.programme_door.trust.models")],
    "migrations": [("card_door/migrations/planted.py", "import amanah.core.errors")],
    "no-cycles": [
        ("web/config.py", "import amanah.web.settings"),
        ("programme_door/programmes/queries.py", "import amanah.programme_door.worked_example.words"),
    ],
}


def run_lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINT), "--no-cache", "--config", str(folder / "pyproject.toml"), *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_tree_keeps_every_contract() -> None:
    done = run_lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_has_a_violation_that_proves_it() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert sorted(contract["id"] for contract in settings["contracts"]) == sorted(VIOLATIONS)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    ignored = shutil.ignore_patterns("__pycache__", "static", "locale", "*.po", "*.mo")
    shutil.copytree(ROOT / "src" / "amanah", folder / "src" / "amanah", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize(
    ("contract", "path", "line"),
    [(contract, path, line) for contract, planted in VIOLATIONS.items() for path, line in planted],
)
def test_a_violation_breaks_its_contract(contract: str, path: str, line: str, copy: Path) -> None:
    planted = copy / "src" / "amanah" / path
    before = planted.read_text() if planted.exists() else None
    is_new_folder = not planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{before or ''}\n{line}\n")
    if contract == "roles" and path.startswith("card_door"):
        (copy / "src" / "amanah" / "card_door" / "urls.py").write_text("")
    try:
        done = run_lint(copy, "--contract", contract)
    finally:
        if before is None:
            planted.unlink()
        else:
            planted.write_text(before)
        if is_new_folder:
            shutil.rmtree(planted.parent)
        (copy / "src" / "amanah" / "card_door" / "urls.py").unlink(missing_ok=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout or "exhaustive" in done.stdout
