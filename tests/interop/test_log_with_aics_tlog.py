"""The public log, cosignatures and witnesses against aics-tlog and aics-witness, in every direction."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign, verify_cosignature
from amanah.core.public_log.merkle import EMPTY_ROOT
from amanah.core.public_log.notes import (
    COSIGNER,
    VerifierKey,
    encode_note,
    encode_verifier_key,
    parse_note,
    parse_signature_lines,
    parse_verifier_key,
)
from amanah.core.public_log.witnessing import (
    AddCheckpoint,
    Answer,
    Held,
    decide_cosigning,
    encode_add_checkpoint,
    parse_add_checkpoint,
)
from tests.core.public_log.build import ORIGIN, log_key, public_key, seed
from tests.interop.log_folders import LogFolder, flip_bit, grow_log, is_believed_by_us, list_files
from tests.interop.other_packages import Oracle, open_oracle

SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 513]
VKEY = encode_verifier_key(log_key())
WITNESS = "witness.example/w1"
NOW = 1_790_000_000


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with open_oracle() as oracle:
        yield oracle


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, LogFolder]:
    return {log.size: log for log in grow_log(tmp_path_factory.mktemp("log"), SIZES)}


def encode_nodes(nodes: list[bytes]) -> list[str]:
    return [base64.b64encode(node).decode() for node in nodes]


@pytest.mark.parametrize("size", SIZES)
def test_they_find_our_log_whole_and_prove_from_its_tiles_what_we_prove(
    oracle: Oracle, logs: dict[int, LogFolder], size: int
) -> None:
    log, hashes = logs[size], logs[size].hashes
    indexes = sorted({0, size // 2, size - 1, min(255, size - 1)}) if size else []
    older = [old for old in SIZES if 0 < old < size]
    answer = oracle.ask("audit", folder=str(log.folder), vkey=VKEY, indexes=indexes, old_sizes=older)
    assert answer == {
        "size": size,
        "records": [encode_nodes(hashes.compute_inclusion_proof(index)) for index in indexes],
        "trees": [encode_nodes(hashes.compute_consistency_proof(old)) for old in older],
    }


@pytest.mark.parametrize("path", list_files(257))
def test_a_log_with_one_changed_bit_is_refused_by_them(
    oracle: Oracle, logs: dict[int, LogFolder], tmp_path: Path, path: str
) -> None:
    shutil.copytree(logs[257].folder, tmp_path / "log")
    values = {"folder": str(tmp_path / "log"), "vkey": VKEY, "indexes": [], "old_sizes": []}
    assert oracle.ask("audit", **values)["size"] == 257
    flip_bit(tmp_path / "log" / path, -3)
    assert "error" in oracle.try_to_ask("audit", **values)


@pytest.mark.parametrize("size", SIZES[1:])
def test_a_log_that_they_write_is_ours_to_the_last_byte(
    oracle: Oracle, logs: dict[int, LogFolder], tmp_path: Path, size: int
) -> None:
    entries = [f"entry {number}" for number in range(size)]
    key = seed("checkpoint").hex()
    vkey = oracle.ask("write", folder=str(tmp_path), seed=key, origin=ORIGIN, entries=entries)
    assert vkey == VKEY
    assert is_believed_by_us(tmp_path)
    for path in list_files(size):
        assert (tmp_path / path).read_bytes() == (logs[size].folder / path).read_bytes(), path


def test_their_cosignature_is_read_by_us(oracle: Oracle, logs: dict[int, LogFolder]) -> None:
    note = (logs[257].folder / "checkpoint").read_text()
    answer = oracle.ask("cosign", note=note, name=WITNESS, seed=seed("witness").hex(), at=NOW)
    assert answer["vkey"] == encode_verifier_key(VerifierKey(WITNESS, public_key("witness"), COSIGNER))
    key = parse_verifier_key(answer["vkey"], COSIGNER)
    assert verify_cosignature(parse_note(answer["note"].encode()), key) == NOW
    line = cosign(parse_note(note.encode()).text, name=WITNESS, seed=seed("witness"), at=NOW)
    assert answer["note"] == note + line.decode()


def test_our_cosignatures_count_for_their_quorum(oracle: Oracle, logs: dict[int, LogFolder]) -> None:
    note = (logs[257].folder / "checkpoint").read_bytes()
    text = parse_note(note).text
    names = ["w1.example", "w2.example", "w3.example"]
    keys = [encode_verifier_key(VerifierKey(name, public_key(name), COSIGNER)) for name in names]
    lines = [cosign(text, name=name, seed=seed(name), at=NOW + place) for place, name in enumerate(names[:2])]
    cosigned = (note + b"".join(lines)).decode()
    two = oracle.ask("count", note=cosigned, vkey=VKEY, witness_vkeys=keys, quorum=2)
    assert two == {"ok": True, "times": {"w1.example": NOW, "w2.example": NOW + 1}}
    assert not oracle.ask("count", note=cosigned, vkey=VKEY, witness_vkeys=keys, quorum=3)["ok"]
    forged = (note + lines[0] + cosign(text + b"x\n", name=names[1], seed=seed(names[1]), at=NOW)).decode()
    assert not oracle.ask("count", note=forged, vkey=VKEY, witness_vkeys=keys, quorum=1)["ok"]


def ask_for(log: LogFolder, old_size: int, *, old: int | None = None, root: bytes | None = None) -> bytes:
    """Make a request to cosign a size; `old` and `root` say something else than what is proved."""
    note = (log.folder / "checkpoint").read_bytes()
    if root is not None:
        note = sign_checkpoint(Checkpoint(ORIGIN, log.size, root), seed("checkpoint"))
    proof = tuple(log.hashes.compute_consistency_proof(old_size))
    return encode_add_checkpoint(AddCheckpoint(old_size if old is None else old, proof, note))


def list_requests(logs: dict[int, LogFolder]) -> dict[str, bytes]:
    """List requests in order, from a witness that has cosigned nothing."""
    good = ask_for(logs[257], 256)
    other = sign_checkpoint(Checkpoint("other.example/log", 1, bytes(32)), seed("checkpoint"))
    stranger = sign_checkpoint(Checkpoint(ORIGIN, 257, logs[257].root), seed("stranger"))
    wrong = (logs[513].folder / "checkpoint").read_bytes().replace(b"\n513\n", b"\n514\n")
    proof = tuple(logs[513].hashes.compute_consistency_proof(257))
    return {
        "an empty tree with another root": ask_for(logs[0], 0, root=bytes(32)),
        "a proof where nothing is to be proved": encode_add_checkpoint(
            AddCheckpoint(0, (EMPTY_ROOT,), (logs[1].folder / "checkpoint").read_bytes())
        ),
        "the empty tree": ask_for(logs[0], 0),
        "a first entry": ask_for(logs[1], 0),
        "the same again": ask_for(logs[1], 1),
        "the same size with another root": ask_for(logs[1], 1, root=bytes(32)),
        "a size that was cosigned before": ask_for(logs[0], 0),
        "more entries": ask_for(logs[256], 1),
        "an old size that is not held": ask_for(logs[257], 255),
        "another root of the held size, said to be new": ask_for(logs[256], 0, root=bytes(32)),
        "an old size above the new one": ask_for(logs[255], 0, old=256),
        "a tree that does not continue": ask_for(logs[257], 256, root=bytes(32)),
        "a proof from elsewhere": ask_for(logs[257], 255, old=256),
        "a full tile and one": good,
        "a log that the witness does not know": encode_add_checkpoint(AddCheckpoint(0, (), other)),
        "a stranger's signature": encode_add_checkpoint(AddCheckpoint(257, (), stranger)),
        "a signature for another size": encode_add_checkpoint(AddCheckpoint(257, proof, wrong)),
        "nothing": b"",
        "no old size": good.replace(b"old 256\n", b""),
        "an old size with a zero before it": good.replace(b"old 256\n", b"old 0256\n"),
        "a proof line that is no hash": good.replace(b"old 256\n", b"old 256\nAAAA\n"),
        "too many proof lines": good.replace(b"old 256\n", b"old 256\n" + encode_lines(64)),
        "no signature": good[: good.rindex("\u2014".encode())],
        "a cut signature line": good[:-1],
        "far more entries": ask_for(logs[513], 257),
    }


def encode_lines(count: int) -> bytes:
    return (base64.b64encode(bytes(32)) + b"\n") * count


def answer_as_we_do(body: bytes, held: Held) -> tuple[int, Held]:
    """Give our status, and what we would hold afterwards."""
    try:
        decision = decide_cosigning(parse_add_checkpoint(body), {ORIGIN: log_key()}, held)
    except InvalidInputError:
        return Answer.MALFORMED.value, held
    if decision.answer is Answer.COSIGN:
        assert decision.checkpoint is not None
        held = Held(decision.checkpoint.size, decision.checkpoint.root)
    return decision.answer.value, held


def test_their_witness_answers_as_we_decide_and_its_cosignatures_are_read_by_us(
    oracle: Oracle, logs: dict[int, LogFolder], tmp_path: Path
) -> None:
    values = {"name": WITNESS, "seed": seed("witness").hex(), "origin": ORIGIN, "vkey": VKEY, "at": NOW}
    witness = parse_verifier_key(oracle.ask("open_witness", place=str(tmp_path), **values), COSIGNER)
    held, ours, theirs = Held(0, b""), {}, {}
    for name, body in list_requests(logs).items():
        before = held
        ours[name], held = answer_as_we_do(body, held)
        reply = oracle.ask("add_checkpoint", name=WITNESS, body=base64.b64encode(body).decode())
        theirs[name] = reply["status"]
        if reply["status"] == Answer.OTHER_SIZE.value:
            assert reply["body"] == f"{before.size}\n", name
        if reply["status"] == Answer.COSIGN.value:
            assert len(parse_signature_lines(reply["body"].encode())) == 1
            text = parse_note(parse_add_checkpoint(body).note).text
            cosigned = parse_note(encode_note(text, reply["body"].encode()))
            assert verify_cosignature(cosigned, witness) == NOW
    assert theirs == ours
    assert held.size == 513
    assert set(ours.values()) == {answer.value for answer in Answer}
