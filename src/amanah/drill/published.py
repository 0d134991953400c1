"""What the public can know of requests: the log, the reports and their openings, each held against the log.

It takes no door's word for a number: what an opened record does not say was not counted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from amanah.core.encoding import parse_canonical_json
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import LogView, verify_log
from amanah.core.public_log.sealed_slots import parse_opening, verify_opening
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.drill.wire import CrowdError

LONGEST_REPORT = 1 << 26
ANSWERS = ("refuse", "contest", "narrow", "comply")
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """One published report whose bytes are those that the log states, and the records that it opened."""

    name: str
    content: Mapping[str, Any]
    records: Sequence[Record]

    def find_row(self, instrument: str) -> Sequence[int] | None:
        """Give the counts of one instrument; None where it has no row because it may be secret."""
        found: list[Sequence[int]] = [row[1:] for row in self.content["rows"] if row[0] == instrument]
        return found[0] if found else None

    def find_band(self, instrument: str) -> str | None:
        """Give the band of everything received under an instrument that may be secret."""
        return next((str(row[1]) for row in self.content["banded"] if row[0] == instrument), None)


@dataclass(frozen=True)
class Totals:
    """What was asked and given, counted from opened records and from what the log states."""

    received: int
    answered: Mapping[str, int]
    stated_asked: int
    people_opened: int
    people_stated: int
    people_reported: int

    @property
    def people(self) -> int:
        """Give the greatest of the counts of people whose details were handed over."""
        return max(self.people_opened, self.people_stated, self.people_reported)


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
                self.reports[name] = check_report(name, data, str(entry.body["report"]), roots)
        return list(self.reports.values())

    def compute_totals(self, view: LogView) -> Totals:
        """Count everything that was published so far."""
        reports = self.read_reports(view)
        records = [record for report in reports for record in report.records]
        stated = [entry.body for entry in view.list_entries("report_stated")]
        outcomes = [record["body"]["outcome"] for record in records if record["kind"] == "decision-made"]
        return Totals(
            received=sum(record["kind"] == "request-received" for record in records),
            answered={answer: outcomes.count(answer) for answer in ANSWERS},
            stated_asked=max((int(body["asked"]) for body in stated), default=0),
            people_opened=sum(
                record["body"]["people"] for record in records if record["kind"] == "disclosure-made"
            ),
            people_stated=max((int(body["people"]) for body in stated), default=0),
            people_reported=sum(int(report.content["totals"]["people"]) for report in reports),
        )

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


def check_report(name: str, data: bytes, stated: str, roots: Mapping[int, bytes]) -> Report:
    """Read a report; refuse one that is not what the log states, or that opens what was never sealed."""
    if hashlib.sha256(data).hexdigest() != stated:
        raise CrowdError(f"The report {name} is not the one whose hash stands in the log.")
    content = parse_canonical_json(data, longest=LONGEST_REPORT)
    return Report(name, content, check_openings(content["openings"], roots))


def check_openings(openings: Sequence[Any], roots: Mapping[int, bytes]) -> list[Record]:
    """Give the records behind openings, each of which was sealed in the log."""
    records: list[Record] = []
    for value in openings:
        opening = parse_opening(value)
        if opening.number not in roots:
            raise CrowdError(
                f"A record is said to be sealed in period {opening.number}, which the log does not have."
            )
        verify_opening(opening, roots[opening.number])
        records.append(parse_canonical_json(opening.record))
    return records
