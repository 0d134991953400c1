"""Telling people: by reports on fixed dates; later where a law forbids it, and never a notice, an event or a name."""

import secrets
from datetime import timedelta
from typing import Any

import pytest

from amanah.core.data_requests.reporting import parse_report
from amanah.core.data_requests.telling import LOOK_EVERY
from amanah.core.errors import RefusedError
from amanah.request_door.answers import telling
from amanah.request_door.answers.models import SecrecyLook, ToldReport
from amanah.request_door.answers.telling import (
    compute_telling_day,
    find_withheld,
    list_withheld,
    record_look,
    record_told,
)
from amanah.request_door.decisions.actions import Telling
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.publishing import publish_due_reports
from amanah.request_door.records.queries import list_parsed_reports, list_reports, read_report
from amanah.request_door.records.sealing import seal_due_periods
from tests.counter.answered_cases import Door
from tests.counter.decision_bench import (
    SECRECY_LAW,
    SECRET_ORDER,
    TODAY,
    draft,
    list_records,
    read_paper,
    receive,
    seat_panel,
    sign,
)
from tests.counter.decision_town import found_town, read
from tests.counter.kept_cases import DAY, decide_about, find_today, refuse_case
from tests.counter.sealed_log import EVERY, LONG

pytestmark = pytest.mark.django_db


@pytest.fixture
def door() -> Door:
    seat_panel()
    return Door()


