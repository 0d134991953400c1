"""`report` checks one report: its hash and its seals against the log, its numbers against the records that it opens."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from amanah.core.encoding import encode_canonical_json
from tests.core.data_requests.record_vectors import build_reports, seal_story
from tests.doors.cli.served_log import NOW, VKEY, make_leaves, run_verify, say, write_log
from tests.doors.cli.test_verify_requests import DOOR, NAMES, SUMS, digest

Check = Callable[..., CompletedProcess[str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Give a check of the second report of the story, with what can be wrong about it."""
    true = build_reports()

    def run(
        *names: str,
        shown: bytes | None = None,
        stated: bytes | None = None,
        root: str | None = None,
        sums: tuple[int, int, int] = SUMS[1],
        with_log: bool = True,
    ) -> CompletedProcess[str]:
        documents = [true[0], shown or true[1]]
        sealed = [
            say("slots_sealed", NOW, DOOR, number=number, root=root or slots.compute_root().hex())
            for number, slots in seal_story().items()
        ]
        said = [
            say(
                "report_stated", NOW, DOOR, name, report=digest(data), asked=asked, given=given, people=people
            )
            for name, data, (asked, given, people) in zip(
                NAMES, [true[0], stated or documents[1]], [SUMS[0], sums], strict=True
            )
        ]
        write_log(tmp_path / "log", [*make_leaves(4), *sealed, *said])
        for name, data in zip(NAMES, documents, strict=True):
            (tmp_path / f"{name}.json").write_bytes(data)
        files = [str(tmp_path / f"{name}.json") for name in names]
        options = ["--log", str(tmp_path / "log"), "--vkey", VKEY] if with_log else []
        return run_verify("report", *files, *options)

    return run


def change(**changes: object) -> bytes:
    return encode_canonical_json(json.loads(build_reports()[1]) | changes)


def test_a_report_that_was_sealed_and_counted_as_it_says_holds(check: Check) -> None:
    done = check("2026-q4", "2026-q3")
    assert done.returncode == 0, done.stderr
    assert "each of the 2 opened records is what was sealed" in done.stdout
    assert "the log states this very report" in done.stdout
    assert "asked 2, given 1" in done.stdout
    assert "uk-notice: 25-49 received, 0-24 people (a band, always given)" in done.stdout
    assert "NOT checked: what the law keeps secret" in done.stdout


def test_the_first_report_needs_no_other(check: Check) -> None:
    assert check("2026-q3").returncode == 0


def test_without_the_reports_before_it_the_numbers_are_not_said_to_hold(check: Check) -> None:
    done = check("2026-q4")
    assert done.returncode == 2
    assert "name 2026-q3 as well" in done.stdout
    assert "every number" not in done.stdout


def test_without_the_log_seals_are_not_said_to_hold(check: Check) -> None:
    done = check("2026-q4", "2026-q3", with_log=False)
    assert done.returncode == 0
    assert "NOT checked: whether these records were sealed" in done.stdout
    assert "what was sealed in the log" not in done.stdout


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"shown": change(community="strangers"), "stated": build_reports()[1]}, "is not the one whose hash"),
        ({"root": "ab" * 32}, "is not what was sealed there"),
        ({"sums": (3, 1, 1)}, "states other totals"),
        (
            {"shown": change(totals=json.loads(build_reports()[1])["totals"] | {"asked": 5})},
            "totals of the report",
        ),
        ({"shown": change(told=[])}, "learn of by it"),
        ({"shown": change(openings=[])}, "rows of the report"),
    ],
)
def test_what_does_not_hold_is_said(check: Check, wrong: dict[str, object], words: str) -> None:
    done = check("2026-q4", "2026-q3", **wrong)
    assert done.returncode == 1, done.stdout
    assert words in done.stderr


def test_a_changed_record_no_longer_fits_its_seal(check: Check) -> None:
    value = json.loads(build_reports()[1])
    value["openings"][0]["record"]["body"].update(
        {"people": 0} if "people" in value["openings"][0]["record"]["body"] else {}
    )
    done = check("2026-q4", "2026-q3", shown=encode_canonical_json(value))
    assert done.returncode == 1
    assert "[opening-does-not-hold]" in done.stderr


def test_a_period_that_the_log_does_not_seal_is_named(check: Check) -> None:
    value = json.loads(build_reports()[1])
    value["openings"][0]["number"] = 5
    done = check("2026-q4", "2026-q3", shown=encode_canonical_json(value))
    assert done.returncode == 1
    assert "which no entry of the log seals" in done.stderr


def test_what_is_no_report_cannot_be_read(check: Check) -> None:
    assert check("2026-q4", "2026-q3", shown=b"{}").returncode == 2
