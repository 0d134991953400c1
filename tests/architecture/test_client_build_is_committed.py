"""What the doors serve to browsers is the build of `client/src`, byte for byte, and imports nothing from elsewhere."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "client"
SERVED = ROOT / "src" / "amanah" / "web" / "static" / "client"
MANIFEST = "client-manifest.json"
# At the start of a line: the vendored library shows imports in its comments as examples.
IMPORT = re.compile(
    r"""^(?:import|export) (?:[\w{}*, \n]+ from )?["'](.+?)["'];$|^[^/*\n]*\bimport\(["'](.+?)["']\)""",
    re.MULTILINE,
)


def read_folder(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build a copy of the sources with the pinned tools, away from whatever is installed in the tree."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(
            "Node is not installed: that the served client is the build of its source was not checked."
        )
    copy = tmp_path_factory.mktemp("client") / "client"
    shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("node_modules", "build"))
    contexts = Path("src", "amanah", "core", "credentials", "contexts")
    shutil.copytree(ROOT / contexts, copy.parent / contexts)
    subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=copy, check=True, timeout=240)
    output = copy / "output"
    output.mkdir()
    subprocess.run([node, "tools/build.mjs", str(output)], cwd=copy, check=True, timeout=240)
    return read_folder(output)


def test_the_served_client_is_the_build_of_its_source(built):
    served = read_folder(SERVED)
    assert served.keys() == built.keys(), "Run `npm run build` in client/ and commit what it writes."
    different = [name for name in served if served[name] != built[name]]
    assert different == [], "Run `npm run build` in client/ and commit what it writes."


def test_the_manifest_lists_every_served_file_with_its_hash():
    served = read_folder(SERVED)
    manifest = json.loads(served.pop(MANIFEST))
    assert manifest["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in served.items()}


def test_every_served_module_imports_only_its_neighbours_by_a_path_that_exists():
    for path in SERVED.rglob("*.js"):
        imported = ["".join(names) for names in IMPORT.findall(path.read_text())]
        for name in imported:
            assert name.startswith("."), f"{path.name} imports {name}, which no door serves."
            assert (path.parent / name).is_file(), f"{path.name} imports {name}, which is not there."


def test_nothing_but_qr_codes_and_linked_data_was_taken_from_others():
    assert {path.name for path in (SERVED / "vendor").iterdir()} == {"qr"}
    assert "MIT" in (SERVED / "vendor" / "qr" / "LICENSE-MIT").read_text()
    licences = re.findall(
        r"^(\S+) [\d.]+ \(([\w.-]+)\)$", (SERVED / "giving" / "LICENSES.txt").read_text(), re.MULTILINE
    )
    assert dict(licences) == {
        "canonicalize": "Apache-2.0",
        "jsonld": "BSD-3-Clause",
        "lru-cache": "ISC",
        "rdf-canonize": "BSD-3-Clause",
        "setimmediate": "MIT",
        "yallist": "ISC",
    }


def test_what_signs_for_a_giver_is_loaded_by_nobody_else():
    own = {name for name in read_folder(SERVED) if name.startswith("giving/")}
    others = [path for path in SERVED.rglob("*.js") if path.parent.name != "giving"]
    assert own >= {"giving/page.js", "giving/LICENSES.txt"}
    assert [path.name for path in others if "giving/" in path.read_text()] == []
