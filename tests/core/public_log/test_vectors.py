"""The committed vectors are what this code says, and what this code believes and refuses."""

import json
from typing import Any

import pytest

from amanah.core.encoding import parse_base64url
from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.cosignatures import cosign, verify_cosignature
from amanah.core.public_log.entries import check_schema, parse_entry, verify_entry_signature
from amanah.core.public_log.merkle import (
    compute_leaf_hash,
    compute_root,
    verify_consistency,
    verify_inclusion,
)
from amanah.core.public_log.notes import (
    COSIGNER,
    encode_note,
    encode_verifier_key,
    parse_note,
    parse_verifier_key,
)
from amanah.core.public_log.policies import (
    Policy,
    encode_policy,
    parse_policy,
    read_cosignatures,
    verify_witnessed,
)
from amanah.core.public_log.proofs import encode_proof, parse_proof, verify_proof
from amanah.core.public_log.reading import STALE_SECONDS, verify_log
from amanah.core.public_log.witnessing import (
    Answer,
    Held,
    decide_cosigning,
    encode_add_checkpoint,
    parse_add_checkpoint,
)
from tests.core.public_log.write_vectors import VECTORS, build_vectors, encode_vectors

NAMES = ("merkle.json", "entries.json", "log.json", "witnessed.json", "proofs.json", "witness.json")


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def test_the_committed_vectors_are_those_that_the_code_gives() -> None:
    built = build_vectors()
    assert built.keys() == set(NAMES)
    for name, value in built.items():
        assert (VECTORS / name).read_text(encoding="utf-8") == encode_vectors(value), name


def test_roots_and_proofs_of_the_vectors_hold() -> None:
    merkle = load("merkle.json")
    hashes = [compute_leaf_hash(parse_base64url(leaf)) for leaf in merkle["leaves"]]
    roots = [parse_base64url(root) for root in merkle["roots"]]
    assert [compute_root(hashes[:size]) for size in range(21)] == roots
    for case in merkle["inclusion"]:
        proof = [parse_base64url(item) for item in case["proof"]]
        verify_inclusion(hashes[case["index"]], case["index"], case["size"], proof, roots[case["size"]])
    for case in merkle["consistency"]:
        proof = [parse_base64url(item) for item in case["proof"]]
        verify_consistency((case["old"], roots[case["old"]]), (case["new"], roots[case["new"]]), proof)


def admit(data: bytes, keys: dict[str, str]) -> None:
    entry = parse_entry(data)
    check_schema(entry)
    verify_entry_signature(entry, parse_base64url(keys[entry.by]))


@pytest.mark.parametrize("case", load("entries.json")["accepted"], ids=lambda case: str(case["kind"]))
def test_an_entry_of_the_vectors_is_admitted(case: dict[str, str]) -> None:
    admit(parse_base64url(case["entry"]), load("entries.json")["party_keys"])


@pytest.mark.parametrize("case", load("entries.json")["refused"], ids=lambda case: str(case["why"]))
def test_an_entry_of_the_vectors_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(AmanahError):
        admit(parse_base64url(case["entry"]), load("entries.json")["party_keys"])


def read(case: dict[str, Any]) -> Any:
    seen = case.get("seen")
    last_seen = (seen["size"], parse_base64url(seen["root"])) if seen else None
    bundles = [parse_base64url(bundle) for bundle in case["bundles"]]
    key = parse_verifier_key(load("log.json")["vkey"])
    return verify_log(parse_base64url(case["checkpoint"]), bundles, Policy(key), last_seen)


@pytest.mark.parametrize("case", load("log.json")["accepted"], ids=lambda case: str(case["name"]))
def test_a_log_of_the_vectors_is_believed(case: dict[str, Any]) -> None:
    view = read(case)
    assert (view.size, view.root) == (case["size"], parse_base64url(case["root"]))
    assert [entry.kind for entry in view.entries] == case["kinds"]


@pytest.mark.parametrize("case", load("log.json")["refused"], ids=lambda case: str(case["why"]))
def test_a_log_of_the_vectors_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(AmanahError):
        read(case)


WITNESSED, PROOFS, WITNESS = load("witnessed.json"), load("proofs.json"), load("witness.json")


@pytest.mark.parametrize("case", WITNESSED["policies"], ids=lambda case: str(case["name"]))
def test_a_policy_of_the_vectors_reads_as_it_says(case: dict[str, Any]) -> None:
    policy = parse_policy(case["text"])
    assert encode_verifier_key(policy.log) == case["log"]
    assert [
        {"name": name, "vkey": encode_verifier_key(witness.key)} for name, witness in policy.witnesses.items()
    ] == case["witnesses"]
    assert [
        {"name": name, "least": group.least, "members": [*group.members]}
        for name, group in policy.groups.items()
    ] == case["groups"]
    assert (policy.quorum, policy.count_least()) == (case["quorum"], case["least"])
    assert parse_policy(encode_policy(policy)) == policy


