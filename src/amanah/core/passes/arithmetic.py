"""Modular arithmetic on public values, quick with gmpy2 and right without it; it never sees a private exponent."""

from collections.abc import Callable
from typing import Any

from amanah.core.passes.keys import MODULUS_LENGTH, PUBLIC_EXPONENT

try:
    import gmpy2
except ImportError:  # an outsider's checks install only what requirements/core.in names
    gmpy2 = None


def compute_public_power(base: int, modulus: int) -> int:
    """Give base^65537 mod modulus (RSAVP1)."""
    power: Callable[..., Any] = pow if gmpy2 is None else gmpy2.powmod
    return int(power(base, PUBLIC_EXPONENT, modulus))


class PublicResiduesPower:
    """The public operation under one modulus, on bytes; it checks signatures where there is no libcrypto."""

    def __init__(self, modulus: int) -> None:
        self._modulus = modulus

    def compute(self, base: bytes) -> bytes:
        """Give base^65537 mod modulus as 256 bytes."""
        return compute_public_power(int.from_bytes(base), self._modulus).to_bytes(MODULUS_LENGTH)


def compute_inverse(value: int, modulus: int) -> int | None:
    """Give the inverse of a value, or None where it has none."""
    try:
        return pow(value, -1, modulus) if gmpy2 is None else int(gmpy2.invert(value, modulus))
    except (ValueError, ZeroDivisionError):
        return None
