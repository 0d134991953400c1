"""Whoever checks published numbers needs none of our packages."""

import subprocess
import sys
from pathlib import Path

import amanah.core.surveys

PROGRAM = """
import importlib, sys
for name in {names!r}:
    importlib.import_module("amanah.core.surveys." + name)
print(sorted(set(sys.modules) & {{"numpy", "scipy", "django", "cryptography"}}))
"""


def test_all_of_it_is_imported_without_any_package() -> None:
    folder = Path(amanah.core.surveys.__path__[0])
    names = [path.stem for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    assert "results" in names
    assert "amplification" in names
    command = [sys.executable, "-c", PROGRAM.format(names=names)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
