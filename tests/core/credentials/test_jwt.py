"""A token is believed where its issuer signed every word of it, and no header talks a reader into anything else."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.credentials.authorisations import build_authorisation, parse_authorisation
from amanah.core.credentials.identifiers import parse_did_key
from amanah.core.credentials.jwt import SignedClaims, encode_jwt, parse_jwt
from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.reading import LARGEST_FILE, CredentialError
from amanah.core.encoding import parse_base64url
from tests.core.credentials.jwt_vectors import FILE, VECTORS, build_vectors, encode_vectors
from tests.core.credentials.written import OTHER, ROOT, SIGNED, build_did, build_key, sign

WRITTEN: dict[str, Any] = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))
TOKEN = encode_jwt(build_authorisation(SIGNED), build_key(ROOT))
REFUSALS = (CredentialError, CredentialProofError)


def test_the_file_of_vectors_is_what_its_writer_writes() -> None:
    assert (VECTORS / FILE).read_text(encoding="utf-8") == encode_vectors(build_vectors())


@pytest.mark.parametrize("case", WRITTEN["good"], ids=lambda case: case["name"])
def test_the_good_vectors_are_read_and_say_whose_key_it_was(case: dict[str, Any]) -> None:
    assert parse_jwt(case["token"]) == SignedClaims(WRITTEN["document"], case["did"])


@pytest.mark.parametrize("case", WRITTEN["refused"], ids=lambda case: case["name"])
def test_the_other_vectors_are_refused_by_their_step(case: dict[str, Any]) -> None:
    with pytest.raises(REFUSALS) as caught:
        parse_jwt(case["token"])
    assert (caught.value.code, getattr(caught.value, "step", "")) == (case["code"], case["step"])


def test_the_credential_of_a_token_keeps_to_the_profile() -> None:
    claims = parse_jwt(TOKEN)
    assert parse_authorisation(claims.document, ("jwt",), "jwt").scope == SIGNED.scope


def test_the_signature_is_over_the_first_two_parts() -> None:
    words, signature = TOKEN.rsplit(".", 1)
    public = Ed25519PublicKey.from_public_bytes(parse_did_key(build_did(ROOT)))
    public.verify(parse_base64url(signature, length=64), words.encode())


def test_proofs_do_not_travel_in_a_token() -> None:
    assert encode_jwt(sign(build_authorisation(SIGNED), ROOT), build_key(ROOT)) == TOKEN


def test_only_the_issuer_makes_a_token() -> None:
    with pytest.raises(CredentialError, match="not that of the issuer"):
        encode_jwt(build_authorisation(SIGNED), build_key(OTHER))


def test_a_token_that_is_larger_than_a_file_is_not_looked_at() -> None:
    with pytest.raises(CredentialError, match="1 MiB"):
        parse_jwt(TOKEN + "A" * LARGEST_FILE)


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.sampled_from("AZaz09-_.=é"))
def test_no_other_letter_anywhere_is_believed(place: int, letter: str) -> None:
    if TOKEN[place] == letter:
        return
    with pytest.raises(REFUSALS):
        parse_jwt(TOKEN[:place] + letter + TOKEN[place + 1 :])


@given(st.text(max_size=40))
def test_no_text_does_anything_else_than_be_refused(text: str) -> None:
    with pytest.raises(REFUSALS):
        parse_jwt(text)
