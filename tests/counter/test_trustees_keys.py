"""A passkey enters a panel only as a kind of key with which decisions can be signed and checked."""

import re

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amanah.core.data_requests.panels import PanelUnreadableError
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.request_door.trustees.signing_keys import KeyUnfitError, compute_fingerprint, compute_key

Key = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def encode_curve_point(key: ec.EllipticCurvePublicKey, *, algorithm: int = -7, curve: int = 1) -> bytes:
    numbers, size = key.public_numbers(), (key.curve.key_size + 7) // 8
    point = {-1: curve, -2: numbers.x.to_bytes(size), -3: numbers.y.to_bytes(size)}
    return cbor2.dumps({1: 2, 3: algorithm, **point})


def encode_modulus(key: rsa.RSAPublicKey) -> bytes:
    numbers = key.public_numbers()
    return cbor2.dumps({1: 3, 3: -257, -1: numbers.n.to_bytes(key.key_size // 8), -2: numbers.e.to_bytes(3)})


def encode_edwards_point(point: bytes) -> bytes:
    return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: point})


def encode_spki(key: object) -> str:
    return encode_base64url(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))  # type: ignore[attr-defined]


def test_the_three_kinds_of_key_that_passkeys_have_are_taken() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    modulus = rsa.generate_private_key(65_537, 2048).public_key()
    edwards = Ed25519PrivateKey.generate().public_key()
    assert compute_key(encode_curve_point(curve)) == encode_spki(curve)
    assert compute_key(encode_modulus(modulus)) == encode_spki(modulus)
    assert compute_key(encode_edwards_point(edwards.public_bytes_raw())) == encode_spki(edwards)


@pytest.mark.parametrize(
    "public_key",
    [
        encode_curve_point(ec.generate_private_key(ec.SECP384R1()).public_key(), algorithm=-35, curve=2),
        encode_modulus(rsa.generate_private_key(65_537, 1024).public_key()),
        encode_edwards_point(bytes(32)),
        encode_edwards_point(b"\x01" + bytes(31)),
        encode_edwards_point(bytes(31)),
        cbor2.dumps({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}),
        cbor2.dumps({1: 2}),
        cbor2.dumps([]),
        b"\xff",
        b"",
    ],
)
def test_a_key_that_is_weak_or_of_another_kind_is_refused(public_key: bytes) -> None:
    with pytest.raises((KeyUnfitError, PanelUnreadableError), match="passkey"):
        compute_key(public_key)


def test_a_fingerprint_is_short_enough_to_be_read_out_and_differs_for_every_key() -> None:
    keys = [encode_spki(Ed25519PrivateKey.generate().public_key()) for _ in range(50)]
    fingerprints = {compute_fingerprint(key) for key in keys}
    assert len(fingerprints) == len(keys)
    assert all(re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){3}", one) for one in fingerprints)
    assert parse_base64url(keys[0])
