"""Vectors that others published: trees, notes, cosignatures, proofs, policies and witnesses are read as they say."""

import base64
import json
import re
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.checkpoints import parse_checkpoint, verify_checkpoint
from amanah.core.public_log.cosignatures import CosignatureError, cosign, verify_cosignature
from amanah.core.public_log.merkle import (
    ProofError,
    compute_consistency_proof,
    compute_inclusion_proof,
    compute_leaf_hash,
    compute_root,
    verify_consistency,
    verify_inclusion,
)
from amanah.core.public_log.notes import (
    COSIGNER,
    SIGNER,
    UnreadableCheckpointError,
    UnreadableKeyError,
    VerifierKey,
    encode_note,
    encode_verifier_key,
    parse_note,
    parse_verifier_key,
)
from amanah.core.public_log.policies import UnreadablePolicyError, encode_policy, parse_policy
from amanah.core.public_log.proofs import UnreadableProofError, encode_proof, parse_proof
from amanah.core.public_log.tiles import TreeEdge, parse_bundle
from amanah.core.public_log.witnessing import (
    Answer,
    Held,
    decide_cosigning,
    encode_add_checkpoint,
    parse_add_checkpoint,
)
from tests.core.public_log.build import public_key
from tests.core.public_log.write_vectors import VECTORS

THIRD_PARTY = VECTORS / "third_party"


def load(name: str) -> Any:
    return json.loads((THIRD_PARTY / name).read_text(encoding="utf-8"))


MERKLE, TESSERA, NOTES = load("merkle_proofs.json"), load("tessera_log.json"), load("notes.json")
COSIGNED, PROOFS, POLICIES = load("cosignatures.json"), load("proofs.json"), load("policies.json")
WITNESSING = load("witnessing.json")
unbase64 = base64.b64decode
# What transparency-dev refuses and we do not: everything continues the empty tree (tlog-witness); nothing is proved.
WE_ALLOW = {"consistency/additional/size1-is-zero-and-size2-is-not-zero.json"}


@pytest.mark.parametrize("case", MERKLE["inclusion"], ids=lambda case: str(case["file"]))
def test_an_inclusion_proof_is_judged_as_transparency_dev_judges_it(case: dict[str, Any]) -> None:
    leaf, root = unbase64(case["leafHash"]), unbase64(case["root"])
    proof = [unbase64(node) for node in case["proof"]]
    if case["wantErr"] and case["file"] not in WE_ALLOW:
        with pytest.raises(ProofError):
            verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
    else:
        verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)


@pytest.mark.parametrize("case", MERKLE["consistency"], ids=lambda case: str(case["file"]))
def test_a_consistency_proof_is_judged_as_transparency_dev_judges_it(case: dict[str, Any]) -> None:
    old, new = (case["size1"], unbase64(case["root1"])), (case["size2"], unbase64(case["root2"]))
    proof = [unbase64(node) for node in case["proof"]]
    if case["wantErr"] and case["file"] not in WE_ALLOW:
        with pytest.raises(ProofError):
            verify_consistency(old, new, proof)
    else:
        verify_consistency(old, new, proof)


def read_tessera_leaves() -> list[bytes]:
    return parse_bundle(unbase64(TESSERA["files"]["tile/entries/000.p/15"]))


def test_our_files_of_tesseras_entries_are_the_files_that_tessera_wrote() -> None:
    edge = TreeEdge()
    files = {}
    for leaf in read_tessera_leaves():
        edge.append(leaf)
        files |= {file.path: base64.b64encode(file.data).decode() for file in edge.list_partial_files()}
    assert files == TESSERA["files"]


def test_tesseras_checkpoints_hold_and_have_the_roots_and_proofs_that_we_compute() -> None:
    key = parse_verifier_key(TESSERA["vkey"])
    hashes = [compute_leaf_hash(leaf) for leaf in read_tessera_leaves()]
    trees = [verify_checkpoint(note.encode(), key) for note in TESSERA["checkpoints"]]
    assert [(tree.size, tree.origin) for tree in trees] == [(size, TESSERA["origin"]) for size in range(16)]
    for tree in trees:
        seen = hashes[: tree.size]
        assert tree.root == compute_root(seen)
        for index in range(tree.size):
            proof = compute_inclusion_proof(seen, index)
            verify_inclusion(hashes[index], index, tree.size, proof, tree.root)
        for older in trees[: tree.size]:
            steps = compute_consistency_proof(seen, older.size)
            verify_consistency((older.size, older.root), (tree.size, tree.root), steps)


def list_signers(note: str, keys: list[VerifierKey]) -> list[str]:
    """List the keys whose signatures hold; a signature of theirs that does not hold raises."""
    opened = parse_note(note.encode())
    signers = []
    for key in keys:
        for signature in opened.list_signatures(key):
            Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, opened.text)
            signers.append(key.name)
    return signers


