"""A passkey in software (WebAuthn, ES256, no attestation). It never leaves the test that made it."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from amanah.core.encoding import encode_base64url

PRESENT_AND_VERIFIED = 0x05
_WITH_KEY = 0x40


@dataclass
class SoftAuthenticator:
    """One passkey for one origin."""

    origin: str
    party: str = "localhost"
    flags: int = PRESENT_AND_VERIFIED
    count: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        credential = bytes(16) + len(self.credential).to_bytes(2) + self.credential + key
        data = self._build_data(self.flags | _WITH_KEY) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._build_client("webauthn.create", options["challenge"])
        return self._describe(clientDataJSON=client, attestationObject=attestation)

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        self.count += 1
        data = self._build_data(self.flags)
        client = self._build_client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._describe(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _build_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _build_client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _describe(self, **response: bytes) -> dict[str, Any]:
        name = encode_base64url(self.credential)
        parts = {part: encode_base64url(data) for part, data in response.items()}
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": parts,
            "clientExtensionResults": {},
        }
