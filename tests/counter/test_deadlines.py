"""Deadlines at the desk and in a calendar by secret link: references and days, and nothing that tells on anybody."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from amanah.request_door.answers.calendar import find_subscriber
from amanah.request_door.answers.deadlines import list_all_deadlines, list_deadlines
from amanah.request_door.answers.models import CalendarLink
from amanah.request_door.decisions.actions import Telling
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.requests.queries import get_pack, get_request
from amanah.request_door.trustees.models import Account
from tests.counter.answered_cases import Door
from tests.counter.decision_bench import (
    NOBODY_KNOWN,
    ORDER,
    SECRECY_LAW,
    SECRET_ORDER,
    TODAY,
    decide,
    draft,
    read_paper,
    receive,
    seat_panel,
    sign,
)
from tests.counter.decision_town import Town, found_town, read
from tests.counter.kept_cases import OFFICER, begin_hold, find_keep_time, find_today, give_case, refuse_case
from tests.support.counter import build_counter_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def door() -> Door:
    seat_panel()
    return Door()


def find_due(today: date, reference: str = "") -> list[tuple[str, date]]:
    return [
        (line.kind, line.due_on)
        for line in list_all_deadlines(today)
        if not reference or line.reference == reference
    ]


def test_an_open_request_is_due_by_the_rules_and_by_the_law_where_the_pack_knows_its_days(door: Door) -> None:
    reference = receive()
    assert ("answer-by-rules", TODAY + timedelta(days=14)) in find_due(TODAY, reference)
    own = receive(instrument=find_instrument_with_days())
    days = {kind: (day - TODAY).days for kind, day in find_due(TODAY, own)}
    assert days["answer-by-law"] == get_days(find_instrument_with_days())
    assert days["answer-by-rules"] == 14


def find_instrument_with_days() -> str:
    return next(one.code for one in get_pack().list_asked_under() if one.answer_within_days)


def get_days(code: str) -> int:
    found = get_pack().find(code)
    assert found is not None
    assert found.answer_within_days is not None
    return found.answer_within_days


def test_what_was_decided_to_be_given_is_due_until_it_was_given(door: Door) -> None:
    reference = receive()
    read_paper(reference)
    decide(reference)
    assert [kind for kind, _ in find_due(TODAY, reference)] == ["package"]
    given = give_case(door)
    assert [kind for kind, _ in find_due(find_today(door), given)] == ["destroy"]


def test_what_is_late_is_said_in_words_and_stays_until_it_is_done(door: Door) -> None:
    reference = receive()
    late = TODAY + timedelta(days=40)
    (line,) = [one for one in list_deadlines(late) if one.kind == "answer-by-rules"]
    assert line.is_late
    assert str(line.words) == "Late: not answered by the day that our own rules set"
    read_paper(reference)
    sign(draft(reference, "refuse", None), 1, 2)
    assert list_deadlines(late) == []


def test_the_desk_looks_two_weeks_ahead_and_the_calendar_further(door: Door) -> None:
    refuse_case(door)
    today = find_today(door)
    assert list_deadlines(today) == []
    assert [line.kind for line in list_all_deadlines(today)] == ["destroy"]
    near = today + timedelta(days=find_keep_time() // 86_400 - 14)
    assert [line.kind for line in list_deadlines(near)] == ["destroy"]


def test_what_a_hold_keeps_whole_is_not_due_to_be_destroyed(door: Door) -> None:
    reference = give_case(door)
    asking = receive()
    begin_hold(door, asking)
    assert find_due(find_today(door), reference) == []


def test_the_end_of_secrecy_and_the_look_at_it_are_due(door: Door) -> None:
    dated, open_ended = (receive(instrument=SECRET_ORDER, secrecy="ordered") for _ in range(2))
    for reference, until in ((dated, TODAY + timedelta(days=7)), (open_ended, None)):
        read_paper(reference)
        sign(draft(reference, "contest", None, telling=Telling(SECRECY_LAW, until)), 1, 2)
    carry_out_due(door.now)
    assert find_due(TODAY, dated) == [("secrecy-ends", TODAY + timedelta(days=7))]
    assert find_due(TODAY, open_ended) == [("secrecy-look", TODAY + timedelta(days=90))]
    assert find_due(TODAY + timedelta(days=7), dated) == []
    assert find_due(TODAY + timedelta(days=91), open_ended) == [("secrecy-look", TODAY + timedelta(days=90))]


def test_many_closed_cases_cost_no_look_each(door: Door, django_assert_max_num_queries: Any) -> None:
    for _ in range(6):
        refuse_case(door)
    with django_assert_max_num_queries(6):
        assert len(list_all_deadlines(find_today(door))) == 6


@pytest.fixture
def town() -> Town:
    return found_town()


def subscribe(town: Town) -> str:
    """Make an address at the desk; give its path."""
    page = town.amina.browser.post("/desk/deadlines/calendar/")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    words = read(page)
    return words[words.index("/calendar/") : words.index(".ics") + 4]


def fetch(path: str) -> Calendar:
    answer = build_counter_client().get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    return Calendar.from_ical(answer.content)


def take_in_today(**changes: str) -> str:
    reference = receive(**changes)
    stored = get_request(reference)
    stored.received_on = timezone.localdate()
    stored.save(update_fields=["received_on"])
    return reference


def test_a_calendar_holds_references_and_days_and_no_body_no_person_no_law(town: Town) -> None:
    reference = take_in_today(officer=OFFICER)
    path = subscribe(town)
    (event,) = fetch(path).walk("VEVENT")
    assert event["SUMMARY"] == f"An answer is due: {reference}"
    assert event["DTSTART"].dt == timezone.localdate() + timedelta(days=14)
    assert set(event) == {"SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID"}
    text = build_counter_client().get(path).content.decode()
    for word in ("Invented Police", OFFICER, NOBODY_KNOWN, ORDER, "production"):
        assert word not in text


def test_a_calendar_does_not_tell_a_secret_order_from_any_other(town: Town) -> None:
    reference = take_in_today(instrument=SECRET_ORDER, secrecy="ordered")
    path = subscribe(town)
    events = fetch(path).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {
        f"An answer is due: {reference}",
        f"Look at this case at the desk: {reference}",
    }
    text = build_counter_client().get(path).content.decode().lower()
    for word in ("secre", "secu", "look-", "tell", "law", "ta-2000", "terror"):
        assert word not in text


def test_events_keep_their_names_from_one_reading_to_the_next_and_differ_between_trustees(town: Town) -> None:
    take_in_today()
    path = subscribe(town)
    names = [[str(event["UID"]) for event in fetch(path).walk("VEVENT")] for _ in range(2)]
    assert names[0] == names[1]
    other = town.bilal.browser.post("/desk/deadlines/calendar/")
    words = read(other)
    theirs = words[words.index("/calendar/") : words.index(".ics") + 4]
    assert [str(event["UID"]) for event in fetch(theirs).walk("VEVENT")] != names[0]


def test_another_address_ends_the_one_before_and_an_ended_one_gives_nothing(town: Town) -> None:
    first, second = subscribe(town), subscribe(town)
    client = build_counter_client()
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert second.removeprefix("/calendar/").encode() not in bytes(CalendarLink.objects.get().link_hash)
    town.amina.browser.post("/desk/deadlines/calendar/close/")
    assert client.get(second).status_code == 404


@pytest.mark.parametrize("secret", ["0", "00" * 16, "zz" * 16, "AB" * 16, "ab" * 17, "ab" * 4096])
def test_a_secret_that_nobody_was_given_opens_nothing(town: Town, secret: str) -> None:
    assert find_subscriber(secret) is None
    assert build_counter_client().get(f"/calendar/{secret}.ics").status_code == 404


def test_a_calendar_ends_with_the_account_and_with_the_office(town: Town) -> None:
    path = subscribe(town)
    account = Account.objects.get(account=CalendarLink.objects.get().account_id)
    account.role = "counter"
    account.save(update_fields=["role"])
    assert build_counter_client().get(path).status_code == 404
    account.delete()
    assert not CalendarLink.objects.exists()


def test_counter_staff_and_strangers_see_no_deadlines(client: Client, town: Town) -> None:
    for path in ("/desk/deadlines/", "/desk/requests/0A1B-2C3D-4E5F/keeping/"):
        assert client.get(path).headers["Location"] == "/desk/sign-in/"
    Account.objects.filter(name="Amina Invented").update(role="counter")
    assert town.amina.browser.get("/desk/deadlines/").status_code == 403
    assert town.amina.browser.post("/desk/deadlines/calendar/").status_code == 403


def test_the_deadlines_page_says_what_is_due_and_links_to_the_case(town: Town) -> None:
    reference = receive()
    browser = town.amina.browser
    words = read(browser.get("/desk/deadlines/"))
    assert reference in words
    page = read(browser.get(f"/desk/requests/{reference}/keeping/"))
    assert (
        "Nobody has checked whether this paper forbids to destroy" in page or "must not be destroyed" in page
    )
    assert browser.get("/desk/requests/0A1B-2C3D-4E5F/keeping/").status_code == 404