@pytest.mark.parametrize("case", NOTES["accepted"], ids=lambda case: str(case["source"]))
def test_a_note_of_others_is_opened_with_the_signers_that_they_name(case: dict[str, Any]) -> None:
    assert list_signers(case["note"], [parse_verifier_key(key) for key in case["keys"]]) == case["signers"]


@pytest.mark.parametrize("case", NOTES["refused"], ids=lambda case: str(case["why"]))
def test_a_note_that_others_refuse_is_opened_by_nobody(case: dict[str, Any]) -> None:
    keys = [parse_verifier_key(key) for key in case["keys"]]
    try:
        signers = list_signers(case["note"], keys)
    except (InvalidInputError, InvalidSignature):
        signers = []
    assert signers == []


def test_a_verifier_key_of_others_is_written_as_it_was_read() -> None:
    for vkey in NOTES["accepted_keys"]:
        assert encode_verifier_key(parse_verifier_key(vkey)) == vkey
    for vkey in COSIGNED["accepted_keys"]:
        assert encode_verifier_key(parse_verifier_key(vkey, COSIGNER)) == vkey


def test_no_part_and_no_changed_symbol_of_a_verifier_key_is_a_verifier_key() -> None:
    vkey = NOTES["mangled_key"]
    size = len(vkey)
    parts = {vkey[start:end] for start in range(size) for end in range(start + 1, size + 1)} - {vkey}
    changed = {vkey[:place] + chr(ord(vkey[place]) + 1) + vkey[place + 1 :] for place in range(size)}
    for text in parts | changed:
        with pytest.raises(UnreadableKeyError):
            parse_verifier_key(text)


@pytest.mark.parametrize(
    "case", NOTES["refused_keys"] + COSIGNED["refused_keys"], ids=lambda case: str(case["why"])
)
def test_a_verifier_key_that_others_refuse_is_refused(case: dict[str, str]) -> None:
    for expected in (SIGNER, COSIGNER):
        with pytest.raises(UnreadableKeyError):
            parse_verifier_key(case["vkey"], expected)


def list_cosigners() -> list[tuple[str, str, int]]:
    """List the Ed25519 cosignatures of public witnesses: note, vkey and time."""
    lines = [
        (case["note"], witness["vkey"], witness["time"])
        for case in COSIGNED["checkpoints"]
        for witness in case["witnesses"]
    ]
    return [line for line in lines if unbase64(line[1].split("+", 2)[2])[0] == COSIGNER]


def test_a_real_log_and_its_public_witnesses_are_believed() -> None:
    for case in COSIGNED["checkpoints"]:
        if case["log"]:
            assert verify_checkpoint(case["note"].encode(), parse_verifier_key(case["log"])).size > 0
    assert len(list_cosigners()) == 5
    for note, vkey, time in list_cosigners():
        assert verify_cosignature(parse_note(note.encode()), parse_verifier_key(vkey, COSIGNER)) == time


def test_a_real_cosignature_does_not_hold_for_another_size() -> None:
    for note, vkey, _ in list_cosigners():
        origin, size, rest = note.split("\n", 2)
        changed = parse_note(f"{origin}\n{int(size) + 1}\n{rest}".encode())
        with pytest.raises(CosignatureError):
            verify_cosignature(changed, parse_verifier_key(vkey, COSIGNER))


def test_the_example_of_a_cosigned_checkpoint_reads_as_one() -> None:
    for text in COSIGNED["format_only"]:
        note = parse_note(text.encode())
        assert parse_checkpoint(note.text).size == 20_852_163
        assert [line.name for line in note.lines] == ["example.com/behind-the-sofa", "witness.example.com/w1"]


@pytest.mark.parametrize("case", PROOFS["accepted"], ids=lambda case: f"index {case['index']}")
def test_a_proof_of_others_reads_into_its_parts_and_is_written_as_it_was(case: dict[str, Any]) -> None:
    proof = parse_proof(case["text"].encode())
    assert (proof.index, proof.note.decode()) == (case["index"], case["checkpoint"])
    assert [base64.b64encode(node).decode() for node in proof.path] == case["hashes"]
    assert proof.extra == (unbase64(case["extra"]) if case["extra"] else None)
    assert encode_proof(proof).decode() == case["text"]


@pytest.mark.parametrize("case", PROOFS["refused"], ids=lambda case: str(case["why"]))
def test_a_proof_that_others_refuse_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(UnreadableProofError):
        parse_proof(case["text"].encode())


def adapt(policy: str) -> str:
    """Give a policy the log line that we ask for, and its witnesses keys of the type that cosigns."""

    def to_cosigner(match: re.Match[str]) -> str:
        name, _, material = match[0].split("+", 2)
        return encode_verifier_key(VerifierKey(name, unbase64(material)[1:], COSIGNER))

    log = encode_verifier_key(VerifierKey("example.com/log", public_key("log")))
    return f"log {log}\n" + re.sub(r"[\w.]+\+[0-9a-f]{8}\+[\w+/=]+", to_cosigner, policy)


