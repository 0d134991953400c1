"""VC-JWT: a credential as a compact JWS, made and read (`spec/credentials.md` 3.4).

It never fetches a key, and tells a key that is the issuer's from one that only the token itself names.
"""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.credentials.contexts import verify_contexts
from amanah.core.credentials.identifiers import (
    build_did_key,
    build_verification_method,
    is_did_key,
    parse_did_key,
)
from amanah.core.credentials.proofs import CredentialProofError, find_issuer
from amanah.core.credentials.reading import LARGEST_FILE, CredentialError, encode_jcs, parse_json
from amanah.core.credentials.times import parse_foreign_time, parse_time
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError

STEP = "3.4"
_HEADER_MEMBERS = {"alg", "typ", "cty", "kid", "jwk"}
# `EdDSA` is the older name of what RFC 9864 calls `Ed25519`; the key says that it is that curve.
_OF_DID_KEY = {"EdDSA", "Ed25519"}
_OF_HEADER_KEY = {"RS256": "RSA", "ES256": "EC"}
_CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat")
_SMALLEST_MODULUS = 2_048
_LARGEST_MODULUS = 4_096
_LONGEST_EXPONENT = 4
_COORDINATE_SIZE = 32


@dataclass(frozen=True)
class SignedClaims:
    """A credential whose every member was signed; `did` is the issuer's key, or None for one of the header alone."""

    document: dict[str, Any]
    did: str | None


def encode_jwt(document: dict[str, Any], key: Ed25519PrivateKey) -> str:
    """Sign a credential of the profile as a compact JWS, with the key that is its issuer."""
    issuer = find_issuer(document)
    if issuer != build_did_key(key.public_key().public_bytes_raw()):
        raise CredentialError("The key is not that of the issuer.", STEP)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    claims = {
        "iss": issuer,
        "jti": unsigned["id"],
        "sub": unsigned["credentialSubject"]["id"],
        "nbf": parse_time(unsigned["validFrom"]),
    }
    if "validUntil" in unsigned:
        claims["exp"] = parse_time(unsigned["validUntil"])
    header = {"alg": "EdDSA", "typ": "JWT", "kid": build_verification_method(issuer)}
    words = ".".join(encode_base64url(encode_jcs(part)) for part in (header, {**unsigned, **claims}))
    return f"{words}.{encode_base64url(key.sign(words.encode()))}"


def parse_jwt(text: str) -> SignedClaims:
    """Read a token whose signature holds and whose claims say what the credential says."""
    parts = text.split(".") if len(text) <= LARGEST_FILE else []
    if len(parts) != 3:
        raise _refuse("This is no token of three parts within 1 MiB.")
    header, payload = (parse_json(_parse_part(part)) for part in parts[:2])
    signature = _parse_part(parts[2])
    algorithm, jwk = _parse_header(header, payload)
    _verify_signature(algorithm, jwk, ".".join(parts[:2]).encode(), signature)
    _verify_claims(payload)
    verify_contexts(payload)
    document = {name: value for name, value in payload.items() if name not in _CLAIMS}
    return SignedClaims(document, find_issuer(payload) if algorithm in _OF_DID_KEY else None)


def _parse_header(header: dict[str, Any], payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the algorithm and the public key that it is checked with."""
    algorithm = str(header.get("alg"))
    if not set(header) <= _HEADER_MEMBERS:
        raise _refuse(
            "The token's header has a member that is not known here, or that names an address of a key."
        )
    if algorithm in _OF_DID_KEY:
        # Open Badges 3.0 lets a token name its key or hold it; one that is held is named by itself.
        named = _name_key(header["jwk"]) if "jwk" in header else header.get("kid")
        return algorithm, _build_jwk_of_issuer(named, find_issuer(payload))
    if algorithm in _OF_HEADER_KEY and isinstance(header.get("jwk"), dict):
        return algorithm, _parse_jwk(header["jwk"], _OF_HEADER_KEY[algorithm])
    raise _refuse(
        "The token is not signed with EdDSA by a did:key, or with RS256 or ES256 by a key in its header."
    )


def _name_key(jwk: object) -> str:
    """Give the did:key of an Ed25519 key that stands in a header."""
    if not isinstance(jwk, dict) or (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519") or "d" in jwk:
        raise _refuse("The key in the token's header is not a public Ed25519 key.")
    public = _parse_part(jwk.get("x"))
    if len(public) != _COORDINATE_SIZE:
        raise _refuse("The key in the token's header is not a public Ed25519 key.")
    return build_did_key(public)


def _build_jwk_of_issuer(named: object, issuer: str) -> dict[str, Any]:
    if not is_did_key(issuer) or named not in (issuer, build_verification_method(issuer)):
        raise CredentialProofError("The token names another key than the did:key of its issuer.", STEP)
    return {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(parse_did_key(issuer))}


def _parse_jwk(jwk: dict[str, Any], kind: str) -> dict[str, Any]:
    """Give the members that make the public key; all others, such as a private one, say nothing."""
    if jwk.get("kty") != kind or "d" in jwk:
        raise _refuse(
            "The key in the token's header is not a public key of the kind that its algorithm needs."
        )
    if kind == "EC":
        if jwk.get("crv") != "P-256":
            raise _refuse("The key in the token's header is not on the curve P-256.")
        point = {name: jwk.get(name) for name in ("x", "y")}
        if any(len(_parse_part(value)) != _COORDINATE_SIZE for value in point.values()):
            raise _refuse("The key in the token's header is no point of the curve P-256.")
        return {"kty": kind, "crv": "P-256", **point}
    bits = int.from_bytes(_parse_part(jwk.get("n"))).bit_length()
    if (
        not _SMALLEST_MODULUS <= bits <= _LARGEST_MODULUS
        or len(_parse_part(jwk.get("e"))) > _LONGEST_EXPONENT
    ):
        raise _refuse("The key in the token's header is not an RSA key of 2,048 to 4,096 bits.")
    return {"kty": kind, "n": jwk["n"], "e": jwk["e"]}


def _verify_signature(algorithm: str, jwk: dict[str, Any], words: bytes, signature: bytes) -> None:
    from joserfc import jwk as keys
    from joserfc import jws
    from joserfc.errors import JoseError

    name = "Ed25519" if algorithm in _OF_DID_KEY else algorithm
    try:
        key = keys.import_key({**jwk})
        holds = jws.JWSRegistry.algorithms[name].verify(words, signature, key)
    except (JoseError, ValueError, TypeError) as error:
        raise _refuse("The key in the token's header is no key.") from error
    if not holds:
        raise CredentialProofError(
            "The token's signature does not hold: it was changed, or somebody else signed it.", STEP
        )


def _verify_claims(payload: dict[str, Any]) -> None:
    subject = payload.get("credentialSubject")
    said = {
        "iss": find_issuer(payload),
        "jti": payload.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
        "nbf": parse_foreign_time(payload.get("validFrom"), STEP),
        "exp": parse_foreign_time(payload["validUntil"], STEP) if "validUntil" in payload else None,
    }
    for name, value in said.items():
        claim = payload.get(name)
        # A truth value is a number to Python, and 1 is True; the kinds must be the same too.
        if claim != value or type(claim) is not type(value) or (value is None and name != "exp"):
            raise _refuse(f"The claim {name} does not say the same as the credential.")
    if payload.get("exp", 0) is None:
        raise _refuse("The claim exp does not say the same as the credential.")


def _parse_part(text: object) -> bytes:
    try:
        return parse_base64url(text)  # type: ignore[arg-type]
    except InvalidInputError as error:
        raise _refuse("A part of the token is not base64url.") from error


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(sentence, STEP)
