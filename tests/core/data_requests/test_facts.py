"""Facts have one form in bytes, and what no rule could read is refused (`spec/data_requests.md` 3.1, 3.4)."""

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.data_requests.facts import (
    SYMBOLS,
    FactsUnreadableError,
    RequestFacts,
    compute_facts_hash,
    encode_facts,
    encode_reference,
    parse_facts,
)
from amanah.core.data_requests.scopes import Scope
from amanah.core.encoding import encode_canonical_json
from tests.core.data_requests.cases import DOCUMENT, MANY, REFERENCE, SALT, facts

ORDER = RequestFacts(
    asked=Scope(("Ada Invented",), ("identity",)),
    asks_collection=False,
    channel="letter",
    document=DOCUMENT,
    instrument="uk-pace-1984-sch1",
    jurisdiction="uk",
    ordered=None,
    reference=REFERENCE,
    salt=SALT,
    secrecy="none",
    signed_by="judge",
)


@MANY
@given(facts())
def test_facts_come_back_from_their_bytes(drawn: RequestFacts) -> None:
    assert parse_facts(encode_facts(drawn)) == drawn


@MANY
@given(facts(), facts())
def test_other_facts_have_another_hash(one: RequestFacts, other: RequestFacts) -> None:
    hashes = {compute_facts_hash(encode_facts(drawn)) for drawn in (one, other)}
    assert len(hashes) == (1 if one == other else 2)


def test_the_hash_is_that_of_the_bytes() -> None:
    data = encode_facts(ORDER)
    assert compute_facts_hash(data) == hashlib.sha256(data).hexdigest()


@MANY
@given(st.binary(min_size=8, max_size=8))
def test_a_reference_is_twelve_symbols_that_facts_accept(random: bytes) -> None:
    reference = encode_reference(random)
    assert dataclasses.replace(ORDER, reference=reference).reference == reference
    assert set(reference) <= {*SYMBOLS, "-"}


def test_a_reference_uses_every_bit_that_it_has_room_for() -> None:
    drawn = {encode_reference((1 << bit).to_bytes(8)) for bit in range(60)}
    assert len(drawn) == 60
    with pytest.raises(FactsUnreadableError):
        encode_reference(b"short")


CHANGES: list[dict[str, Any]] = [
    {"channel": "telephone"},
    {"secrecy": "perhaps"},
    {"document": "5F" * 32},
    {"document": 7},
    {"instrument": ""},
    {"instrument": "UK Order"},
    {"instrument": "a" * 65},
    {"jurisdiction": "../packs"},
    {"signed_by": None},
    {"reference": "0A1B2C3D4E5F"},
    {"reference": "0A1B-2C3D-4E5O"},
    {"salt": "AAAA"},
    {"salt": "not base64url"},
    {"asks_collection": 1},
    {"v": 2},
    {"v": True},
    {"asked": None},
    {"asked": {"categories": [], "people": ["Ada Invented"], "since": None, "until": None}},
    {"ordered": {"categories": ["identity"], "people": ["B", "A"], "since": None, "until": None}},
    {"officer": "Sergeant Invented"},
]


@pytest.mark.parametrize("changed", CHANGES)
def test_facts_in_another_form_are_refused(changed: dict[str, Any]) -> None:
    document = json.loads(encode_facts(ORDER))
    with pytest.raises(FactsUnreadableError):
        parse_facts(encode_canonical_json(document | changed))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b"{ }", b"\xff", encode_facts(ORDER) + b" "])
def test_other_bytes_are_no_facts(data: bytes) -> None:
    with pytest.raises(FactsUnreadableError):
        parse_facts(data)


def test_a_request_may_ask_for_collection_alone() -> None:
    nothing_held = Scope(("Ada Invented",), ())
    assert dataclasses.replace(ORDER, asked=nothing_held, asks_collection=True).asked.is_empty


def test_facts_have_room_for_two_full_lists_of_long_names() -> None:
    people = tuple(sorted("\U00010400" * 117 + f"{number:03}" for number in range(100)))
    scope = Scope(people, ("identity",))
    full = dataclasses.replace(ORDER, asked=scope, ordered=scope)
    assert parse_facts(encode_facts(full)) == full
