"""The older form as the Python package openbadgeslib writes it, alone and in pictures; no network."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob2.models import Assertion, IdentityObject, Verification
from openbadgeslib.ob2.signer import OB2Signer
from openbadgeslib.ob2.verifier import OB2Verifier

from amanah.core.credentials.baking import extract_baked
from amanah.core.credentials.older import build_evidence, parse_older
from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.times import parse_time
from tests.core.credentials.foreign_papers import SIGNED_ASSERTION, build_curve_key, change, put, sign_compact
from tests.interop.pictures import SMALL_PNG, SMALL_SVG

ISSUED = datetime(2019, 5, 4, 3, 2, 1, tzinfo=UTC)
BADGE = "https://older.example/badges/5"
KEYS = {"RS256": generate_private_key(65537, 2048), "ES256": build_curve_key()}


def build_signer(algorithm: str) -> OB2Signer:
    pem = KEYS[algorithm].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return OB2Signer(pem, algorithm)


def build_public_pem(algorithm: str) -> str:
    return KEYS[algorithm].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class WholeAssertion(Assertion):
    """Theirs names its badge by an address; the form allows the badge, its issuer and the key in the file too."""

    pem = ""

    def to_dict(self) -> dict[str, Any]:
        whole = change(SIGNED_ASSERTION["badge"], put("issuer.publicKey.publicKeyPem", self.pem))
        return super().to_dict() | {"badge": whole}


def build_there(kind: type[Assertion] = Assertion, verification: str = "SignedBadge") -> Assertion:
    return kind(
        recipient=IdentityObject.create("amina@invented.example", "salt"),
        badge=BADGE,
        verification=Verification(verification, "https://older.example/key"),
        id="https://older.example/assertions/9",
        issued_on=ISSUED,
    )


@pytest.mark.parametrize("algorithm", KEYS)
def test_their_pictures_give_us_the_badge_and_without_the_key_it_is_not_checked(algorithm: str) -> None:
    signer, there = build_signer(algorithm), build_there()
    for picture in (signer.sign_into_png(there, SMALL_PNG), signer.sign_into_svg(there, SMALL_SVG)):
        baked = extract_baked(picture)
        assert baked.kind == "older"
        read = parse_older(baked.content)
        assert (read.id, read.badge, read.proof) == (there.id, BADGE, "signed-unchecked")
        assert read.issued_at == parse_time("2019-05-04T03:02:01Z")
        assert "was not checked" in build_evidence(read).narrative


@pytest.mark.parametrize("algorithm", KEYS)
def test_their_signature_holds_here_under_a_key_that_came_with_it(algorithm: str) -> None:
    WholeAssertion.pem = build_public_pem(algorithm)
    token = build_signer(algorithm).sign(build_there(WholeAssertion))
    assert parse_older(token.encode()).proof == "signed"
    head, payload, signature = token.split(".")
    with pytest.raises(CredentialProofError):
        parse_older(f"{head}.{payload}.{signature[:-4]}AAAA".encode())


def test_what_our_tests_sign_is_what_they_read() -> None:
    token = sign_compact(build_there().to_dict(), build_curve_key()).decode()
    read = OB2Verifier(build_public_pem("ES256")).verify(token, expected_recipient="amina@invented.example")
    assert read.badge == BADGE == parse_older(token.encode()).badge
