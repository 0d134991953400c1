"""Proofs that travel, against proofbundle: what we write is believed there, and both ask the same of witnesses."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from amanah.core.errors import AmanahError
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.merkle import compute_inclusion_proof, compute_leaf_hash
from amanah.core.public_log.notes import COSIGNER, VerifierKey, encode_verifier_key, parse_note
from amanah.core.public_log.policies import Group, Policy, Witness
from amanah.core.public_log.proofs import LogProof, encode_proof, parse_proof, verify_proof
from tests.core.public_log.build import ORIGIN, heartbeats, log_key, public_key, seed, sign_leaves
from tests.interop.other_packages import Oracle, open_oracle

NAMES = ("w1.example", "w2.example", "w3.example")
KEYS = {name: VerifierKey(name, public_key(name), COSIGNER) for name in NAMES}
SIZES = [1, 2, 7, 257]


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with open_oracle() as oracle:
        yield oracle


def make_proof(size: int, index: int, cosigners: int) -> LogProof:
    """Prove an entry of a log of real entries, cosigned by the first witnesses."""
    leaves = heartbeats(size)
    note = sign_leaves(leaves)
    text = parse_note(note).text
    lines = [cosign(text, name=name, seed=seed(name), at=1_790_000_000) for name in NAMES[:cosigners]]
    path = compute_inclusion_proof([compute_leaf_hash(leaf) for leaf in leaves], index)
    return LogProof(index, tuple(path), note + b"".join(lines), leaves[index])


def is_believed_by_us(proof: LogProof, threshold: int) -> bool:
    witnesses = {name: Witness(key) for name, key in KEYS.items()}
    groups = {"quorum": Group(threshold, NAMES)} if threshold else {}
    policy = Policy(log_key(), None, witnesses, groups, "quorum" if threshold else "none")
    try:
        return verify_proof(parse_proof(encode_proof(proof)), policy).index == proof.index
    except AmanahError:
        return False


def is_believed_by_them(oracle: Oracle, proof: LogProof, threshold: int) -> bool:
    answer: Any = oracle.ask(
        "verify_proof",
        proof=encode_proof(proof).decode(),
        entry=base64.b64encode(proof.extra or b"").decode(),
        vkey=encode_verifier_key(log_key()),
        origin=ORIGIN,
        witness_vkeys=[encode_verifier_key(key) for key in KEYS.values()],
        threshold=threshold,
    )
    assert isinstance(answer, bool)
    return answer


@pytest.mark.parametrize("size", SIZES)
def test_a_proof_of_every_edge_is_believed_by_both(oracle: Oracle, size: int) -> None:
    for index in sorted({0, size // 2, size - 1}):
        proof = make_proof(size, index, 0)
        assert is_believed_by_us(proof, 0)
        assert is_believed_by_them(oracle, proof, 0)


@pytest.mark.parametrize("threshold", range(4))
@pytest.mark.parametrize("cosigners", range(4))
def test_both_ask_for_the_same_number_of_witnesses(oracle: Oracle, cosigners: int, threshold: int) -> None:
    proof = make_proof(7, 4, cosigners)
    assert is_believed_by_us(proof, threshold) == (cosigners >= threshold)
    assert is_believed_by_them(oracle, proof, threshold) == (cosigners >= threshold)


def list_changed(proof: LogProof) -> dict[str, LogProof]:
    extra, path, note = proof.extra or b"", proof.path, proof.note
    first, last = path[0], path[-1]
    return {
        "another entry": replace(proof, extra=heartbeats(8)[5]),
        "one bit of the entry": replace(proof, extra=extra.replace(b"1790000000", b"1790000001")),
        "another index": replace(proof, index=5),
        "an index outside the tree": replace(proof, index=7),
        "a shorter path": replace(proof, path=path[:-1]),
        "a longer path": replace(proof, path=(*path, bytes(32))),
        "a path in another order": replace(proof, path=(last, *path[1:-1], first)),
        "one bit of the path": replace(proof, path=(bytes([first[0] ^ 1]) + first[1:], *path[1:])),
        "another size": replace(proof, note=note.replace(b"\n7\n", b"\n8\n", 1)),
        "another origin": replace(proof, note=note.replace(ORIGIN.encode(), b"other/log")),
        "the checkpoint of another size": replace(proof, note=make_proof(8, 4, 2).note),
    }


@pytest.mark.parametrize("name", list_changed(make_proof(7, 3, 2)))
def test_a_changed_proof_is_believed_by_neither(oracle: Oracle, name: str) -> None:
    proof = make_proof(7, 3, 2)
    assert is_believed_by_us(proof, 2)
    assert is_believed_by_them(oracle, proof, 2)
    changed = list_changed(proof)[name]
    assert not is_believed_by_us(changed, 2)
    assert not is_believed_by_them(oracle, changed, 2)


def test_a_proof_that_they_write_is_ours_to_the_last_byte(oracle: Oracle) -> None:
    proof = make_proof(257, 256, 3)
    written = oracle.ask(
        "write_proof",
        index=proof.index,
        path=[base64.b64encode(node).decode() for node in proof.path],
        note=proof.note.decode(),
        extra=base64.b64encode(proof.extra or b"").decode(),
    )
    assert written.encode() == encode_proof(proof)
    assert parse_proof(written.encode()) == proof
