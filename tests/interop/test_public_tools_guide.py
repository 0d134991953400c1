"""Every command of the guide to public tools runs, in the order of the page, against a log on a plain file server."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.merkle import compute_inclusion_proof, compute_leaf_hash
from amanah.core.public_log.notes import COSIGNER, VerifierKey, encode_verifier_key, parse_note
from amanah.core.public_log.proofs import LogProof, encode_proof
from amanah.core.public_log.tiles import TreeEdge
from tests.core.public_log.build import heartbeats, log_key, public_key, seed, sign_leaves
from tests.interop.log_folders import write_files
from tests.interop.other_packages import make_environment

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "check-the-log-with-public-tools.md"
WITNESS = "witness.example/w1"
SIZE, PROVED, SEEN_AT = 300, 3, 1_790_000_000


class SilentHandler(SimpleHTTPRequestHandler):
    """A file server that writes nothing."""

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def log_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("served")
    write_log(place)
    change_copy(place, "checkpoint", f"\n{SIZE}\n", f"\n{SIZE - 1}\n")
    change_copy(place, "proof", "extra eyJ", "extra eyI")
    handler = partial(SilentHandler, directory=str(place))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def write_log(place: Path) -> None:
    """Write a log of real entries, cosigned by one witness, with the proof of one entry."""
    leaves, edge = heartbeats(SIZE), TreeEdge()
    for leaf in leaves:
        write_files(place, edge.append(leaf))
    write_files(place, edge.list_partial_files())
    note = sign_leaves(leaves)
    note += cosign(parse_note(note).text, name=WITNESS, seed=seed("witness"), at=SEEN_AT)
    (place / "checkpoint").write_bytes(note)
    path = tuple(compute_inclusion_proof([compute_leaf_hash(leaf) for leaf in leaves], PROVED))
    (place / "proof").mkdir()
    (place / "proof" / str(PROVED)).write_bytes(encode_proof(LogProof(PROVED, path, note, leaves[PROVED])))


def change_copy(place: Path, name: str, before: str, after: str) -> None:
    """Put a copy of the log beside it that differs in one file."""
    folder = place / f"changed-{name}"
    folder.mkdir()
    for part in ("checkpoint", "tile", "proof"):
        (folder / part).symlink_to(place / part)
    (folder / name).unlink()
    file = folder / name
    if name == "proof":
        file.mkdir()
        file = file / str(PROVED)
    original = (place / file.relative_to(folder)).read_text(encoding="utf-8")
    assert before in original
    file.write_text(original.replace(before, after, 1), encoding="utf-8")


def list_blocks(*sections: str) -> list[str]:
    """List the commands of sections of the guide, but for what installs something."""
    text = GUIDE.read_text(encoding="utf-8")
    parts = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    blocks = [
        block for section in sections for block in re.findall(r"```sh\n(.*?)```", parts[section], re.DOTALL)
    ]
    return [block for block in blocks if " install " not in block]


def run_guide(
    place: Path, address: str, *sections: str, path: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run sections of the guide as one script in an empty folder that holds the two keys."""
    (place / "log.vkey").write_text(encode_verifier_key(log_key()) + "\n")
    witness = VerifierKey(WITNESS, public_key("witness"), COSIGNER)
    (place / "witness.vkey").write_text(encode_verifier_key(witness) + "\n")
    if not (place / "tests").exists():
        (place / "tests").symlink_to(ROOT / "tests")
    script = "\n".join(list_blocks(*sections)).replace("https://log.example", address)
    environment = os.environ | {
        "PATH": path + os.environ["PATH"],
        "GOCACHE": str(place / "cache"),
        "CGO_ENABLED": "0",
        "LC_ALL": "C.UTF-8",
        "no_proxy": "127.0.0.1",
    }
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def require(*names: str) -> None:
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed: this part of the guide was not run.")


def test_the_signatures_hold_with_openssl(log_address: str, tmp_path: Path) -> None:
    require("bash", "curl", "openssl", "od")
    done = run_guide(tmp_path, log_address, "Begin", "The signatures, with openssl")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Signature Verified Successfully") == 2
    assert "2026" in done.stdout.splitlines()[-1]


def test_an_entry_is_found_with_sha256sum(log_address: str, tmp_path: Path) -> None:
    require("bash", "curl", "sha256sum", "od", "xxd")
    done = run_guide(tmp_path, log_address, "Begin", "One entry, with sha256sum")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["the tile holds it", f"entry {PROVED} is in the log"]


def test_the_whole_log_is_checked_with_gos_verifier(log_address: str, tmp_path: Path) -> None:
    require("bash", "curl", "go", "seq")
    if not Path("/usr/share/gocode/src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("Go's package x/mod is not installed: this part of the guide was not run.")
    done = run_guide(tmp_path, log_address, "Begin", "The whole log, with Go's verifier")
    assert done.returncode == 0, done.stderr
    assert f'{{"size":{SIZE},"root":"' in done.stdout
    assert done.stdout.rstrip("\n").encode().endswith(heartbeats(SIZE)[PROVED])


def test_the_log_and_a_proof_are_checked_with_python_packages_of_others(
    log_address: str, tmp_path: Path
) -> None:
    require("bash", "curl")
    tools = make_environment() / "bin"
    done = run_guide(tmp_path, log_address, "Begin", "With Python packages of others", path=f"{tools}:")
    assert done.returncode == 0, done.stderr + done.stdout
    assert sum(line.endswith('"ok": true}') for line in done.stdout.splitlines()) == 3
    assert done.stdout.endswith("=> OK\n")
    assert verify_checkpoint((tmp_path / "seen").read_bytes(), log_key()).size == SIZE


@pytest.mark.parametrize(
    ("section", "changed"),
    [("The signatures, with openssl", "checkpoint"), ("One entry, with sha256sum", "proof")],
)
def test_the_commands_fail_when_a_log_was_changed(
    log_address: str, tmp_path: Path, section: str, changed: str
) -> None:
    require("bash", "curl", "openssl", "sha256sum", "od", "xxd")
    done = run_guide(tmp_path, f"{log_address}/changed-{changed}", "Begin", section)
    assert done.returncode != 0
