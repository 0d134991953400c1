"""Public keys of occasions in their one allowed form (`spec/passes.md` 1.5); it never touches a private key."""

import hashlib
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError

MODULUS_BITS = 2048
MODULUS_LENGTH = MODULUS_BITS // 8
PUBLIC_EXPONENT = 65_537
# RFC 9578 section 6.5 leaves one DER form: id-RSASSA-PSS, SHA-384, MGF1 with SHA-384, salt length 48, then n and e.
_SPKI_START = bytes.fromhex(
    "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202"
    "a11a301806092a864886f70d010108300b0609608648016503040202a203020130"
    "0382010f003082010a0282010100"
)
_SPKI_END = bytes.fromhex("0203010001")
SPKI_LENGTH = len(_SPKI_START) + MODULUS_LENGTH + len(_SPKI_END)


class PublicKeyError(InvalidInputError):
    """The bytes are not the public key of an occasion."""

    code = "public-key-unfit"


@dataclass(frozen=True)
class PublicKey:
    """The key of one occasion; made only by `parse_public_key`, which enforces 1.5."""

    n: int
    spki: bytes
    token_key_id: bytes
    e: int = PUBLIC_EXPONENT


def encode_public_key(n: int) -> bytes:
    """Give the SubjectPublicKeyInfo of a modulus."""
    if n.bit_length() != MODULUS_BITS or n % 2 == 0:
        raise PublicKeyError("The modulus of an occasion's key is odd and has exactly 2048 bits.")
    return _SPKI_START + n.to_bytes(MODULUS_LENGTH) + _SPKI_END


def parse_public_key(spki: bytes) -> PublicKey:
    """Read the SubjectPublicKeyInfo of an occasion's key; any other key, size, exponent or spelling is refused."""
    if len(spki) != SPKI_LENGTH or not spki.startswith(_SPKI_START) or not spki.endswith(_SPKI_END):
        raise PublicKeyError("This is not an RSASSA-PSS key of 2048 bits in the form of RFC 9578.")
    n = int.from_bytes(spki[len(_SPKI_START) : -len(_SPKI_END)])
    return PublicKey(n=n, spki=encode_public_key(n), token_key_id=hashlib.sha256(spki).digest())
