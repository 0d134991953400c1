"""Reports on what outside bodies asked for: rows and totals from opened records alone, and bands for the rest (8).

A report never depends on a record that it does not open, except for the band of 25 in which a number lies.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from amanah.core.data_requests.periods import parse_report_name
from amanah.core.data_requests.records import Record, parse_record
from amanah.core.data_requests.statements import Statement, encode_statement, parse_statement
from amanah.core.encoding import JsonValue, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError, VerificationError

BAND = 25
LONGEST_REPORT = 1 << 26
TOTALS = ("asked", "refused", "narrowed", "complied", "contested", "pending", "people")
_STANDINGS = {"refuse": "refused", "narrow": "narrowed", "comply": "complied", "contest": "contested"}
_MEMBERS = {
    "banded", "community", "name", "openings", "pack", "rows", "statements", "told", "totals", "v",
}  # fmt: skip
_HASH = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BAND = re.compile(r"(0|[1-9][0-9]{0,8})-([1-9][0-9]{0,8})")

Opening = Mapping[str, Any]
"""The plain object of an opened record: `number`, `place` and `record` are read here, the rest by whoever checks it."""


class ReportUnreadableError(InvalidInputError):
    """The bytes are no report of a request door."""

    code = "report-unreadable"


class ReportError(VerificationError):
    """A number of a report does not follow from the records that it opens."""

    code = "report-does-not-follow"


class Row(NamedTuple):
    """The requests under one instrument, as far as their records were opened."""

    instrument: str
    received: int
    refused: int
    narrowed: int
    complied: int
    contested: int
    pending: int
    people: int


COLUMNS = ("received", "refused", "narrowed", "complied", "contested", "pending", "people")


class Cumulated(NamedTuple):
    """All reports so far together: requests, requests to which something was given, people whose details were given."""

    asked: int
    given: int
    people: int


@dataclass(frozen=True)
class Report:
    """One report as it was published."""

    name: str
    community: str
    pack: str
    rows: tuple[Row, ...]
    banded: tuple[tuple[str, str, str], ...]
    openings: tuple[Opening, ...]
    statements: tuple[Statement, ...]
    told: tuple[str, ...]
    totals: Mapping[str, int]

    @property
    def number(self) -> int:
        """Give the place of this report among those of its kind."""
        return parse_report_name(self.name)


@dataclass(frozen=True)
class ReportSource:
    """What a report is made of: whose it is, the instruments of the pack in force, and what is opened now."""

    name: str
    community: str
    pack: str
    instruments: tuple[str, ...]
    banded: Mapping[str, tuple[int, int]]
    """How many requests came under each instrument that may be secret, and how many people's details were given."""
    openings: tuple[Opening, ...]
    statements: tuple[Statement, ...]


def build_report(source: ReportSource, earlier: Sequence[Report]) -> bytes:
    """Give the bytes of a report; `earlier` are all before it."""
    openings = tuple(sorted(source.openings, key=_find_place))
    rows = compute_rows(openings, earlier, source.instruments, source.banded)
    return encode_canonical_json(
        {
            "banded": [
                [code, compute_band(received), compute_band(people)]
                for code, (received, people) in sorted(source.banded.items())
            ],
            "community": source.community,
            "name": source.name,
            "openings": [dict(opening) for opening in openings],
            "pack": source.pack,
            "rows": [[*row] for row in rows],
            "statements": [encode_statement(one) for one in sorted(source.statements, key=encode_statement)],
            "told": [*list_told(openings)],
            "totals": {**compute_totals(rows)},
            "v": 1,
        }
    )


def compute_rows(
    openings: Iterable[Opening], earlier: Sequence[Report], instruments: Iterable[str], banded: Iterable[str]
) -> tuple[Row, ...]:
    """Count what is opened now, by instrument; an instrument that may be secret has no row (8.3, 8.4)."""
    now = [_read(opening) for opening in openings]
    before = [_read(opening) for report in earlier for opening in report.openings]
    asked_under = {
        record.ref or "": record.body["instrument"]
        for record in (*before, *now)
        if record.kind == "request-received"
    }
    counts: Counter[tuple[str, str]] = Counter()
    for record in now:
        code = asked_under.get(record.ref or "")
        if code is not None and record.kind == "request-received":
            counts[code, "received"] += 1
        elif code is not None and record.kind == "disclosure-made":
            counts[code, "people"] += record.body["people"]
    for ref, standing in _find_standings(now).items():
        if ref in asked_under:
            counts[asked_under[ref], standing] += 1
    answered = _find_standings([*before, *now])
    for ref, code in asked_under.items():
        if ref not in answered:
            counts[code, "pending"] += 1
    codes = sorted({*instruments, *asked_under.values()} - {*banded})
    return tuple(Row(code, *(counts[code, name] for name in COLUMNS)) for code in codes)


def compute_totals(rows: Iterable[Row]) -> dict[str, int]:
    """Add up the rows."""
    listed = [*rows]
    names = {name: "received" if name == "asked" else name for name in TOTALS}
    return {name: sum(getattr(row, column) for row in listed) for name, column in names.items()}


def compute_band(number: int) -> str:
    """Give the band of 25 in which a number lies."""
    first = number // BAND * BAND
    return f"{first}-{first + BAND - 1}"


def list_told(openings: Iterable[Opening]) -> tuple[str, ...]:
    """List the requests to which something was given, and of which people learn by this report (9.5)."""
    records = (_read(opening) for opening in openings)
    return tuple(sorted({record.ref or "" for record in records if record.kind == "disclosure-made"}))


