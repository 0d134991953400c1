"""The device's half of blind signing, RFC 9474 sections 4.2 and 4.4 (`spec/passes.md` 5.3, 5.5).

It never draws the salt or r: they are arguments, which MUST be fresh for every pass. No door runs it; tests and the
load driver do, and its arithmetic is not constant-time.
"""

import hashlib
from dataclasses import dataclass
from math import gcd

from amanah.core.errors import InvalidInputError
from amanah.core.passes.arithmetic import compute_inverse, compute_public_power
from amanah.core.passes.keys import MODULUS_BITS, MODULUS_LENGTH, PublicKey
from amanah.core.passes.tokens import SALT_LENGTH, PassInvalidError, Token, parse_token, verify_token

_HASH_LENGTH = 48


class BlindingError(InvalidInputError):
    """These inputs cannot be blinded; draw fresh ones."""

    code = "blinding-refused"


@dataclass(frozen=True)
class BlindedPass:
    """The pending state of one pass: `blinded` is sent, the rest stays on the device."""

    public_key: PublicKey
    token_input: bytes
    inverse: int
    blinded: bytes


def blind(public_key: PublicKey, token_input: bytes, *, salt: bytes, r: int) -> BlindedPass:
    """Blind a token input for the card door (5.3)."""
    if len(salt) != SALT_LENGTH:
        raise BlindingError("The salt has 48 bytes.")
    encoded = int.from_bytes(encode_pss(token_input, salt, MODULUS_BITS))
    blinded, inverse = blind_number(encoded, public_key.n, r)
    return BlindedPass(public_key, token_input, inverse, blinded.to_bytes(MODULUS_LENGTH))


def finalize(pending: BlindedPass, blind_signature: bytes) -> Token:
    """Unblind the card door's answer and verify the pass it gives (5.5)."""
    n = pending.public_key.n
    if len(blind_signature) != MODULUS_LENGTH or not int.from_bytes(blind_signature) < n:
        raise PassInvalidError("The card door's answer is not a blind signature.")
    authenticator = (int.from_bytes(blind_signature) * pending.inverse % n).to_bytes(MODULUS_LENGTH)
    token = parse_token(pending.token_input + authenticator)
    verify_token(token, pending.public_key, token.challenge_digest)
    return token


def blind_number(encoded: int, n: int, r: int) -> tuple[int, int]:
    """Give encoded * r^e mod n and the inverse of r (RFC 9474 section 4.2, steps 4 to 11)."""
    inverse = compute_inverse(r, n) if 0 < r < n else None
    if inverse is None or gcd(encoded, n) != 1:
        raise BlindingError("The blinding factor or the message shares a factor with the modulus.")
    return encoded * compute_public_power(r, n) % n, inverse


def encode_pss(message: bytes, salt: bytes, modulus_bits: int) -> bytes:
    """Give EMSA-PSS-ENCODE with SHA-384 and MGF1-SHA-384 (RFC 8017 section 9.1.1) for a modulus of that many bits."""
    bits = modulus_bits - 1
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = b"\x01" + salt
    block = bytes(length - _HASH_LENGTH - 1 - len(block)) + block
    mask = _compute_mask(digest, len(block))
    masked = int.from_bytes(block) ^ int.from_bytes(mask)
    masked &= (1 << 8 * len(block) - (8 * length - bits)) - 1
    return masked.to_bytes(len(block)) + digest + b"\xbc"


def _compute_mask(seed: bytes, length: int) -> bytes:
    blocks = (
        hashlib.sha384(seed + count.to_bytes(4)).digest() for count in range(-(-length // _HASH_LENGTH))
    )
    return b"".join(blocks)[:length]
