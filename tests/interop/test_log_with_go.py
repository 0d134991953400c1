"""The public log against the packages that verify Go's checksum database, both ways; only Go may be missing.

The program in `go_log_check` stands on golang.org/x/mod/sumdb alone; Debian packages it, so nothing is downloaded here.
"""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from amanah.core.errors import VerificationError
from amanah.core.public_log.merkle import compute_leaf_hash, verify_consistency, verify_inclusion
from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.proofs import LogProof, encode_proof
from tests.core.public_log.build import ORIGIN, log_key
from tests.interop.log_folders import (
    LogFolder,
    flip_bit,
    grow_log,
    is_believed_by_us,
    list_files,
    read_file,
)

SOURCE = Path(__file__).parent / "go_log_check" / "main.go"
# Where Debian and Ubuntu install Go packages as source.
GO_PACKAGES = Path("/usr/share/gocode")
SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537]
VKEY = encode_verifier_key(log_key())
Answer = dict[str, Any]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    if go is None or not (GO_PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip(
            "Go or its package x/mod is not installed: the log was not checked with Go's own verifier."
        )
    place = tmp_path_factory.mktemp("go")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOFLAGS": "",
        "GOPATH": str(GO_PACKAGES),
        "GOCACHE": str(place / "cache"),
        "CGO_ENABLED": "0",
    }
    command = [go, "build", "-o", str(place / "go_log_check"), str(SOURCE)]
    subprocess.run(command, check=True, env=environment, timeout=240)
    return place / "go_log_check"


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, LogFolder]:
    return {log.size: log for log in grow_log(tmp_path_factory.mktemp("log"), SIZES)}


def run(
    program: Path, *arguments: str | Path, asked: Answer | None = None
) -> "subprocess.CompletedProcess[str]":
    command = [program, *arguments, VKEY]
    return subprocess.run(
        command, input=json.dumps(asked or {}), capture_output=True, text=True, check=False, timeout=120
    )


def check_log(program: Path, folder: Path, asked: Answer | None = None) -> Answer:
    done = run(program, "log", folder, asked=asked)
    assert done.returncode == 0, done.stderr
    answer: Answer = json.loads(done.stdout)
    return answer


def encode_nodes(nodes: list[bytes]) -> list[str]:
    return [base64.b64encode(node).decode() for node in nodes]


def parse_nodes(nodes: list[str] | None) -> list[bytes]:
    return [base64.b64decode(node) for node in nodes or []]


