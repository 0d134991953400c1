"""Badges as other software writes them, for tests and vectors: of version 3.0, and of the older form."""

import copy
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amanah.core.encoding import encode_base64url
from tests.core.credentials.written import OTHER, TEACHER, build_did

ACHIEVEMENT = "https://academy.example/achievements/tajwid-2"
Badge = dict[str, Any]

BADGE: Badge = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://academy.example/credentials/3732",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Tajwid, level 2",
    "issuer": {"id": build_did(OTHER), "type": ["Profile"], "name": "Invented Academy", "url": "https://academy.example"},
    "validFrom": "2024-05-01T09:30:00.250+02:00",
    "validUntil": "2034-05-01T00:00:00Z",
    "credentialSubject": {
        "id": build_did(TEACHER),
        "type": ["AchievementSubject"],
        "achievement": {
            "id": ACHIEVEMENT,
            "type": ["Achievement"],
            "name": "Tajwid, level 2",
            "description": "Reads without a mistake.\n\nHeard by two teachers.",
            "criteria": {"id": "https://academy.example/criteria", "narrative": "Passed the course in Tajwid."},
            "image": {"id": "https://academy.example/tajwid.png", "type": "Image"},
        },
    },
    "evidence": [
        {
            "id": "https://academy.example/evidence/1", "type": ["Evidence"],
            "name": "Recording", "narrative": "Ten minutes.",
        },
    ],
    "credentialStatus": {
        "id": "https://academy.example/status/3#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://academy.example/status/3",
    },
}  # fmt: skip


def change(badge: Badge, *changes: Callable[[Badge], object]) -> Badge:
    """Give a copy of a badge with something else in it."""
    changed = copy.deepcopy(badge)
    for one in changes:
        one(changed)
    return changed


def put(path: str, value: object) -> Callable[[Badge], object]:
    """Give a change that writes a member; the path has dots."""
    *way, last = path.split(".")

    def write(badge: Badge) -> None:
        for step in way:
            badge = badge[step]
        badge[last] = value

    return write


def drop(path: str) -> Callable[[Badge], object]:
    """Give a change that takes a member away."""
    *way, last = path.split(".")

    def take(badge: Badge) -> None:
        for step in way:
            badge = badge[step]
        del badge[last]

    return take


_SUBJECT, _ACHIEVEMENT = "credentialSubject", "credentialSubject.achievement"
_DESCRIPTION = f"{_ACHIEVEMENT}.description"
UNFIT: dict[str, tuple[Badge, str]] = {
    "it is no badge": (change(BADGE, put("type", ["VerifiableCredential"])), "4.4"),
    "its types are no texts": (change(BADGE, put("type", [{"id": "OpenBadgeCredential"}])), "4.4"),
    "it has no subject": (change(BADGE, drop(_SUBJECT)), "4.4"),
    "it has two subjects": (change(BADGE, put(_SUBJECT, [BADGE[_SUBJECT]] * 2)), "4.4"),
    "its achievement is an address": (change(BADGE, put(_ACHIEVEMENT, ACHIEVEMENT)), "4.4"),
    "its achievement has no id": (change(BADGE, drop(f"{_ACHIEVEMENT}.id")), "4.4"),
    "its achievement is named by a script": (
        change(BADGE, put(f"{_ACHIEVEMENT}.id", "java script:1")),
        "4.4",
    ),
    "it names a scope of ours": (change(BADGE, put(f"{_ACHIEVEMENT}.id", "urn:amanah:scope:quran")), "4.4"),
    "it has no name": (change(BADGE, drop(f"{_ACHIEVEMENT}.name")), "2.6"),
    "its name turns round": (change(BADGE, put(f"{_ACHIEVEMENT}.name", "Tajwid \u202efake")), "2.6"),
    "its name has two lines": (change(BADGE, put(f"{_ACHIEVEMENT}.name", "Tajwid\nand all else")), "2.6"),
    "its name poses": (change(BADGE, put(f"{_ACHIEVEMENT}.name", "T\u0430jwid")), "2.6"),
    "it has no id": (change(BADGE, drop("id")), "4.4"),
    "its issuer has no id": (change(BADGE, drop("issuer.id")), "4.4"),
    "its issuer is a list": (change(BADGE, put("issuer", [build_did(OTHER)])), "4.4"),
    "its holder is no identifier": (change(BADGE, put(f"{_SUBJECT}.id", "Amina Invented")), "4.4"),
    "it never began": (change(BADGE, drop("validFrom")), "4.4"),
    "it began on no day": (change(BADGE, put("validFrom", "2024-02-30T00:00:00Z")), "4.4"),
    "its end is no time": (change(BADGE, put("validUntil", "for ever")), "4.4"),
    "it ends before it begins": (change(BADGE, put("validUntil", "2024-05-01T07:30:00Z")), "4.4"),
}

