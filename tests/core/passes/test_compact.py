"""Compact passes: a screen or a sheet of paper carries all that spending needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError
from amanah.core.passes.cards import compute_public_key
from amanah.core.passes.compact import (
    CompactPass,
    CompactPassError,
    encode_compact_pass,
    encode_compact_text,
    parse_compact_pass,
    parse_compact_text,
)
from amanah.core.passes.tokens import compute_nonce
from tests.core.passes.material import SESSION, fill, make_token, open_issuer, open_verifier

SEED = fill("paper seed", 32)
TOKEN = make_token(2, SESSION, compute_public_key(SEED))
compacts = st.builds(
    CompactPass,
    st.sampled_from([1, 2]),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=256, max_size=256),
)


@given(compacts)
def test_a_compact_pass_gives_back_its_bytes_and_its_text(compact: CompactPass) -> None:
    assert parse_compact_pass(encode_compact_pass(compact)) == compact
    text = encode_compact_text(compact)
    assert parse_compact_text(text) == compact
    assert len(text) == len("AMANAH:") + 446


def test_both_versions_give_the_pass_that_was_issued() -> None:
    key = open_issuer(2).public_key
    digest = SESSION.challenge_digest(SESSION.issuer_name)
    for version, x in ((1, compute_public_key(SEED)), (2, SEED)):
        compact = CompactPass(version, SESSION.occasion, x, TOKEN.authenticator)  # type: ignore[arg-type]
        assert compact.public_key == compute_public_key(SEED)
        assert compact.nonce == compute_nonce(compact.public_key)
        token = compact.as_token(digest, key.token_key_id)
        assert token == TOKEN
        open_verifier(2, SESSION).verify(token)


@given(st.binary(max_size=320))
def test_bytes_of_any_other_size_or_version_are_no_compact_pass(data: bytes) -> None:
    if len(data) == 297 and data[0] in {1, 2}:
        assert encode_compact_pass(parse_compact_pass(data)) == data
    else:
        with pytest.raises(CompactPassError):
            parse_compact_pass(data)


@pytest.mark.parametrize("version", [0, 3, 255])
def test_another_version_is_refused(version: int) -> None:
    with pytest.raises(CompactPassError):
        parse_compact_pass(bytes([version]) + bytes(296))
    with pytest.raises(CompactPassError):
        encode_compact_pass(CompactPass(version, SESSION.occasion, SEED, TOKEN.authenticator))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "compact",
    [
        CompactPass(1, "nothex", SEED, TOKEN.authenticator),
        CompactPass(1, SESSION.occasion, SEED[:-1], TOKEN.authenticator),
        CompactPass(1, SESSION.occasion, SEED, TOKEN.authenticator + b"\0"),
    ],
)
def test_half_a_pass_is_not_written(compact: CompactPass) -> None:
    with pytest.raises(CompactPassError):
        encode_compact_pass(compact)


@given(st.text(max_size=30), st.booleans())
def test_any_other_text_is_no_pass(text: str, has_prefix: bool) -> None:
    with pytest.raises(InvalidInputError):
        parse_compact_text(("AMANAH:" if has_prefix else "") + text)
