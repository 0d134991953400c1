"""The committed vectors are what this code says, and what this code believes and refuses."""

import json
from typing import Any

import pytest

from amanah.core.encoding import parse_base64url
from amanah.core.errors import AmanahError
from amanah.core.public_log.entries import check_schema, parse_entry, verify_entry_signature
from amanah.core.public_log.merkle import (
    compute_leaf_hash,
    compute_root,
    verify_consistency,
    verify_inclusion,
)
from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import verify_log
from tests.core.public_log.write_vectors import VECTORS, build_vectors, encode_vectors

NAMES = ("merkle.json", "entries.json", "log.json")


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
