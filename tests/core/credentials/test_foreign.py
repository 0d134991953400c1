"""A badge of somebody who knows nothing of us is read as far as its signed words may be shown, and no further."""

import json
from dataclasses import replace

import pytest

from amanah.core.credentials.authorisations import FOREIGN, Evidence, Strength
from amanah.core.credentials.chains import Question
from amanah.core.credentials.foreign import as_authorisation, find_scope, parse_foreign
from amanah.core.credentials.jwt import encode_jwt, parse_jwt
from amanah.core.credentials.kinds import find_kind
from amanah.core.credentials.links import KEY_IN_HEADER
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.proofs import RDFC, CredentialProofError, sign_document, verify_document
from amanah.core.credentials.reading import CredentialError, compute_document_hash
from amanah.core.credentials.root_lists import parse_root_list
from amanah.core.credentials.standing import compute_standing
from amanah.core.credentials.status_lists import StatusPlace
from amanah.core.credentials.times import parse_time
from amanah.core.encoding import encode_base64url
from tests.core.credentials import written
from tests.core.credentials.baking_vectors import VECTORS
from tests.core.credentials.foreign_papers import (
    ACHIEVEMENT,
    ASSERTION,
    BADGE,
    LEFT_OUT,
    UNFIT,
    Badge,
    build_curve_key,
    change,
    drop,
    put,
    sign_compact,
)
from tests.core.credentials.foreign_vectors import FILE, build_vectors, encode_vectors
from tests.core.credentials.written import CREATED, OTHER, TEACHER, build_did, build_key

SUITES = ("eddsa-jcs-2022",)


def sign(badge: Badge, number: int = OTHER) -> Badge:
    return sign_document(badge, build_key(number), created=CREATED, suites=(RDFC,))


def test_a_badge_signed_by_other_software_is_read_in_its_own_words() -> None:
    signed = sign(BADGE)
    read = parse_foreign(signed, verify_document(signed))
    assert (read.issuer, read.issuer_name) == (build_did(OTHER), "Invented Academy")
    assert (read.holder, read.achievement) == (build_did(TEACHER), ACHIEVEMENT)
    assert read.name == "Tajwid, level 2"
    assert read.description == "Reads without a mistake.\n\nHeard by two teachers."
    assert read.criteria == "Passed the course in Tajwid."
    assert read.evidence == (Evidence("Recording", "Ten minutes."),)
    assert read.valid_from == parse_time("2024-05-01T07:30:00Z")
    assert read.valid_until == parse_time("2034-05-01T00:00:00Z")
    assert read.status == StatusPlace("https://academy.example/status/3", 94567)
    assert (read.suites, read.left_out) == ((RDFC,), ())
    assert read.document_hash == compute_document_hash(signed)


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_unfit_is_refused_with_its_step(name: str) -> None:
    badge, step = UNFIT[name]
    with pytest.raises(CredentialError) as caught:
        parse_foreign(badge, SUITES)
    assert caught.value.step == step


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_text_that_may_not_stand_is_left_out_and_named_and_nothing_else_is(name: str) -> None:
    badge, place = LEFT_OUT[name]
    read = parse_foreign(badge, SUITES)
    assert read.left_out == (place,)
    assert "\u202e" not in repr(read)
    assert read.name == "Tajwid, level 2"


@pytest.mark.parametrize(
    "status",
    [
        None,
        "https://academy.example/status",
        {"type": "1EdTechRevocationList", "id": "https://academy.example/revoked"},
        BADGE["credentialStatus"] | {"statusPurpose": "suspension"},
        BADGE["credentialStatus"] | {"statusListIndex": 94567},
        BADGE["credentialStatus"] | {"statusListIndex": "131072"},
        BADGE["credentialStatus"] | {"statusListCredential": "not an identifier"},
        [[]],
    ],
)
def test_a_status_that_needs_the_network_is_none_that_could_be_called_good(status: object) -> None:
    assert parse_foreign(change(BADGE, put("credentialStatus", status)), SUITES).status is None


def test_the_place_of_revocation_is_found_among_several() -> None:
    badge = change(
        BADGE,
        put(
            "credentialStatus",
            [BADGE["credentialStatus"] | {"statusPurpose": "suspension"}, BADGE["credentialStatus"]],
        ),
    )
    assert parse_foreign(badge, SUITES).status == StatusPlace("https://academy.example/status/3", 94567)


def test_words_that_were_not_signed_never_come_in() -> None:
    signed = sign(BADGE)
    for added in (put("unsignedExtra", "also a mufti"), put("name", "Mufti")):
        with pytest.raises((CredentialError, CredentialProofError)):
            verify_document(change(signed, added))


def test_a_badge_stands_as_a_link_without_parent_that_lets_nobody_give_it_on() -> None:
    link = as_authorisation(parse_foreign(BADGE, SUITES), "quran/tajwid")
    assert (link.giver, link.holder, link.scope) == (build_did(OTHER), build_did(TEACHER), "quran/tajwid")
    assert (link.parent, link.may_authorise, link.form) == (None, False, FOREIGN)
    assert link.strength is Strength.SIGNED


def test_a_badge_without_an_identifier_of_its_holder_is_read_and_is_no_link() -> None:
    read = parse_foreign(change(BADGE, drop("credentialSubject.id")), SUITES)
    assert read.holder is None
    with pytest.raises(CredentialError) as caught:
        as_authorisation(read, "quran/tajwid")
    assert caught.value.step == "1.1"


