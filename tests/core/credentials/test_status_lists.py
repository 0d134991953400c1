"""A status list holds one bit for each place, is believed only as signed, and cannot be made to burst."""

import copy
import gzip
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.credentials.proofs import JCS, RDFC, CredentialProofError, sign_document
from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.status_lists import (
    BITS,
    StatusPlace,
    build_status_entry,
    build_status_list,
    is_set,
    parse_status_entry,
    parse_status_list,
)
from amanah.core.encoding import parse_base64url
from tests.core.credentials.changes import Change, list_members, list_objects, put
from tests.core.credentials.notice_changes import LISTS, zip_bits
from tests.core.credentials.written import (
    CREATED,
    LIST_ID,
    LIST_INDEX,
    ROOT,
    STATUS_LIST,
    build_did,
    build_key,
    sign,
)

INDICES = st.integers(0, BITS - 1)


def sign_plainly(document: dict[str, Any]) -> dict[str, Any]:
    return sign_document(document, build_key(ROOT), created=CREATED, suites=(JCS,))


@given(st.frozensets(INDICES, max_size=200), INDICES)
@settings(max_examples=60, deadline=None)
def test_exactly_what_ended_is_set(revoked: frozenset[int], other: int) -> None:
    read = parse_status_list(sign_plainly(build_status_list(replace(STATUS_LIST, revoked=revoked))))
    assert all(is_set(read, index) for index in revoked)
    assert is_set(read, other) == (other in revoked)
    assert sum(byte.bit_count() for byte in read.bits) == len(revoked)


def test_both_proofs_hold_up_a_list() -> None:
    read = parse_status_list(sign(build_status_list(STATUS_LIST), ROOT))
    assert read.suites == (JCS, RDFC)
    assert (read.id, read.issuer, read.valid_from) == (LIST_ID, build_did(ROOT), STATUS_LIST.valid_from)


def test_the_first_place_is_the_highest_bit_of_the_first_byte() -> None:
    document = build_status_list(replace(STATUS_LIST, revoked=frozenset({0, 9, BITS - 1})))
    bits = gzip.decompress(parse_base64url(document["credentialSubject"]["encodedList"][1:]))
    assert (bits[0], bits[1], bits[-1]) == (0b1000_0000, 0b0100_0000, 0b0000_0001)
    assert len(bits) == 16_384


@pytest.mark.parametrize("index", range(8))
def test_a_bit_says_nothing_of_its_neighbours(index: int) -> None:
    read = parse_status_list(
        sign_plainly(build_status_list(replace(STATUS_LIST, revoked=frozenset({index}))))
    )
    assert [place for place in range(16) if is_set(read, place)] == [index]


@pytest.mark.parametrize("name", [f"{LIST_ID}#list", "list", ""])
def test_no_list_is_built_under_a_name_that_its_reader_would_not_take(name: str) -> None:
    with pytest.raises(CredentialError) as refused:
        build_status_list(replace(STATUS_LIST, id=name))
    assert refused.value.step == "5.1"


def test_the_bits_of_the_w3c_example_are_read() -> None:
    # The one list that the W3C's specification prints, of 131,072 bits of which none is set.
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    document = build_status_list(STATUS_LIST)
    document["credentialSubject"]["encodedList"] = text
    read = parse_status_list(sign_plainly(document))
    assert read.bits == bytes(16_384)


@pytest.mark.parametrize("change", LISTS, ids=lambda change: change.name)
def test_what_the_specification_refuses_is_refused_with_its_step(change: Change) -> None:
    changed = change.build(build_status_list(STATUS_LIST)) | {"proof": []}
    with pytest.raises(CredentialError) as refused:
        parse_status_list(changed)
    assert refused.value.step == change.step


def test_no_object_takes_a_member_that_is_not_named() -> None:
    good = build_status_list(STATUS_LIST) | {"proof": []}
    for place in list_objects(good):
        for unknown in ("ttl", "statusSize", "@id", "name"):
            changed = copy.deepcopy(good)
            put(*place, unknown, value=1)(changed)
            with pytest.raises(CredentialError):
                parse_status_list(changed)


@pytest.mark.parametrize("value", [None, 7, True, "x", [], {}, [None], {"id": []}], ids=repr)
def test_no_value_of_another_kind_brings_the_reader_down(value: object) -> None:
    good = build_status_list(STATUS_LIST)
    for place in list_members(good):
        changed = copy.deepcopy(good) | {"proof": []}
        put(*place, value=value)(changed)
        with pytest.raises(CredentialError):
            parse_status_list(changed)


def test_a_list_that_bursts_takes_no_memory() -> None:
    # 64 MiB of zeros are a file of 64 kB.
    huge = build_status_list(STATUS_LIST) | {"proof": []}
    huge["credentialSubject"]["encodedList"] = zip_bits(bytes(2**26))
    tracemalloc.start()
    with pytest.raises(CredentialError):
        parse_status_list(huge)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert highest < 2**20


def test_a_bit_changed_after_signing_is_seen() -> None:
    signed = sign(build_status_list(STATUS_LIST), ROOT)
    cleared = build_status_list(replace(STATUS_LIST, revoked=frozenset()))
    signed["credentialSubject"] = cleared["credentialSubject"]
    with pytest.raises(CredentialProofError):
        parse_status_list(signed)


def test_a_list_signed_by_somebody_else_is_refused() -> None:
    signed = sign(build_status_list(STATUS_LIST), ROOT)
    with pytest.raises(CredentialProofError):
        parse_status_list(signed | {"issuer": build_did(9)})
    with pytest.raises(CredentialProofError):
        parse_status_list(signed | {"proof": []})


@given(INDICES)
def test_a_place_comes_back_from_its_entry(index: int) -> None:
    place = StatusPlace("https://commons.invalid/status", index)
    assert parse_status_entry(build_status_entry(place)) == place


@pytest.mark.parametrize("index", [-1, BITS, 2**40])
def test_there_is_no_place_beyond_the_list(index: int) -> None:
    read = parse_status_list(sign_plainly(build_status_list(STATUS_LIST)))
    assert is_set(read, LIST_INDEX)
    with pytest.raises(CredentialError):
        is_set(read, index)
    with pytest.raises(CredentialError):
        build_status_list(replace(STATUS_LIST, revoked=frozenset({index})))