def pass_reports(door: Door, count: int = 1) -> None:
    """Let whole reports come, as the timekeeper does."""
    for _ in range(count * LONG // EVERY + 2):
        door.keep_time(1)
        publish_due_reports(door.now)
        door.log.take_over()
        record_told(door.now)


def withhold(door: Door, *, days: int | None) -> str:
    """Answer a secret order so that people are not told for some days, or until the trustees say so."""
    reference = receive(instrument=SECRET_ORDER, secrecy="ordered")
    read_paper(reference)
    until = None if days is None else find_today(door) + timedelta(days=days)
    sign(
        draft(reference, "contest", None, telling=Telling(SECRECY_LAW, until), now=door.now),
        1,
        2,
        now=door.now,
    )
    door.keep_time(1)
    return reference


def list_opened() -> set[Any]:
    """List the requests that any report has opened."""
    openings = [opening for report in list_parsed_reports() for opening in report.openings]
    return {opening["record"]["ref"] for opening in openings}


def list_told() -> list[tuple[Any, str]]:
    return [(record.ref, record.body["report"]) for record in list_records("people-told")]


def test_the_report_that_opens_a_request_is_written_down_as_what_told_of_it(door: Door) -> None:
    reference = refuse_case(door)
    assert list_told() == []
    pass_reports(door)
    first = list_parsed_reports()[0]
    assert list_told() == [(reference, first.name)]
    pass_reports(door, 2)
    assert list_told() == [(reference, first.name)], "it is told once"


def test_what_a_report_told_is_written_down_once_though_the_machine_goes_away(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = sorted(refuse_case(door) for _ in range(3))
    real, calls = telling.append_record, iter(range(10))

    def crash(*arguments: Any, **named: Any) -> bytes:
        if next(calls) == 1:
            raise ConnectionError("the machine goes away here")
        return real(*arguments, **named)

    monkeypatch.setattr(telling, "append_record", crash)
    with pytest.raises(ConnectionError):
        pass_reports(door)
    assert list_told() == []
    assert ToldReport.objects.count() == 0
    pass_reports(door, 2)
    assert sorted(reference for reference, _report in list_told()) == references


def test_telling_costs_next_to_nothing_when_no_report_came(
    door: Door, django_assert_max_num_queries: Any
) -> None:
    pass_reports(door)
    with django_assert_max_num_queries(2):
        record_told(door.now)


def test_what_the_law_forbids_is_not_told_until_its_day_and_then_by_the_next_report_alone(door: Door) -> None:
    reference = withhold(door, days=2)
    pass_reports(door)
    assert reference not in list_opened()
    assert [(one.reference, one.withheld.until) for one in list_withheld(find_today(door))] == [
        (reference, find_today(door) + timedelta(days=2))
    ]
    door.now += 2 * DAY
    seal_due_periods(door.now, secrets.token_bytes)
    door.log.take_over()
    assert list_withheld(find_today(door)) == [], "it has lapsed by itself"
    assert reference not in list_opened(), "and nothing was told because of it"
    pass_reports(door, 2)
    assert reference in list_opened()
    assert [ref for ref, _report in list_told()] == [reference]


def test_a_clock_that_leaps_ahead_and_comes_back_does_not_end_secrecy(door: Door) -> None:
    reference = withhold(door, days=30)
    record_told(door.now + 400 * DAY)
    assert list_withheld(find_today(door) + timedelta(days=400)) == []
    assert [one.reference for one in list_withheld(find_today(door))] == [reference]
    pass_reports(door)
    assert reference not in list_opened()


def test_secrecy_without_a_day_lasts_until_enough_trustees_end_it(door: Door) -> None:
    reference = withhold(door, days=None)
    (one,) = list_withheld(find_today(door))
    assert (one.withheld.until, one.told_on) == (None, None)
    assert "Terrorism Act 2000" in one.law
    pass_reports(door)
    assert reference not in list_opened()
    reports = len(list_reports())
    published = [read_report(report.name) for report in list_reports()]
    waiting = OutboxEntry.objects.count()
    decide_about(door, "secrecy-ended", {"reference": reference})
    assert list_withheld(find_today(door)) == []
    # Nothing that everybody can see changes with the decision.
    assert OutboxEntry.objects.count() == waiting
    assert [read_report(report.name) for report in list_reports()] == published
    pass_reports(door, 2)
    assert reference in list_opened()
    assert len(list_reports()) > reports


def test_the_report_that_tells_does_not_say_since_when_or_why(door: Door) -> None:
    reference = withhold(door, days=None)
    decide_about(door, "secrecy-ended", {"reference": reference})
    pass_reports(door, 2)
    telling_report = next(
        read_report(report.name) for report in list_reports() if reference in str(read_report(report.name))
    )
    assert telling_report is not None
    kinds = {opening["record"]["kind"] for opening in parse_report(telling_report).openings}
    assert "secrecy-ended" not in kinds
    assert find_today(door).isoformat().encode() not in telling_report


def test_open_ended_secrecy_is_looked_at_every_ninety_days(door: Door) -> None:
    reference = withhold(door, days=None)
    withheld = find_withheld(reference)
    assert withheld is not None
    assert withheld.look == TODAY + timedelta(days=LOOK_EVERY)
    looked_on = withheld.look + timedelta(days=5)
    record_look(reference, looked_on)
    after = find_withheld(reference)
    assert after is not None
    assert after.look == looked_on + timedelta(days=LOOK_EVERY)
    record_look(reference, looked_on - timedelta(days=50))
    assert SecrecyLook.objects.get(reference=reference).looked_on == looked_on, "a clock that goes back"
    decide_about(door, "secrecy-ended", {"reference": reference})
    assert not SecrecyLook.objects.exists()
    with pytest.raises(RefusedError, match="Nothing is withheld"):
        record_look(reference, looked_on)


def test_secrecy_with_a_day_needs_no_look(door: Door) -> None:
    reference = withhold(door, days=9)
    with pytest.raises(RefusedError):
        record_look(reference, find_today(door))


def test_the_day_on_which_a_report_tells_does_not_depend_on_what_happened(door: Door) -> None:
    days = {compute_telling_day(door.now)}
    refuse_case(door)
    door.now -= 2 * EVERY
    days.add(compute_telling_day(door.now))
    assert len(days) == 1


def test_the_desk_shows_what_is_withheld_why_and_until_when_and_lets_trustees_end_it() -> None:
    town = found_town()
    reference = receive(instrument=SECRET_ORDER, secrecy="ordered")
    browser = town.amina.browser
    page = f"/desk/requests/{reference}/keeping/"
    words = read(browser.get("/desk/deadlines/"))
    assert reference in words
    assert "No day is named. It lasts until you decide that it has ended" in words
    assert "Look at it by" in read(browser.get(page))
    assert browser.post(f"{page}look/").headers["Location"] == "/desk/deadlines/"
    assert SecrecyLook.objects.filter(reference=reference).exists()
    answer = browser.post(f"{page}telling/")
    decision = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    assert "The next report opens this request." in read(browser.get(f"/desk/decisions/{decision}/"))
    for desk in (town.amina, town.chana):
        assert desk.sign_decision(decision).status_code == 200
    assert "Nothing is withheld." in read(browser.get("/desk/deadlines/"))
    assert browser.post(f"{page}telling/").status_code == 404
    assert "Nothing forbids it." in read(browser.get(page))
