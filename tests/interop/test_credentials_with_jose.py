"""Credentials as JWT against the JavaScript library jose, in both directions and under each algorithm of 3.4."""

from typing import Any

import pytest

from amanah.core.credentials.authorisations import build_authorisation, read_credential
from amanah.core.credentials.identifiers import build_verification_method
from amanah.core.credentials.jwt import encode_jwt, parse_jwt
from amanah.core.credentials.times import parse_time
from amanah.core.encoding import encode_base64url
from amanah.core.errors import AmanahError
from tests.interop.credential_papers import AMINA, BILAL, CELIA, Person, draft_grant, grant
from tests.interop.credentials_oracle import CredentialsOracle

pytestmark = pytest.mark.usefixtures("no_network")
ENDS_LATE = parse_time("2199-01-01T00:00:00Z")


def build_claims(**changes: Any) -> dict[str, Any]:
    """Build what a token says: the paper, and its facts again under the names of RFC 7519."""
    unsigned = build_authorisation(draft_grant(AMINA, BILAL, valid_until=ENDS_LATE))
    claims = {
        "iss": AMINA.did,
        "sub": BILAL.did,
        "jti": unsigned["id"],
        "nbf": parse_time(unsigned["validFrom"]),
        "exp": ENDS_LATE,
    }
    return unsigned | claims | changes


def write_key(person: Person) -> dict[str, str]:
    public = encode_base64url(person.key.public_key().public_bytes_raw())
    return {"kty": "OKP", "crv": "Ed25519", "x": public, "d": encode_base64url(person.seed)}


def sign_there(
    node: CredentialsOracle, claims: dict[str, Any], algorithm: str, person: Person = AMINA, **header: Any
) -> str:
    """Let their library sign with somebody's key, whose name the header bears."""
    named = {"alg": algorithm, "typ": "JWT", "kid": build_verification_method(AMINA.did)} | header
    token: str = node.ask("signToken", payload=claims, header=named, jwk=write_key(person))
    return token


def test_they_accept_our_token_and_no_changed_one(their_node: CredentialsOracle) -> None:
    token = encode_jwt(grant(AMINA, BILAL, valid_until=ENDS_LATE), AMINA.key)
    read = their_node.ask("readToken", token=token)
    assert read["payload"] == build_claims()
    assert read["header"]["kid"] == build_verification_method(AMINA.did)
    for place in range(0, len(token), 97):
        letter = "A" if token[place] != "A" else "B"
        changed = token[:place] + letter + token[place + 1 :]
        assert "error" in their_node.try_to_ask("readToken", token=changed)
        with pytest.raises(AmanahError):
            parse_jwt(changed)


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519"])
def test_we_read_their_token_signed_by_the_issuer(their_node: CredentialsOracle, algorithm: str) -> None:
    token = sign_there(their_node, build_claims(), algorithm)
    assert parse_jwt(token).did == AMINA.did
    read = read_credential(token.encode())
    assert (read.giver, read.holder, read.valid_until, read.form) == (AMINA.did, BILAL.did, ENDS_LATE, "jwt")
    forged = sign_there(their_node, build_claims(), algorithm, CELIA)
    with pytest.raises(AmanahError):
        parse_jwt(forged)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_key_in_the_header_alone_proves_nobody(their_node: CredentialsOracle, algorithm: str) -> None:
    keys = their_node.ask("makeKeyPair", alg=algorithm)
    header = {"alg": algorithm, "typ": "JWT", "jwk": keys["publicKey"]}
    token = their_node.ask("signToken", payload=build_claims(), header=header, jwk=keys["privateKey"])
    assert their_node.ask("readToken", token=token)["payload"] == build_claims()
    claims = parse_jwt(token)
    assert claims.did is None
    assert claims.document == build_authorisation(draft_grant(AMINA, BILAL, valid_until=ENDS_LATE))
    with pytest.raises(AmanahError):
        read_credential(token.encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": CELIA.did},
        {"sub": CELIA.did},
        {"jti": "urn:uuid:00000000-0000-4000-8000-000000000000"},
        {"nbf": 0},
        {"exp": ENDS_LATE + 1},
        {"exp": str(ENDS_LATE)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_claim_that_says_something_else_than_the_paper_is_refused(
    their_node: CredentialsOracle, changes: dict[str, Any]
) -> None:
    token = sign_there(their_node, build_claims(**changes), "EdDSA")
    with pytest.raises(AmanahError):
        parse_jwt(token)


@pytest.mark.parametrize("missing", ["iss", "sub", "jti", "nbf", "exp"])
def test_a_claim_that_is_missing_is_refused(their_node: CredentialsOracle, missing: str) -> None:
    claims = build_claims()
    del claims[missing]
    with pytest.raises(AmanahError):
        parse_jwt(sign_there(their_node, claims, "EdDSA"))


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://keys.example/jwks"},
        {"x5u": "https://keys.example/chain"},
        {"kid": "did:key:z6MkNobody"},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": write_key(CELIA)["x"]}},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 600_000}},
        {"jwk": write_key(AMINA)},
        {"jwk": []},
    ],
    ids=["jku", "x5u", "kid", "key of another", "long key", "private key", "no key"],
)
def test_a_header_that_points_elsewhere_is_refused(
    their_node: CredentialsOracle, header: dict[str, Any]
) -> None:
    with pytest.raises(AmanahError):
        parse_jwt(sign_there(their_node, build_claims(), "EdDSA", **header))
