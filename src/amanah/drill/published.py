"""What the public can know of requests: the log, the reports and their openings, each held against the log.

It takes no door's word for a number: what does not follow from a sealed record is not counted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from amanah.core.data_requests.records import Record, parse_record
from amanah.core.data_requests.reporting import (
    Cumulated,
    Report,
    compute_cumulated,
    parse_report,
    verify_report,
)
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import LogView, verify_log
from amanah.core.public_log.sealed_slots import parse_opening, verify_opening
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.drill.wire import CrowdError

ANSWERS = ("refuse", "contest", "narrow", "comply")


@dataclass(frozen=True)
class Totals:
    """What was asked and given, counted from opened records and from what the log states."""

    received: int
    answered: Mapping[str, int]
    stated: Cumulated
    people_opened: int
    people_reported: int

    @property
    def people(self) -> int:
        """Give the greatest of the counts of people whose details were handed over."""
        return max(self.people_opened, self.people_reported, self.stated.people)


@dataclass
class PublicEye:
    """An outsider who reads the log and the reports, and forgets nothing."""

    log_url: str
    request_url: str
    log_key: VerifierKey
    reports: dict[str, Report] = field(default_factory=dict)

    def read_log(self) -> LogView:
        """Fetch and verify the whole log."""
        note = self._fetch(f"{self.log_url}/checkpoint")
        size = verify_checkpoint(note, self.log_key).size
        bundles = [self._fetch(f"{self.log_url}/{path}") for path in list_bundle_paths(0, size)]
        return verify_log(note, bundles, Policy(self.log_key))

    def read_reports(self, view: LogView) -> list[Report]:
        """Fetch every report that the log states, and hold it and all it opens against the log."""
        roots = read_roots(view)
        for entry in view.list_entries("report_stated"):
            name = str(entry.ref)
            if name not in self.reports:
                data = self._fetch(f"{self.request_url}/reports/{name}.json")
                before = list(self.reports.values())
                self.reports[name] = check_report(data, str(entry.body["report"]), before, roots)
        return list(self.reports.values())

    def compute_totals(self, view: LogView) -> Totals:
        """Count everything that was published so far."""
        reports = self.read_reports(view)
        records = [record for report in reports for record in list_opened(report)]
        outcomes = [record.body["outcome"] for record in records if record.kind == "decision-made"]
        stated = [entry.body for entry in view.list_entries("report_stated")]
        last = stated[-1] if stated else {"asked": 0, "given": 0, "people": 0}
        totals = Totals(
            received=sum(record.kind == "request-received" for record in records),
            answered={answer: outcomes.count(answer) for answer in ANSWERS},
            stated=Cumulated(last["asked"], last["given"], last["people"]),
            people_opened=sum(
                record.body["people"] for record in records if record.kind == "disclosure-made"
            ),
            people_reported=sum(report.totals["people"] for report in reports),
        )
        if compute_cumulated(reports) != totals.stated:
            raise CrowdError("The log states other totals than those of the reports.")
        return totals

    def _fetch(self, address: str) -> bytes:
        answer = httpx.get(address, timeout=60, trust_env=False)
        if answer.status_code != 200:
            raise CrowdError(f"{address} answered {answer.status_code}.")
        return answer.content


def read_roots(view: LogView) -> dict[int, bytes]:
    """Give the root of each sealed period."""
    return {
        int(entry.body["number"]): bytes.fromhex(entry.body["root"])
        for entry in view.list_entries("slots_sealed")
    }


def check_report(data: bytes, stated: str, before: Sequence[Report], roots: Mapping[int, bytes]) -> Report:
    """Read a report; refuse one that is not what the log states, or that says more than sealed records do."""
    report = parse_report(data)
    if hashlib.sha256(data).hexdigest() != stated:
        raise CrowdError(f"The report {report.name} is not the one whose hash stands in the log.")
    check_openings(report.openings, roots)
    verify_report(report, before)
    return report


def check_openings(openings: Sequence[Any], roots: Mapping[int, bytes]) -> list[Record]:
    """Give the records behind openings, each of which was sealed in the log."""
    records: list[Record] = []
    for value in openings:
        opening = parse_opening(value)
        if opening.number not in roots:
            raise CrowdError(
                f"The log has no period {opening.number}, in which a record is said to be sealed."
            )
        verify_opening(opening, roots[opening.number])
        records.append(parse_record(opening.record))
    return records


def list_opened(report: Report) -> list[Record]:
    """List the records that a report opens."""
    return [parse_record(parse_opening(value).record) for value in report.openings]


def find_people_given(report: Report, instrument: str) -> int | None:
    """Give of how many people details were given under an instrument; None where it has no row of its own."""
    return next((row.people for row in report.rows if row.instrument == instrument), None)


def find_band(report: Report, instrument: str) -> str | None:
    """Give the band of everything received under an instrument that may be secret."""
    return next((received for code, received, _ in report.banded if code == instrument), None)
