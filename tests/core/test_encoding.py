"""One value, one spelling: whatever is read back is what was written, and nothing else is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import (
    LARGEST_INTEGER,
    NotCanonicalError,
    compute_hash,
    encode_base45,
    encode_base64url,
    encode_canonical_json,
    parse_base45,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.text(st.characters(max_codepoint=126), max_size=8)
SINGLE = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXT
VALUES = st.recursive(
    SINGLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert parse_canonical_json(encode_canonical_json(value)) == value


@given(VALUES)
def test_any_other_spelling_of_the_same_value_is_refused(value: object) -> None:
    data = encode_canonical_json(value)
    other = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
    for spelling in {data + b" ", b" " + data, other} - {data}:
        with pytest.raises(NotCanonicalError):
            parse_canonical_json(spelling)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"1.0",
        b"1e3",
        b"NaN",
        b"9007199254740992",
        b'"\\u0041"',
        b'"\\ud800"',
        b"\xff",
        b"",
        b"[" * 100 + b"]" * 100,
        b"[" * 100_000,
        '{"é":1}'.encode(),
    ],
)
def test_what_readers_could_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse_canonical_json(data, longest=10**6)


def test_a_document_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(NotCanonicalError):
        parse_canonical_json(b'"' + b"a" * 65_534 + b'"')


@pytest.mark.parametrize(
    "value", [1.5, b"bytes", {1: "name"}, {"a": object()}, LARGEST_INTEGER + 1, "\ud800"]
)
def test_what_has_no_canonical_form_is_not_written(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        encode_canonical_json(value)


@given(st.binary(max_size=80))
def test_bytes_survive_base64url_and_base45(data: bytes) -> None:
    assert parse_base64url(encode_base64url(data), length=len(data)) == data
    assert parse_base45(encode_base45(data)) == data


@pytest.mark.parametrize("text", ["a", "QQ==", "Q+", "QR", "é", "Q Q"])
def test_a_second_spelling_in_base64url_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_base64url(text)
    with pytest.raises(InvalidInputError):
        parse_base64url("QQ", length=2)


@pytest.mark.parametrize("text", ["A", ":::", "GGW", "a0", "::", "ABCD"])
def test_what_is_not_base45_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_base45(text)


def test_base45_gives_the_examples_of_rfc_9285() -> None:
    examples = {b"AB": "BB8", b"Hello!!": "%69 VD92EX0", b"base-45": "UJCLQE7W581", b"ietf!": "QED8WEX0"}
    assert {data: encode_base45(data) for data in examples} == examples


def test_hashes_of_different_domains_and_parts_differ() -> None:
    made = [
        compute_hash("a", b"bc"),
        compute_hash("a", b"b", b"c"),
        compute_hash("ab", b"c"),
        compute_hash("a"),
    ]
    assert len(set(made)) == 4