@pytest.mark.parametrize("case", WITNESSED["refused_policies"], ids=lambda case: str(case["why"]))
def test_a_policy_of_the_vectors_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_policy(case["text"])
    assert refused.value.code == case["code"]


def find_policy(name: str) -> Policy:
    return parse_policy(next(case["text"] for case in WITNESSED["policies"] if case["name"] == name))


@pytest.mark.parametrize(
    "case", WITNESSED["checkpoints"], ids=lambda case: str(case.get("why", case["policy"]))
)
def test_a_checkpoint_of_the_vectors_is_witnessed_as_it_says(case: dict[str, Any]) -> None:
    policy, note = find_policy(case["policy"]), case["note"].encode()
    expected = WITNESSED["checkpoint"]
    read = read_cosignatures(note, policy)
    assert read.checkpoint.origin == expected["origin"]
    assert (read.checkpoint.size, read.checkpoint.root) == (
        expected["size"],
        parse_base64url(expected["root"]),
    )
    assert read.seen_at == {name: at for name, at in case["seen_at"].items() if name in policy.witnesses}
    assert policy.is_met_by(read.seen_at) == case["is_met"]
    if case["is_met"]:
        assert verify_witnessed(note, policy).witnessed_at == case["witnessed_at"]
    else:
        with pytest.raises(AmanahError) as refused:
            verify_witnessed(note, policy)
        assert refused.value.code == "checkpoint-not-witnessed"


@pytest.mark.parametrize("case", WITNESSED["refused"], ids=lambda case: str(case["why"]))
def test_a_checkpoint_of_the_vectors_is_refused_whatever_the_quorum(case: dict[str, str]) -> None:
    for judge in (read_cosignatures, verify_witnessed):
        with pytest.raises(AmanahError) as refused:
            judge(case["note"].encode(), find_policy(case["policy"]))
        assert refused.value.code == case["code"]


def test_the_vectors_and_the_code_call_the_same_log_stale() -> None:
    assert WITNESSED["stale_after_seconds"] == STALE_SECONDS


def prove(case: dict[str, Any]) -> Any:
    proof = parse_proof(case["proof"].encode())
    leaf = parse_base64url(case["entry"]) if case.get("is_apart", case["entry"]) else None
    return verify_proof(proof, parse_policy(PROOFS["policies"][case["policy"]]), leaf)


@pytest.mark.parametrize("case", PROOFS["accepted"], ids=lambda case: str(case["name"]))
def test_a_proof_of_the_vectors_holds(case: dict[str, Any]) -> None:
    proved = prove(case)
    assert proved.entry == parse_entry(parse_base64url(case["entry"]))
    assert (proved.index, proved.witnessed.checkpoint.size) == (case["index"], case["size"])
    assert proved.witnessed.witnessed_at == case["witnessed_at"]
    proof = parse_proof(case["proof"].encode())
    assert encode_proof(proof).decode() == case["proof"]
    assert (proof.extra is None) == case["is_apart"]


@pytest.mark.parametrize("case", PROOFS["refused"], ids=lambda case: str(case["why"]))
def test_a_proof_of_the_vectors_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(AmanahError) as refused:
        prove(case)
    assert refused.value.code == case["code"]


@pytest.mark.parametrize("case", WITNESS["requests"], ids=lambda case: str(case["name"]))
def test_a_request_of_the_vectors_is_answered_as_it_says(case: dict[str, Any]) -> None:
    logs = {origin: parse_verifier_key(vkey) for origin, vkey in WITNESS["logs"].items()}
    held = Held(case["held"]["size"], parse_base64url(case["held"]["root"])) if case["held"] else None
    body = case["body"].encode()
    try:
        request = parse_add_checkpoint(body)
        decision = decide_cosigning(request, logs, held)
    except InvalidInputError:
        assert (case["status"], case["is_fork"]) == (Answer.MALFORMED.value, False)
        return
    assert encode_add_checkpoint(request) == body
    assert (decision.answer.value, decision.is_fork) == (case["status"], case["is_fork"])


def test_the_cosignature_of_the_vectors_is_the_one_that_the_witness_gives() -> None:
    case = WITNESS["witness"]
    key = parse_verifier_key(case["vkey"], COSIGNER)
    text, line = case["text"].encode(), case["line"].encode()
    assert cosign(text, name=key.name, seed=parse_base64url(case["seed"]), at=case["at"]) == line
    assert verify_cosignature(parse_note(encode_note(text, line)), key) == case["at"]
