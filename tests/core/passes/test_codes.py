"""Codes survive people: every spelling of a right code is read, every wrong one is refused."""

import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.passes.codes import (
    CODE_CONTEXTS,
    SYMBOLS,
    CodeContext,
    CodeError,
    compute_invitation_hash,
    encode_code,
    encode_code_symbols,
    parse_code,
)

secrets = st.binary(min_size=16, max_size=16)
contexts = st.sampled_from(CODE_CONTEXTS)


@given(secrets, contexts)
def test_a_code_gives_back_its_secret(secret: bytes, context: CodeContext) -> None:
    code = encode_code(secret, context)
    assert len(code) == 34
    assert parse_code(code, context) == secret
    assert parse_code(encode_code_symbols(secret, context).lower(), context) == secret


@given(secrets, contexts, st.integers(0, 27), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_never_gives_the_same_secret(
    secret: bytes, context: CodeContext, place: int, symbol: str
) -> None:
    right = encode_code_symbols(secret, context)
    wrong = right[:place] + symbol + right[place + 1 :]
    if wrong != right:
        with contextlib.suppress(CodeError):
            assert parse_code(wrong, context) != secret


def test_nearly_every_wrong_symbol_is_caught_and_nearly_every_foreign_context() -> None:
    caught = foreign = 0
    for number in range(400):
        secret = hashlib.sha256(number.to_bytes(2)).digest()[:16]
        symbols = encode_code_symbols(secret, "card")
        wrong = symbols[:5] + SYMBOLS[(SYMBOLS.index(symbols[5]) + 1) % 32] + symbols[6:]
        for text, context in ((wrong, "card"), (symbols, "invitation")):
            try:
                parse_code(text, context)  # type: ignore[arg-type]
            except CodeError:
                caught += context == "card"
                foreign += context == "invitation"
    assert min(caught, foreign) >= 398


@given(st.text(max_size=40), contexts)
def test_any_text_is_read_or_refused_and_nothing_else(text: str, context: CodeContext) -> None:
    try:
        secret = parse_code(text, context)
    except CodeError:
        return
    assert parse_code(encode_code(secret, context), context) == secret


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_code_carries_sixteen_bytes_and_no_other_number(length: int) -> None:
    with pytest.raises(CodeError):
        encode_code(bytes(length), "card")


def test_the_invitation_hash_is_a_domain_separated_sha_256() -> None:
    secret = bytes(range(16))
    assert compute_invitation_hash(secret) == hashlib.sha256(b"amanah/invitation/v1\0" + secret).digest()
