"""Open Badges 2.0, the older form: read as far as a recorder may cite it as evidence (`spec/credentials.md` 4.5).

It is never a link of a chain by itself: most name only where they are hosted, and nothing is fetched; a signature shows
that nothing was changed and not who signed. The address of its holder is neither shown nor kept.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from amanah.core.credentials.authorisations import Evidence
from amanah.core.credentials.foreign import verify_paragraphs
from amanah.core.credentials.kinds import list_texts
from amanah.core.credentials.members import parse_identifier
from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.reading import LARGEST_FILE, CredentialError, parse_json
from amanah.core.credentials.texts import verify_name
from amanah.core.credentials.times import encode_time, parse_foreign_time
from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError

CONTEXT = "https://w3id.org/openbadges/v2"
SMALLEST_RSA_KEY, LARGEST_RSA_KEY = 2048, 4096

Proof = Literal["hosted", "signed-unchecked", "signed"]
"""`hosted` and `signed-unchecked` were not checked; `signed` holds under the key that came with the file."""

_COMPACT_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SIGNED_TYPES = {"signed", "SignedBadge"}
_PROOF_WORDS: Mapping[Proof, str] = {
    "hosted": "It is vouched for by a web address alone, which was not checked.",
    "signed-unchecked": "It is signed, and the key is not there: the signature was not checked.",
    "signed": "It is signed with a key that came with it: it was not changed since, and who signed is not shown.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderBadge:
    """An assertion as it was read; texts that are not there or may not stand (2.6) are empty."""

    id: str
    badge: str
    name: str
    description: str
    criteria: str
    issuer: str
    issuer_name: str
    issued_at: int
    expires_at: int | None
    proof: Proof
    file_hash: bytes


def parse_older(data: bytes) -> OlderBadge:
    """Read an assertion, as JSON or as a signed one."""
    content = data.strip()
    if len(content) > LARGEST_FILE:
        raise _refuse("The file is larger than 1 MiB. Send the badge alone.")
    if _COMPACT_JWS.fullmatch(content):
        assertion = _parse_part(content.split(b".")[1])
        return _read_assertion(assertion, data, _check_signature(content, assertion))
    if not content.startswith(b"{"):
        raise _refuse(
            "The badge is only the address of one, and nothing is fetched. Open the address yourself and send what"
            " stands there."
        )
    assertion = parse_json(content)
    verification = assertion.get("verification")
    kinds = list_texts(verification.get("type")) if isinstance(verification, Mapping) else []
    return _read_assertion(assertion, data, "signed-unchecked" if _SIGNED_TYPES & {*kinds} else "hosted")


def build_evidence(badge: OlderBadge) -> Evidence:
    """Give what a recorder cites of the badge: its words, its hash, and what was not checked."""
    named = f"“{badge.name}”" if badge.name else badge.badge
    giver = (
        f"{badge.issuer_name} ({badge.issuer})"
        if badge.issuer_name
        else badge.issuer or "an issuer not named"
    )
    narrative = (
        f"Open Badges 2.0, the older form: {named} by {giver}, issued {encode_time(badge.issued_at)}."
        f" {_PROOF_WORDS[badge.proof]} SHA-256 of the file: {badge.file_hash.hex()}"
    )
    # An address of 2,000 characters is allowed in a badge, and not in a sentence.
    fits = len(narrative) <= 2000
    return Evidence("Open Badges 2.0, older form", narrative if fits else _build_short_narrative(badge))


def _build_short_narrative(badge: OlderBadge) -> str:
    words = _PROOF_WORDS[badge.proof]
    return f"A badge of the older form. {words} SHA-256 of the file: {badge.file_hash.hex()}"


def _read_assertion(assertion: Mapping[str, Any], data: bytes, proof: Proof) -> OlderBadge:
    if CONTEXT not in list_texts(assertion.get("@context")) or "Assertion" not in list_texts(
        assertion.get("type")
    ):
        raise _refuse("The badge is no assertion of Open Badges 2.0. Send one, or one of version 3.0.")
    badge = _get_embedded(assertion.get("badge"))
    issuer = _get_embedded(badge.get("issuer"))
    criteria = badge.get("criteria")
    said = _get_embedded(criteria) if isinstance(criteria, Mapping) else {"narrative": criteria}
    ends = parse_foreign_time(assertion["expires"], "4.5") if "expires" in assertion else None
    return OlderBadge(
        id=_find_identifier(assertion.get("id")),
        badge=parse_identifier(badge.get("id"), "4.5", name="The id of the badge"),
        name=_find_name(badge.get("name")),
        description=_find_paragraphs(badge.get("description")),
        criteria=_find_paragraphs(said.get("narrative")),
        issuer=_find_identifier(issuer.get("id")),
        issuer_name=_find_name(issuer.get("name")),
        issued_at=parse_foreign_time(assertion.get("issuedOn"), "4.5"),
        expires_at=ends,
        proof=proof,
        file_hash=hashlib.sha256(data).digest(),
    )


def _get_embedded(value: object) -> Mapping[str, Any]:
    """Give an object that stands in the file, or one that only its address tells of."""
    return value if isinstance(value, Mapping) else {"id": value}


def _find_identifier(value: object) -> str:
    try:
        return parse_identifier(value, "4.5", name="An id")
    except CredentialError:
        return ""


def _find_name(value: object) -> str:
    try:
        return verify_name(value, "2.6")
    except CredentialError:
        return ""


def _find_paragraphs(value: object) -> str:
    try:
        return verify_paragraphs(value)
    except CredentialError:
        return ""


def _parse_part(part: bytes) -> dict[str, Any]:
    try:
        return parse_json(parse_base64url(part.decode("ascii")))
    except CredentialError:
        raise
    except InvalidInputError as error:
        raise _refuse(
            "The signed badge is not in base64url. Ask whoever gave it to you for it again."
        ) from error


def _check_signature(content: bytes, assertion: Mapping[str, Any]) -> Proof:
    head, payload, signature = content.split(b".")
    header = _parse_part(head)
    algorithm = header.get("alg")
    if algorithm not in ("RS256", "ES256") or {"crit", "jku", "x5u", "b64"} & {*header}:
        raise _refuse(
            "The badge is signed in a way that is not taken: only RS256 and ES256 are. Ask for one of them."
        )
    pem = _find_key(assertion)
    if pem is None:
        return "signed-unchecked"
    try:
        key = load_pem_public_key(pem.encode())
        _verify(key, str(algorithm), head + b"." + payload, parse_base64url(signature.decode("ascii")))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refuse(
            "The key that came with the badge cannot be read. Ask its issuer for a right one."
        ) from error
    except CredentialError:
        raise
    except (InvalidSignature, InvalidInputError) as error:
        raise CredentialProofError(
            "The signature of the badge does not hold: it was changed after it was signed."
        ) from error
    return "signed"


def _find_key(assertion: Mapping[str, Any]) -> str | None:
    """Give the key that stands in the profile of the issuer, where the file holds the profile itself."""
    issuer = _get_embedded(_get_embedded(assertion.get("badge")).get("issuer"))
    key = issuer.get("publicKey")
    pem = key.get("publicKeyPem") if isinstance(key, Mapping) else None
    return pem if isinstance(pem, str) else None


def _verify(key: object, algorithm: str, signed: bytes, signature: bytes) -> None:
    if algorithm == "RS256" and isinstance(key, RSAPublicKey):
        if not SMALLEST_RSA_KEY <= key.key_size <= LARGEST_RSA_KEY:
            raise _refuse("The key of the badge is shorter than 2,048 or longer than 4,096 bits.")
        key.verify(signature, signed, PKCS1v15(), SHA256())
    elif (
        algorithm == "ES256" and isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    ):
        if len(signature) != 64:
            raise InvalidSignature
        numbers = (int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        key.verify(encode_dss_signature(*numbers), signed, ECDSA(SHA256()))
    else:
        raise _refuse("The key that came with the badge is of another kind than its signature.")


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(sentence, step="4.5")
