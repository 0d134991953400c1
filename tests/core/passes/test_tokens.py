"""Keys and tokens: one spelling each, and no forgery passes."""

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.passes.keys import SPKI_LENGTH, PublicKeyError, encode_public_key, parse_public_key
from amanah.core.passes.tokens import (
    PassInvalidError,
    Token,
    TokenFormatError,
    compute_token_input,
    encode_token,
    parse_token,
    verify_token,
)
from tests.core.passes.material import SESSION, SURVEY, fill, make_token, open_issuer, open_verifier

TOKEN = make_token(1, SURVEY, fill("one-time key", 32))
KEY = open_issuer(1).public_key


def test_a_real_pass_holds_for_its_occasion_and_no_other() -> None:
    open_verifier(1, SURVEY).verify(TOKEN)
    for other in (open_verifier(1, SESSION), open_verifier(2, SURVEY)):
        with pytest.raises(PassInvalidError):
            other.verify(TOKEN)


@given(st.integers(2, 353), st.integers(1, 255))
def test_a_pass_with_any_byte_changed_does_not_hold(place: int, change: int) -> None:
    data = bytearray(encode_token(TOKEN))
    data[place] ^= change
    with pytest.raises(PassInvalidError):
        verify_token(parse_token(bytes(data)), KEY, TOKEN.challenge_digest)


def test_a_token_of_another_challenge_or_key_does_not_hold_even_when_it_is_well_signed() -> None:
    with pytest.raises(PassInvalidError):
        verify_token(TOKEN, KEY, SESSION.challenge_digest(SESSION.issuer_name))
    with pytest.raises(PassInvalidError):
        verify_token(TOKEN, open_issuer(2).public_key, TOKEN.challenge_digest)


@given(st.binary(max_size=400))
def test_bytes_of_any_other_size_or_type_are_no_token(data: bytes) -> None:
    if len(data) == 354 and data[:2] == b"\x00\x02":
        assert encode_token(parse_token(data)) == data
    else:
        with pytest.raises(TokenFormatError):
            parse_token(data)


def test_a_token_gives_back_its_bytes() -> None:
    assert parse_token(encode_token(TOKEN)) == TOKEN
    with pytest.raises(TokenFormatError):
        parse_token(b"\x00\x01" + encode_token(TOKEN)[2:])
    with pytest.raises(TokenFormatError):
        encode_token(dataclasses.replace(TOKEN, authenticator=b""))
    with pytest.raises(TokenFormatError):
        compute_token_input(bytes(31), bytes(32), bytes(32))
    with pytest.raises(TokenFormatError):
        encode_token(Token(bytes(32), bytes(33), bytes(32), bytes(256)))


def test_a_public_key_gives_back_its_bytes() -> None:
    assert parse_public_key(KEY.spki) == KEY
    assert len(KEY.spki) == SPKI_LENGTH == 342
    assert KEY.e == 65_537


@given(st.integers(0, SPKI_LENGTH - 1), st.integers(1, 255))
def test_a_key_with_any_byte_changed_is_refused_or_is_another_key(place: int, change: int) -> None:
    data = bytearray(KEY.spki)
    data[place] ^= change
    try:
        other = parse_public_key(bytes(data))
    except PublicKeyError:
        return
    assert other.n != KEY.n
    assert other.n.bit_length() == 2048
    assert other.n % 2 == 1
    assert other.token_key_id != KEY.token_key_id


@pytest.mark.parametrize("n", [0, KEY.n - 1, KEY.n >> 1 | 1, KEY.n << 1 | 1, 2**2047, 3])
def test_a_modulus_of_another_size_or_an_even_one_is_refused(n: int) -> None:
    with pytest.raises(PublicKeyError):
        encode_public_key(n)


def test_keys_of_other_sizes_exponents_and_spellings_are_refused() -> None:
    spellings = [
        generate_private_key(65_537, bits)
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for bits in (2048, 3072)
    ]
    exponent_three = generate_private_key(3, 2048).public_key().public_numbers().n
    spellings.append(encode_public_key(exponent_three)[:-5] + bytes.fromhex("0203000003"))
    spellings += [b"", KEY.spki + b"\0", KEY.spki[:-1]]
    for spki in spellings:
        with pytest.raises(PublicKeyError):
            parse_public_key(spki)
