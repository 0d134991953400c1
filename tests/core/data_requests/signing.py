"""Trustees with passkeys in software, of each of the three kinds, and what they sign. The keys are made from words."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amanah.core.data_requests.approvals import Approval
from amanah.core.data_requests.documents import DecisionDocument, compute_challenge, encode_document
from amanah.core.data_requests.panels import Panel, Trustee, compute_panel_hash, encode_panel
from amanah.core.encoding import encode_base64url

ORIGIN = "https://requests.example"
PARTY = "requests.example"
COMMUNITY = "riverside"
PRESENT_AND_VERIFIED = 0x05
KINDS = ("p256", "ed25519", "rsa")
LAST_OF_EACH_KIND = 6
AT = 1_790_000_000
REFERENCE = "7K2M-Q4TX-9ZP3"
FACTS, PACK, RULES = "a" * 64, "b" * 64, "c" * 64
SALT = encode_base64url(bytes(range(32)))
_SMALL = math.prod(number for number in range(3, 2_000, 2))


@dataclass(frozen=True)
class SoftPasskey:
    """A key pair, as its SPKI and what signs with it."""

    spki: bytes
    sign: Callable[[bytes], bytes]

    def approve(self, trustee: str, document: bytes, **changes: Any) -> Approval:
        """Sign a document as a browser and an authenticator would; `changes` are what is wrong with it."""
        said = {
            "type": "webauthn.get",
            "challenge": encode_base64url(compute_challenge(document)),
            "origin": changes.get("origin", ORIGIN),
            "crossOrigin": False,
        } | changes.get("said", {})
        client_data = changes.get("client_data", json.dumps(said).encode())
        party = hashlib.sha256(changes.get("party", PARTY).encode()).digest()
        data = (
            party + bytes([changes.get("flags", PRESENT_AND_VERIFIED)]) + changes.get("count", 0).to_bytes(4)
        )
        data = changes.get("authenticator_data", data + changes.get("more", b""))
        signature = self.sign(data + hashlib.sha256(client_data).digest())
        return Approval(trustee, self.spki, data, client_data, signature)


@cache
def make_passkey(words: str, kind: str = "p256") -> SoftPasskey:
    """Make the passkey of some words: the same words and kind, the same key, and the same signatures."""
    seed = hashlib.sha256(words.encode()).digest()
    if kind == "p256":
        curve = ec.derive_private_key(int.from_bytes(seed) >> 1, ec.SECP256R1())
        algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)
        return SoftPasskey(_encode(curve), lambda data: curve.sign(data, algorithm))
    if kind == "ed25519":
        edwards = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        return SoftPasskey(_encode(edwards), edwards.sign)
    big = make_rsa_key(words)
    return SoftPasskey(_encode(big), lambda data: big.sign(data, PKCS1v15(), SHA256()))


def make_rsa_key(words: str, bits: int = 2048, exponent: int = 65_537) -> rsa.RSAPrivateKey:
    """Make an RSA key of two primes that words lead to."""
    one, other = (_find_prime(f"{words} {which}", bits // 2, exponent) for which in ("p", "q"))
    secret = pow(exponent, -1, (one - 1) * (other - 1))
    return rsa.RSAPrivateNumbers(
        p=one,
        q=other,
        d=secret,
        dmp1=secret % (one - 1),
        dmq1=secret % (other - 1),
        iqmp=pow(other, -1, one),
        public_numbers=rsa.RSAPublicNumbers(exponent, one * other),
    ).private_key()


def make_trustee(number: int, *, is_deputy: bool = False, kind: str | None = None) -> Trustee:
    """Make trustee 1, 2, …; the keys of the first six take turns among the three kinds."""
    return Trustee(
        trustee=f"{number:016x}",
        name=f"Trustee {number} of Nowhere",
        office=f"Office {number}",
        keys=(get_passkey(number, kind).spki,),
        is_deputy=is_deputy,
    )


def get_passkey(number: int, kind: str | None = None) -> SoftPasskey:
    """Give the passkey of trustee 1, 2, …"""
    return make_passkey(
        f"trustee {number}", kind or (KINDS[number % 3] if number <= LAST_OF_EACH_KIND else "p256")
    )


def make_panel(members: int = 3, deputies: int = 1, **changes: Any) -> Panel:
    """Make a first panel of some members and deputies; more than half of the members must sign."""
    trustees = [make_trustee(number) for number in range(1, members + 1)]
    trustees += [
        make_trustee(number, is_deputy=True) for number in range(members + 1, members + deputies + 1)
    ]
    facts: dict[str, Any] = {
        "community": COMMUNITY,
        "number": 1,
        "previous": None,
        "least": members // 2 + 1,
        "origin": ORIGIN,
        "party": PARTY,
        "trustees": tuple(trustees),
    }
    return Panel(**(facts | changes))


def make_answer_body(**changes: Any) -> dict[str, Any]:
    """Give what an answer to a request says."""
    return {
        "facts": FACTS,
        "outcome": "narrow",
        "pack": PACK,
        "reasons": ["nothing-beyond", "only-what-exists"],
        "reference": REFERENCE,
        "rules": RULES,
        "salt": SALT,
        "scope": {
            "categories": ["attendance"],
            "people": ["Nobody Known"],
            "since": None,
            "until": "2026-01-31",
        },
        "telling": {"reason": None, "until": None},
    } | changes


def make_document(panel: Panel, **changes: Any) -> DecisionDocument:
    """Make a decision under a panel."""
    facts: dict[str, Any] = {
        "at": AT,
        "body": make_answer_body(),
        "community": panel.community,
        "decision": "00112233445566aa",
        "kind": "request-answered",
        "panel": compute_panel_hash(encode_panel(panel)),
    }
    return DecisionDocument(**(facts | changes))


def make_change(panel: Panel, following: Panel, decision: str = "00000000000000f0") -> bytes:
    """Give the bytes of the decision by which a panel is followed by another, or founds itself."""
    following_hash = compute_panel_hash(encode_panel(following))
    body = {"next": following_hash}
    return encode_document(make_document(panel, kind="panel-changed", body=body, decision=decision))


def make_next(panel: Panel, **changes: Any) -> Panel:
    """Make the panel after a panel."""
    follows = {"number": panel.number + 1, "previous": compute_panel_hash(encode_panel(panel))}
    return replace(panel, **(follows | changes))


def approve(document: bytes, *numbers: int, **changes: Any) -> list[Approval]:
    """Let trustees 1, 2, … sign a document."""
    return [get_passkey(number).approve(f"{number:016x}", document, **changes) for number in numbers]


def _encode(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _find_prime(words: str, bits: int, exponent: int) -> int:
    blocks = (hashlib.sha256(f"{words} {place}".encode()).digest() for place in range(bits // 256))
    number = int.from_bytes(b"".join(blocks)) | 3 << bits - 2 | 1
    while not _is_prime(number) or number % exponent == 1:
        number += 2
    return number


def _is_prime(number: int) -> bool:
    return math.gcd(number, _SMALL) == 1 and all(pow(base, number - 1, number) == 1 for base in (2, 3))


def list_hashes(panels: Sequence[Panel]) -> list[str]:
    """List the hashes of panels."""
    return [compute_panel_hash(encode_panel(panel)) for panel in panels]
