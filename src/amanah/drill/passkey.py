"""A passkey in software (WebAuthn, ES256, no attestation), for invented trustees. It is forgotten with the drill."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from amanah.core.encoding import encode_base64url

PRESENT_AND_VERIFIED = 0x05
WITH_KEY = 0x40
CborValue = int | bytes | str | Mapping[Any, Any]


@dataclass
class SoftPasskey:
    """One passkey for one origin."""

    origin: str
    party: str = "localhost"
    count: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        key = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        held = bytes(16) + len(self.credential).to_bytes(2) + self.credential + key
        data = self._build_data(PRESENT_AND_VERIFIED | WITH_KEY) + held
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._build_client("webauthn.create", options["challenge"])
        return self._describe(clientDataJSON=client, attestationObject=attestation)

    def use(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        self.count += 1
        data = self._build_data(PRESENT_AND_VERIFIED)
        client = self._build_client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._describe(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _build_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _build_client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _describe(self, **response: bytes) -> dict[str, Any]:
        name = encode_base64url(self.credential)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {part: encode_base64url(data) for part, data in response.items()},
            "clientExtensionResults": {},
        }


def encode_cbor(value: CborValue) -> bytes:
    """Give the CBOR (RFC 8949) of the few kinds of value that a passkey answers with."""
    if isinstance(value, bytes):
        return _encode_head(2, len(value)) + value
    if isinstance(value, str):
        return _encode_head(3, len(value.encode())) + value.encode()
    if isinstance(value, Mapping):
        items = b"".join(encode_cbor(name) + encode_cbor(item) for name, item in value.items())
        return _encode_head(5, len(value)) + items
    return _encode_head(1, -1 - value) if value < 0 else _encode_head(0, value)


def _encode_head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    if number < 1 << 8:
        return bytes([kind << 5 | 24, number])
    return bytes([kind << 5 | 25]) + number.to_bytes(2)
