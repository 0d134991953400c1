"""Deadlines: what is due on which day follows from the days of a case alone, and what was done is not due."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amanah.core.data_requests.deadlines import (
    DUE_KINDS,
    CaseDates,
    compute_deadlines,
    compute_destruction,
    list_due_by,
)
from amanah.core.data_requests.telling import LOOK_EVERY, Withheld

RECEIVED = date(2026, 11, 25)
CASE = CaseDates("0A1B-2C3D-4E5F", RECEIVED, law_days=7, rules_days=14, keep_days=365)
LAW = "uk-ta-2000-s39"
DAYS = st.dates(date(2026, 11, 25), date(2032, 1, 1))


def due(case: CaseDates, today: date = RECEIVED) -> list[tuple[str, date]]:
    return [(one.kind, one.due_on) for one in compute_deadlines(case, today)]


def test_a_request_is_answered_by_the_day_of_the_law_and_by_the_day_of_the_rules():
    assert due(CASE) == [("answer-by-law", date(2026, 12, 2)), ("answer-by-rules", date(2026, 12, 9))]


def test_where_the_law_names_no_day_only_the_rules_do():
    assert due(replace(CASE, law_days=None)) == [("answer-by-rules", date(2026, 12, 9))]


def test_what_was_answered_is_not_due_any_more_and_what_was_granted_is():
    granted = replace(CASE, is_answered=True, package_since=date(2026, 12, 1))
    assert due(granted) == [("package", date(2026, 12, 8))]


def test_a_closed_case_is_destroyed_when_its_time_is_over_and_a_held_one_is_not():
    closed = replace(CASE, is_answered=True, closed_on=date(2026, 12, 2))
    assert due(closed) == [("destroy", date(2027, 12, 2))]
    assert due(replace(closed, is_held=True)) == []
    assert due(replace(closed, is_destroyed=True)) == []


def test_secrecy_with_a_day_ends_on_it_and_is_not_shown_afterwards():
    withheld = Withheld(LAW, RECEIVED, date(2027, 1, 31))
    case = replace(CASE, is_answered=True, withheld=withheld)
    assert due(case, date(2027, 1, 30)) == [("secrecy-ends", date(2027, 1, 31))]
    assert due(case, date(2027, 1, 31)) == []


def test_secrecy_without_a_day_is_looked_at_every_ninety_days_and_stays_due_until_somebody_looked():
    case = replace(CASE, is_answered=True, withheld=Withheld(LAW, RECEIVED, None))
    look = RECEIVED + timedelta(days=LOOK_EVERY)
    assert due(case, look + timedelta(days=400)) == [("secrecy-look", look)]
    looked = replace(case, withheld=Withheld(LAW, RECEIVED, None, looked_on=look))
    assert due(looked, look) == [("secrecy-look", look + timedelta(days=LOOK_EVERY))]


def test_secrecy_of_a_destroyed_case_is_still_looked_at():
    case = replace(
        CASE,
        is_answered=True,
        closed_on=RECEIVED,
        is_destroyed=True,
        withheld=Withheld(LAW, RECEIVED, None),
    )
    assert [kind for kind, _ in due(case)] == ["secrecy-look"]


@st.composite
def cases(draw: st.DrawFn) -> CaseDates:
    return CaseDates(
        reference="0A1B-2C3D-4E5F",
        received_on=draw(DAYS),
        law_days=draw(st.none() | st.integers(1, 366)),
        rules_days=draw(st.integers(1, 30)),
        keep_days=draw(st.integers(30, 2557)),
        is_answered=draw(st.booleans()),
        package_since=draw(st.none() | DAYS),
        closed_on=draw(st.none() | DAYS),
        is_destroyed=draw(st.booleans()),
        is_held=draw(st.booleans()),
        withheld=draw(st.none() | st.builds(Withheld, st.just(LAW), DAYS, st.none() | DAYS)),
    )


@given(cases(), DAYS)
def test_what_is_due_comes_in_order_once_each_and_names_a_reference_and_a_kind_alone(case, today):
    found = compute_deadlines(case, today)
    assert list(found) == sorted(found)
    assert len({one.kind for one in found}) == len(found)
    assert {one.kind for one in found} <= set(DUE_KINDS)
    assert {one.reference for one in found} <= {case.reference}


@given(cases(), DAYS)
def test_a_closed_case_needs_no_answer_and_a_held_one_is_not_destroyed(case, today):
    kinds = {one.kind for one in compute_deadlines(case, today)}
    if case.closed_on is not None:
        assert not kinds & {"answer-by-law", "answer-by-rules", "package"}
    if case.is_held or case.closed_on is None or case.is_destroyed:
        assert "destroy" not in kinds


@given(DAYS, st.integers(30, 2557))
def test_nothing_is_destroyed_before_its_time_is_over(closed_on, keep_days):
    day = compute_destruction(closed_on, keep_days)
    assert day is not None
    assert (day - closed_on).days == keep_days
    assert compute_destruction(None, keep_days) is None


@given(cases(), DAYS, DAYS)
def test_what_is_late_stays_on_the_list(case, today, day):
    found = compute_deadlines(case, today)
    listed = list_due_by(found, day)
    assert set(listed) == {one for one in found if one.due_on <= day}
