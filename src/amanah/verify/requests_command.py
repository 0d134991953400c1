"""`requests`: counts again what outside bodies asked and what they were given, from reports, openings and the log.

It believes no number of a report that does not follow from records which were sealed in the log.
"""

import argparse
import hashlib
from collections.abc import Mapping, Sequence

from amanah.core.data_requests.reporting import (
    Cumulated,
    Report,
    ReportError,
    compute_cumulated,
    parse_report,
    verify_report,
)
from amanah.core.public_log.entries import Entry
from amanah.core.public_log.reading import LogView
from amanah.core.public_log.sealed_slots import OpeningError, parse_opening, verify_opening
from amanah.verify.report import (
    DOES_NOT_HOLD,
    HOLDS,
    NOT_CHECKED,
    say_errors,
    say_holds,
    say_not_checked,
    say_noticed,
    tell_time,
)
from amanah.verify.sources import AbsentError, fetch_file, is_address, read_log
from amanah.verify.trust import add_trust_options, read_trust

REPORT_STATED = "report_stated"
SLOTS_SEALED = "slots_sealed"
SUMMED = ("received", "refused", "narrowed", "complied", "contested", "people")


def add_requests_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `requests` to the command line."""
    requests = commands.add_parser(
        "requests", help="count again what was asked for and what was given", description=__doc__
    )
    requests.add_argument(
        "--log", metavar="URL|DIR", required=True, help="the public log, or a folder with its files"
    )
    requests.add_argument(
        "--door", metavar="URL|DIR", required=True, help="the request door, or a folder with its reports"
    )
    add_trust_options(requests, is_required=True)
    requests.set_defaults(run=run_requests)


def run_requests(arguments: argparse.Namespace) -> int:
    """Check every report that the log states, from the first to the last."""
    view = read_log(arguments.log, read_trust(arguments).policy)
    roots = read_roots(view)
    say_holds(
        f"the log has {view.size} entries, all signed by those who may write them, and {len(roots)} sealed periods"
    )
    stated = view.list_entries(REPORT_STATED)
    reports: list[Report] = []
    for entry in stated:
        data = _fetch_report(arguments.door, str(entry.ref))
        if data is None:
            say_not_checked(f"the report {entry.ref} and every one after it: the door has no such file")
            return NOT_CHECKED
        try:
            reports.append(check_report(data, entry, reports, roots))
        except (ReportError, OpeningError) as error:
            say_errors([error])
            return DOES_NOT_HOLD
        say_holds(_tell_report(reports[-1], entry))
    if not reports:
        say_noticed("the log states no report yet; they come on fixed days, whether or not anybody asked")
    _say_sum(reports)
    say_not_checked(
        "what came under a law that forbids to speak of it: of that a report gives bands of 25, and no record is opened"
    )
    return HOLDS


def read_roots(view: LogView) -> dict[int, bytes]:
    """Give the root of each sealed period."""
    return {
        entry.body["number"]: bytes.fromhex(entry.body["root"]) for entry in view.list_entries(SLOTS_SEALED)
    }


def check_report(data: bytes, entry: Entry, earlier: Sequence[Report], roots: Mapping[int, bytes]) -> Report:
    """Check one report against what the log states of it, against its openings, and against all before it."""
    if hashlib.sha256(data).hexdigest() != entry.body["report"]:
        raise ReportError(f"The report {entry.ref} is not the one whose hash stands in the log.")
    report = parse_report(data)
    if report.name != entry.ref:
        raise ReportError(f"The report that the log states as {entry.ref} calls itself {report.name}.")
    for value in report.openings:
        opening = parse_opening(value)
        root = roots.get(opening.number)
        if root is None:
            raise ReportError(
                f"The report {report.name} opens period {opening.number}, which the log does not have."
            )
        verify_opening(opening, root)
    verify_report(report, earlier)
    cumulated = compute_cumulated([*earlier, report])
    if cumulated != Cumulated(entry.body["asked"], entry.body["given"], entry.body["people"]):
        raise ReportError(f"The log states other totals with {report.name} than those that its records give.")
    return report


def _fetch_report(door: str, name: str) -> bytes | None:
    try:
        return fetch_file(door, f"reports/{name}.json" if is_address(door) else f"{name}.json")
    except AbsentError:
        return None


def _tell_report(report: Report, entry: Entry) -> str:
    return (
        f"{report.name}, stated {tell_time(entry.at)}: {len(report.openings)} records opened, each as it was sealed, "
        "and every number follows from them"
    )


def _say_sum(reports: Sequence[Report]) -> None:
    """Print what was asked and given under each instrument, all reports together, and the totals."""
    instruments = sorted({row.instrument for report in reports for row in report.rows})
    for instrument in instruments:
        rows = [row for report in reports for row in report.rows if row.instrument == instrument]
        sums = {column: sum(getattr(row, column) for row in rows) for column in SUMMED}
        if any(sums.values()):
            print(f"  {instrument}: {', '.join(f'{column} {number}' for column, number in sums.items())}")
    for code, received, people in reports[-1].banded if reports else ():
        print(f"  {code}: {received} received, {people} people, in the last report (a band, always given)")
    totals = compute_cumulated(reports)
    print(
        f"Asked: {totals.asked}. Something was given: {totals.given}. "
        f"People whose details were given: {totals.people}."
    )
