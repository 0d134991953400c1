"""Writes `spec/vectors/credentials/jwt.json`: `python -m tests.core.credentials.jwt_vectors`.

Every refused token but those named so carries a good signature over what it says.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from amanah.core.credentials.authorisations import build_authorisation
from amanah.core.credentials.identifiers import build_verification_method
from amanah.core.credentials.jwt import encode_jwt
from amanah.core.encoding import encode_base64url
from tests.core.credentials.written import CREATED, OTHER, ROOT, SIGNED, build_did, build_key, count_seconds

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "credentials"
FILE = "jwt.json"
Document = dict[str, Any]
Signer = Callable[[bytes], bytes]
EXPONENT = 65_537
CURVE_KEY = ec.derive_private_key(0x616D616E6168, ec.SECP256R1())
_UNREADABLE, _WRONG = "credential-unreadable", "credential-proof-wrong"


def build_rsa_key(bits: int = 2_048) -> rsa.RSAPrivateKey:
    """Give one fixed RSA key of a size, which is nobody's: its primes come out of a counter."""
    first = _find_prime(f"first {bits}", bits // 2)
    second = _find_prime(f"second {bits}", bits - bits // 2)
    exponent = pow(EXPONENT, -1, (first - 1) * (second - 1))
    return rsa.RSAPrivateNumbers(
        first,
        second,
        exponent,
        rsa.rsa_crt_dmp1(exponent, first),
        rsa.rsa_crt_dmq1(exponent, second),
        rsa.rsa_crt_iqmp(first, second),
        rsa.RSAPublicNumbers(EXPONENT, first * second),
    ).private_key(unsafe_skip_rsa_key_validation=True)


def _find_prime(word: str, bits: int) -> int:
    material = b"".join(hashlib.sha512(f"{word} {at}".encode()).digest() for at in range(8))
    candidate = int.from_bytes(material) >> (4_096 - bits) | 3 << (bits - 2) | 1
    while not all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7)) or (
        candidate % EXPONENT == 1
    ):
        candidate += 2
    return candidate


def sign_with_rsa(key: rsa.RSAPrivateKey) -> Signer:
    """Sign as RS256."""
    return lambda words: key.sign(words, padding.PKCS1v15(), hashes.SHA256())


