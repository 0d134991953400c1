"""Holds: they take something out of what would be destroyed, and can do nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.data_requests.holds import KeptMaterial, compute_frozen, list_destroyable
from amanah.core.data_requests.scopes import Scope

PEOPLE = ("Invented Person", "Nobody Atall", "Nobody Known")
KINDS = ("attendance", "contact-details", "request-records")
DAYS = st.none() | st.dates(date(2024, 1, 1), date(2026, 12, 31))


def order(days: tuple[date | None, date | None]) -> tuple[date | None, date | None]:
    since, until = days
    return (until, since) if since and until and since > until else (since, until)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    since, until = order((draw(DAYS), draw(DAYS)))
    people = tuple(sorted(draw(st.sets(st.sampled_from(PEOPLE)))))
    kinds = tuple(sorted(draw(st.sets(st.sampled_from(KINDS), min_size=1))))
    return Scope(people, kinds, since, until)


@st.composite
def materials(draw: st.DrawFn) -> list[KeptMaterial]:
    count = draw(st.integers(0, 6))
    made = []
    for place in range(count):
        scope = draw(scopes())
        made.append(KeptMaterial(f"thing {place}", scope.categories, scope.people, scope.since, scope.until))
    return made


LETTER = KeptMaterial(
    "request A", ("request-records",), ("Nobody Known",), date(2026, 1, 1), date(2026, 3, 1)
)
NAMED = Scope(("Nobody Known",), ("request-records",), date(2026, 2, 1), None)


def test_a_hold_freezes_what_it_names():
    assert compute_frozen(NAMED, [LETTER]) == ("request A",)


@pytest.mark.parametrize(
    "other",
    [
        replace(LETTER, categories=("attendance",)),
        replace(LETTER, people=("Nobody Atall",)),
        replace(LETTER, people=()),
        replace(LETTER, until=date(2026, 1, 31)),
    ],
)
def test_another_kind_another_person_or_other_days_are_not_frozen(other):
    assert compute_frozen(NAMED, [other]) == ()


def test_a_hold_on_nobody_in_particular_freezes_its_kind_whoever_it_is_about():
    assert compute_frozen(Scope((), ("request-records",)), [LETTER]) == ("request A",)


def test_material_whose_days_are_open_touches_every_day():
    assert compute_frozen(NAMED, [replace(LETTER, since=None, until=None)]) == ("request A",)


@given(scopes(), materials())
def test_a_hold_freezes_only_what_exists_and_makes_nothing(scope, existing):
    frozen = compute_frozen(scope, existing)
    assert set(frozen) <= {one.material for one in existing}
    assert compute_frozen(scope, []) == ()


@given(scopes(), materials())
def test_whatever_is_frozen_is_named_by_kind_and_by_person(scope, existing):
    frozen = compute_frozen(scope, existing)
    for one in existing:
        if one.material in frozen:
            assert set(one.categories) & set(scope.categories)
            assert scope.is_class or set(one.people) & set(scope.people)


@given(scopes(), scopes(), materials())
def test_a_hold_that_names_less_never_freezes_more(one, other, existing):
    kinds = tuple(sorted(set(one.categories) & set(other.categories)))
    smaller = Scope(one.people, kinds, one.since, one.until)
    assert set(compute_frozen(smaller, existing)) <= set(compute_frozen(one, existing))


@given(scopes(), materials(), materials())
def test_what_comes_later_is_not_held_by_what_was_frozen_before(scope, existing, later):
    frozen = compute_frozen(scope, existing)
    added = [f"later {one.material}" for one in later]
    assert set(added) <= set(list_destroyable([*frozen, *added], frozen))


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sets(st.sampled_from("abcdefgh")))
def test_holds_only_ever_take_away_from_what_is_destroyed(due, frozen):
    destroyable = list_destroyable(due, frozen)
    assert [one for one in due if one in destroyable] == [*destroyable]
    assert not set(destroyable) & frozen
    assert set(due) - frozen == set(destroyable)
    assert list_destroyable(due, []) == tuple(due), "when no hold is left everything due goes"
