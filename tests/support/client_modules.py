"""Compiles the client's modules one by one, readable and whole, for tests that call parts which no page exports."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "client"
VENDORED = ("index.js", "decode.js")


def build_client_modules() -> Path:
    """Give the folder of the compiled modules; each state of the sources is compiled once."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node is not installed: what the client's modules do was not checked.")
    target = ROOT / "build" / "client-modules" / _compute_state()
    if target.is_dir():
        return target
    if not (CLIENT / "node_modules" / "typescript").is_dir():
        subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=CLIENT, check=True, timeout=240)
    made = target.with_suffix(".new")
    shutil.rmtree(made, ignore_errors=True)
    compiler = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"
    subprocess.run([node, str(compiler), "-p", str(CLIENT), "--outDir", str(made)], check=True, timeout=240)
    vendor = made / "vendor" / "qr"
    vendor.mkdir(parents=True)
    for name in VENDORED:
        shutil.copy(CLIENT / "node_modules" / "qr" / name, vendor / name)
    made.replace(target)
    return target


def _compute_state() -> str:
    digest = hashlib.sha256((CLIENT / "package-lock.json").read_bytes())
    for path in sorted((CLIENT / "src").rglob("*.ts")):
        digest.update(path.relative_to(CLIENT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
