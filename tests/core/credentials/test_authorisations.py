"""An authorisation comes back as it was meant, and nothing that section 2 does not name gets in."""

import copy
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.credentials.authorisations import (
    Authorisation,
    Draft,
    Evidence,
    Strength,
    build_authorisation,
    parse_authorisation,
    parse_draft,
    read_credential,
)
from amanah.core.credentials.jwt import encode_jwt, parse_jwt
from amanah.core.credentials.proofs import JCS, RDFC, CredentialProofError, sign_document
from amanah.core.credentials.reading import CredentialError, compute_document_hash
from amanah.core.credentials.status_lists import BITS, StatusPlace
from amanah.core.credentials.times import parse_time
from amanah.core.encoding import encode_base64url
from tests.core.credentials.authorisation_changes import CHANGES
from tests.core.credentials.changes import Change, drop, list_members, list_objects, put
from tests.core.credentials.written import (
    COMMUNITY,
    CREATED,
    RECORDED,
    ROOT,
    SIGNED,
    TEACHER,
    WITNESSED,
    build_did,
    build_key,
    build_uuid,
    sign,
)

DRAFTS = {"signed": SIGNED, "witnessed": WITNESSED, "recorded": RECORDED}
OPTIONAL = {"validUntil", "credentialStatus", "evidence"}
WORDS = st.sampled_from(["Quran", "الفقه", "Heard whole.", "می‌آموزد", "O’Invented, 2nd", "x"])
# The recorder itself can be holder or witness, and a name for people can be that of a parent.
NAMES = st.one_of(
    st.sampled_from([build_did(number) for number in range(1, 9)]), st.integers(1, 40).map(build_uuid)
)
SCOPES = st.sampled_from(["quran", "quran/hafs", "fiqh/hanafi/prayer", "a-1"])
DAYS = st.integers(-62_135_596_800, 253_402_300_798)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Draw any draft that section 2 admits."""
    strength = draw(st.sampled_from(Strength))
    issuer = build_did(1)
    people = draw(st.lists(NAMES, min_size=8, max_size=8, unique=True))
    people.sort(key=lambda name: name == issuer)
    if strength is Strength.RECORDED:
        people[1] = draw(st.sampled_from([people[1], issuer]))
    begins = draw(DAYS)
    parent = draw(st.none() | st.integers(1, 40).map(build_uuid))
    witnesses = people[-draw(st.integers(2, 5)) :] if strength is Strength.WITNESSED else []
    return Draft(
        id=build_uuid(draw(st.integers(41, 2**40))),
        issuer=issuer,
        issuer_name=draw(WORDS),
        giver=issuer if strength is Strength.SIGNED else people[0],
        holder=people[1],
        scope=draw(SCOPES),
        may_authorise=draw(st.booleans()),
        valid_from=begins,
        valid_until=draw(st.none() | st.integers(begins + 1, 253_402_300_799)),
        parent=parent,
        parent_hash=None if parent is None else draw(st.binary(min_size=32, max_size=32)),
        strength=strength,
        witnesses=tuple(witnesses),
        name=draw(WORDS),
        description=draw(WORDS),
        criteria=draw(WORDS),
        evidence=tuple(draw(st.lists(st.builds(Evidence, WORDS, WORDS), max_size=16, unique=True))),
        status=draw(st.none() | st.builds(StatusPlace, st.just(build_uuid(301)), st.integers(0, BITS - 1))),
    )


def get_draft(read: Authorisation) -> Draft:
    return Draft(**{field.name: getattr(read, field.name) for field in fields(Draft)})


def sign_with_header_key(document: dict[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    numbers = key.public_key().public_numbers()
    point = {"x": encode_base64url(numbers.x.to_bytes(32)), "y": encode_base64url(numbers.y.to_bytes(32))}
    header = {"alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256", **point}}
    claims = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": parse_time(document["validFrom"]),
        "exp": parse_time(document["validUntil"]),
    }
    words = ".".join(encode_base64url(json.dumps(part).encode()) for part in (header, document | claims))
    r, s = decode_dss_signature(key.sign(words.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{words}.{encode_base64url(r.to_bytes(32) + s.to_bytes(32))}"


def encode(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


@given(drafts())
@settings(max_examples=20, deadline=None)
def test_whatever_can_be_built_can_be_signed_for_readers_of_both_proofs(draft: Draft) -> None:
    document = sign_document(build_authorisation(draft), build_key(1), created=CREATED)
    read = read_credential(encode(document))
    assert (get_draft(read), read.suites) == (draft, (JCS, RDFC))


@given(drafts())
@settings(max_examples=60, deadline=None)
def test_what_was_meant_is_what_is_read(draft: Draft) -> None:
    document = sign_document(build_authorisation(draft), build_key(1), created=CREATED, suites=(JCS,))
    read = read_credential(encode(document))
    assert get_draft(read) == draft
    assert read.document_hash == compute_document_hash(document)
    assert (read.suites, read.form) == ((JCS,), "open-badges-3")


@pytest.mark.parametrize("name", DRAFTS)
def test_both_proofs_hold_up_what_the_community_signs(name: str) -> None:
    draft = DRAFTS[name]
    number = ROOT if draft.issuer == build_did(ROOT) else COMMUNITY
    read = read_credential(encode(sign(build_authorisation(draft), number)))
    assert read.suites == (JCS, RDFC)
    assert get_draft(read) == draft


def test_the_strength_is_read_off_who_signed_and_who_saw() -> None:
    assert [parse_draft(build_authorisation(draft)).strength.name.lower() for draft in DRAFTS.values()] == [
        *DRAFTS
    ]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_what_the_specification_refuses_is_refused_with_its_step(change: Change) -> None:
    changed = change.build(build_authorisation(DRAFTS[change.base]))
    with pytest.raises(CredentialError) as refused:
        parse_draft(changed)
    assert refused.value.step == change.step
    assert f"(step {change.step})" in str(refused.value)


@pytest.mark.parametrize("name", DRAFTS)
def test_no_object_takes_a_member_that_is_not_named(name: str) -> None:
    good = build_authorisation(DRAFTS[name])
    for place in list_objects(good):
        for unknown in ("note", "@id", "image", "\u202e", "alsoKnownAs"):
            changed = copy.deepcopy(good)
            put(*place, unknown, value="also a judge")(changed)
            with pytest.raises(CredentialError):
                parse_draft(changed)


@pytest.mark.parametrize("name", DRAFTS)
def test_no_member_can_be_left_out_but_the_optional_ones(name: str) -> None:
    good = build_authorisation(DRAFTS[name])
    for place in list_members(good):
        if len(place) == 1 and place[0] in OPTIONAL:
            continue
        changed = copy.deepcopy(good)
        drop(*place)(changed)
        if place == ("termsOfUse",) and "relatedResource" not in changed:
            # A recorded grant that no longer names its giver reads as one that the recorder gave.
            assert parse_draft(changed).giver == changed["issuer"]["id"]
            continue
        with pytest.raises(CredentialError):
            parse_draft(changed)


@pytest.mark.parametrize("name", DRAFTS)
@pytest.mark.parametrize("value", [None, 7, True, "x", [], {}, [None], [{}], [[]], {"id": []}], ids=repr)
def test_no_value_of_another_kind_brings_the_reader_down(name: str, value: object) -> None:
    good = build_authorisation(DRAFTS[name])
    for place in list_members(good):
        changed = copy.deepcopy(good)
        put(*place, value=value)(changed)
        try:
            parse_draft(changed)
        except CredentialError:
            continue
        # A plain word is one where words stand; the achievement must still agree with the name.
        assert value == "x"
        assert place[-1] in {"name", "description", "narrative"}


def test_what_is_no_object_is_refused() -> None:
    for value in (None, [], "credential", 7):
        with pytest.raises(CredentialError):
            parse_draft(value)


@pytest.mark.parametrize(
    ("draft", "step"),
    [
        (replace(SIGNED, strength=Strength.RECORDED), "2.3"),
        (replace(RECORDED, strength=Strength.SIGNED), "2.5"),
        (replace(RECORDED, strength=Strength.WITNESSED), "2.3"),
        (replace(WITNESSED, strength=Strength.RECORDED), "2.3"),
        (replace(SIGNED, parent=build_uuid(3)), "2.4"),
        (replace(SIGNED, parent_hash=bytes(32)), "2.5"),
        (replace(WITNESSED, parent_hash=bytes(31)), "2.4"),
        (replace(SIGNED, giver=build_did(TEACHER)), "2.5"),
        (replace(SIGNED, valid_until=SIGNED.valid_from), "2.1"),
        (replace(SIGNED, scope="Quran"), "1.2"),
        (replace(SIGNED, status=StatusPlace("list", 7)), "5.1"),
        (replace(SIGNED, status=StatusPlace(build_uuid(301), BITS)), "5.1"),
        (replace(SIGNED, evidence=(Evidence("Book", "Page 40."),) * 17), "2.1"),
        (replace(SIGNED, name="two\nlines"), "2.6"),
        (replace(SIGNED, issuer=build_uuid(7), giver=build_uuid(7)), "2.1"),
    ],
)
def test_no_draft_is_built_that_its_reader_would_not_take_back(draft: Draft, step: str) -> None:
    with pytest.raises(CredentialError) as refused:
        build_authorisation(draft)
    assert refused.value.step == step


def test_a_document_that_nobody_signed_is_no_authorisation() -> None:
    document = build_authorisation(SIGNED)
    with pytest.raises(CredentialError):
        parse_authorisation(document, (JCS,))
    with pytest.raises(CredentialError):
        read_credential(encode(document))


def test_a_jwt_carries_no_second_proof_inside() -> None:
    signed = sign(build_authorisation(SIGNED), ROOT)
    with pytest.raises(CredentialError):
        parse_authorisation(signed, ("jwt",), "jwt")
    unsigned = build_authorisation(SIGNED)
    assert parse_authorisation(unsigned, ("jwt",), "jwt").form == "jwt"


@pytest.mark.parametrize("name", DRAFTS)
def test_a_jwt_of_the_issuer_says_the_same_as_the_file(name: str) -> None:
    draft = DRAFTS[name]
    number = ROOT if draft.issuer == build_did(ROOT) else COMMUNITY
    unsigned = build_authorisation(draft)
    read = read_credential(encode_jwt(unsigned, build_key(number)).encode())
    assert get_draft(read) == draft
    assert (read.form, read.suites, read.document_hash) == ("jwt", ("jwt",), compute_document_hash(unsigned))


def test_a_jwt_under_a_key_that_only_its_header_names_is_nobodys_word() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    token = sign_with_header_key(build_authorisation(SIGNED), key)
    assert parse_jwt(token).did is None
    with pytest.raises(CredentialError) as refused:
        read_credential(token.encode())
    assert refused.value.step == "3.4"


def test_a_jwt_of_something_else_is_refused_with_its_step() -> None:
    unsigned = build_authorisation(SIGNED)
    unsigned["credentialSubject"]["achievement"]["achievementType"] = "License"
    with pytest.raises(CredentialError) as refused:
        read_credential(encode_jwt(unsigned, build_key(ROOT)).encode())
    assert refused.value.step == "2.2"


@pytest.mark.parametrize("data", [b"ey", b"ey.ey.ey", b"eyJ\xff\xfe..", "ey٣.a.b".encode()])
def test_what_only_begins_like_a_jwt_is_refused(data: bytes) -> None:
    with pytest.raises(CredentialError):
        read_credential(data)


@pytest.mark.parametrize("name", ["name", "description", "validFrom"])
def test_a_word_changed_after_signing_is_seen(name: str) -> None:
    signed = sign(build_authorisation(SIGNED), ROOT)
    if name == "validFrom":
        signed["validFrom"] = "2014-03-01T00:00:00Z"
    elif name == "name":
        signed["issuer"]["name"] = "Shaykha Zaynab Invented II"
    else:
        signed["credentialSubject"]["achievement"]["description"] = "May teach everything."
    with pytest.raises(CredentialProofError):
        read_credential(encode(signed))


def test_a_sentence_tells_what_to_do_and_repeats_no_strange_words() -> None:
    document = build_authorisation(SIGNED) | {"<script>": 1}
    with pytest.raises(CredentialError) as refused:
        parse_draft(document)
    assert "script" not in str(refused.value)
    assert "Ask whoever gave you this file" in str(refused.value)