LEFT_OUT: dict[str, tuple[Badge, str]] = {
    "a description that turns round": (change(BADGE, put(_DESCRIPTION, "a\u202eb")), "achievement.description"),
    "a description too long": (change(BADGE, put(_DESCRIPTION, "a" * 2001)), "achievement.description"),
    "a description with a hidden line": (
        change(BADGE, put(_DESCRIPTION, "a\u2028b")), "achievement.description",
    ),
    "a description in languages": (
        change(BADGE, put(_DESCRIPTION, {"en": "a"})), "achievement.description",
    ),
    "criteria with a bell": (change(BADGE, put(f"{_ACHIEVEMENT}.criteria.narrative", "a\u0007")), "criteria.narrative"),
    "an issuer's name that poses": (change(BADGE, put("issuer.name", "\u0406nvented Academy")), "issuer.name"),
    "a piece of evidence that is an address": (change(BADGE, put("evidence", ["urn:x:1"])), "evidence"),
    "seventeen pieces of evidence": (change(BADGE, put("evidence", BADGE["evidence"] * 17)), "evidence"),
    "a name of evidence that turns round": (
        change(BADGE, put("evidence", [{"type": ["Evidence"], "name": "a\u202eb"}])), "evidence.name",
    ),
}  # fmt: skip

ASSERTION: Badge = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://older.example/assertions/123",
    "recipient": {"type": "email", "hashed": False, "identity": "amina@invented.example"},
    "issuedOn": "2016-12-31T23:59:59+00:00",
    "verification": {"type": "HostedBadge"},
    "badge": {
        "type": "BadgeClass",
        "id": "https://older.example/badges/5",
        "name": "Beginners' recitation",
        "description": "Reads the last tenth.\nHeard once.",
        "image": "https://older.example/badges/5.png",
        "criteria": {"narrative": "Heard by one teacher."},
        "issuer": {"type": "Profile", "id": "https://older.example/", "name": "Invented Maker Society"},
    },
}


def build_curve_key(number: int = 7) -> EllipticCurvePrivateKey:
    """Give a fixed key on P-256, which is nobody's."""
    return derive_private_key(number, SECP256R1())


def build_pem(key: EllipticCurvePrivateKey) -> str:
    """Write a public key as the older form carries it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign_compact(payload: Badge, key: EllipticCurvePrivateKey, **header: object) -> bytes:
    """Give a compact JWS with ES256."""
    parts = [{"alg": "ES256", **header}, payload]
    words = ".".join(encode_base64url(json.dumps(part).encode()) for part in parts).encode()
    one, other = decode_dss_signature(key.sign(words, ECDSA(SHA256())))
    return words + b"." + encode_base64url(one.to_bytes(32) + other.to_bytes(32)).encode()


SIGNED_ASSERTION = change(
    ASSERTION,
    put("verification", {"type": "SignedBadge", "creator": "https://older.example/key"}),
    put(
        "badge.issuer.publicKey",
        {
            "id": "https://older.example/key",
            "owner": "https://older.example/",
            "publicKeyPem": build_pem(build_curve_key()),
        },
    ),
)
