"""Encrypts occasion keys at rest: AES-256-GCM over PKCS#8, bound to the occasion, under a key outside the database.

It never writes a key anywhere; a dump of the database without the key file holds no usable private key.
"""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amanah.core.errors import MisconfiguredError

KEY_FILE = "occasion-keys.kek"
_NONCE_BYTES = 12


class Vault:
    """Seals and opens private keys with the key-encryption key of the card door."""

    def __init__(self, key_encryption_key: bytes) -> None:
        self._cipher = AESGCM(key_encryption_key)

    def seal_key(self, *, occasion: bytes, private_key: bytes, nonce: bytes) -> bytes:
        """Encrypt PKCS#8 bytes; `nonce` is 12 fresh random bytes."""
        if len(nonce) != _NONCE_BYTES:
            raise ValueError("A nonce has 12 bytes.")
        return nonce + self._cipher.encrypt(nonce, private_key, occasion)

    def open_key(self, *, occasion: bytes, sealed: bytes) -> bytes:
        """Decrypt; a key that was swapped, cut or sealed under another key file stops the door."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], occasion)
        except InvalidTag as error:
            raise MisconfiguredError(
                [
                    f"An occasion key cannot be decrypted: {KEY_FILE} is not the file that it was encrypted with."
                ]
            ) from error


def open_vault(keys: Path) -> Vault:
    """Read the key-encryption key from the door's key folder."""
    path = keys / KEY_FILE
    try:
        key = path.read_bytes()
    except OSError as error:
        raise MisconfiguredError(
            [f"The key {path} cannot be read ({error.strerror}); run amanah init."]
        ) from error
    if len(key) != 32:
        raise MisconfiguredError([f"The key {path} must have 32 bytes; restore it from your backup."])
    return Vault(key)
