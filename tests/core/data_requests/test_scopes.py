"""A scope has one form, and nothing grows by being compared (`spec/data_requests.md` 3.2, 3.3)."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.data_requests.scopes import (
    CATEGORIES,
    LONGEST_NAME,
    MOST_NAMES,
    Scope,
    ScopeUnreadableError,
    build_scope,
    compute_meet,
    encode_scope,
    is_within,
    parse_name,
    parse_scope,
)
from amanah.core.encoding import encode_canonical_json, parse_canonical_json
from tests.core.data_requests.cases import DAYS, MANY, has_day, scopes

JUNE = date(2026, 6, 1)


@MANY
@given(scopes())
def test_a_scope_comes_back_from_its_bytes(scope: Scope) -> None:
    assert parse_scope(parse_canonical_json(encode_canonical_json(encode_scope(scope)))) == scope


@MANY
@given(scopes(), scopes())
def test_the_meet_lies_within_both_and_leaves_out_nothing_that_both_name(one: Scope, other: Scope) -> None:
    meet = compute_meet(one, other)
    if meet is None:
        assert (
            one.is_class
            or other.is_class
            or not set(one.people) & set(other.people)
            or not set(one.categories) & set(other.categories)
            or not any(has_day(one, day) and has_day(other, day) for day in DAYS)
        )
        return
    assert is_within(meet, one)
    assert is_within(meet, other)
    assert set(meet.people) == set(one.people) & set(other.people)
    assert set(meet.categories) == set(one.categories) & set(other.categories)
    assert [has_day(meet, day) for day in DAYS] == [has_day(one, day) and has_day(other, day) for day in DAYS]


@MANY
@given(scopes(), scopes())
def test_the_meet_asks_nobody_who_came_first(one: Scope, other: Scope) -> None:
    assert compute_meet(one, other) == compute_meet(other, one)


@MANY
@given(scopes(), scopes())
def test_within_is_people_by_people_kind_by_kind_and_day_by_day(one: Scope, other: Scope) -> None:
    expected = (
        bool(one.people)
        and bool(other.people)
        and all(name in other.people for name in one.people)
        and all(code in other.categories for code in one.categories)
        and all(has_day(other, day) for day in DAYS if has_day(one, day))
    )
    assert is_within(one, other) == expected


def test_one_name_one_kind_or_one_day_more_is_too_much() -> None:
    outer = Scope(("Ada Invented",), ("identity",), JUNE, JUNE + timedelta(9))
    assert is_within(outer, outer)
    for more in (
        replace(outer, people=("Ada Invented", "Bilal Invented")),
        replace(outer, categories=("answers", "identity")),
        replace(outer, since=JUNE - timedelta(1)),
        replace(outer, until=JUNE + timedelta(10)),
        replace(outer, since=None),
        replace(outer, until=None),
    ):
        assert not is_within(more, outer)
        assert is_within(outer, more)
        assert compute_meet(outer, more) == outer


@MANY
@given(scopes())
def test_a_class_is_within_nothing_and_meets_nothing(scope: Scope) -> None:
    everybody = Scope((), CATEGORIES_IN_ORDER)
    assert not is_within(everybody, scope)
    assert not is_within(scope, everybody)
    assert compute_meet(scope, everybody) is None


CATEGORIES_IN_ORDER = tuple(sorted(CATEGORIES))


@MANY
@given(st.text(max_size=140))
def test_a_name_is_composed_once_and_then_stays(text: str) -> None:
    try:
        name = parse_name(text)
    except ScopeUnreadableError:
        return
    assert parse_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert 1 <= len(name) <= LONGEST_NAME


def test_what_somebody_typed_becomes_one_form() -> None:
    scope = build_scope(
        ["  Zahra\u00a0 Invented ", "Ame\u0301lie  Invented", "Zahra Invented"],
        ["contact-details", "answers", "answers"],
        JUNE,
    )
    assert scope == Scope(("Am\u00e9lie Invented", "Zahra Invented"), ("answers", "contact-details"), JUNE)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "A" * (LONGEST_NAME + 1),
        "Sa\u202emet",
        "Sam\u0000",
        "Sam\u200b",
        "\u2028\u2029",
        "Sam\ue000",
    ],
)
def test_a_name_that_a_trustee_could_misread_is_refused(name: str) -> None:
    with pytest.raises(ScopeUnreadableError):
        parse_name(name)


def test_a_name_keeps_the_joiners_that_its_script_needs() -> None:
    assert parse_name("نام\u200cها") == "نام\u200cها"


@pytest.mark.parametrize(
    "changed",
    [
        {"people": ["B", "A"]},
        {"people": ["A", "A"]},
        {"people": ["A  B"]},
        {"people": ["e\u0301"]},
        {"people": [1]},
        {"people": "A"},
        {"people": None},
        {"people": [f"N{number:03}" for number in range(MOST_NAMES + 1)]},
        {"categories": ["identity", "answers"]},
        {"categories": ["identity", "identity"]},
        {"categories": ["religion"]},
        {"since": "2026-06-02", "until": "2026-06-01"},
        {"since": "20260601"},
        {"since": "2026-02-30"},
        {"since": "2026-W10-1"},
        {"since": 20260601},
        {"since": "٢٠٢٦-06-01"},
        {"more": None},
    ],
)
def test_a_scope_in_another_form_is_refused(changed: dict[str, Any]) -> None:
    value: dict[str, Any] = {"categories": ["identity"], "people": ["A"], "since": None, "until": None}
    assert parse_scope(value).people == ("A",)
    with pytest.raises(ScopeUnreadableError):
        parse_scope(value | changed)


@pytest.mark.parametrize("value", [None, [], "all members", {}, {"people": ["A"]}])
def test_what_is_no_scope_at_all_is_refused(value: Any) -> None:
    with pytest.raises(ScopeUnreadableError):
        parse_scope(value)


def test_a_scope_holds_a_hundred_names_and_single_days() -> None:
    people = tuple(f"N{number:03}" for number in range(MOST_NAMES))
    scope = Scope(people, ("identity",), JUNE, JUNE)
    assert compute_meet(scope, Scope(people[:1], ("identity",), JUNE - timedelta(1), None)) == Scope(
        people[:1], ("identity",), JUNE, JUNE
    )
