"""Both Data Integrity suites give W3C's bytes, and no change of anything that was signed goes unseen."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.credentials import contexts
from amanah.core.credentials.authorisations import build_authorisation
from amanah.core.credentials.graphs import encode_rdfc
from amanah.core.credentials.proofs import (
    JCS,
    RDFC,
    CredentialProofError,
    attach_proofs,
    compute_proof_input,
    sign_document,
    verify_document,
)
from amanah.core.credentials.reading import CredentialError, encode_jcs
from tests.core.credentials.proof_vectors import FILE, VECTORS, build_vectors, encode_vectors
from tests.core.credentials.written import CREATED, OTHER, ROOT, SIGNED, build_did, build_key, sign

W3C: dict[str, Any] = json.loads((VECTORS / "w3c.json").read_text(encoding="utf-8"))
WRITTEN: dict[str, Any] = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))
W3C_KEY = Ed25519PrivateKey.from_private_bytes(
    base58.b58decode(W3C["key"]["privateKeyMultibase"].removeprefix("z"))[2:]
)
W3C_DID = f"did:key:{W3C['key']['publicKeyMultibase']}"
SUITE_CHOICES = [(JCS, RDFC), (JCS,), (RDFC,)]
UNSIGNED = build_authorisation(SIGNED)
BOTH = sign(UNSIGNED, ROOT)
REFUSALS = (CredentialError, CredentialProofError)


@pytest.fixture
def w3c_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the context exist that W3C's examples name; the product does not ship it."""
    more = {url: json.dumps(context) for url, context in W3C["contexts"].items()}
    known = {**contexts.list_contexts(), **more}
    monkeypatch.setattr(contexts, "_read_shipped", lambda: known)


def sign_with(suites: tuple[str, ...], document: dict[str, Any] = UNSIGNED) -> dict[str, Any]:
    return sign_document(document, build_key(ROOT), created=CREATED, suites=suites)


def list_places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the place of everything inside a document but its proofs."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inside:
        if place or name != "proof":
            yield (*place, name)
            yield from list_places(item, (*place, name))


def get_inside(document: Any, place: tuple[Any, ...]) -> Any:
    for part in place:
        document = document[part]
    return document


