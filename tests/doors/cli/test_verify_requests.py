"""A journalist counts again what was asked and what was given, and sees every number that does not follow."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from amanah.core.encoding import encode_canonical_json
from tests.core.data_requests.record_vectors import build_reports, seal_story
from tests.doors.cli.served_log import NOW, VKEY, make_leaves, run_verify, say, write_log

DOOR = "request-door"
NAMES = ("2026-q3", "2026-q4")
SUMS = ((2, 0, 0), (2, 1, 1))


@dataclass
class Door:
    """A folder with reports, and the log that states them."""

    folder: Path
    reports: list[bytes]
    sums: tuple[tuple[int, int, int], ...] = SUMS

    def verify(self, *, without: int | None = None, tampered: bytes | None = None) -> CompletedProcess[str]:
        """Write the log over these reports, then check; a report can be missing, or not be the stated one."""
        sealed = [
            say("slots_sealed", NOW, DOOR, number=number, root=slots.compute_root().hex())
            for number, slots in seal_story().items()
            if number != without
        ]
        stated = [
            say(
                "report_stated", NOW, DOOR, name, report=digest(data), asked=asked, given=given, people=people
            )
            for name, data, (asked, given, people) in zip(NAMES, self.reports, self.sums, strict=True)
        ]
        write_log(self.folder / "log", [*make_leaves(4), *sealed, *stated])
        for name, data in zip(NAMES, [*self.reports[:-1], tampered or self.reports[-1]], strict=True):
            (self.folder / f"{name}.json").write_bytes(data)
        return self.check()

    def check(self) -> CompletedProcess[str]:
        return run_verify(
            "requests", "--log", str(self.folder / "log"), "--door", str(self.folder), "--vkey", VKEY
        )


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def change(data: bytes, **changes: Any) -> bytes:
    return encode_canonical_json(json.loads(data) | changes)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path, build_reports())


def test_what_was_asked_and_given_is_counted_from_sealed_records(door: Door) -> None:
    done = door.verify()
    assert done.returncode == 0, done.stderr
    assert (
        "uk-informal-ask: received 1, refused 1, narrowed 0, complied 0, contested 0, people 0" in done.stdout
    )
    assert "uk-production-order: received 1, refused 0, narrowed 0, complied 1" in done.stdout
    assert "uk-notice: 25-49 received, 0-24 people, in the last report" in done.stdout
    assert "Asked: 2. Something was given: 1. People whose details were given: 1." in done.stdout
    assert "NOT checked: what came under a law that forbids to speak of it" in done.stdout


def test_a_report_that_is_not_the_stated_one_is_seen(door: Door) -> None:
    done = door.verify(tampered=change(door.reports[-1], told=[]))
    assert done.returncode == 1
    assert "[report-does-not-follow]" in done.stderr


def test_a_number_that_no_record_supports_is_seen(door: Door) -> None:
    first = json.loads(door.reports[0])
    rows = [[*row[:2], 0, *row[3:]] for row in first["rows"]]
    totals = first["totals"] | {"refused": 0}
    door.reports[0] = change(door.reports[0], rows=rows, totals=totals)
    done = door.verify()
    assert done.returncode == 1
    assert "do not follow from the records" in done.stderr


def test_a_record_that_was_never_sealed_is_seen(door: Door) -> None:
    report = json.loads(door.reports[0])
    for opening in report["openings"]:
        if opening["record"]["kind"] == "request-received":
            opening["record"]["body"]["body_name"] = "Somebody Else"
    door.reports[0] = encode_canonical_json(report)
    done = door.verify()
    assert done.returncode == 1
    assert "[opening-does-not-hold]" in done.stderr


def test_a_period_that_the_log_does_not_have_is_seen(door: Door) -> None:
    done = door.verify(without=20_700)
    assert done.returncode == 1
    assert "opens period 20700, which the log does not have" in done.stderr


def test_totals_in_the_log_that_differ_are_seen(door: Door) -> None:
    door.sums = (SUMS[0], (2, 0, 0))
    done = door.verify()
    assert done.returncode == 1
    assert "The log states other totals" in done.stderr


def test_a_report_that_the_door_does_not_show_is_not_checked(door: Door) -> None:
    door.verify()
    (door.folder / "2026-q4.json").unlink()
    done = door.check()
    assert done.returncode == 2
    assert "NOT checked: the report 2026-q4" in done.stdout


def test_a_door_that_has_not_reported_yet_is_no_failure(tmp_path: Path) -> None:
    write_log(tmp_path / "log", make_leaves(5))
    done = Door(tmp_path, []).check()
    assert done.returncode == 0, done.stderr
    assert "noticed: the log states no report yet" in done.stdout
    assert "Asked: 0." in done.stdout
