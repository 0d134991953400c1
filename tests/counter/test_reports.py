"""Reports come on their dates, open what may be opened, and show nothing of a request under secrecy."""

import json
from dataclasses import replace
from datetime import date
from itertools import product
from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER

import pytest
from django.core.management import call_command
from django.db import connection

from amanah.core.data_requests.reporting import parse_report, verify_report
from amanah.core.public_log.sealed_slots import parse_opening, verify_opening
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records import publishing
from amanah.request_door.records.actions import end_secrecy, record_secrecy, record_statements
from amanah.request_door.records.log_copy import forget_view
from amanah.request_door.records.models import PublishedReport, Secrecy
from amanah.request_door.records.publishing import publish_due_reports
from amanah.request_door.records.queries import (
    find_last_report,
    get_public_counts,
    list_secrecies,
    read_report,
    select_cases_under_secrecy,
)
from amanah.request_door.records.sealing import seal_due_periods
from tests.core.public_log.build import make_entry
from tests.counter.sealed_log import (
    EVERY,
    LONG,
    OTHER,
    REFERENCE,
    START,
    Chance,
    Log,
    answer,
    crashing_after,
    find_day,
    keep_time,
    receive,
    record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Log:
    log = Log()
    log.show()
    return log


def list_names() -> list[str]:
    return [row.name for row in PublishedReport.objects.order_by("number")]


def test_reports_are_published_on_their_dates_always(log: Log) -> None:
    keep_time(log, START, START + 4 * LONG)
    first = START // LONG
    assert list_names() == [f"demo-{first + number}" for number in range(4)]
    assert [entry.ref for entry in log.entries if entry.kind == "report_stated"] == list_names()
    dates = {
        entry.ref: entry.at - int((entry.ref or "").removeprefix("demo-")) * LONG
        for entry in log.entries
        if entry.kind == "report_stated"
    }
    assert set(dates.values()) == {LONG + 20}


def test_a_report_counts_what_it_opens_and_the_totals_of_all_add_up(log: Log) -> None:
    begin = START // LONG * LONG
    keep_time(log, START, begin + LONG)
    record("request-received", REFERENCE, receive())
    record("decision-made", REFERENCE, answer("refuse", "bring-an-order"))
    record("request-received", OTHER, receive())
    keep_time(log, begin + LONG, begin + 2 * LONG)
    record("decision-made", OTHER, answer("refuse", "bring-an-order"))
    keep_time(log, begin + 2 * LONG, begin + 4 * LONG + 20)
    reports = [parse_report(read_report(name) or b"") for name in list_names()]
    rows = [{row.instrument: row for row in report.rows}["uk-informal-ask"] for report in reports]
    assert [row.received for row in rows] == [0, 2, 0, 0]
    assert [row.refused for row in rows] == [0, 1, 1, 0]
    assert [row.pending for row in rows] == [0, 1, 0, 0]
    assert get_public_counts() == (2, 0, 0)
    for place, report in enumerate(reports):
        verify_report(report, reports[:place])
    stated = {entry.ref: entry.body for entry in log.entries if entry.kind == "report_stated"}
    assert [stated[name]["asked"] for name in list_names()] == [0, 2, 2, 2]


def test_reports_that_were_due_while_the_door_was_away_are_published_at_its_next_start(log: Log) -> None:
    keep_time(log, START, START + EVERY)
    record("request-received", REFERENCE, receive())
    away = START + 6 * LONG
    seal_due_periods(away)
    log.take_over()
    publish_due_reports(away)
    log.take_over()
    assert list_names() == [f"demo-{START // LONG + number}" for number in range(6)]
    opened = [parse_report(read_report(name) or b"").totals["asked"] for name in list_names()]
    assert sum(opened) == 1
    assert get_public_counts().asked == 1


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_any_two_writes_of_a_report_leaves_none_or_all_of_it(log: Log) -> None:
    record("request-received", REFERENCE, receive())
    keep_time(log, START, START // LONG * LONG + LONG)
    due = START // LONG * LONG + LONG + 20
    for stop in range(1, 60):
        try:
            with crashing_after(stop):
                published = publish_due_reports(due)
        except KeyboardInterrupt:
            assert PublishedReport.objects.count() == OutboxEntry.objects.count() == 0
            continue
        assert published == 1
        assert PublishedReport.objects.count() == OutboxEntry.objects.count() == 1
        return
    pytest.fail("Publishing never came to its end.")


def test_the_openings_of_a_report_hold_against_the_roots_in_the_log(log: Log) -> None:
    record("request-received", REFERENCE, receive())
    keep_time(log, START, START + 2 * LONG)
    roots = {body["number"]: body["root"] for body in log.list_bodies("slots_sealed")}
    openings = [
        parse_opening(one) for name in list_names() for one in parse_report(read_report(name) or b"").openings
    ]
    assert len(openings) == 1
    verify_opening(openings[0], bytes.fromhex(roots[openings[0].number]))


def test_a_report_waits_until_the_log_shows_what_it_opens(log: Log) -> None:
    for now in range(START, START + 2 * LONG, EVERY):
        seal_due_periods(now)
    assert publish_due_reports(START + 2 * LONG) == 0
    log.take_over()
    assert publish_due_reports(START + 2 * LONG) > 0


def play(*, with_secret: bool, end: date | None = None, until: date | None = None) -> tuple[Log, list[str]]:
    log, chance = Log(), Chance("play")
    log.show()
    begin = START // LONG * LONG
    record("request-received", REFERENCE, receive())
    keep_time(log, START, START + EVERY, chance)
    if with_secret:
        record("request-received", OTHER, receive("uk-informal-ask"), is_secret=True)
        record_secrecy(OTHER, "uk-secrecy", until)
        record("telling-withheld", OTHER, {"reason": "uk-secrecy", "until": None})
    record("decision-made", REFERENCE, answer("refuse", "bring-an-order"))
    keep_time(log, START + 2 * EVERY, begin + LONG + 30, chance)
    if with_secret:
        record("decision-made", OTHER, answer("comply", "only-what-exists"))
        record("disclosure-made", OTHER, {"items": 1, "package": "cd" * 32, "people": 1})
    keep_time(log, begin + LONG + 40, begin + 3 * LONG, chance)
    if end is not None:
        end_secrecy(OTHER, on=end)
    keep_time(log, begin + 3 * LONG + 10, begin + 6 * LONG, chance)
    return log, list_names()


@pytest.mark.django_db(transaction=True)
def test_reports_are_the_same_with_and_without_a_request_under_secrecy() -> None:
    seen = []
    for with_secret in (False, True):
        log, names = play(with_secret=with_secret)
        reports = [json.loads(read_report(name) or b"") for name in names]
        roots = {body["number"]: body["root"] for body in log.list_bodies("slots_sealed")}
        opened = [one for report in reports for one in report["openings"]]
        for one in opened:
            verify_opening(parse_opening(one), bytes.fromhex(roots[one["number"]]))
        assert len(opened) == 2
        # The way to a root is as random as the root, and so is the hash of what holds it; all else is the same.
        for one in opened:
            one.pop("path")
        told = [
            (entry.kind, entry.ref, entry.at, {**entry.body, "root": "", "report": ""})
            for entry in log.entries
        ]
        seen.append((reports, told))
        call_command("flush", verbosity=0, interactive=False)
        forget_view()
    assert seen[0] == seen[1]


def test_what_was_secret_is_opened_and_counted_in_the_next_report_after_secrecy_ended(log: Log) -> None:
    _, names = play(with_secret=True, end=find_day(START))
    reports = [parse_report(read_report(name) or b"") for name in names]
    kinds = [sorted(one["record"]["kind"] for one in report.openings) for report in reports]
    opened = next(place for place, found in enumerate(kinds) if "disclosure-made" in found)
    assert kinds[opened] == ["decision-made", "disclosure-made", "request-received", "telling-withheld"]
    assert opened > 1
    assert reports[opened].told == (OTHER,)
    assert {row.instrument: row for row in reports[opened].rows}["uk-informal-ask"].people == 1
    assert get_public_counts() == (2, 1, 1)
    for place, report in enumerate(reports):
        verify_report(report, reports[:place])


def test_a_secrecy_with_a_day_ends_by_itself(log: Log) -> None:
    _, names = play(with_secret=True, until=find_day(START))
    assert any(parse_report(read_report(name) or b"").told for name in names)


def test_statements_appear_and_vanish_with_reports_alone(log: Log) -> None:
    keep_time(log, START, START + LONG + 30)
    today = find_day(START)
    record_statements(["trustees-sign"], made_on=today, expires_on=date(today.year, 12, 31))
    before = read_report(list_names()[-1])
    keep_time(log, START + LONG + 40, START + 3 * LONG)
    assert parse_report(before or b"").statements == ()
    assert [one.code for one in parse_report(read_report(list_names()[-1]) or b"").statements] == [
        "trustees-sign"
    ]


def test_a_report_that_the_log_states_already_is_published_only_in_the_same_bytes(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_lost", set())
    keep_time(log, START, START // LONG * LONG + LONG)
    name = f"demo-{START // LONG}"
    log.entries.append(replace(make_entry("report_stated"), ref=name))
    log.show()
    keep_time(log, START + LONG + 10, START + 3 * LONG)
    assert name not in list_names()
    assert list_names()
    assert [entry.ref for entry in log.entries if entry.kind == "report_stated"].count(name) == 1


def test_secrecy_holds_in_the_database_on_the_same_days_as_at_the_desk() -> None:
    days = [None, *(date(2026, 11, day) for day in (23, 24, 25))]
    for number, (until, ended_on) in enumerate(product(days, days)):
        Secrecy.objects.create(
            case_ref=f"0000-0000-{number:04d}", reason="uk-secrecy", until=until, ended_on=ended_on
        )
    for day in (date(2026, 11, number) for number in range(22, 27)):
        selected = {row["case_ref"] for row in select_cases_under_secrecy(day)}
        assert selected == {one.case for one in list_secrecies() if one.holds(day)}


def test_whoever_claims_secrecy_again_and_again_stops_no_seal_and_no_report(log: Log) -> None:
    if connection.vendor == "sqlite":
        # Other builds of SQLite take 32,766 values in one query: a few years of claims.
        connection.ensure_connection()
        connection.connection.setlimit(SQLITE_LIMIT_VARIABLE_NUMBER, 1_100)
    Secrecy.objects.bulk_create(
        [Secrecy(case_ref=f"0000-0000-{number:04d}", reason="claimed") for number in range(1_200)],
        batch_size=100,
    )
    try:
        record("request-received", REFERENCE, receive())
        keep_time(log, START, START + 2 * LONG)
    finally:
        if connection.vendor == "sqlite":
            connection.connection.setlimit(SQLITE_LIMIT_VARIABLE_NUMBER, 250_000)
    assert find_last_report() is not None