PLACES = sorted(list_places(BOTH), key=repr)
OBJECTS = [(), *(place for place in PLACES if isinstance(get_inside(BOTH, place), dict))]
ANY_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=4)
    | st.sampled_from(["urn:x:y", CREATED]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@pytest.mark.usefixtures("w3c_contexts")
@pytest.mark.parametrize("case", W3C["cases"], ids=lambda case: case["name"])
def test_every_byte_and_the_signature_are_those_of_w3c(case: dict[str, Any]) -> None:
    encode = {JCS: encode_jcs, RDFC: encode_rdfc}[case["name"]]
    signed = case["signed"]
    proof = signed["proof"]
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    assert encode(unsigned).decode() == case["canonical_document"]
    assert encode({**options, "@context": signed["@context"]}).decode() == case["canonical_options"]
    message = compute_proof_input(signed, case["name"], did=W3C_DID, created=proof["created"])
    assert message.hex() == case["signed_bytes"] == case["options_hash"] + case["document_hash"]
    signature = W3C_KEY.sign(message)
    assert signature.hex() == case["signature"]
    assert attach_proofs(signed, W3C_DID, proof["created"], {case["name"]: signature})["proof"] == [proof]
    assert verify_document(signed, issuer=W3C_DID) == (case["name"],)


@pytest.mark.usefixtures("w3c_contexts")
def test_each_proof_of_the_proof_set_of_w3c_holds_for_its_own_key() -> None:
    document = W3C["proof_set"]
    for proof in document["proof"]:
        did = proof["verificationMethod"].split("#")[0]
        assert verify_document({**document, "proof": proof}, issuer=did) == (RDFC,)
        with pytest.raises(CredentialProofError, match="not made by the issuer"):
            verify_document(document, issuer=did)


@pytest.mark.usefixtures("w3c_contexts")
def test_an_issuer_that_no_key_stands_for_is_refused_even_when_the_signature_is_good() -> None:
    with pytest.raises(CredentialProofError, match="nothing is ever fetched"):
        verify_document(W3C["cases"][0]["signed"])


def test_the_file_of_vectors_is_what_its_writer_writes() -> None:
    assert (VECTORS / FILE).read_text(encoding="utf-8") == encode_vectors(build_vectors())


@pytest.mark.parametrize("case", WRITTEN["good"], ids=lambda case: case["name"])
def test_the_good_vectors_hold(case: dict[str, Any]) -> None:
    assert list(verify_document(case["document"], issuer=case["issuer"])) == case["suites"]


@pytest.mark.parametrize("case", WRITTEN["refused"], ids=lambda case: case["name"])
def test_the_other_vectors_are_refused_by_their_step(case: dict[str, Any]) -> None:
    with pytest.raises(REFUSALS) as caught:
        verify_document(case["document"], issuer=case["issuer"])
    assert (caught.value.code, getattr(caught.value, "step", "")) == (case["code"], case["step"])


def test_both_proofs_are_written_in_order_and_both_hold() -> None:
    assert [proof["cryptosuite"] for proof in BOTH["proof"]] == [JCS, RDFC]
    assert BOTH["proof"][0]["@context"] == BOTH["@context"]
    assert "@context" not in BOTH["proof"][1]
    assert verify_document(BOTH) == (JCS, RDFC)


@pytest.mark.parametrize("broken", [0, 1])
def test_a_set_with_one_broken_proof_is_refused_whichever_it_is(broken: int) -> None:
    document = copy.deepcopy(BOTH)
    other = sign_with((JCS, RDFC), {**UNSIGNED, "name": "Something else"})
    document["proof"][broken]["proofValue"] = other["proof"][broken]["proofValue"]
    with pytest.raises(CredentialProofError, match="does not hold"):
        verify_document(document)


@pytest.mark.parametrize("suites", SUITE_CHOICES)
@given(st.data())
def test_no_change_of_any_member_goes_unseen(suites: tuple[str, ...], data: st.DataObject) -> None:
    document = sign_with(suites)
    place = data.draw(st.sampled_from(PLACES))
    changed = copy.deepcopy(document)
    around = get_inside(changed, place[:-1])
    before = around[place[-1]]
    value = data.draw(ANY_VALUE.filter(lambda value: encode_jcs(value) != encode_jcs(before)))
    around[place[-1]] = value
    if (suites == (RDFC,) and [value] == before) or value == [before]:
        return  # One thing and a list of it are one graph.
    with pytest.raises(REFUSALS):
        verify_document(changed)


@pytest.mark.parametrize("suites", SUITE_CHOICES)
def test_no_loss_of_any_member_goes_unseen(suites: tuple[str, ...]) -> None:
    document = sign_with(suites)
    for place in PLACES:
        changed = copy.deepcopy(document)
        del get_inside(changed, place[:-1])[place[-1]]
        with pytest.raises(REFUSALS):
            verify_document(changed)


@pytest.mark.parametrize("suites", SUITE_CHOICES)
@given(place=st.sampled_from(OBJECTS), name=st.text(min_size=1, max_size=6), value=ANY_VALUE)
def test_no_word_that_was_not_signed_gets_in_anywhere(
    suites: tuple[str, ...], place: tuple[Any, ...], name: str, value: Any
) -> None:
    changed = copy.deepcopy(sign_with(suites))
    inside = get_inside(changed, place)
    if name in inside:
        return
    inside[name] = value
    with pytest.raises(REFUSALS):
        verify_document(changed)


@pytest.mark.parametrize("suites", SUITE_CHOICES)
@pytest.mark.parametrize("place", OBJECTS)
def test_a_term_that_nobody_defines_is_never_taken_for_signed(
    suites: tuple[str, ...], place: tuple[Any, ...]
) -> None:
    changed = copy.deepcopy(sign_with(suites))
    get_inside(changed, place)["unsignedExtra"] = "also a mufti"
    with pytest.raises(REFUSALS):
        verify_document(changed)


def test_nobody_signs_a_word_that_other_readers_would_not_see() -> None:
    with pytest.raises(CredentialError, match="no context defines"):
        sign_with((JCS, RDFC), {**UNSIGNED, "unsignedExtra": "also a mufti"})


def test_only_the_issuer_signs() -> None:
    with pytest.raises(CredentialError, match="not that of the issuer"):
        sign_document(UNSIGNED, build_key(OTHER), created=CREATED)


def test_a_signature_by_somebody_else_is_refused() -> None:
    message = compute_proof_input(UNSIGNED, JCS, did=build_did(ROOT), created=CREATED)
    forged = attach_proofs(UNSIGNED, build_did(ROOT), CREATED, {JCS: build_key(OTHER).sign(message)})
    with pytest.raises(CredentialProofError, match="does not hold"):
        verify_document(forged)


def test_a_proof_of_the_jcs_suite_takes_less_than_a_millisecond() -> None:
    document = sign_with((JCS,))
    verify_document(document)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        verify_document(document)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.001
