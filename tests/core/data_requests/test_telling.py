"""When people are told: on fixed dates, by law later, and never earlier because something happened."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amanah.core.data_requests.periods import ReportPace
from amanah.core.data_requests.telling import LOOK_EVERY, Withheld, compute_telling

QUARTERS = ReportPace(None, 14 * 86_400 + 43_200)
DEMO = ReportPace(120, 20)
PACES = st.sampled_from([QUARTERS, DEMO])
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))
TIMES = st.integers(1_700_000_000, 2_000_000_000)
LAW = "uk-ta-2000-s39"


def begin(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


def find_day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def test_by_default_the_report_of_the_quarter_in_which_it_was_sealed_tells():
    sealed_at = begin(date(2026, 11, 25)) + 43_200
    period = compute_telling(None, sealed_at, QUARTERS)
    assert period is not None
    assert (period.name, find_day(period.published_at)) == ("2026-q4", date(2027, 1, 15))


def test_what_is_sealed_in_the_moment_in_which_a_quarter_ends_is_in_its_report():
    ends_at = begin(date(2027, 1, 1))
    assert [
        found.name for at in (ends_at, ends_at + 1) if (found := compute_telling(None, at, QUARTERS))
    ] == [
        "2026-q4",
        "2027-q1",
    ]


def test_secrecy_without_an_end_tells_nothing_however_long_it_lasts():
    withheld = Withheld(LAW, date(2026, 11, 25), None)
    assert compute_telling(withheld, begin(date(2126, 1, 1)), QUARTERS) is None
    assert withheld.holds(date(2126, 1, 1))


def test_secrecy_that_ends_is_told_by_the_report_of_the_quarter_in_which_it_ended():
    withheld = Withheld(LAW, date(2026, 11, 25), date(2027, 4, 1))
    period = compute_telling(withheld, begin(date(2026, 11, 26)), QUARTERS)
    assert period is not None
    assert period.name == "2027-q2"


@given(PACES, TIMES, DAYS)
def test_no_report_that_tells_ends_or_comes_while_the_law_forbids_it(pace, sealed_at, until):
    withheld = Withheld(LAW, date(2024, 1, 1), until)
    period = compute_telling(withheld, sealed_at, pace)
    assert period is not None
    assert not withheld.holds(find_day(period.ends_at - 1))
    assert not withheld.holds(find_day(period.published_at))
    assert period.ends_at >= sealed_at


@given(PACES, TIMES, DAYS)
def test_the_report_before_the_one_that_tells_could_not_have_told(pace, sealed_at, until):
    withheld = Withheld(LAW, date(2024, 1, 1), until)
    period = compute_telling(withheld, sealed_at, pace)
    assert period is not None
    before = pace.build_period(period.number - 1)
    assert before.ends_at < sealed_at or withheld.holds(find_day(before.ends_at - 1))


@given(PACES, TIMES, DAYS)
def test_secrecy_never_makes_a_report_tell_earlier(pace, sealed_at, until):
    told = compute_telling(None, sealed_at, pace)
    told_later = compute_telling(Withheld(LAW, date(2024, 1, 1), until), sealed_at, pace)
    assert told is not None
    assert told_later is not None
    assert told_later.number >= told.number


@given(DAYS, DAYS, DAYS)
def test_an_end_by_decision_only_ever_shortens_secrecy(until, ended_on, day):
    lasting = Withheld(LAW, date(2024, 1, 1), until)
    ended = Withheld(LAW, date(2024, 1, 1), until, ended_on)
    assert lasting.holds(day) or not ended.holds(day)
    assert not ended.holds(ended_on)


@given(DAYS, DAYS)
def test_what_lapsed_stays_lapsed_on_every_later_day(until, day):
    withheld = Withheld(LAW, date(2024, 1, 1), until)
    assert withheld.holds(day) or not withheld.holds(day + timedelta(days=1))


@given(DAYS)
def test_secrecy_with_an_end_is_not_looked_at_again(until):
    assert Withheld(LAW, date(2024, 1, 1), until).look is None


@given(DAYS, st.none() | DAYS)
def test_a_look_is_due_ninety_days_after_the_last_one_and_stays_due_until_somebody_looked(since, looked_on):
    look = Withheld(LAW, since, None, looked_on=looked_on).look
    assert look is not None
    last = max(since, looked_on or since)
    assert look - last == timedelta(days=LOOK_EVERY)


def test_secrecy_until_the_end_of_the_calendar_is_told_by_no_report_that_has_a_name() -> None:
    withheld = Withheld(LAW, date(2026, 1, 1), date.max)
    assert compute_telling(withheld, 0, QUARTERS) is None
