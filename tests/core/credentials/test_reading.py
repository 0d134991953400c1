"""What strangers send is read in its one meaning or refused at once, with the step that it breaks."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.credentials.reading import (
    LARGEST_FILE,
    MOST_VALUES,
    CredentialError,
    compute_document_hash,
    encode_jcs,
    parse_json,
    verify_json,
)
from amanah.core.encoding import parse_base64url
from tests.core.credentials.reading_vectors import FILE, VECTORS, build_vectors, encode_vectors

WRITTEN: dict[str, Any] = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
PLAIN_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
NAME = st.text(alphabet="abcXYZ_@:é", max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | PLAIN_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAME, inner, max_size=4),
    max_leaves=20,
)


def test_the_file_of_vectors_is_what_its_writer_writes() -> None:
    assert (VECTORS / FILE).read_text(encoding="utf-8") == encode_vectors(build_vectors())


@pytest.mark.parametrize("case", WRITTEN["files"]["read"], ids=lambda case: case["name"])
def test_the_good_files_are_read_to_their_canonical_bytes(case: dict[str, str]) -> None:
    document = parse_json(parse_base64url(case["bytes"]))
    assert encode_jcs(document) == parse_base64url(case["jcs"])
    assert compute_document_hash(document).hex() == case["hash"]


@pytest.mark.parametrize("case", WRITTEN["files"]["refused"], ids=lambda case: case["name"])
def test_the_other_files_are_refused(case: dict[str, str]) -> None:
    with pytest.raises(CredentialError) as caught:
        parse_json(parse_base64url(case["bytes"]))
    assert caught.value.step == case["step"]
    assert str(caught.value) == f"{caught.value.sentence} (step {case['step']})"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b" " * LARGEST_FILE + b"{}", "larger than 1 MiB"),
        (b'{"a":[' + b"0," * (MOST_VALUES - 1) + b"0]}", "more than 20,000 values"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested more than 32 deep"),
        (b'{"a":' * 50_000, "nested more than 32 deep"),
        (b'{"a":' + b"9" * 500_000 + b"}", "outside the range"),
    ],
    ids=["size", "values", "depth", "depth without end", "digits"],
)
def test_what_would_keep_a_reader_busy_is_refused_soon(data: bytes, sentence: str) -> None:
    start = time.perf_counter()
    with pytest.raises(CredentialError, match=sentence):
        parse_json(data)
    assert time.perf_counter() - start < 1


def test_a_file_of_the_largest_size_and_of_the_most_values_is_read() -> None:
    filled = b'{"a":[' + b"0," * (MOST_VALUES - 3) + b"0]}"
    assert len(parse_json(filled + b" " * (LARGEST_FILE - len(filled)))["a"]) == MOST_VALUES - 2


@pytest.mark.parametrize(
    "value", [{"a": 1.0}, {"a": 2**53}, {1: "a"}, {"a": b"bytes"}, {"e\u0301": 1}, {"a": "\ud800"}], ids=repr
)
def test_a_value_that_came_another_way_is_held_to_the_same(value: Any) -> None:
    with pytest.raises(CredentialError):
        verify_json(value)


def test_what_has_no_canonical_form_has_no_hash() -> None:
    with pytest.raises(CredentialError):
        encode_jcs({"a": 2**60})


@given(document=st.dictionaries(NAME, JSON, max_size=4), indent=st.sampled_from([None, 1]))
def test_spelling_never_changes_the_canonical_bytes(document: dict[str, Any], indent: int | None) -> None:
    for only_ascii in (True, False):
        text = json.dumps(document, indent=indent, ensure_ascii=only_ascii)
        assert parse_json(text.encode()) == document
        assert encode_jcs(parse_json(text.encode())) == encode_jcs(document)
    assert parse_json(encode_jcs(document)) == document


@given(st.binary(max_size=60))
def test_no_bytes_do_anything_else_than_be_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(CredentialError):
        assert isinstance(parse_json(data), dict)
