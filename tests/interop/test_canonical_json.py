"""Our canonical JSON against the package rfc8785, another implementation of the RFC that our profile is a part of."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import (
    LARGEST_INTEGER,
    NotCanonicalError,
    encode_canonical_json,
    parse_canonical_json,
)
from tests.core.public_log.build import heartbeats

TEXTS = st.text(max_size=12)
NAMES = st.text(st.characters(max_codepoint=127), max_size=8)
SINGLES = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXTS
VALUES = st.recursive(
    SINGLES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_of_our_profile_has_the_bytes_of_rfc_8785(value: Any) -> None:
    assert encode_canonical_json(value) == rfc8785.dumps(value)
    assert parse_canonical_json(rfc8785.dumps(value)) == value


@given(VALUES)
def test_json_that_is_read_and_is_not_canonical_is_refused(value: Any) -> None:
    data = json.dumps(value, indent=1).encode()
    if data == rfc8785.dumps(value):
        assert parse_canonical_json(data) == value
    else:
        with pytest.raises(NotCanonicalError):
            parse_canonical_json(data)


def test_entries_of_the_log_are_canonical_by_their_judgement_too() -> None:
    for entry in heartbeats(8):
        assert rfc8785.dumps(json.loads(entry)) == entry


@pytest.mark.parametrize("value", [LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, "\ud800", {"a": ["\udfff"]}])
def test_what_rfc_8785_cannot_write_we_refuse_too(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        rfc8785.dumps(value)
    with pytest.raises(NotCanonicalError):
        encode_canonical_json(value)
