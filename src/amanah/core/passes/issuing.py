"""Blind signing under one occasion's key, RFC 9474 section 4.3 (`spec/passes.md` 5.4).

Nothing leaves before s^e = m was checked: one unchecked answer after one fault would give the key away. Each is checked
by itself: one request's messages have a key each, and one product for one key's messages would pass two wrong answers
that hide each other, or need random exponents, which at 16 bits cost as much as what they replace. It never uses plain
`pow` with a private exponent, never signs once a known answer differed (of the signature or of its check), and never
stores or prints a key.
"""

from functools import lru_cache
from typing import Literal, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from amanah.core.errors import InvalidInputError, MisconfiguredError, RefusedError, VerificationError
from amanah.core.passes.arithmetic import PublicResiduesPower
from amanah.core.passes.keys import MODULUS_LENGTH, PUBLIC_EXPONENT, encode_public_key, parse_public_key
from amanah.core.passes.known_answer import KNOWN_BLINDED, KNOWN_SIGNATURE, encode_known_key
from amanah.core.passes.libcrypto import (
    LibcryptoPower,
    LibcryptoPublicPower,
    find_held_libcrypto,
    find_libcrypto,
)
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


class PublicPower(Protocol):
    """The public operation of one key, with which `Issuer` checks; it holds nothing of the private half."""

    def compute(self, base: bytes) -> bytes | None:
        """Give base^e mod n as 256 bytes, or None where there is no answer."""


class Issuer:
    """Signs blinded messages under the key of one occasion, from any number of threads at once."""

    def __init__(self, private_key: bytes, backend: Backend | None = None) -> None:
        """Take the PKCS#8 DER of the key; fail closed when the primitive gives a wrong known answer."""
        chosen = find_backend() if backend is None else backend
        _check_known_answer(chosen)
        self._power, n = _open_power(private_key, chosen)
        self._public_power = _open_public_power(n, chosen)
        self._modulus = n.to_bytes(MODULUS_LENGTH)
        self._is_destroyed = False
        self.backend = chosen
        self.public_key = parse_public_key(encode_public_key(n))
        if not _tells_right_from_wrong(self._public_power, self.sign_blinded(KNOWN_BLINDED)):
            raise SigningFaultError(
                "A wrong signature would be taken for right; check this machine's memory."
            )

    def sign_blinded(self, blinded: bytes) -> bytes:
        """Give the blind signature of 256 bytes, checked."""
        # As bytes of equal length, order is that of the numbers.
        if len(blinded) != MODULUS_LENGTH or blinded >= self._modulus:
            raise BlindedMessageError("A blinded message has 256 bytes and is smaller than the modulus.")
        signature = self._power.compute(blinded)
        if self._is_destroyed:
            raise KeyDestroyedError("This occasion is closed and its key is destroyed.")
        if signature is None or self._public_power.compute(signature) != blinded:
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
    power, n = _open_power(encode_known_key(), backend)
    public_power = _open_public_power(n, backend)
    answer = power.compute(KNOWN_BLINDED)
    power.destroy()
    if answer != KNOWN_SIGNATURE or not _tells_right_from_wrong(public_power, KNOWN_SIGNATURE):
        raise MisconfiguredError(
            [f"{backend} gives a wrong answer to a known signature; do not issue passes with it."]
        )


def _tells_right_from_wrong(public_power: PublicPower, signature: bytes) -> bool:
    """Say whether the signature of the known message is accepted, and refused once any one of some bits is wrong."""
    wrong = (
        signature[:place] + bytes([signature[place] ^ 1 << place % 8]) + signature[place + 1 :]
        for place in (MODULUS_LENGTH - 1, MODULUS_LENGTH // 2, 1)
    )
    return public_power.compute(signature) == KNOWN_BLINDED and all(
        public_power.compute(answer) != KNOWN_BLINDED for answer in wrong
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


def _open_public_power(n: int, backend: Backend) -> PublicPower:
    library = find_held_libcrypto()
    if backend == "gmpy2" or library is None:
        return PublicResiduesPower(n)
    public_key = RSAPublicNumbers(PUBLIC_EXPONENT, n).public_key()
    return LibcryptoPublicPower(
        library, public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
