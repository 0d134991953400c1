"""The older form is read as evidence that a recorder may cite, and never says more than a reader could check."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amanah.core.credentials.older import OlderBadge, build_evidence, parse_older
from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.texts import verify_text
from amanah.core.credentials.times import parse_time
from amanah.core.encoding import encode_base64url, parse_base64url
from tests.core.credentials.foreign_papers import (
    ASSERTION,
    SIGNED_ASSERTION,
    Badge,
    build_curve_key,
    change,
    drop,
    put,
    sign_compact,
)


def encode(badge: Badge) -> bytes:
    return json.dumps(badge).encode()


def test_a_hosted_badge_is_read_and_said_to_be_unchecked() -> None:
    read = parse_older(encode(ASSERTION))
    assert read == OlderBadge(
        id="https://older.example/assertions/123",
        badge="https://older.example/badges/5",
        name="Beginners' recitation",
        description="Reads the last tenth.\nHeard once.",
        criteria="Heard by one teacher.",
        issuer="https://older.example/",
        issuer_name="Invented Maker Society",
        issued_at=parse_time("2016-12-31T23:59:59Z"),
        expires_at=None,
        proof="hosted",
        file_hash=hashlib.sha256(encode(ASSERTION)).digest(),
    )
    narrative = build_evidence(read).narrative
    assert "“Beginners' recitation” by Invented Maker Society (https://older.example/)" in narrative
    assert "2016-12-31T23:59:59Z" in narrative
    assert "not checked" in narrative
    assert read.file_hash.hex() in narrative


def test_the_address_of_the_holder_is_nowhere_in_what_was_read() -> None:
    for badge in (ASSERTION, SIGNED_ASSERTION):
        read = parse_older(encode(badge))
        assert "amina" not in repr(read) + repr(build_evidence(read))


def test_a_badge_signed_with_the_key_that_came_with_it_was_not_changed_and_says_no_more() -> None:
    read = parse_older(sign_compact(SIGNED_ASSERTION, build_curve_key()))
    assert read.proof == "signed"
    assert "who signed is not shown" in build_evidence(read).narrative


def test_a_badge_whose_key_is_only_an_address_is_not_checked() -> None:
    for badge in (
        change(SIGNED_ASSERTION, drop("badge.issuer.publicKey")),
        change(SIGNED_ASSERTION, put("badge.issuer.publicKey", "https://older.example/key")),
        change(SIGNED_ASSERTION, put("badge.issuer", "https://older.example/")),
    ):
        read = parse_older(sign_compact(badge, build_curve_key()))
        assert read.proof == "signed-unchecked"
        assert "was not checked" in build_evidence(read).narrative
    assert parse_older(encode(SIGNED_ASSERTION)).proof == "signed-unchecked"


def test_a_signed_badge_that_was_changed_is_refused() -> None:
    head, payload, signature = sign_compact(SIGNED_ASSERTION, build_curve_key()).split(b".")
    changed = parse_base64url(payload.decode()).replace(b"Beginners'", b"Everybody'")
    for forged in (
        b".".join([head, encode_base64url(changed).encode(), signature]),
        b".".join([head, payload, encode_base64url(bytes(64)).encode()]),
        b".".join([head, payload, encode_base64url(bytes(63)).encode()]),
        sign_compact(SIGNED_ASSERTION, build_curve_key(8)),
    ):
        with pytest.raises(CredentialProofError):
            parse_older(forged)


def test_a_badge_signed_with_rsa_is_read_with_a_key_of_fit_length_alone() -> None:
    for bits, is_read in ((2048, True), (1024, False)):
        key = generate_private_key(65537, bits)
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        badge = change(SIGNED_ASSERTION, put("badge.issuer.publicKey.publicKeyPem", pem))
        words = b".".join(
            encode_base64url(json.dumps(part).encode()).encode() for part in ({"alg": "RS256"}, badge)
        )
        token = words + b"." + encode_base64url(key.sign(words, PKCS1v15(), SHA256())).encode()
        if is_read:
            assert parse_older(token).proof == "signed"
            continue
        with pytest.raises(CredentialError, match="shorter than 2,048"):
            parse_older(token)


@pytest.mark.parametrize(
    ("header", "match"),
    [
        ({"alg": "none"}, "only RS256 and ES256"),
        ({"alg": "HS256"}, "only RS256 and ES256"),
        ({"alg": ["ES256"]}, "only RS256 and ES256"),
        ({"crit": ["b64"]}, "only RS256 and ES256"),
        ({"jku": "https://older.example/keys"}, "only RS256 and ES256"),
        ({"x5u": "https://older.example/chain"}, "only RS256 and ES256"),
        ({"alg": "RS256"}, "of another kind"),
    ],
)
def test_no_signature_is_taken_that_anybody_could_make(header: Badge, match: str) -> None:
    with pytest.raises(CredentialError, match=match):
        parse_older(sign_compact(SIGNED_ASSERTION, build_curve_key(), **header))


def test_a_key_that_is_none_is_refused() -> None:
    for pem in ("", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "\u0000", "é" * 1000):
        badge = change(SIGNED_ASSERTION, put("badge.issuer.publicKey.publicKeyPem", pem))
        with pytest.raises(CredentialError, match="cannot be read"):
            parse_older(sign_compact(badge, build_curve_key()))


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"https://older.example/assertions/123", "only the address"),
        (b"", "only the address"),
        (b"{" + b" " * (1 << 20) + b"}", "larger than 1 MiB"),
        (b"{'not': 'json'}", "not JSON"),
        (b"A.B.C", "base64url"),
        (encode(change(ASSERTION, put("@context", "https://w3id.org/openbadges/v1"))), "no assertion"),
        (encode(change(ASSERTION, put("type", "BadgeClass"))), "no assertion"),
        (encode(change(ASSERTION, put("badge", 7))), "The id of the badge"),
        (encode(change(ASSERTION, drop("issuedOn"))), "time"),
        (encode(change(ASSERTION, put("issuedOn", 1483228799))), "time"),
        (encode(change(ASSERTION, put("expires", "never"))), "time"),
    ],
)
def test_what_is_no_badge_of_the_older_form_is_refused(data: bytes, match: str) -> None:
    with pytest.raises(CredentialError, match=match):
        parse_older(data)


def test_a_badge_that_names_everything_by_address_says_what_it_can() -> None:
    read = parse_older(encode(change(ASSERTION, put("badge", "https://older.example/badges/5"), drop("id"))))
    assert (read.badge, read.name, read.issuer, read.id) == ("https://older.example/badges/5", "", "", "")
    assert "https://older.example/badges/5 by an issuer not named" in build_evidence(read).narrative


def test_texts_that_may_not_stand_are_empty_and_evidence_is_always_fit_to_be_signed() -> None:
    long = "https://older.example/" + "a" * 1970
    for badge in (
        change(
            ASSERTION,
            put("badge.name", "a\u202eb"),
            put("badge.description", ["x"]),
            put("badge.criteria", None),
        ),
        change(ASSERTION, put("badge.id", long), put("badge.issuer.id", long), put("badge.name", "")),
        ASSERTION,
    ):
        evidence = build_evidence(parse_older(encode(badge)))
        assert verify_text(evidence.narrative, "2.6") == evidence.narrative
        assert hashlib.sha256(encode(badge)).hexdigest() in evidence.narrative
    assert parse_older(encode(change(ASSERTION, put("badge.name", "a\u202eb")))).name == ""
