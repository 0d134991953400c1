"""Passes as Privacy Pass tokens of type 0x0002 (`spec/passes.md` 5.2, 5.5, 7.2); it verifies and never signs."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA384

from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.passes.keys import PublicKey
from amanah.core.passes.occasions import TOKEN_TYPE

TOKEN_LENGTH = 354
TOKEN_INPUT_LENGTH = 98
AUTHENTICATOR_LENGTH = 256
SALT_LENGTH = 48
_TYPE_BYTES = TOKEN_TYPE.to_bytes(2)
_HASH = SHA384()
_PADDING = PSS(mgf=MGF1(SHA384()), salt_length=SALT_LENGTH)


class TokenFormatError(InvalidInputError):
    """The bytes are not a token of type 0x0002."""

    code = "token-unreadable"


class PassInvalidError(VerificationError):
    """The pass does not hold for the occasion it is shown for."""

    code = "pass-invalid"


@dataclass(frozen=True)
class Token:
    """A pass: what was signed, and the signature."""

    nonce: bytes
    challenge_digest: bytes
    token_key_id: bytes
    authenticator: bytes

    @property
    def token_input(self) -> bytes:
        """Give the 98 bytes that the authenticator signs (5.2)."""
        return compute_token_input(self.nonce, self.challenge_digest, self.token_key_id)


def compute_nonce(public_key: bytes) -> bytes:
    """Give the nonce that binds a pass to a one-time key, or a join token to a card (5.1, 3.3)."""
    return hashlib.sha256(public_key).digest()


def compute_token_input(nonce: bytes, challenge_digest: bytes, token_key_id: bytes) -> bytes:
    """Give the 98 bytes that are signed (5.2)."""
    if not len(nonce) == len(challenge_digest) == len(token_key_id) == 32:
        raise TokenFormatError("A nonce, a challenge digest and a token key id have 32 bytes each.")
    return _TYPE_BYTES + nonce + challenge_digest + token_key_id


def encode_token(token: Token) -> bytes:
    """Give the 354 bytes of a token (5.5)."""
    if len(token.authenticator) != AUTHENTICATOR_LENGTH:
        raise TokenFormatError("An authenticator has 256 bytes.")
    return token.token_input + token.authenticator


def parse_token(data: bytes) -> Token:
    """Read the 354 bytes of a token."""
    if len(data) != TOKEN_LENGTH or not data.startswith(_TYPE_BYTES):
        raise TokenFormatError("A pass is a token of type 0x0002 and 354 bytes.")
    return Token(
        nonce=data[2:34], challenge_digest=data[34:66], token_key_id=data[66:98], authenticator=data[98:]
    )


class TokenVerifier:
    """Verifies many tokens of one occasion: the key is loaded once, and may be used from many threads."""

    def __init__(self, public_key: PublicKey, challenge_digest: bytes) -> None:
        self.public_key = public_key
        self.challenge_digest = challenge_digest
        self._key = RSAPublicNumbers(public_key.e, public_key.n).public_key()

    def verify(self, token: Token) -> None:
        """Raise PassInvalidError unless the token was made for this occasion under its key (7.2)."""
        if token.token_key_id != self.public_key.token_key_id:
            raise PassInvalidError("The pass was made under another key.")
        if token.challenge_digest != self.challenge_digest:
            raise PassInvalidError("The pass was made for another occasion.")
        try:
            self._key.verify(token.authenticator, token.token_input, _PADDING, _HASH)
        except InvalidSignature as error:
            raise PassInvalidError("The signature of the pass does not hold.") from error


def verify_token(token: Token, public_key: PublicKey, challenge_digest: bytes) -> None:
    """Raise PassInvalidError unless the token holds; for more than one token of an occasion make a TokenVerifier."""
    TokenVerifier(public_key, challenge_digest).verify(token)