def sign_on_curve(words: bytes) -> bytes:
    """Sign as ES256, always the same."""
    der = CURVE_KEY.sign(words, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return b"".join(part.to_bytes(32) for part in decode_dss_signature(der))


def build_rsa_jwk(key: rsa.RSAPrivateKey) -> Document:
    """Give the public key as a header holds it."""
    numbers = key.public_key().public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    return {"kty": "RSA", "n": encode_base64url(numbers.n.to_bytes(size)), "e": "AQAB"}


def build_curve_jwk() -> Document:
    """Give the public key as a header holds it."""
    numbers = CURVE_KEY.public_key().public_numbers()
    point = {name: encode_base64url(getattr(numbers, name).to_bytes(32)) for name in ("x", "y")}
    return {"kty": "EC", "crv": "P-256", **point}


def build_token(header: object, payload: object, sign: Signer) -> str:
    """Give a compact JWS of whatever stands in it; text is taken as it is."""
    parts = [
        part if isinstance(part, str) else json.dumps(part, ensure_ascii=False) for part in (header, payload)
    ]
    words = ".".join(encode_base64url(part.encode()) for part in parts)
    return f"{words}.{encode_base64url(sign(words.encode()))}"


def build_payload() -> Document:
    """Give the payload of 3.4 for the authorisation that all tests begin with."""
    return {
        **build_authorisation(SIGNED),
        "iss": SIGNED.issuer,
        "jti": SIGNED.id,
        "sub": SIGNED.holder,
        "nbf": count_seconds(2015, 3, 1),
        "exp": count_seconds(2035, 3, 1),
    }


HEADER = {"alg": "EdDSA", "typ": "JWT", "kid": build_verification_method(build_did(ROOT))}
SIGN: Signer = build_key(ROOT).sign


def build_vectors() -> Document:
    """Give tokens that are believed, and tokens that a reader refuses, with the step that says so."""
    return {
        "document": build_authorisation(SIGNED),
        "good": _list_good(),
        "refused": [*_list_wrong_headers(), *_list_wrong_keys(), *_list_wrong_claims(), *_list_wrong_texts()],
    }


def encode_vectors(vectors: Document) -> str:
    """Give the text of the file."""
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"


def _list_good() -> list[Document]:
    payload, did, key = build_payload(), build_did(ROOT), build_rsa_key()
    tokens = [
        ("as Amanah writes it", encode_jwt(build_authorisation(SIGNED), build_key(ROOT)), did),
        ("the newer name of the algorithm", build_token({**HEADER, "alg": "Ed25519"}, payload, SIGN), did),
        ("the did alone as kid", build_token({**HEADER, "kid": did}, payload, SIGN), did),
        ("the key itself", build_token({"alg": "EdDSA", "jwk": _build_jwk(ROOT)}, payload, SIGN), did),
        ("no typ, a cty", build_token({"alg": "EdDSA", "kid": did, "cty": "vc"}, payload, SIGN), did),
        ("with iat", build_token(HEADER, {**payload, "iat": count_seconds(2026)}, SIGN), did),
        (
            "RS256",
            build_token({"alg": "RS256", "jwk": build_rsa_jwk(key)}, payload, sign_with_rsa(key)),
            None,
        ),
        ("ES256", build_token({"alg": "ES256", "jwk": build_curve_jwk()}, payload, sign_on_curve), None),
    ]
    return [{"name": name, "token": token, "did": signed_by} for name, token, signed_by in tokens]


def _list_wrong_headers() -> list[Document]:
    payload = build_payload()
    changes: list[tuple[str, Document, str]] = [
        ("alg none", {"alg": "none"}, _UNREADABLE),
        ("alg None, in capitals", {"alg": "NONE"}, _UNREADABLE),
        ("HS256", {"alg": "HS256"}, _UNREADABLE),
        ("a list of algorithms", {"alg": ["EdDSA"]}, _UNREADABLE),
        ("an object of algorithms", {"alg": {}}, _UNREADABLE),
        ("crit", {"crit": ["exp"]}, _UNREADABLE),
        ("b64", {"b64": False}, _UNREADABLE),
        ("jku", {"jku": "https://x.invalid/keys"}, _UNREADABLE),
        ("x5u", {"x5u": "https://x.invalid/key"}, _UNREADABLE),
        ("x5c", {"x5c": ["AAAA"]}, _UNREADABLE),
        ("another key named", {"kid": build_verification_method(build_did(OTHER))}, _WRONG),
        ("a key on the web", {"kid": "https://x.invalid/key"}, _WRONG),
        ("another place in the did", {"kid": build_did(ROOT) + "#1"}, _WRONG),
        ("the key of another", {"jwk": _build_jwk(OTHER)}, _WRONG),
        ("a key on another curve", {"jwk": build_curve_jwk()}, _UNREADABLE),
        ("a private key of the issuer", {"jwk": {**_build_jwk(ROOT), "d": "AAAA"}}, _UNREADABLE),
        ("a long key", {"jwk": {**_build_jwk(ROOT), "x": "A" * 64}}, _UNREADABLE),
        ("a key that is text", {"jwk": "AAAA"}, _UNREADABLE),
        ("RS256 without a key", {"alg": "RS256"}, _UNREADABLE),
    ]
    tokens = [
        (name, build_token({**HEADER, **change}, payload, SIGN), code) for name, change, code in changes
    ]
    no_kid = build_token({"alg": "EdDSA"}, payload, SIGN)
    other = build_token(HEADER, payload, build_key(OTHER).sign)
    unsigned = build_token({**HEADER, "alg": "none"}, payload, lambda _: b"")
    return _write(
        [
            *tokens,
            ("no kid", no_kid, _WRONG),
            ("signed by another", other, _WRONG),
            ("unsigned", unsigned, _UNREADABLE),
        ]
    )


def _list_wrong_keys() -> list[Document]:
    payload, key, small = build_payload(), build_rsa_key(), build_rsa_key(1_024)
    rsa_jwk, curve = build_rsa_jwk(key), build_curve_jwk()
    by_key, by_small = sign_with_rsa(key), sign_with_rsa(small)
    cases: list[tuple[str, str, Document, Signer, str]] = [
        ("an RSA key of 1,024 bits", "RS256", build_rsa_jwk(small), by_small, _UNREADABLE),
        (
            "an RSA key of 8,192 bits",
            "RS256",
            {**rsa_jwk, "n": encode_base64url(b"\xff" * 1_024)},
            by_key,
            _UNREADABLE,
        ),
        (
            "an endless exponent",
            "RS256",
            {**rsa_jwk, "e": encode_base64url(b"\x01" * 256)},
            by_key,
            _UNREADABLE,
        ),
        ("an even exponent", "RS256", {**rsa_jwk, "e": "Ag"}, by_key, _UNREADABLE),
        ("a private key", "RS256", {**rsa_jwk, "d": "AQAB"}, by_key, _UNREADABLE),
        ("no modulus", "RS256", {"kty": "RSA", "e": "AQAB"}, by_key, _UNREADABLE),
        ("RS256 by another key", "RS256", rsa_jwk, by_small, _WRONG),
        ("RS256 with a key on a curve", "RS256", curve, by_key, _UNREADABLE),
        ("ES256 with an RSA key", "ES256", rsa_jwk, sign_on_curve, _UNREADABLE),
        ("another curve", "ES256", {**curve, "crv": "P-384"}, sign_on_curve, _UNREADABLE),
        ("no point of the curve", "ES256", {**curve, "y": curve["x"]}, sign_on_curve, _UNREADABLE),
        ("ES256 with a short signature", "ES256", curve, lambda words: sign_on_curve(words)[:63], _WRONG),
        ("ES256 by nobody", "ES256", curve, lambda _: bytes(64), _WRONG),
        ("a secret as key", "RS256", {"kty": "oct", "k": "AAAA"}, by_key, _UNREADABLE),
    ]
    return _write(
        [
            (name, build_token({"alg": alg, "jwk": jwk}, payload, by), code)
            for name, alg, jwk, by, code in cases
        ]
    )


def _list_wrong_claims() -> list[Document]:
    payload = build_payload()
    changes: list[tuple[str, Document]] = [
        ("iss of another", {"iss": build_did(OTHER)}),
        ("jti of another", {"jti": "urn:uuid:00000000-0000-4000-8000-00000000ffff"}),
        ("sub of another", {"sub": build_did(OTHER)}),
        ("nbf a second later", {"nbf": payload["nbf"] + 1}),
        ("nbf as text", {"nbf": str(payload["nbf"])}),
        ("exp a second later", {"exp": payload["exp"] + 1}),
        ("exp null", {"exp": None}),
        ("another holder in the credential", {"credentialSubject": {"id": build_did(OTHER)}}),
        ("a credential that begins at no moment", {"validFrom": "soon"}),
        ("a credential of another beginning", {"validFrom": CREATED}),
    ]
    tokens = [
        (name, build_token(HEADER, {**payload, **change}, SIGN), _UNREADABLE) for name, change in changes
    ]
    for name in ("iss", "jti", "sub", "nbf", "exp", "validUntil", "validFrom", "id", "credentialSubject"):
        less = {member: value for member, value in payload.items() if member != name}
        tokens.append((f"no {name}", build_token(HEADER, less, SIGN), _UNREADABLE))
    endless = {member: value for member, value in payload.items() if member != "validUntil"}
    tokens.append(("exp null and no end", build_token(HEADER, {**endless, "exp": None}, SIGN), _UNREADABLE))
    other = {**payload, "issuer": {**payload["issuer"], "id": build_did(OTHER)}, "iss": build_did(OTHER)}
    return _write([*tokens, ("the issuer is not the signer", build_token(HEADER, other, SIGN), _WRONG)])


def _list_wrong_texts() -> list[Document]:
    payload, good = json.dumps(build_payload()), build_token(HEADER, build_payload(), SIGN)
    words, signature = good.rsplit(".", 1)
    first = words.split(".")[0]
    other = json.dumps({**build_payload(), "name": "Everything"})
    twice = payload[:-1] + ', "name": "Everything"}'
    elsewhere = {**build_payload(), "@context": ["https://www.w3.org/2018/credentials/v1"]}
    tokens = [
        ("two parts", words, _UNREADABLE, "3.4"),
        ("four parts", good + ".", _UNREADABLE, "3.4"),
        ("nothing", "", _UNREADABLE, "3.4"),
        ("padded", good + "=", _UNREADABLE, "3.4"),
        ("a character more", good + "A", _WRONG, "3.4"),
        ("a space", good + " ", _UNREADABLE, "3.4"),
        ("another spelling of the signature", good[:-1] + _find_sibling(good[-1]), _UNREADABLE, "3.4"),
        ("no signature", words + ".", _WRONG, "3.4"),
        ("a member twice", build_token(HEADER, twice, SIGN), _UNREADABLE, "4.1"),
        ("alg twice", build_token('{"alg":"EdDSA","alg":"none"}', payload, SIGN), _UNREADABLE, "4.1"),
        ("a header that is a list", build_token([], payload, SIGN), _UNREADABLE, "4.1"),
        ("a payload that is text", build_token(HEADER, '"words"', SIGN), _UNREADABLE, "4.1"),
        ("a fraction", build_token(HEADER, payload[:-1] + ', "more": 1.5}', SIGN), _UNREADABLE, "4.1"),
        ("a fraction of a second", build_token(HEADER, payload[:-1] + ', "iat": 1.0}', SIGN), _UNREADABLE, "4.1"),
        ("another context", build_token(HEADER, elsewhere, SIGN), _UNREADABLE, "3.5"),
        ("another word", f"{first}.{encode_base64url(other.encode())}.{signature}", _WRONG, "3.4"),
    ]  # fmt: skip
    return [{"name": name, "token": token, "code": code, "step": step} for name, token, code, step in tokens]


def _build_jwk(number: int) -> Document:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": encode_base64url(build_key(number).public_key().public_bytes_raw()),
    }


def _find_sibling(letter: str) -> str:
    """Give another last letter that stands for the same bytes: its lowest bits say nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(letter) ^ 1]


def _write(tokens: list[tuple[str, str, str]]) -> list[Document]:
    return [{"name": name, "token": token, "code": code, "step": "3.4"} for name, token, code in tokens]


if __name__ == "__main__":
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
