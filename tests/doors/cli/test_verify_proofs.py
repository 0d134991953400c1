"""A proof of one entry is made from a few files of the log and checked without any network."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.proofs import encode_proof, parse_proof
from amanah.verify.command import main
from tests.core.public_log.build import public_key
from tests.doors.cli.served_log import NOW, VKEY, make_leaves, make_policy, run_verify, write_log

SIZE = 700


class _Counting(SimpleHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, make_leaves(SIZE), cosigned_at=NOW)
    return folder


@pytest.fixture
def served(log: Path) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (_Counting,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(log))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "log.policy"
    path.write_bytes(make_policy())
    return path


def prove(place: Path | str, index: int, output: Path, *options: str) -> int:
    return main(["prove", str(place), str(index), "-o", str(output), *(options or ("--vkey", VKEY))])


@pytest.mark.parametrize("index", [0, 4, 255, 256, 511, 512, SIZE - 1])
def test_a_proof_is_made_and_checked_in_words(index: int, log: Path, tmp_path: Path, policy: Path) -> None:
    proof = tmp_path / "entry.tlog-proof"
    assert prove(log, index, proof, "--policy", str(policy)) == 0
    done = run_verify("entry", str(proof), "--policy", str(policy))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Entry {index} of the log testers.amanah/log:" in done.stdout
    assert (
        f"holds: exactly these bytes are entry {index} of the {SIZE} whose root the log signed" in done.stdout
    )
    assert (
        "holds: 3 of the 3 witnesses of the policy have cosigned it, which asks for 2: a at 20" in done.stdout
    )
    assert "NOT checked: whether" in done.stdout
    assert parse_proof(proof.read_bytes()).extra == make_leaves(SIZE)[index]


def test_a_proof_can_be_printed(log: Path) -> None:
    done = run_verify("prove", str(log), "5", "--vkey", VKEY)
    assert done.returncode == 0
    assert parse_proof(done.stdout.encode()).index == 5


def test_a_proof_needs_few_files_of_a_log(served: tuple[str, list[str]], tmp_path: Path) -> None:
    place, asked = served
    assert prove(place, 300, tmp_path / "proof") == 0
    assert sorted(asked) == [
        "/checkpoint",
        "/tile/0/001",
        "/tile/0/002.p/188",
        "/tile/1/000.p/2",
        "/tile/entries/001",
    ]


def test_the_signature_of_the_office_is_checked_with_its_key(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = tmp_path / "proof"
    assert prove(log, 10, proof) == 0
    for office, code in (("card-door", 0), ("programme-door", 1)):
        key = encode_base64url(public_key(office))
        assert main(["entry", str(proof), "--vkey", VKEY, f"--office-key={key}"]) == code
    said = capsys.readouterr()
    assert "holds: it is signed with the key that was given for card-door" in said.out
    assert "[entry-signature]" in said.err
    assert main(["entry", str(proof), "--vkey", VKEY, "--office-key", "short"]) == 2


def test_an_entry_may_travel_apart_from_its_proof(log: Path, tmp_path: Path) -> None:
    proof, entry = tmp_path / "proof", tmp_path / "entry.json"
    assert prove(log, 10, proof) == 0
    whole = parse_proof(proof.read_bytes())
    assert whole.extra is not None
    bare = tmp_path / "bare"
    bare.write_bytes(encode_proof(type(whole)(whole.index, whole.path, whole.note, None)))
    entry.write_bytes(whole.extra)
    assert main(["entry", str(bare), "--vkey", VKEY]) == 2
    assert main(["entry", str(bare), "--vkey", VKEY, "--entry", str(entry)]) == 0
    assert main(["entry", str(proof), "--vkey", VKEY, "--entry", str(entry)]) == 0
    entry.write_bytes(make_leaves(SIZE)[11])
    assert main(["entry", str(bare), "--vkey", VKEY, "--entry", str(entry)]) == 1
    assert main(["entry", str(proof), "--vkey", VKEY, "--entry", str(entry)]) == 1


def test_a_proof_that_was_changed_does_not_hold(log: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    assert prove(log, 10, proof) == 0
    whole = parse_proof(proof.read_bytes())
    for changed in (
        type(whole)(11, whole.path, whole.note, whole.extra),
        type(whole)(10, whole.path[:-1], whole.note, whole.extra),
        type(whole)(10, whole.path, whole.note, make_leaves(SIZE)[11]),
        type(whole)(10, whole.path, whole.note.replace(b"\n700\n", b"\n701\n"), whole.extra),
    ):
        proof.write_bytes(encode_proof(changed))
        assert main(["entry", str(proof), "--vkey", VKEY]) == 1


def test_a_proof_under_too_few_witnesses_is_neither_made_nor_believed(tmp_path: Path, policy: Path) -> None:
    write_log(tmp_path / "log", make_leaves(9), cosigned_at=NOW, names="a")
    proof = tmp_path / "proof"
    assert prove(tmp_path / "log", 3, proof, "--policy", str(policy)) == 1
    assert not proof.exists()
    assert prove(tmp_path / "log", 3, proof) == 0
    assert main(["entry", str(proof), "--policy", str(policy)]) == 1


def test_an_index_outside_the_log_and_missing_files_are_named(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for index in (SIZE, 10**15):
        assert prove(log, index, tmp_path / "proof") == 2
    assert main(["prove", str(log), "--vkey", VKEY, "--", "-1"]) == 2
    write_log(tmp_path / "log", make_leaves(300))
    (tmp_path / "log/tile/0/000").write_bytes(b"short")
    assert prove(tmp_path / "log", 7, tmp_path / "proof") == 1
    (tmp_path / "log/tile/0/000").unlink()
    assert prove(tmp_path / "log", 7, tmp_path / "proof") == 1
    assert "The file tile/0/000 is missing or does not hold 256 hashes." in capsys.readouterr().err
    write_log(tmp_path / "log", make_leaves(300))
    (tmp_path / "log/tile/entries/000").unlink()
    assert prove(tmp_path / "log", 7, tmp_path / "proof") == 1
    assert "The file tile/entries/000, which holds the entry, is missing." in capsys.readouterr().err
