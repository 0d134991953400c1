"""Credentials against the Python package openbadgeslib in both directions: JSON, JWT and pictures, no network."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from openbadgeslib.ob3 import (
    Achievement,
    Issuer,
    OB3LdpSigner,
    OB3LdpVerifier,
    OB3Signer,
    OB3VerificationError,
    OB3Verifier,
    OpenBadgeCredential,
    add_data_integrity_proof,
    sign_status_list_credential,
    verify_data_integrity_proof,
)
from openbadgeslib.ob3.contexts import bundled_contexts
from openbadgeslib.verify import verify_badge

from amanah.core.credentials.authorisations import build_authorisation, read_credential
from amanah.core.credentials.baking import bake_png, extract_baked
from amanah.core.credentials.contexts import list_contexts
from amanah.core.credentials.foreign import parse_foreign
from amanah.core.credentials.identifiers import build_verification_method
from amanah.core.credentials.jwt import encode_jwt, parse_jwt
from amanah.core.credentials.proofs import RDFC, verify_document
from amanah.core.credentials.reading import encode_jcs, parse_json
from amanah.core.credentials.status_lists import StatusPlace
from amanah.core.credentials.times import parse_time
from amanah.core.errors import AmanahError
from tests.interop.changed_papers import change, keep_proof, list_leaves, spell_in_full
from tests.interop.credential_papers import (
    AMINA,
    BILAL,
    CELIA,
    COMMONS,
    DRAWN,
    SIGNED_AT,
    Person,
    build_chain,
    draft_grant,
    give_notice,
    grant,
    grant_with_status,
    grant_witnessed,
    list_ended,
    name_paper,
)
from tests.interop.pictures import SMALL_PNG, SMALL_SVG

pytestmark = pytest.mark.usefixtures("no_network")
ENDS_LATE = parse_time("2199-01-01T00:00:00Z")


def verify_there(paper: dict[str, Any], issuer: Person = AMINA, **asked: Any) -> Any:
    """Let their library judge a paper, with the key of its issuer out of the did:key."""
    return OB3LdpVerifier.for_issuer_did(issuer.did).verify(encode_jcs(paper), **asked)


def build_there() -> OpenBadgeCredential:
    """Build a badge with their model, of which no scope of ours is part."""
    return OpenBadgeCredential(
        issuer=Issuer(AMINA.did, AMINA.name),
        recipient_id=BILAL.did,
        achievement=Achievement(
            "https://badges.example/recitation", "Recitation", "Recites by heart.", "Was heard."
        ),
        id=name_paper("badge of theirs"),
        issuance_date=datetime(2024, 2, 1, tzinfo=UTC),
    )


def test_the_contexts_that_we_ship_are_theirs() -> None:
    theirs = bundled_contexts()
    for url, text in list_contexts().items():
        assert json.loads(text) == theirs[url], url


@pytest.mark.parametrize("paper", [grant(AMINA, BILAL), grant_witnessed(AMINA, BILAL)])
def test_they_accept_what_we_sign_and_nothing_that_was_changed(paper: dict[str, Any]) -> None:
    issuer = AMINA if paper["issuer"]["id"] == AMINA.did else COMMONS
    badge = verify_there(paper, issuer, expected_recipient=BILAL.did)
    assert badge.achievement.name == paper["name"]
    assert badge.achievement.achievement_type == "ext:AuthorisedToTeachAndToAuthorise"
    OB3LdpVerifier(pubkey_pem=issuer.public_pem).verify(encode_jcs(paper))
    for leaf in list_leaves(paper):
        with pytest.raises(OB3VerificationError):
            verify_there(change(paper, leaf), issuer)


def test_they_accept_every_link_of_a_chain() -> None:
    third, second, first = build_chain()
    for paper, issuer in ((third, CELIA), (second, BILAL), (first, AMINA)):
        verify_there(paper, issuer)


@pytest.mark.parametrize(
    ("paper", "issuer"),
    [(list_ended(DRAWN), AMINA), (give_notice("void", name_paper("anything")), COMMONS)],
    ids=["status list", "notice"],
)
def test_the_proofs_of_lists_and_notices_hold_there(paper: dict[str, Any], issuer: Person) -> None:
    verify_data_integrity_proof(paper, issuer.public_pem)
    for leaf in list_leaves(paper):
        with pytest.raises(OB3VerificationError):
            verify_data_integrity_proof(change(paper, leaf), issuer.public_pem)


def test_they_see_in_our_list_that_a_paper_has_ended_but_check_signed_lists_as_tokens_alone() -> None:
    """What the guide to other software says of it: the list's own proof is not checked there."""
    paper = grant_with_status()
    asked = {"check_status": True, "verify_status_list": False}
    verify_there(paper, download=lambda _: encode_jcs(list_ended(DRAWN + 1)), **asked)
    with pytest.raises(OB3VerificationError, match=f"revocation' is set at index {DRAWN}"):
        verify_there(paper, download=lambda _: encode_jcs(list_ended(DRAWN)), **asked)
    with pytest.raises(OB3VerificationError, match="not a signed JWT-VC"):
        verify_there(paper, download=lambda _: encode_jcs(list_ended(DRAWN)), check_status=True)
    unsigned = {name: value for name, value in list_ended(DRAWN).items() if name != "proof"}
    token = sign_status_list_credential(unsigned, AMINA.private_pem, "EdDSA")
    with pytest.raises(OB3VerificationError, match="revocation' is set"):
        verify_there(paper, download=lambda _: token.encode(), check_status=True)


