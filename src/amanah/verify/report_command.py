"""`report`: checks one report on requests: each opened record against its seal, each number against the records.

It takes no number from the report that follows from the records in it.
"""

import argparse
import hashlib
from collections.abc import Sequence

from amanah.core.data_requests.reporting import (
    COLUMNS,
    Report,
    ReportError,
    compute_cumulated,
    parse_report,
    verify_report,
)
from amanah.core.public_log.entries import Entry
from amanah.core.public_log.reading import LogView
from amanah.core.public_log.sealed_slots import parse_opening, verify_opening
from amanah.verify.report import (
    HOLDS,
    NOT_CHECKED,
    quote_for_terminal,
    say_holds,
    say_not_checked,
)
from amanah.verify.requests_command import REPORT_STATED, read_roots
from amanah.verify.sources import fetch_file, read_log
from amanah.verify.trust import add_trust_options, read_trust


def add_report_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `report` to the command line."""
    report = commands.add_parser(
        "report",
        help="check a report on requests against the log and its own records",
        description=__doc__,
    )
    report.add_argument("report", metavar="FILE|URL", help="the report")
    report.add_argument(
        "earlier", metavar="EARLIER", nargs="*", help="the reports before it, or their addresses"
    )
    report.add_argument("--log", metavar="URL|DIR", help="the public log, or a folder with its files")
    add_trust_options(report, is_required=False)
    report.set_defaults(run=run_report)


def run_report(arguments: argparse.Namespace) -> int:
    """Check one report as far as what was given allows."""
    document = fetch_file(arguments.report)
    report = parse_report(document)
    given = [parse_report(fetch_file(place)) for place in arguments.earlier]
    earlier = sorted((one for one in given if one.number < report.number), key=lambda one: one.number)
    print(f"Report {report.name} of {report.community}: {len(report.openings)} records opened")
    _print_numbers(report)
    if arguments.log is not None:
        return _check_with_log(
            document, report, earlier, read_log(arguments.log, read_trust(arguments).policy)
        )
    _check_numbers(report, earlier)
    say_not_checked(
        "whether these records were sealed, and whether the log states this report; add --log and --policy"
    )
    return HOLDS


def _check_with_log(document: bytes, report: Report, earlier: Sequence[Report], view: LogView) -> int:
    _check_openings(report, view)
    stated = _check_statement(document, report, view)
    missing = _find_missing(view, stated, earlier)
    if missing:
        say_not_checked(
            f"the numbers: they depend on the reports before this one; name {', '.join(missing)} as well"
        )
        return NOT_CHECKED
    _check_numbers(report, earlier)
    totals = compute_cumulated([*earlier, report])
    if totals != tuple(stated.body[name] for name in ("asked", "given", "people")):
        raise ReportError(f"The log states other totals with {report.name} than those that its records give.")
    say_holds(
        f"the totals of all reports so far are those in the log: asked {totals.asked}, given {totals.given}"
    )
    say_not_checked(
        "what the law keeps secret: its records stay shut, and bands of 25 are all that is said about it"
    )
    return HOLDS


def _check_numbers(report: Report, earlier: Sequence[Report]) -> None:
    verify_report(report, earlier)
    say_holds("every number follows from the records that it opens, and no record was opened before")


def _check_openings(report: Report, view: LogView) -> None:
    roots = read_roots(view)
    for value in report.openings:
        opening = parse_opening(value)
        if opening.number not in roots:
            raise ReportError(
                f"The report opens a record of period {opening.number}, which no entry of the log seals."
            )
        verify_opening(opening, roots[opening.number])
    say_holds(f"each of the {len(report.openings)} opened records is what was sealed in the log at that time")


def _check_statement(document: bytes, report: Report, view: LogView) -> Entry:
    entry = view.find_entry(REPORT_STATED, report.name)
    if entry is None:
        raise ReportError(f"No entry of the log states a report {report.name}.")
    if entry.body["report"] != hashlib.sha256(document).hexdigest():
        raise ReportError(f"The report {report.name} is not the one whose hash stands in the log.")
    say_holds("the log states this very report")
    return entry


def _find_missing(view: LogView, stated: Entry, earlier: Sequence[Report]) -> list[str]:
    """List the reports that the log states before this one and that nobody gave."""
    entries = view.list_entries(REPORT_STATED)
    given = {report.name for report in earlier}
    return [entry.ref or "" for entry in entries[: entries.index(stated)] if entry.ref not in given]


def _print_numbers(report: Report) -> None:
    for row in report.rows:
        if any(row[1:]):
            numbers = ", ".join(f"{name} {getattr(row, name)}" for name in COLUMNS)
            print(f"  {quote_for_terminal(row.instrument)}: {numbers}")
    for code, received, people in report.banded:
        print(f"  {quote_for_terminal(code)}: {received} received, {people} people (a band, always given)")
