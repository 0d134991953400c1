"""Blind signing under one occasion's key, RFC 9474 section 4.3 (`spec/passes.md` 5.4).

Nothing leaves before s^e = m was checked: one unchecked answer after one fault would give the key away. It never uses
plain `pow` with a private exponent, never signs once a known answer differed, and never stores or prints a key.
"""

from functools import lru_cache
from typing import Literal, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from amanah.core.errors import InvalidInputError, MisconfiguredError, RefusedError, VerificationError
from amanah.core.passes.arithmetic import compute_public_power
from amanah.core.passes.keys import MODULUS_LENGTH, PUBLIC_EXPONENT, encode_public_key, parse_public_key
from amanah.core.passes.known_answer import KNOWN_BLINDED, KNOWN_SIGNATURE, encode_known_key
from amanah.core.passes.libcrypto import LibcryptoPower, find_libcrypto
from amanah.core.passes.residues import ResiduesPower, is_gmpy2_present

Backend = Literal["libcrypto", "gmpy2"]


class BlindedMessageError(InvalidInputError):
    """The bytes are not a blinded message for this key."""

    code = "blinded-message-unreadable"


class IssuerKeyError(InvalidInputError):
    """The bytes are not the private key of an occasion."""

    code = "issuer-key-unfit"


class KeyDestroyedError(RefusedError):
    """The key was destroyed; nothing is signed under it again."""

    code = "key-destroyed"


class SigningFaultError(VerificationError):
    """The machine computed a wrong signature; it was thrown away."""

    code = "signing-fault"


class PrivatePower(Protocol):
    """The private operation of one key, unchecked; only `Issuer` may call it."""

    def compute(self, blinded: bytes) -> bytes | None:
        """Give blinded^d mod n as 256 bytes, or None where there is no answer."""

    def destroy(self) -> None:
        """Forget the key as well as the platform lets it."""


class Issuer:
    """Signs blinded messages under the key of one occasion, from any number of threads at once."""

    def __init__(self, private_key: bytes, backend: Backend | None = None) -> None:
        """Take the PKCS#8 DER of the key; fail closed when the primitive gives a wrong known answer."""
        chosen = find_backend() if backend is None else backend
        _check_known_answer(chosen)
        self._power, n = _open_power(private_key, chosen)
        self._is_destroyed = False
        self.backend = chosen
        self.public_key = parse_public_key(encode_public_key(n))
        self.sign_blinded(KNOWN_BLINDED)

    def sign_blinded(self, blinded: bytes) -> bytes:
        """Give the blind signature of 256 bytes, checked."""
        number = int.from_bytes(blinded)
        if len(blinded) != MODULUS_LENGTH or number >= self.public_key.n:
            raise BlindedMessageError("A blinded message has 256 bytes and is smaller than the modulus.")
        signature = self._power.compute(blinded)
        if self._is_destroyed:
            raise KeyDestroyedError("This occasion is closed and its key is destroyed.")
        if signature is None or compute_public_power(int.from_bytes(signature), self.public_key.n) != number:
            raise SigningFaultError(
                "A signature came out wrong and was thrown away; check this machine's memory."
            )
        return signature

    def destroy(self) -> None:
        """Forget the key (9.2); whatever is asked afterwards is refused."""
        self._is_destroyed = True
        self._power.destroy()


def find_backend() -> Backend:
    """Choose libcrypto, or gmpy2 where there is none; refuse to go on with neither."""
    if find_libcrypto() is not None:
        return "libcrypto"
    if is_gmpy2_present():
        return "gmpy2"
    raise MisconfiguredError(
        ["Install OpenSSL 3 (libcrypto.so.3) or the Python package gmpy2; passes are signed with it."]
    )


@lru_cache
def _check_known_answer(backend: Backend) -> None:
    power, _ = _open_power(encode_known_key(), backend)
    answer = power.compute(KNOWN_BLINDED)
    power.destroy()
    if answer != KNOWN_SIGNATURE:
        raise MisconfiguredError(
            [f"{backend} gives a wrong answer to a known signature; do not issue passes with it."]
        )


def _open_power(private_key: bytes, backend: Backend) -> tuple[PrivatePower, int]:
    try:
        key = load_der_private_key(private_key, password=None)
    except (ValueError, TypeError) as error:
        raise IssuerKeyError("The key of an occasion cannot be read.") from error
    if not isinstance(key, RSAPrivateKey) or key.public_key().public_numbers().e != PUBLIC_EXPONENT:
        raise IssuerKeyError("The key of an occasion is RSA with the exponent 65537.")
    numbers = key.private_numbers()
    n = numbers.public_numbers.n
    encode_public_key(n)
    library = find_libcrypto()
    if backend == "libcrypto" and library is not None:
        return LibcryptoPower(library, private_key), n
    if backend == "gmpy2" and is_gmpy2_present():
        return ResiduesPower(numbers), n
    raise MisconfiguredError([f"{backend} is not installed."])
