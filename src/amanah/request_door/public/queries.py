"""What the pages for everybody show: published reports, the rules in force, what this database holds.

No count here is of rows: what changes between two reports cannot be seen.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection
from django.utils.translation import gettext

from amanah.core.data_requests.periods import ReportNameError, ReportPeriod, parse_report_name
from amanah.core.data_requests.records import Record, parse_record
from amanah.core.data_requests.reporting import COLUMNS, Opening, Report
from amanah.core.data_requests.rules import EXPLANATIONS, RULES, RuleSet
from amanah.core.data_requests.statements import STATEMENTS, Statement
from amanah.core.encoding import encode_canonical_json
from amanah.request_door.public.wording import (
    COLUMN_WORDS,
    TOTAL_WORDS,
    OpenedCase,
    Text,
    describe_nothing_given,
    describe_receipt,
    describe_record,
    find_order,
    name_instrument,
    name_period,
)
from amanah.request_door.records.queries import (
    ListedReport,
    PublicCounts,
    compute_next_report,
    find_last_report,
    find_listed,
    get_public_counts,
    get_report_pace,
    list_parsed_reports,
    list_reports,
    read_report,
)
from amanah.request_door.rules.queries import get_rules_in_force
from amanah.web.assets import WEB
from amanah.web.holdings import HeldColumn, list_live_columns, parse_holdings

MOST_LISTED = 40
HOLDINGS_FILE = WEB.parent / "request_door" / "holdings.json"


@dataclass(frozen=True)
class ReportLine:
    """A report in a list."""

    name: str
    title: str
    published_on: date
    counts: PublicCounts


@dataclass(frozen=True)
class ShownStatement:
    """A statement with its days."""

    sentence: str
    made_on: date
    expires_on: date


@dataclass(frozen=True)
class ReportOnShow:
    """One report in words; every list in it comes from the published bytes."""

    line: ReportLine
    document_hash: str
    totals: tuple[tuple[Text, int], ...]
    columns: tuple[Text, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    unused: tuple[str, ...]
    """The instruments with a row of zeros, by name."""
    banded: tuple[tuple[str, str, str], ...]
    cases: tuple[OpenedCase, ...]
    others: tuple[str, ...]
    statements: tuple[ShownStatement, ...]
    is_first: bool


@dataclass(frozen=True)
class RuleOnShow:
    """One rule: what is told to whoever asks, and why it is there."""

    code: str
    sentence: str
    explanation: str


def get_report_version(now: int) -> object:
    """Give what these pages are kept under: they change when a report is published, and at no other time."""
    last = find_last_report()
    return last.number if last else None, compute_next_report(now).number


def get_counts() -> PublicCounts:
    """Give the counts of the last report."""
    return get_public_counts()


def get_next_report(now: int) -> datetime:
    """Give when the next report is published."""
    return datetime.fromtimestamp(compute_next_report(now).published_at, UTC)


def list_report_lines() -> list[ReportLine]:
    """List the newest reports, ten years of them; a demonstration publishes more than a page can hold."""
    return [_show_line(one) for one in list_reports(most=MOST_LISTED)]


def find_last_line() -> ReportLine | None:
    """Find the report that was published last."""
    last = find_last_report()
    return _show_line(last) if last else None


def find_report(name: str) -> ReportOnShow | None:
    """Find one report with what it opens; None where there is none of that name."""
    try:
        number = parse_report_name(name)
    except ReportNameError:
        return None
    reports = [report for report in list_parsed_reports() if report.number <= number]
    listed = find_listed(name)
    if listed is None or not reports or reports[-1].name != name:
        return None
    report, earlier = reports[-1], reports[:-1]
    cases, others = _list_cases(report, earlier)
    return ReportOnShow(
        line=_show_line(listed),
        document_hash=hashlib.sha256(read_report(name) or b"").hexdigest(),
        totals=tuple((words, report.totals[code]) for code, words in TOTAL_WORDS.items()),
        columns=tuple(COLUMN_WORDS[code] for code in COLUMNS),
        rows=tuple((name_instrument(row.instrument), tuple(row[1:])) for row in report.rows if any(row[1:])),
        unused=tuple(name_instrument(row.instrument) for row in report.rows if not any(row[1:])),
        banded=tuple((name_instrument(code), received, people) for code, received, people in report.banded),
        cases=tuple(cases),
        others=tuple(others),
        statements=tuple(_show_statement(one) for one in report.statements),
        is_first=not earlier,
    )


def list_shown_statements() -> tuple[ShownStatement, ...]:
    """List the statements of the last report."""
    reports = list_parsed_reports()
    return tuple(_show_statement(one) for one in reports[-1].statements) if reports else ()


def encode_statements() -> bytes:
    """Give the statements of the last report for programs, with the name of that report."""
    reports = list_parsed_reports()
    rows = [
        [one.code, one.made_on.isoformat(), one.expires_on.isoformat(), STATEMENTS[one.code]]
        for one in (reports[-1].statements if reports else ())
    ]
    name = reports[-1].name if reports else None
    return encode_canonical_json({"report": name, "statements": [[*row] for row in rows], "v": 1})


def list_rules() -> list[RuleOnShow]:
    """List every rule in the order in which they are tried."""
    return [
        RuleOnShow(code, gettext(sentence), gettext(EXPLANATIONS[code])) for code, sentence in RULES.items()
    ]


def get_rules() -> tuple[RuleSet, bytes]:
    """Give the rules in force."""
    return get_rules_in_force()


def list_held_columns() -> list[HeldColumn]:
    """List what stands in this door's database now, with its purposes."""
    return list_live_columns(connection, parse_holdings(HOLDINGS_FILE))


def _list_cases(report: Report, earlier: list[Report]) -> tuple[list[OpenedCase], list[str]]:
    """Gather what the report opens by request; who asked may stand in an earlier report."""
    receipts: dict[str | None, Record] = {}
    for one in (*(opening for other in earlier for opening in other.openings), *report.openings):
        record = _read(one)
        if record.kind == "request-received":
            receipts[record.ref] = record
    cases: dict[str, OpenedCase] = {}
    others: list[str] = []
    opened = sorted(
        ((opening, _read(opening)) for opening in report.openings), key=lambda pair: find_order(pair[1])
    )
    given = {record.ref for _opening, record in opened if record.kind == "disclosure-made"}
    for opening, record in opened:
        receipt = receipts.get(record.ref)
        if receipt is None:
            others += describe_record(record)
            continue
        reference = record.ref or ""
        if reference not in cases:
            cases[reference] = OpenedCase(reference)
            describe_receipt(cases[reference], receipt)
        cases[reference].sentences += [*describe_record(record), *describe_nothing_given(record, given)]
        cases[reference].seals.append((opening["number"], opening["place"]))
        cases[reference].is_told = reference in report.told
    return list(cases.values()), others


def _read(opening: Opening) -> Record:
    record: Mapping[str, object] = opening["record"]
    return parse_record(encode_canonical_json(dict(record)))  # type: ignore[arg-type]


def _show_line(one: ListedReport) -> ReportLine:
    return ReportLine(one.name, name_period(_find_period(one)), one.published_on, one.counts)


def _find_period(one: ListedReport) -> ReportPeriod:
    return get_report_pace().build_period(one.number)


def _show_statement(one: Statement) -> ShownStatement:
    return ShownStatement(gettext(STATEMENTS[one.code]), one.made_on, one.expires_on)
