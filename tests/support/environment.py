"""Makes a Python environment from a list of pinned, hashed requirements; it needs the standard library alone.

Usage: environment.py FOLDER REQUIREMENTS [NAME…]. With names, only these requirements and what they need are taken.
"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (3, 11)
# What stands behind pytest and Hypothesis in requirements/dev.txt.
TEST_TOOLS = (
    "attrs", "deprecated", "gmpy2", "hypothesis", "iniconfig", "numpy", "opendp", "packaging", "pluggy", "pygments",
    "pytest", "pytest-randomly", "pytest-timeout", "scipy", "sortedcontainers", "wrapt",
)  # fmt: skip

# What the core stands on besides numpy, and what stands behind that.
CORE_PACKAGES = (
    "base58", "cachetools", "cffi", "cryptography", "frozendict", "joserfc", "lxml", "pycparser", "pyld", "rfc8785",
)  # fmt: skip


def split_requirements(text: str) -> list[tuple[str, str]]:
    """Give each requirement with its hashes and its name; a name stands twice where Pythons differ."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return [(re.split(r"[=\[ ]", block, maxsplit=1)[0], block) for block in blocks if block.strip()]


def make_environment(folder: Path, requirements: Path, names: tuple[str, ...] = ()) -> Path:
    """Make an environment with these requirements and the package itself, or bring it up to date; give its Python."""
    if sys.version_info < NEEDED:
        sys.exit(
            f"Amanah needs Python {NEEDED[0]}.{NEEDED[1]} or newer; this is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.12 run"
        )
    blocks = split_requirements(requirements.read_text())
    wanted = "".join(block for name, block in blocks if not names or name in names)
    stamp = folder / "requirements.sha256"
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    python = folder / "bin" / "python"
    if python.exists() and stamp.exists() and stamp.read_text() == digest:
        return python
    print(f"Making the Python environment {folder} (a minute or two, once) …", flush=True)
    if not python.exists():
        run([sys.executable, "-m", "venv", str(folder)], "On Debian and Ubuntu: apt install python3-venv")
    listed = folder / "requirements.txt"
    listed.write_text(wanted)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--require-hashes", "-r", str(listed)], "Is this machine connected to a Python package index?")
    if not names:
        run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "See the lines above.")
    stamp.write_text(digest)
    return python


def run(command: list[str], advice: str) -> None:
    """Run one step, or end with what it was and what to do."""
    done = subprocess.run(command, check=False, cwd=ROOT, env=os.environ | {"PYTHONUTF8": "1"})
    if done.returncode:
        sys.exit(f"This step failed: {' '.join(command)}\n{advice}")


if __name__ == "__main__":
    make_environment(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute(), tuple(sys.argv[3:]))
