"""Raw RSA private operations with GMP, where there is no libcrypto (`spec/passes.md` 5.4); it never checks a result.

Only `issuing.Issuer` may call it, because only there is every result checked. Exponentiations are `powmod_sec`, GMP's
side-channel-quiet form; the arithmetic around them is not, so every operation is blinded first.
"""

import hashlib
import hmac
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers

from amanah.core.passes.keys import MODULUS_LENGTH, PUBLIC_EXPONENT

try:
    import gmpy2
except ImportError:
    gmpy2 = None


def is_gmpy2_present() -> bool:
    """Say whether this fallback can work here."""
    return gmpy2 is not None


class ResiduesPower:
    """One private key as its Chinese remainders; Python cannot overwrite them, only forget them."""

    def __init__(self, numbers: RSAPrivateNumbers) -> None:
        secret = b"".join(part.to_bytes(MODULUS_LENGTH) for part in (numbers.p, numbers.q))
        self._n = gmpy2.mpz(numbers.public_numbers.n)
        self._blinding_key = hashlib.sha512(b"amanah/base-blinding/v1\0" + secret).digest()
        # One tuple, so that a thread sees the whole key or none of it.
        self._parts: tuple[Any, ...] | None = tuple(
            gmpy2.mpz(part) for part in (numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
        )

    def compute(self, blinded: bytes) -> bytes | None:
        """Give blinded^d mod n, unchecked; None once the key is destroyed."""
        parts = self._parts
        if parts is None:
            return None
        # gmpy2 keeps one context a thread, so every call says it: other threads go on while this one computes.
        gmpy2.get_context().allow_release_gil = True
        p, q, dp, dq, q_inverse = parts
        factor = self._compute_blinding_factor(blinded)
        base = int.from_bytes(blinded) * gmpy2.powmod(factor, PUBLIC_EXPONENT, self._n) % self._n
        first = gmpy2.powmod_sec(base % p, dp, p)
        second = gmpy2.powmod_sec(base % q, dq, q)
        result = second + q * ((first - second) * q_inverse % p)
        return int(result * gmpy2.invert(factor, self._n) % self._n).to_bytes(MODULUS_LENGTH)

    def destroy(self) -> None:
        """Forget the key."""
        self._parts = None

    def _compute_blinding_factor(self, blinded: bytes) -> Any:
        """Derive the factor from the key and the message, in the manner of RFC 6979: nobody else can predict it."""
        blocks = (
            hmac.digest(self._blinding_key, count.to_bytes(1) + blinded, hashlib.sha512) for count in range(5)
        )
        # 64 bits more than n, so that the remainder is as good as uniform.
        return gmpy2.mpz(int.from_bytes(b"".join(blocks)[: MODULUS_LENGTH + 8])) % self._n