@pytest.mark.parametrize("case", POLICIES["accepted"], ids=lambda case: str(case["name"]))
def test_a_policy_of_others_is_read_unless_it_repeats_a_key(case: dict[str, Any]) -> None:
    text = adapt(case["text"])
    if case["comments_at_line_ends"]:
        with pytest.raises(UnreadablePolicyError, match="cannot be read"):
            parse_policy(text)
        text = re.sub(r"(?<=/)\s+#.*", "", text)
    if case["repeats_a_key"]:
        with pytest.raises(UnreadablePolicyError, match="twice"):
            parse_policy(text)
    else:
        policy = parse_policy(text)
        assert policy.groups[policy.quorum].least == case["threshold"]
        assert parse_policy(encode_policy(policy)) == policy


@pytest.mark.parametrize("case", POLICIES["refused"], ids=lambda case: str(case["why"]))
def test_a_policy_that_others_refuse_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(UnreadablePolicyError):
        parse_policy(adapt(case["text"]))


def test_the_example_of_a_policy_asks_for_two_witnesses_of_one_house_and_one_of_another() -> None:
    text = POLICIES["template"]
    for number in range(text.count("<vkey>")):
        key = VerifierKey(f"w{number}.example", public_key(f"w{number}"), COSIGNER if number else SIGNER)
        text = text.replace("<vkey>", encode_verifier_key(key), 1)
    policy = parse_policy(text)
    assert policy.count_least() == 3
    assert policy.is_met_by(["X1", "X3", "Y2"])
    assert not policy.is_met_by(["X1", "X2", "X3"])
    assert not policy.is_met_by(["X1", "Y1", "Y2", "Y3"])


def test_sigsums_policies_of_one_log_read_once_their_keys_are_verifier_keys() -> None:
    needed = {}
    for name, text in POLICIES["sigsum"].items():
        written = re.sub(r"^log ([0-9a-f]{64})", _write_log_key, text, flags=re.MULTILINE)
        written = re.sub(r"^witness (\S+) +([0-9a-f]{64})", _write_witness_key, written, flags=re.MULTILINE)
        if written.count("\nlog ") == 1:
            needed[name] = parse_policy(written).count_least()
    assert needed == {"sigsum-test1-2025.builtin-policy": 2, "sigsum-test2-2025.builtin-policy": 4}


def _write_log_key(match: re.Match[str]) -> str:
    return f"log {encode_verifier_key(VerifierKey('test.sigsum.org', bytes.fromhex(match[1])))}"


def _write_witness_key(match: re.Match[str]) -> str:
    key = VerifierKey(match[1], bytes.fromhex(match[2]), COSIGNER)
    return f"witness {match[1]} {encode_verifier_key(key)}"


def test_we_answer_the_requests_to_a_witness_as_torchwoods_witness_does() -> None:
    log, witness = parse_verifier_key(WITNESSING["log"]), WITNESSING["witness"]
    held = Held(0, b"")
    for step in WITNESSING["steps"]:
        request = parse_add_checkpoint(step["request"].encode())
        assert encode_add_checkpoint(request) == step["request"].encode()
        if not step.get("is_canonical", True):
            with pytest.raises(UnreadableCheckpointError):
                decide_cosigning(request, {log.name: log}, held)
            continue
        decision = decide_cosigning(request, {log.name: log}, held)
        assert decision.answer.value == step.get("status_by_spec", step["status"])
        if decision.answer is Answer.OTHER_SIZE:
            assert f"{held.size}\n" == step["reply"]["body"]
        if decision.answer is Answer.COSIGN:
            assert decision.checkpoint is not None
            assert decision.note is not None
            held = Held(decision.checkpoint.size, decision.checkpoint.root)
            line = cosign(decision.note.text, name=witness["name"], seed=bytes.fromhex(witness["seed"]), at=1)
            assert line.decode().startswith(step["reply"]["contains"])
            opened = parse_note(encode_note(decision.note.text, line))
            assert verify_cosignature(opened, parse_verifier_key(witness["vkey"], COSIGNER)) == 1
    assert held.size == 5


def test_the_examples_of_a_request_and_an_answer_read_as_what_they_are() -> None:
    examples = WITNESSING["format_only"]
    request = parse_add_checkpoint(examples["add_checkpoint_request"].encode())
    assert (request.old_size, len(request.proof)) == (20_852_014, 4)
    log = VerifierKey("example.com/behind-the-sofa", public_key("log"))
    assert decide_cosigning(request, {log.name: log}, Held(20_852_014, bytes(32))).answer is Answer.NOT_SIGNED
    with pytest.raises(AmanahError):
        parse_add_checkpoint(examples["sign_subtree_request"].encode())
