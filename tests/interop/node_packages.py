"""Installs the pinned npm packages that we are compared with, once for every state of the lock file."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
STAMP = HERE / "node_modules" / "lock.sha256"


def find_node() -> str | None:
    """Give Node with the packages beside it, or nothing where this machine has no Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    # Tests and benchmarks run side by side, and `npm ci` begins by deleting everything.
    build = HERE.parents[1] / "build"
    build.mkdir(exist_ok=True)
    with (build / "interop-npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not STAMP.exists() or STAMP.read_text() != wanted:
            subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True, timeout=240)
            STAMP.write_text(wanted)
    return node
