"""Whatever a file holds, it is a pack that can be used or a list of faults (`spec/data_requests.md` 2)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.data_requests.jurisdictions import (
    FORCES,
    NOBODY,
    Pack,
    PackFaultsError,
    choose_text,
    encode_pack,
    parse_pack,
)
from amanah.core.data_requests.pack_reading import LONGEST_PACK, LONGEST_TEXT
from tests.core.data_requests.pack_cases import build_pack, build_row, encode, packs
from tests.core.data_requests.pack_vectors import FILE, build_vectors, encode_vectors

VECTORS = json.loads(FILE.read_text(encoding="utf-8"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def find_faults(data: bytes) -> list[str]:
    """Give the faults of a file; none where it can be used."""
    try:
        parse_pack(data)
    except PackFaultsError as error:
        return error.problems or ["a refusal without a reason"]
    return []


def list_places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the way to every value inside a document."""
    names = [*value] if isinstance(value, dict) else [*range(len(value))] if isinstance(value, list) else []
    return [place, *(found for name in names for found in list_places(value[name], (*place, name)))]


PLACES = list_places(build_pack())[1:]


@given(packs())
def test_a_good_pack_is_read_back_as_it_was_written(pack: Pack) -> None:
    assert parse_pack(encode_pack(pack)) == pack


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_of_faults(data: bytes) -> None:
    assert find_faults(data)


@given(JSON)
def test_any_json_is_a_list_of_faults(value: Any) -> None:
    assert find_faults(json.dumps(value).encode())


@settings(max_examples=400)
@given(st.sampled_from(PLACES), JSON)
def test_any_value_in_any_place_is_good_or_a_sentence_that_can_be_printed(
    place: tuple[Any, ...], value: Any
) -> None:
    document = build_pack()
    holder: Any = document
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    data = json.dumps(document).encode()
    for problem in find_faults(data):
        assert problem.isprintable(), problem
        assert problem.endswith((".", "?"))
        assert len(problem) < 400
    if not find_faults(data):
        assert parse_pack(encode_pack(parse_pack(data))) == parse_pack(data)


@given(st.sampled_from(PLACES))
def test_whatever_member_is_left_out_is_the_fault_that_is_named(place: tuple[Any, ...]) -> None:
    document = build_pack()
    holder: Any = document
    for name in place[:-1]:
        holder = holder[name]
    if isinstance(holder, list) or place[0] == "signers":
        return
    del holder[place[-1]]
    assert any(f"“{place[-1]}” " in problem for problem in find_faults(encode(document))), place


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["name"])
def test_each_bad_pack_gives_the_faults_that_the_vectors_say(case: dict[str, Any]) -> None:
    assert find_faults(case["pack"].encode()) == case["problems"]


def test_the_good_pack_of_the_vectors_has_no_fault() -> None:
    assert find_faults(VECTORS["good"].encode()) == []


def test_the_vectors_are_those_that_the_code_writes() -> None:
    assert FILE.read_text(encoding="utf-8") == encode_vectors(build_vectors())


def test_every_fault_of_a_file_is_told_at_once() -> None:
    row = build_row(
        code="atlantis-order", force="compulsory", bulk="some", answer_within_days="soon", sources=[]
    )
    faults = find_faults(encode(build_pack(reviewed_on="yesterday", instruments=[row, 7])))
    for expected in (
        "reviewed_on",
        "“bulk”",
        "“answer_within_days”",
        "“sources”",
        "signed_by",
        "Instrument 2",
        "informal_ask",
    ):
        assert any(expected in fault for fault in faults), expected


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\xef\xbb\xbf{}", "not JSON"),
        ('{"v": 1}'.encode("utf-16"), "UTF-8"),
        (b" " * (LONGEST_PACK + 1), "longer than 1024 KiB"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"v": ' + b"9" * 5_000 + b"}", "number is too long"),
    ],
)
def test_a_hostile_file_is_refused_in_words(data: bytes, fault: str) -> None:
    assert [fault in problem for problem in find_faults(data)] == [True]


def test_half_a_character_is_no_text() -> None:
    assert any(
        "cannot be seen" in fault
        for fault in find_faults(json.dumps(build_pack(names={"en": "a\ud800"})).encode())
    )


def test_a_text_has_an_end() -> None:
    assert find_faults(encode(build_pack(names={"en": "a" * LONGEST_TEXT}))) == []
    assert find_faults(encode(build_pack(names={"en": "a" * (LONGEST_TEXT + 1)})))


def test_what_a_body_can_ask_under_is_what_the_form_may_offer() -> None:
    pack = parse_pack(encode(build_pack()))
    assert [one.code for one in pack.list_asked_under()] == [
        "atlantis-ask",
        "atlantis-order",
        "atlantis-other",
    ]
    order = pack.find("atlantis-order")
    assert order is not None
    assert order.may_be_secret
    assert pack.find("atlantis-nothing") is None
    assert NOBODY not in pack.signers


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ar", ("نص", "ar")), ("ar-EG", ("نص", "ar")), ("fr", ("text", "en")), ("en", ("text", "en"))],
)
def test_a_reader_gets_their_language_or_english(language: str, expected: tuple[str, str]) -> None:
    assert choose_text({"en": "text", "ar": "نص"}, language) == expected


def test_every_force_is_either_a_paper_or_law_beside_papers() -> None:
    faults = {
        force: find_faults(
            encode(
                build_pack(
                    instruments=[
                        *build_pack()["instruments"],
                        build_row(
                            code="atlantis-more",
                            force=force,
                            bulk="not-applicable",
                            telling="not-applicable",
                            signed_by=["judge"],
                            check_with_counsel=["force"],
                        ),
                    ]
                )
            )
        )
        for force in FORCES
    }
    assert {force for force, found in faults.items() if found} == {
        "voluntary",
        "compulsory",
        "contract",
        "unknown",
    }
