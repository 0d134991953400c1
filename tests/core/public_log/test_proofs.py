"""A proof that travels holds for one entry at one place under one signed root; any change is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import AmanahError
from amanah.core.public_log.checkpoints import CheckpointSignatureError
from amanah.core.public_log.cosignatures import CosignatureError
from amanah.core.public_log.entries import LONGEST_ENTRY, parse_entry
from amanah.core.public_log.merkle import ProofError, compute_inclusion_proof, compute_leaf_hash
from amanah.core.public_log.notes import LONGEST_NOTE, VerifierKey
from amanah.core.public_log.policies import NotWitnessedError, Policy, parse_policy
from amanah.core.public_log.proofs import (
    LONGEST_PROOF,
    LogProof,
    UnreadableProofError,
    encode_proof,
    parse_proof,
    verify_proof,
)
from tests.core.public_log.build import NOW, ORIGIN, cosigned, heartbeats, log_key, public_key, sign_leaves
from tests.core.public_log.mangling import mangle, only_foreseen
from tests.core.public_log.witness_vectors import POLICIES

LEAVES = heartbeats(260)
HASHES = [compute_leaf_hash(leaf) for leaf in LEAVES]
TIMES = {"cedar": NOW + 300, "olive": NOW + 400, "quince": NOW + 500}
NOTES = {size: cosigned(sign_leaves(LEAVES[:size]), TIMES) for size in (1, 2, 5, 255, 256, 257, 260)}
POLICY = parse_policy(POLICIES["two of three"])
hashes = st.binary(min_size=32, max_size=32)


def prove(index: int, size: int = 260) -> LogProof:
    path = compute_inclusion_proof(HASHES[:size], index)
    return LogProof(index, tuple(path), NOTES[size], LEAVES[index])


GOOD = prove(100)


@given(st.sampled_from([*NOTES]), st.data())
def test_every_entry_is_proved_at_its_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    text = encode_proof(prove(index, size))
    proved = verify_proof(parse_proof(text), POLICY)
    assert (proved.entry, proved.index) == (parse_entry(LEAVES[index]), index)
    assert (proved.witnessed.checkpoint.size, proved.witnessed.witnessed_at) == (size, NOW + 400)


@given(st.integers(0, 259), st.integers(0, 259))
def test_no_entry_is_proved_at_the_place_of_another(index: int, other: int) -> None:
    if index != other:
        for false in (
            replace(prove(index), index=other),
            replace(prove(index), extra=LEAVES[other]),
            replace(prove(index), path=prove(other).path),
        ):
            with pytest.raises(ProofError):
                verify_proof(false, POLICY)


@given(st.integers(0, 259), st.data())
def test_no_path_is_changed_unnoticed(index: int, data: st.DataObject) -> None:
    proof = prove(index)
    place = data.draw(st.integers(0, len(proof.path) - 1))
    node = data.draw(hashes)
    for path in (
        (*proof.path[:place], *proof.path[place + 1 :]),
        (*proof.path[:place], node, *proof.path[place:]),
        (*proof.path[:place], node, *proof.path[place + 1 :]),
    ):
        if path != proof.path:
            with pytest.raises(ProofError):
                verify_proof(replace(proof, path=path), POLICY)


def test_an_entry_is_not_proved_by_a_checkpoint_of_another_size() -> None:
    for size, note in NOTES.items():
        if size != 260:
            with pytest.raises(ProofError):
                verify_proof(replace(GOOD, note=note), POLICY)


def test_an_index_outside_the_tree_proves_nothing() -> None:
    for index in (260, 100 + 512, 2**63, 10**19 - 1):
        with pytest.raises(ProofError):
            verify_proof(replace(GOOD, index=index), POLICY)
    empty = LogProof(0, (), cosigned(sign_leaves([]), TIMES), LEAVES[0])
    with pytest.raises(ProofError):
        verify_proof(empty, POLICY)


def test_a_node_of_the_tree_does_not_pass_for_an_entry() -> None:
    proof = prove(0)
    node = HASHES[0] + HASHES[1]
    for index in (0, 1):
        with pytest.raises(ProofError):
            verify_proof(replace(proof, extra=node, index=index, path=proof.path[1:]), POLICY)


def test_the_policy_is_asked_as_well() -> None:
    alone = Policy(log_key())
    unwitnessed = replace(GOOD, note=sign_leaves(LEAVES))
    assert verify_proof(unwitnessed, alone).witnessed.witnessed_at is None
    with pytest.raises(NotWitnessedError):
        verify_proof(unwitnessed, POLICY)
    with pytest.raises(NotWitnessedError):
        verify_proof(replace(GOOD, note=cosigned(sign_leaves(LEAVES), {"cedar": 1})), POLICY)
    with pytest.raises(CheckpointSignatureError):
        verify_proof(GOOD, replace(POLICY, log=VerifierKey(ORIGIN, public_key("stranger"))))
    stolen = NOTES[257].partition(b"\n\n")[2].split(b"\n", 1)[1]
    with pytest.raises(CosignatureError):
        verify_proof(replace(GOOD, note=sign_leaves(LEAVES) + stolen), POLICY)


def test_an_entry_may_travel_apart_and_is_checked_all_the_same() -> None:
    apart = parse_proof(encode_proof(replace(GOOD, extra=None)))
    assert verify_proof(apart, POLICY, LEAVES[100]).index == 100
    with pytest.raises(UnreadableProofError):
        verify_proof(apart, POLICY)
    with pytest.raises(ProofError):
        verify_proof(apart, POLICY, LEAVES[101])


def test_the_entry_that_is_asked_about_is_judged_whatever_the_proof_carries() -> None:
    lying = replace(GOOD, extra=LEAVES[101])
    assert verify_proof(lying, POLICY, LEAVES[100]).entry == parse_entry(LEAVES[100])
    with pytest.raises(ProofError):
        verify_proof(GOOD, POLICY, LEAVES[101])


@given(
    st.integers(0, 10**19 - 1),
    st.lists(hashes, max_size=63),
    st.binary(max_size=200),
    st.none() | st.binary(max_size=200),
)
def test_a_proof_is_read_as_it_was_written(
    index: int, path: list[bytes], note: bytes, extra: bytes | None
) -> None:
    proof = LogProof(index, tuple(path), note, extra)
    assert parse_proof(encode_proof(proof)) == proof


def test_the_longest_proof_is_read_and_a_longer_one_is_not() -> None:
    longest = LogProof(10**19 - 1, (bytes(32),) * 63, bytes(LONGEST_NOTE), bytes(LONGEST_ENTRY))
    assert parse_proof(encode_proof(longest)) == longest
    for longer in (
        encode_proof(replace(longest, path=(bytes(32),) * 64)),
        encode_proof(replace(longest, note=bytes(LONGEST_PROOF))),
    ):
        with pytest.raises(UnreadableProofError):
            parse_proof(longer)


@given(mangle([encode_proof(GOOD), encode_proof(prove(0, 1)), encode_proof(replace(GOOD, extra=None))]))
def test_no_bytes_break_the_reader_of_proofs_and_none_prove_anything_else(data: bytes) -> None:
    proof = only_foreseen(parse_proof, data)
    if proof is None:
        return
    assert encode_proof(proof) == data
    proved = only_foreseen(verify_proof, proof, POLICY)
    if proved is not None:
        assert proof.extra == LEAVES[proved.index]
        assert proved.witnessed.checkpoint.size in NOTES
    assert only_foreseen(verify_proof, proof, POLICY, LEAVES[99]) is None


def test_a_refusal_says_nothing_of_the_entry() -> None:
    with pytest.raises(AmanahError) as refused:
        verify_proof(replace(GOOD, extra=LEAVES[3]), POLICY)
    assert "heartbeat" not in str(refused.value)