def compute_cumulated(reports: Iterable[Report]) -> Cumulated:
    """Add up all reports so far, as `report_stated` says it."""
    listed = [*reports]
    records = [_read(opening) for report in listed for opening in report.openings]
    under = {record.ref: record.body["instrument"] for record in records if record.kind == "request-received"}
    given = {
        reference
        for report in listed
        for reference in report.told
        if under.get(reference) not in {None, *(code for code, _, _ in report.banded)}
    }
    asked = sum(report.totals["asked"] for report in listed)
    return Cumulated(asked, len(given), sum(report.totals["people"] for report in listed))


def parse_report(data: bytes) -> Report:
    """Read a report; it says nothing yet about whether its numbers follow from its records."""
    value = parse_canonical_json(data, longest=LONGEST_REPORT)
    if not isinstance(value, dict) or value.keys() != _MEMBERS or value["v"] != 1:
        raise ReportUnreadableError("These bytes are no report of a request door.")
    if not all(
        isinstance(value[name], list) for name in ("banded", "openings", "rows", "statements", "told")
    ):
        raise ReportUnreadableError("A list of the report is not one.")
    parse_report_name(str(value["name"]))
    if not _is_text(value["community"], _SLUG) or not _is_text(value["pack"], _HASH):
        raise ReportUnreadableError("The report names its community or its pack in the wrong form.")
    totals = value["totals"]
    if not isinstance(totals, dict) or totals.keys() != {*TOTALS} or not all(map(_is_count, totals.values())):
        raise ReportUnreadableError("The totals of the report are not complete.")
    report = Report(
        name=value["name"],
        community=value["community"],
        pack=value["pack"],
        rows=tuple(_parse_row(row) for row in value["rows"]),
        banded=tuple(_parse_banded(row) for row in value["banded"]),
        openings=tuple(_parse_opening(opening) for opening in value["openings"]),
        statements=tuple(parse_statement(row) for row in value["statements"]),
        told=tuple(str(reference) for reference in value["told"]),
        totals=totals,
    )
    _check_order(report)
    return report


def verify_report(report: Report, earlier: Sequence[Report]) -> None:
    """Check that every number follows from the opened records; `earlier` are all reports before this one."""
    codes = [row.instrument for row in report.rows]
    hidden = [code for code, _, _ in report.banded]
    if {*codes} & {*hidden}:
        raise ReportError("An instrument has both a row and a band.")
    if compute_rows(report.openings, earlier, codes, hidden) != report.rows:
        raise ReportError(
            f"The rows of the report {report.name} do not follow from the records that it opens."
        )
    if compute_totals(report.rows) != report.totals:
        raise ReportError(f"The totals of the report {report.name} are not those of its rows.")
    if list_told(report.openings) != report.told:
        raise ReportError(f"The report {report.name} does not name the requests that people learn of by it.")
    before = {_find_place(opening) for other in earlier for opening in other.openings}
    again = [place for place in map(_find_place, report.openings) if place in before]
    if again:
        raise ReportError(
            f"The report {report.name} opens place {again[0][1]} of period {again[0][0]} again."
        )


def _find_standings(records: Iterable[Record]) -> dict[str, str]:
    """Give how each request was answered; of two answers the later place counts."""
    return {
        record.ref or "": _STANDINGS[record.body["outcome"]]
        for record in records
        if record.kind == "decision-made" and record.body["outcome"] is not None
    }


def _read(opening: Opening) -> Record:
    record: JsonValue = opening["record"]
    return parse_record(encode_canonical_json(record))


def _find_place(opening: Opening) -> tuple[int, int]:
    return opening["number"], opening["place"]


def _check_order(report: Report) -> None:
    lists: tuple[Sequence[Any], ...] = (
        [row.instrument for row in report.rows],
        [code for code, _, _ in report.banded],
        [_find_place(opening) for opening in report.openings],
        [encode_statement(statement) for statement in report.statements],
        report.told,
    )
    if any(first >= second for listed in lists for first, second in pairwise(listed)):
        raise ReportUnreadableError(
            "A list of the report is not in its order, or something stands in it twice."
        )


def _parse_row(value: Any) -> Row:
    if not isinstance(value, list) or len(value) != 1 + len(COLUMNS) or not _is_text(value[0], _SLUG):
        raise ReportUnreadableError("A row has an instrument and seven numbers.")
    if not all(map(_is_count, value[1:])):
        raise ReportUnreadableError("A row has an instrument and seven numbers.")
    return Row(*value)


def _parse_banded(value: Any) -> tuple[str, str, str]:
    is_row = isinstance(value, list) and len(value) == 3 and _is_text(value[0], _SLUG)
    if not is_row or not all(_is_band(part) for part in value[1:]):
        raise ReportUnreadableError("A band has an instrument and two ranges of 25.")
    code, received, people = value
    return code, received, people


def _parse_opening(value: Any) -> Opening:
    is_opening = isinstance(value, dict) and value.keys() == {"number", "path", "place", "record", "salt"}
    if not is_opening or not _is_count(value["number"]) or not _is_count(value["place"]):
        raise ReportUnreadableError("An opening has number, path, place, record and salt.")
    opening: Opening = value
    _read(opening)
    return opening


def _is_band(value: Any) -> bool:
    found = _BAND.fullmatch(value) if isinstance(value, str) else None
    return found is not None and compute_band(int(found[1])) == value


def _is_text(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and len(value) <= 64 and bool(pattern.fullmatch(value))


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0
