"""The card's key and its signatures (`spec/passes.md` 4); it never draws or keeps a secret."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def compute_card_seed(secret: bytes) -> bytes:
    """Give the Ed25519 seed that a card's backup code stands for (4.1)."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"", info=b"amanah/card-key/v1").derive(secret)


def compute_public_key(seed: bytes) -> bytes:
    """Give the 32 public bytes of an Ed25519 seed, a card's or a one-time key's."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def compute_signature(seed: bytes, message: bytes) -> bytes:
    """Sign as a card or a one-time key does; devices, tests and the load driver sign, doors never."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def is_signature_valid(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether an Ed25519 signature holds; a key that is no point on the curve signs nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
