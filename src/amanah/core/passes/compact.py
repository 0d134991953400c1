"""Compact passes, as screens show and paper carries them (`spec/passes.md` 8.1, 8.2); it never holds two passes."""

from dataclasses import dataclass
from typing import Literal

from amanah.core.encoding import encode_base45, parse_base45
from amanah.core.errors import InvalidInputError
from amanah.core.passes.cards import compute_public_key
from amanah.core.passes.occasions import is_occasion_id
from amanah.core.passes.tokens import AUTHENTICATOR_LENGTH, Token, compute_nonce

COMPACT_LENGTH = 297
COMPACT_PREFIX = "AMANAH:"


class CompactPassError(InvalidInputError):
    """The bytes or the text are not a compact pass."""

    code = "compact-pass-unreadable"


@dataclass(frozen=True)
class CompactPass:
    """Version 1: `x` is the one-time public key. Version 2: `x` is that key's seed, so that an answer can be signed."""

    version: Literal[1, 2]
    occasion: str
    x: bytes
    authenticator: bytes

    @property
    def public_key(self) -> bytes:
        """Give the one-time public key, whichever version the pass is (8.1)."""
        return self.x if self.version == 1 else compute_public_key(self.x)

    @property
    def nonce(self) -> bytes:
        """Give the pass's nonce (8.1)."""
        return compute_nonce(self.public_key)

    def as_token(self, challenge_digest: bytes, token_key_id: bytes) -> Token:
        """Give the full token, once the reader knows the occasion's facts."""
        return Token(self.nonce, challenge_digest, token_key_id, self.authenticator)


def encode_compact_pass(compact: CompactPass) -> bytes:
    """Give the 297 bytes (8.1)."""
    is_whole = len(compact.x) == 32 and len(compact.authenticator) == AUTHENTICATOR_LENGTH
    if compact.version not in {1, 2} or not is_occasion_id(compact.occasion) or not is_whole:
        raise CompactPassError("A compact pass has a version, an occasion, 32 bytes and an authenticator.")
    return compact.version.to_bytes(1) + bytes.fromhex(compact.occasion) + compact.x + compact.authenticator


def parse_compact_pass(data: bytes) -> CompactPass:
    """Read the 297 bytes (8.1)."""
    if len(data) != COMPACT_LENGTH or data[0] not in {1, 2}:
        raise CompactPassError("A compact pass has 297 bytes and version 1 or 2.")
    return CompactPass(
        version=1 if data[0] == 1 else 2, occasion=data[1:9].hex(), x=data[9:41], authenticator=data[41:]
    )


def encode_compact_text(compact: CompactPass) -> str:
    """Give the text of the QR code (8.2)."""
    return COMPACT_PREFIX + encode_base45(encode_compact_pass(compact))


def parse_compact_text(text: str) -> CompactPass:
    """Read the text of the QR code (8.2)."""
    if not text.startswith(COMPACT_PREFIX):
        raise CompactPassError("This QR code is not a pass.")
    return parse_compact_pass(parse_base45(text.removeprefix(COMPACT_PREFIX)))