def test_a_badge_is_put_under_the_scope_that_the_list_names_for_its_issuer_and_no_other() -> None:
    root = replace(
        written.ROOT_LIST.roots[0],
        id=build_did(OTHER),
        achievements={ACHIEVEMENT: written.ROOT_LIST.roots[0].scopes[0]},
    )
    draft = replace(written.ROOT_LIST, roots=(root, *written.ROOT_LIST.roots[1:]))
    root_list = parse_root_list(
        sign_document(
            written.build_root_list(draft),
            build_key(written.COMMUNITY),
            created=CREATED,
            suites=("eddsa-jcs-2022",),
            issuer=build_did(written.COMMUNITY),
        )
    )
    read = parse_foreign(BADGE, SUITES)
    assert find_scope(read, root_list) == root.scopes[0]
    assert find_scope(replace(read, issuer=build_did(TEACHER)), root_list) is None
    assert find_scope(replace(read, achievement=ACHIEVEMENT + "0"), root_list) is None
    link = as_authorisation(read, root.scopes[0])
    papers = Papers((link,), root_list=root_list)
    at = parse_time("2026-11-25T00:00:00Z")
    standing = compute_standing(Question(build_did(TEACHER), root.scopes[0], at), papers)
    assert standing.is_good
    without_signature = Papers((replace(link, suites=(KEY_IN_HEADER,)),), root_list=root_list)
    assert not compute_standing(Question(build_did(TEACHER), root.scopes[0], at), without_signature).is_good


def test_a_token_with_the_issuers_key_is_signed_and_one_with_a_key_of_nobody_is_recorded() -> None:
    claims = parse_jwt(encode_jwt({**BADGE, "validFrom": "2024-05-01T07:30:00Z"}, build_key(OTHER)))
    assert claims.did == build_did(OTHER)
    assert as_authorisation(parse_foreign(claims.document, ("jwt",)), "quran").strength is Strength.SIGNED
    payload = {
        **change(
            BADGE, put("validFrom", "2024-05-01T07:30:00Z"), put("issuer.id", "https://academy.example/")
        ),
        "iss": "https://academy.example/",
        "jti": BADGE["id"],
        "sub": build_did(TEACHER),
        "nbf": parse_time("2024-05-01T07:30:00Z"),
        "exp": parse_time("2034-05-01T00:00:00Z"),
    }
    key = build_curve_key()
    numbers = key.public_key().public_numbers()
    jwk = {
        "kty": "EC", "crv": "P-256",
        "x": encode_base64url(numbers.x.to_bytes(32)), "y": encode_base64url(numbers.y.to_bytes(32)),
    }  # fmt: skip
    claims = parse_jwt(sign_compact(payload, key, jwk=jwk).decode())
    assert claims.did is None
    read = parse_foreign(claims.document, (KEY_IN_HEADER,))
    assert as_authorisation(read, "quran").strength is Strength.RECORDED


def test_each_document_is_known_by_what_it_says_that_it_is() -> None:
    assert find_kind(BADGE) == "foreign"
    assert (
        find_kind(change(BADGE, put("type", ["VerifiableCredential", "AchievementCredential"]))) == "foreign"
    )
    assert find_kind(ASSERTION) == "older"
    for ours in ("urn:amanah:scope:quran", "urn:amanah:scope:"):
        assert find_kind(change(BADGE, put("credentialSubject.achievement.id", ours))) == "authorisation"
    claimed = put("credentialSubject.achievement.achievementType", "ext:AuthorisedToTeachAndToAuthorise")
    assert find_kind(change(BADGE, claimed)) == "authorisation"
    assert find_kind({"type": ["VerifiablePresentation"]}) == "bundle"
    assert find_kind({"type": ["VerifiableCredential", "BitstringStatusListCredential"]}) == "status"
    notice = {"type": ["VerifiableCredential"], "credentialSubject": {"type": "urn:amanah:EndedFrom"}}
    assert find_kind(notice) == "notice"
    assert find_kind({"community": "", "roots": []}) == "root-list"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": 7},
        {"type": ["VerifiableCredential"]},
        {"type": ["VerifiableCredential"], "credentialSubject": [1]},
    ],
)
def test_what_says_nothing_that_we_know_is_refused(document: Badge) -> None:
    with pytest.raises(CredentialError) as caught:
        find_kind(document)
    assert caught.value.step == "4.3"


WRITTEN = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))


def test_the_file_of_vectors_is_what_its_writer_writes() -> None:
    assert (VECTORS / FILE).read_text(encoding="utf-8") == encode_vectors(build_vectors())


@pytest.mark.parametrize("case", WRITTEN["read"], ids=lambda case: case["name"])
def test_the_vectors_are_read(case: Badge) -> None:
    read = parse_foreign(case["document"], verify_document(case["document"]))
    assert read.document_hash.hex() == case["hash"]
    assert [*read.left_out] == case["left_out"]
    assert {name: getattr(read, name) for name in case["shown"]} == case["shown"]


@pytest.mark.parametrize("case", WRITTEN["refused"], ids=lambda case: case["name"])
def test_the_vectors_are_refused(case: Badge) -> None:
    with pytest.raises(CredentialError) as caught:
        parse_foreign(case["document"], SUITES)
    assert caught.value.step == case["step"]
