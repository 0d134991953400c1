"""The key of a giver comes from its paper alone, and who hands one over has to hold it."""

import pytest

from amanah.core.credentials.authorisations import parse_authorisation
from amanah.core.credentials.possession import compute_possession_bytes, verify_possession
from amanah.core.credentials.proofs import SUITES, CredentialProofError, attach_proofs, verify_document
from amanah.core.encoding import parse_base64url
from tests.core.credentials.giving_vectors import (
    LINK,
    VECTORS,
    build_vectors,
    draw,
    encode_vectors,
    open_key,
)

KEY, DID = open_key(draw("giver"))
PROOF = KEY.sign(compute_possession_bytes(LINK))


def test_the_vectors_are_what_the_core_computes() -> None:
    assert VECTORS.read_text(encoding="utf-8") == encode_vectors()


@pytest.mark.parametrize("place", [0, 1])
def test_what_the_vectors_sign_is_an_authorisation_that_holds_by_both_suites(place: int) -> None:
    vector = build_vectors()["documents"][place]
    signatures = {suite: parse_base64url(text) for suite, text in vector["signatures"].items()}
    signed = attach_proofs(vector["document"], vector["did"], vector["created"], signatures)

    assert verify_document(signed) == SUITES
    assert parse_authorisation(signed, SUITES).giver == DID


def test_whoever_holds_the_key_shows_it_for_this_address() -> None:
    verify_possession(DID, LINK, PROOF)


@pytest.mark.parametrize(
    ("did", "link", "proof"),
    [
        (open_key(draw("holder"))[1], LINK, PROOF),
        (DID, LINK + "0", PROOF),
        (DID, LINK, PROOF[:-1] + bytes([PROOF[-1] ^ 1])),
        (DID, LINK, PROOF[:-1]),
        (DID, LINK, b""),
    ],
)
def test_a_proof_for_another_key_or_address_is_refused(did: str, link: str, proof: bytes) -> None:
    with pytest.raises(CredentialProofError, match=r"step 10\.2"):
        verify_possession(did, link, proof)
