"""Records have one form, reports follow from opened records alone, and no secret request changes a report."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.data_requests.periods import (
    MOST_MISSED_REPORTS,
    MOST_MISSED_SEALS,
    ReportNameError,
    ReportPace,
    SealPace,
    parse_report_name,
)
from amanah.core.data_requests.records import (
    FIRST_CHAIN,
    RECORD_SCHEMAS,
    RecordUnreadableError,
    compute_chain,
    encode_record,
    parse_record,
)
from amanah.core.data_requests.reporting import (
    ReportError,
    ReportSource,
    build_report,
    compute_band,
    compute_cumulated,
    parse_report,
    verify_report,
)
from amanah.core.data_requests.statements import STATEMENTS, Statement, StatementError, parse_statement
from amanah.core.encoding import encode_canonical_json
from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.sealed_slots import encode_opening, parse_opening, seal_records, verify_opening
from tests.core.data_requests.record_vectors import (
    BODIES,
    CASES,
    VECTORS,
    answer,
    build_files,
    build_reports,
    receive,
)
from tests.core.public_log.slot_material import draw

DAY = 86_400
QUARTERS = ReportPace(None, 14 * DAY + 43_200)
DEMO = ReportPace(120, 20)


@pytest.mark.parametrize("name", ["records.json", "report.json"])
def test_the_vectors_are_what_this_code_writes(name: str) -> None:
    assert (VECTORS / name).read_text(encoding="utf-8") == build_files()[name]


def test_every_kind_of_record_has_a_form_and_no_more() -> None:
    assert BODIES.keys() == RECORD_SCHEMAS.keys()
    for kind, (ref, body) in BODIES.items():
        data = encode_record(kind, ref, body)
        record = parse_record(data)
        assert (record.kind, record.ref, record.body) == (kind, ref, body)
        for wrong in (
            {**body, "officer": "Invented Name"},
            *({name: value for name, value in body.items() if name != left_out} for left_out in body),
            *({**body, name: ["x"]} for name in body),
        ):
            with pytest.raises(RecordUnreadableError):
                encode_record(kind, ref, wrong)
        with pytest.raises(RecordUnreadableError):
            encode_record(kind, "Amina", body)


@pytest.mark.parametrize(
    "changes",
    [
        {"body_name": " spaced "},
        {"body_name": "line\nbreak"},
        {"body_name": "x" * 201},
        {"categories": ["membership-list", "contact-details"]},
        {"categories": ["membership-list", "membership-list"]},
        {"categories": ["shoe-sizes"]},
        {"people": True},
        {"people": -1},
        {"since": "2026-13-01"},
        {"since": 20_260_101},
        {"channel": "telepathy"},
        {"facts": "AB" * 32},
        {"instrument": "UK Order"},
    ],
)
def test_a_receipt_holds_nothing_in_another_form(changes: dict[str, Any]) -> None:
    with pytest.raises(RecordUnreadableError):
        encode_record("request-received", CASES[0], receive(**changes))


def test_a_record_is_refused_where_it_is_not_its_own_canonical_form() -> None:
    data = encode_record("case-closed", CASES[0], {})
    for wrong in (
        data.replace(b":", b": ", 1),
        data.replace(b'"v":1', b'"v":true'),
        data.replace(b"case-closed", b"case-opened"),
        data.replace(b'"v":1', b'"at":1,"v":1'),
        b"[]",
    ):
        with pytest.raises(InvalidInputError):
            parse_record(wrong)
    with pytest.raises(RecordUnreadableError):
        encode_record("file-refused", None, {"reason": "no code"})


def test_the_chain_ties_every_record_to_all_before_it() -> None:
    first, second = (encode_record("case-closed", case, {}) for case in CASES[:2])
    chain = compute_chain(compute_chain(FIRST_CHAIN, first), second)
    assert chain != compute_chain(compute_chain(FIRST_CHAIN, second), first)
    assert len(chain) == 32


@given(now=st.integers(10**9, 10**10), every=st.sampled_from([20, DAY]), offset=st.sampled_from([0, 43_200]))
def test_a_period_is_due_when_it_has_ended_and_not_before(now: int, every: int, offset: int) -> None:
    pace = SealPace(every, offset)
    last = pace.compute_last_ended(now)
    assert pace.compute_end(last) <= now < pace.compute_end(last + 1)
    assert pace.list_due(last, now) == []
    assert pace.list_due(None, now) == [last]
    assert pace.list_due(last - 3, now) == [last - 2, last - 1, last]
    assert pace.list_due(last + 5, now) == []
    assert len(pace.list_due(last - 10**6, now)) == MOST_MISSED_SEALS


def test_periods_end_at_noon_and_reports_come_on_the_fifteenth() -> None:
    period = QUARTERS.build_period(parse_report_name("2026-q4"))
    assert (period.starts_at, period.ends_at) == (1_790_812_800, 1_798_761_600)
    assert period.published_at == 1_798_761_600 + 14 * DAY + 43_200
    assert SealPace(DAY, 43_200).compute_end(SealPace(DAY, 43_200).compute_last_ended(1_798_761_600)) == (
        1_798_761_600 - 43_200
    )


@given(now=st.integers(10**9, 10**10), pace=st.sampled_from([QUARTERS, DEMO]))
def test_every_moment_lies_in_one_report_and_each_report_has_one_name(now: int, pace: ReportPace) -> None:
    number = pace.find_number(now)
    period = pace.build_period(number)
    assert period.starts_at <= now < period.ends_at == pace.build_period(number + 1).starts_at
    assert parse_report_name(period.name) == number
    due = pace.list_due(number - 5, None, now)
    assert all(one.published_at <= now for one in due)
    assert pace.build_period(due[-1].number + 1).published_at > now
    assert pace.list_due(number - 5, due[-1].number, now) == []
    assert len(pace.list_due(0, None, now)) == MOST_MISSED_REPORTS


@pytest.mark.parametrize("name", ["2026-q5", "2026-Q4", "26-q1", "demo-01", "demo--1", "demo-", "../x", ""])
def test_no_other_name_is_one_of_a_report(name: str) -> None:
    with pytest.raises(ReportNameError):
        parse_report_name(name)


def test_bands_hold_25_numbers_each() -> None:
    assert [compute_band(number) for number in (0, 24, 25, 49, 50)] == [
        "0-24",
        "0-24",
        "25-49",
        "25-49",
        "50-74",
    ]


OUTCOMES = st.sampled_from(["refuse", "contest", "narrow", "comply", None])
INSTRUMENTS = ("uk-informal-ask", "uk-production-order", "uk-warrant")


@st.composite
def stories(draw_from: st.DrawFn) -> list[list[bytes]]:
    """Give the records of three quarters: requests that come, are answered or not, and lead to something or not."""
    quarters: list[list[bytes]] = [[], [], []]
    for number in range(draw_from(st.integers(0, 6))):
        case = f"AAAA-BBBB-00{number:02d}"
        quarter = draw_from(st.integers(0, 2))
        instrument = draw_from(st.sampled_from(INSTRUMENTS))
        quarters[quarter].append(encode_record("request-received", case, receive(instrument)))
        later = min(2, quarter + draw_from(st.integers(0, 2)))
        outcome = draw_from(OUTCOMES)
        if outcome is not None:
            quarters[later].append(encode_record("decision-made", case, answer(outcome, "bring-an-order")))
        if outcome in {"narrow", "comply"} and draw_from(st.booleans()):
            body = {"items": 1, "package": "ab" * 32, "people": draw_from(st.integers(0, 3))}
            quarters[later].append(encode_record("disclosure-made", case, body))
    return quarters


def publish(quarters: list[list[bytes]], secret: list[list[bytes]], count: int = 3) -> list[bytes]:
    """Seal and report three quarters, with some records that are not opened."""
    documents: list[bytes] = []
    for place in range(count):
        sealed = seal_records(quarters[place], secret[place], draw(f"quarter {place}"))
        places = [slot.place for slot in sealed.used[: len(quarters[place])]]
        openings = tuple(encode_opening(one) for one in sealed.open_slots(place, places))
        for one in openings:
            verify_opening(parse_opening(one), sealed.compute_root())
        source = ReportSource(
            name=f"2026-q{place + 1}",
            community="testers",
            pack="cd" * 32,
            instruments=INSTRUMENTS[:2],
            banded={"uk-notice": (len(secret[place]), 0)},
            openings=openings,
            statements=(),
        )
        documents.append(build_report(source, [parse_report(data) for data in documents]))
    return documents


@settings(max_examples=50)
@given(stories())
def test_reports_follow_from_their_openings_and_their_totals_add_up(quarters: list[list[bytes]]) -> None:
    reports = [parse_report(data) for data in publish(quarters, [[], [], []])]
    for place, report in enumerate(reports):
        verify_report(report, reports[:place])
    records = [parse_record(data) for quarter in quarters for data in quarter]
    cumulated = compute_cumulated(reports)
    assert cumulated.asked == sum(record.kind == "request-received" for record in records)
    assert cumulated.given == sum(record.kind == "disclosure-made" for record in records)
    assert cumulated.people == sum(
        record.body.get("people", 0) for record in records if record.kind == "disclosure-made"
    )
    answered = sum(
        report.totals[name] for report in reports for name in ("refused", "narrowed", "complied", "contested")
    )
    assert answered == sum(record.kind == "decision-made" for record in records)
    assert reports[-1].totals["pending"] == cumulated.asked - answered


def strip_paths(document: bytes) -> Any:
    """Leave out the ways to roots, which are as random as the roots themselves."""
    report = json.loads(document)
    return {**report, "openings": [{**one, "path": []} for one in report["openings"]]}


@settings(max_examples=50)
@given(stories(), st.lists(st.integers(0, 24), min_size=3, max_size=3))
def test_no_secret_request_changes_a_report_while_there_are_fewer_than_25(
    quarters: list[list[bytes]], counts: list[int]
) -> None:
    secret = [
        [
            encode_record("request-received", f"ZZZZ-{place:04d}-{number:04d}", receive("uk-notice"))
            for number in range(count)
        ]
        for place, count in enumerate(counts)
    ]
    without, with_secret = publish(quarters, [[], [], []]), publish(quarters, secret)
    assert [*map(strip_paths, without)] == [*map(strip_paths, with_secret)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda report: report["rows"][0].__setitem__(2, 5), "rows"),
        (lambda report: report["totals"].__setitem__("asked", 9), "totals"),
        (lambda report: report["told"].append("ZZZZ-YYYY-XXXX"), "learn of by it"),
        (lambda report: report["openings"].pop(), "rows"),
        (lambda report: report["banded"].insert(0, ["uk-informal-ask", "0-24", "0-24"]), "row and a band"),
    ],
)
def test_a_number_that_does_not_follow_is_seen(change: Any, words: str) -> None:
    value = json.loads(build_reports()[0])
    change(value)
    with pytest.raises(ReportError, match=words):
        verify_report(parse_report(encode_canonical_json(value)), [])


def test_a_record_that_was_opened_before_is_not_opened_again() -> None:
    first = parse_report(build_reports()[0])
    with pytest.raises(ReportError, match="again"):
        verify_report(replace(first, name="2026-q4"), [replace(first, rows=(), openings=first.openings[:1])])


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"name": "2026-q9"},
        {"community": "Not A Slug"},
        {"pack": "AB"},
        {"rows": [["uk-x", 1]]},
        {"rows": [["uk-x", 1, 1, 1, 1, 1, 1, -1]]},
        {"banded": [["uk-x", "0-25", "0-24"]]},
        {"banded": [["uk-x", "00-24", "0-24"]]},
        {"openings": [{}]},
        {"statements": [["never-any-secret-order", "2026-01-01", "2026-02-01"]]},
        {"told": ["b", "a"]},
        {"totals": {"asked": 1}},
        {"extra": []},
    ],
)
def test_what_is_no_report_is_refused(change: dict[str, Any]) -> None:
    value = json.loads(build_reports()[0])
    with pytest.raises(AmanahError):
        parse_report(encode_canonical_json({**value, **change}))


def test_statements_are_of_the_list_and_end_within_half_a_year() -> None:
    made = date(2026, 11, 25)
    for code in STATEMENTS:
        assert Statement(code, made, date(2027, 5, 28)).code == code
    for code, ends in (
        ("trustees-sign", date(2027, 5, 29)),
        ("trustees-sign", made),
        ("no-secret-order", date(2027, 1, 1)),
    ):
        with pytest.raises(StatementError):
            Statement(code, made, ends)
    with pytest.raises(StatementError):
        parse_statement(["trustees-sign", "20261125", "2027-01-01"])


def test_no_statement_speaks_of_secret_orders() -> None:
    for sentence in STATEMENTS.values():
        assert not {"secret", "never", "gag", "warrant"} & {*sentence.lower().replace(".", " ").split()}
