"""Holders and moments have one spelling each, and a key that anybody can sign with is nobody's."""

import json
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.credentials.identifiers import (
    build_did_key,
    build_verification_method,
    is_did_key,
    is_holder,
    is_uuid_urn,
    parse_did_key,
)
from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.times import encode_day, encode_time, parse_day, parse_foreign_time, parse_time
from tests.core.credentials.reading_vectors import FILE, VECTORS

WRITTEN = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))
HOLDERS, NOT_HOLDERS = WRITTEN["holders"]["read"], WRITTEN["holders"]["refused"]
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799
KEYS = st.binary(min_size=32, max_size=32).map(
    lambda seed: Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
)


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_holder_is_a_key_or_a_uuid_and_never_both(holder: str) -> None:
    assert is_holder(holder)
    assert is_did_key(holder) != is_uuid_urn(holder)


@pytest.mark.parametrize("why", NOT_HOLDERS)
def test_no_other_spelling_and_no_weak_key_is_a_holder(why: str) -> None:
    assert not is_holder(NOT_HOLDERS[why])
    with pytest.raises(CredentialError, match=r"step 1\.1"):
        parse_did_key(NOT_HOLDERS[why])


@pytest.mark.parametrize("value", [None, 5, ["did:key:z"], {}, b"did:key:z"])
def test_what_is_no_text_names_nobody(value: object) -> None:
    assert not is_holder(value)


def test_a_name_of_endless_length_is_not_even_looked_at() -> None:
    assert not is_did_key("did:key:z" + "2" * 1_000_000)


@given(KEYS)
def test_every_key_is_named_and_found_again(public: bytes) -> None:
    did = build_did_key(public)
    assert did.startswith("did:key:z6Mk")
    assert parse_did_key(did) == public
    assert build_verification_method(did) == f"{did}#{did.removeprefix('did:key:')}"


@given(KEYS, st.integers(8, 55), st.sampled_from("123ABCabcz0OIl"))
def test_another_letter_is_another_holder_or_none(public: bytes, place: int, letter: str) -> None:
    did = build_did_key(public)
    other = did[:place] + letter + did[place + 1 :]
    if other != did and is_did_key(other):
        assert parse_did_key(other) != public


@pytest.mark.parametrize(("text", "seconds"), WRITTEN["times"]["read"].items())
def test_a_moment_is_read_and_written(text: str, seconds: int) -> None:
    assert parse_time(text) == seconds == parse_foreign_time(text)
    assert encode_time(seconds) == text


@pytest.mark.parametrize("text", [*WRITTEN["times"]["refused"], None, 5, ["2026-11-25T20:00:00Z"]])
def test_no_other_spelling_is_a_moment(text: object) -> None:
    with pytest.raises(CredentialError, match=r"step 5\.1"):
        parse_time(text, "5.1")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-25T20:00:00.000Z", "2026-11-25T20:00:00Z"),
        ("2026-11-25T20:00:00.999999999Z", "2026-11-25T20:00:00Z"),
        ("2026-11-25T22:00:00+02:00", "2026-11-25T20:00:00Z"),
        ("2026-11-25T14:30:00.5-05:30", "2026-11-25T20:00:00Z"),
    ],
)
def test_other_issuers_may_write_fractions_and_offsets(text: str, same: str) -> None:
    assert parse_foreign_time(text) == parse_time(same)


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-25T20:00:00", "2026-11-25T20:00:00.Z", "2026-11-25T20:00:00+2:00", "2026-11-25T20:00:00+25:00",
     "2026-11-25T20:00:00.0000000000Z", "2026-02-30T00:00:00Z", "yesterday", None, 5],
)  # fmt: skip
def test_what_is_no_moment_to_anybody_is_refused(text: object) -> None:
    with pytest.raises(CredentialError, match=r"step 4\.3"):
        parse_foreign_time(text)


@given(st.integers(FIRST_SECOND, LAST_SECOND))
def test_every_second_has_one_spelling(seconds: int) -> None:
    assert parse_time(encode_time(seconds)) == seconds


@pytest.mark.parametrize("seconds", [FIRST_SECOND - 1, LAST_SECOND + 1, 10**30])
def test_a_moment_outside_the_calendar_is_refused(seconds: int) -> None:
    with pytest.raises(CredentialError, match="1 to 9999"):
        encode_time(seconds)


@given(st.dates())
def test_every_day_has_one_spelling(day: date) -> None:
    assert parse_day(encode_day(day)) == day


@pytest.mark.parametrize(
    "text", ["", "2026-1-1", "20261125", "2026-11-31", "2026-W48-3", "2026-11-25T00:00:00Z", None, 5]
)
def test_no_other_spelling_is_a_day(text: object) -> None:
    with pytest.raises(CredentialError, match=r"step 6\.2"):
        parse_day(text)