def list_indexes(size: int) -> list[int]:
    """List the entries at every edge of a tree: the first, the last, and those beside a full tile."""
    edges = {0, 1, size // 2, size - 2, size - 1, 254, 255, 256, 257, 65_279, 65_280, 65_535, 65_536}
    return sorted(index for index in edges if 0 <= index < size)


def list_our_records(log: LogFolder) -> list[Answer]:
    hashes = log.hashes
    return [
        {"index": index, "proof": encode_nodes(hashes.compute_inclusion_proof(index))}
        for index in list_indexes(log.size)
    ]


def list_our_trees(log: LogFolder, logs: dict[int, LogFolder]) -> list[Answer]:
    """List consistency proofs from every smaller size; Go has none from the empty tree, which proves nothing."""
    hashes = log.hashes
    return [
        {
            "old_size": old.size,
            "old_root": base64.b64encode(old.root).decode(),
            "proof": encode_nodes(hashes.compute_consistency_proof(old.size)),
        }
        for old in logs.values()
        if 0 < old.size <= log.size
    ]


@pytest.mark.parametrize("size", SIZES)
def test_go_finds_our_log_whole_and_believes_our_proofs(
    program: Path, logs: dict[int, LogFolder], size: int
) -> None:
    log = logs[size]
    asked = {"records": list_our_records(log), "trees": list_our_trees(log, logs)}
    answer = check_log(program, log.folder, asked)
    assert (answer["size"], base64.b64decode(answer["root"])) == (size, log.root)
    assert len(answer["records"]) == len(asked["records"])
    assert len(answer["trees"]) == len(asked["trees"])


@pytest.mark.parametrize("size", SIZES[1:])
def test_we_believe_the_proofs_that_go_reads_from_our_tiles(
    program: Path, logs: dict[int, LogFolder], size: int
) -> None:
    log, leaves = logs[size], logs[size].read_leaves()
    asked = {"records": list_our_records(log), "trees": list_our_trees(log, logs)}
    answer = check_log(program, log.folder, asked)
    for record in answer["records"]:
        leaf = compute_leaf_hash(leaves[record["index"]])
        verify_inclusion(leaf, record["index"], size, parse_nodes(record["proof"]), log.root)
    for tree in answer["trees"]:
        old = (tree["old_size"], base64.b64decode(tree["old_root"]))
        assert old[1] == logs[old[0]].root
        verify_consistency(old, (size, log.root), parse_nodes(tree["proof"]))


def test_a_changed_proof_is_refused_by_go_and_by_us(program: Path, logs: dict[int, LogFolder]) -> None:
    log = logs[513]
    leaf = compute_leaf_hash(log.read_leaves()[256])
    proof = log.hashes.compute_inclusion_proof(256)
    for place in range(len(proof)):
        changed = [bytes([node[0] ^ (number == place)]) + node[1:] for number, node in enumerate(proof)]
        done = run(
            program, "log", log.folder, asked={"records": [{"index": 256, "proof": encode_nodes(changed)}]}
        )
        assert done.returncode == 1
        assert "the proof of entry 256" in done.stderr
        with pytest.raises(VerificationError):
            verify_inclusion(leaf, 256, 513, changed, log.root)


def test_a_proof_from_another_old_tree_is_refused_by_go_and_by_us(
    program: Path, logs: dict[int, LogFolder]
) -> None:
    log = logs[513]
    (tree,) = [tree for tree in list_our_trees(log, logs) if tree["old_size"] == 257]
    other = tree | {"old_root": base64.b64encode(logs[256].root).decode()}
    assert run(program, "log", log.folder, asked={"trees": [other]}).returncode == 1
    with pytest.raises(VerificationError):
        verify_consistency((257, logs[256].root), (513, log.root), parse_nodes(tree["proof"]))


@pytest.mark.parametrize("path", list_files(257))
@pytest.mark.parametrize("place", [0, 1, 20, -3])
def test_a_log_with_one_changed_bit_is_refused_by_go_and_by_us(
    program: Path, logs: dict[int, LogFolder], tmp_path: Path, path: str, place: int
) -> None:
    folder = copy_log(logs[257], tmp_path)
    assert is_believed_by_us(folder)
    assert run(program, "log", folder).returncode == 0
    flip_bit(folder / path, place)
    assert run(program, "log", folder).returncode == 1
    assert not is_believed_by_us(folder)


def copy_log(log: LogFolder, place: Path) -> Path:
    """Copy exactly the files that a log of this size needs."""
    for path in list_files(log.size):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(read_file(log.folder, path))
    return place


def test_a_partial_tile_that_vanished_is_read_from_the_full_one_by_go_and_by_us(
    program: Path, logs: dict[int, LogFolder], tmp_path: Path
) -> None:
    folder = copy_log(logs[512], tmp_path)
    copy_log(logs[511], tmp_path)
    for kind in ("entries", "0"):
        (folder / "tile" / kind / "001.p" / "255").unlink()
    assert check_log(program, folder)["size"] == 511
    assert is_believed_by_us(folder)


@pytest.mark.parametrize("size", [1, 257, 65_537])
def test_go_believes_a_proof_file_of_ours_and_no_changed_one(
    program: Path, logs: dict[int, LogFolder], tmp_path: Path, size: int
) -> None:
    log, index = logs[size], size - 1
    path = tuple(log.hashes.compute_inclusion_proof(index))
    entry = f"entry {index}".encode()
    note = (log.folder / "checkpoint").read_bytes()
    file = tmp_path / "entry.tlog-proof"
    file.write_bytes(encode_proof(LogProof(index, path, note, entry)))
    done = run(program, "proof", file)
    assert (done.returncode, done.stdout) == (0, f"{entry.decode()}\n"), done.stderr
    file.write_bytes(encode_proof(LogProof(index, path, note, b"another entry")))
    assert run(program, "proof", file).returncode == 1
    file.write_bytes(encode_proof(LogProof(index, path, note.replace(ORIGIN.encode(), b"x/log"), entry)))
    assert run(program, "proof", file).returncode == 1