def test_we_read_a_paper_of_ours_that_they_signed() -> None:
    unsigned = build_authorisation(draft_grant(AMINA, BILAL, status=StatusPlace(name_paper("list"), 3)))
    paper = add_data_integrity_proof(
        unsigned,
        AMINA.private_pem,
        build_verification_method(AMINA.did),
        created=datetime.fromisoformat(SIGNED_AT),
    )
    read = read_credential(json.dumps(paper).encode())
    assert (read.giver, read.holder, read.suites) == (AMINA.did, BILAL.did, (RDFC,))
    for leaf in list_leaves(paper):
        with pytest.raises(AmanahError):
            verify_document(change(paper, leaf))


def test_we_read_a_badge_of_theirs_as_a_foreign_one() -> None:
    document = parse_json(OB3LdpSigner(AMINA.private_pem).sign_to_json(build_there()).encode())
    foreign = parse_foreign(document, verify_document(document))
    assert (foreign.issuer, foreign.holder, foreign.name) == (AMINA.did, BILAL.did, "Recitation")
    assert foreign.achievement == "https://badges.example/recitation"


def test_a_word_put_in_without_being_signed_is_refused_by_them_and_by_us() -> None:
    for paper in (grant(AMINA, BILAL), keep_proof(grant(AMINA, BILAL), RDFC)):
        trap = change(paper, ("alsoMufti",), "of the whole country")
        with pytest.raises(OB3VerificationError):
            verify_there(trap)
        with pytest.raises(AmanahError):
            verify_document(trap)


def test_an_end_that_is_spelled_so_that_nobody_reads_it_is_refused_by_them_and_by_us() -> None:
    paper = keep_proof(grant(AMINA, BILAL, valid_until=ENDS_LATE), RDFC)
    verify_there(paper)
    verify_document(paper)
    trap = spell_in_full(
        paper,
        "validUntil",
        "https://www.w3.org/2018/credentials#validUntil",
        "http://www.w3.org/2001/XMLSchema#dateTime",
    )
    with pytest.raises(OB3VerificationError):
        verify_there(trap)
    with pytest.raises(AmanahError):
        verify_document(trap)


def test_they_accept_our_token_and_no_changed_one() -> None:
    token = encode_jwt(grant(AMINA, BILAL, valid_until=ENDS_LATE), AMINA.key)
    verifier = OB3Verifier.for_issuer_did(AMINA.did)
    badge = verifier.verify(token, expected_recipient=BILAL.did)
    assert badge.expiration_date == datetime.fromtimestamp(ENDS_LATE, UTC)
    head, body, signature = token.split(".")
    for changed in (
        f"{head}.{body[:-4]}AAAA.{signature}",
        f"{head}.{body}.{signature[::-1]}",
        f"{body}.{head}.{signature}",
    ):
        with pytest.raises(OB3VerificationError):
            verifier.verify(changed)
        with pytest.raises(AmanahError):
            parse_jwt(changed)
    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(BILAL.did).verify(token)


def test_we_read_their_token_as_the_issuers_own() -> None:
    """They write the issuer's key into the header, and no name of it."""
    unsigned = build_authorisation(draft_grant(AMINA, BILAL))
    claims = {
        "iss": AMINA.did,
        "sub": BILAL.did,
        "jti": unsigned["id"],
        "nbf": parse_time(unsigned["validFrom"]),
    }
    token = OB3Signer(AMINA.private_pem, "EdDSA").sign_payload(unsigned | claims)
    assert parse_jwt(token).did == AMINA.did
    assert read_credential(token.encode()).form == "jwt"
    forged = OB3Signer(CELIA.private_pem, "EdDSA").sign_payload(unsigned | claims)
    with pytest.raises(AmanahError):
        parse_jwt(forged)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_key_in_the_header_alone_proves_nobody(algorithm: str, other_keys: dict[str, Any]) -> None:
    token = OB3Signer(other_keys[algorithm], algorithm).sign(build_there())
    claims = parse_jwt(token)
    assert claims.did is None
    assert claims.document["credentialSubject"]["achievement"]["name"] == "Recitation"
    OB3Verifier(other_keys[algorithm].public_key()).verify(token)


def test_their_pictures_give_us_the_badge() -> None:
    ldp, jwt = OB3LdpSigner(AMINA.private_pem), OB3Signer(AMINA.private_pem, "EdDSA")
    for picture in (
        ldp.sign_into_png(build_there(), SMALL_PNG),
        ldp.sign_into_svg(build_there(), SMALL_SVG),
    ):
        baked = extract_baked(picture)
        assert baked.kind == "json"
        assert verify_document(parse_json(baked.content)) == (RDFC,)
    for picture in (
        jwt.sign_into_png(build_there(), SMALL_PNG),
        jwt.sign_into_svg(build_there(), SMALL_SVG),
    ):
        baked = extract_baked(picture)
        assert baked.kind == "jwt"
        assert parse_jwt(baked.content.decode()).did == AMINA.did


def test_our_picture_gives_them_the_paper() -> None:
    paper = grant(AMINA, BILAL)
    for content in (encode_jcs(paper), encode_jwt(paper, AMINA.key).encode()):
        judged = verify_badge(bake_png(SMALL_PNG, content), resolve_did=True, expected_recipient=BILAL.did)
        assert judged.valid, judged.reason
        assert judged.issuer_did == AMINA.did
        assert not judged.trusted, "a did:key names itself: whom to trust is the root list's to say"
