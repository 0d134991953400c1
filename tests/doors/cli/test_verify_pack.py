"""Whoever writes a pack checks it on their own machine, without a server and without a network."""

import re
from pathlib import Path

from tests.core.data_requests.pack_cases import build_pack, build_row, encode
from tests.doors.cli.served_log import run_verify
from tests.support.processes import SOURCE

PACKS = SOURCE / "amanah" / "request_door" / "jurisdictions" / "packs"


def test_a_pack_that_can_be_used_is_summed_up() -> None:
    result = run_verify("pack", str(PACKS / "uk.json"))
    assert result.returncode == 0, result.stderr
    assert "This pack can be used." in result.stdout
    assert re.search(
        r"^  uk-ta-2000-sch5-para5 +compulsory +judge +described-material +risky \(may be secret\)",
        result.stdout,
        re.MULTILINE,
    )
    assert re.search(r"^SHA-256 [0-9a-f]{64}$", result.stdout, re.MULTILINE)
    assert result.stderr == ""


def test_every_fault_is_said_at_once_and_nothing_is_summed_up(tmp_path: Path) -> None:
    path = tmp_path / "atlantis.json"
    path.write_bytes(
        encode(build_pack(reviewed_on="soon", instruments=[build_row(code="atlantis-ask", bulk="all")]))
    )
    result = run_verify("pack", str(path))
    assert result.returncode == 1
    assert result.stdout == ""
    for fault in (
        "“reviewed_on”: a day is written like",
        "Instrument 1 (atlantis-ask), “bulk”: must be one of no,",
        "“unknown_paper”",
    ):
        assert fault in result.stderr
    assert "This pack cannot be used: faults found: 3. [pack-faults]" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_steers_a_terminal_steers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "atlantis.json"
    path.write_bytes(encode(build_pack(code="\x1b[2J", **{"\x1b[31m": 1})))
    result = run_verify("pack", str(path))
    assert result.returncode == 1
    assert "\x1b" not in result.stderr


def test_a_file_with_thousands_of_faults_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "atlantis.json"
    path.write_bytes(encode(build_pack(instruments=[{} for _ in range(200)])))
    result = run_verify("pack", str(path))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 102
    assert re.search(r"^And \d+ more\.$", result.stderr, re.MULTILINE)


def test_a_file_that_is_not_there_is_not_judged(tmp_path: Path) -> None:
    assert run_verify("pack", str(tmp_path / "nowhere.json")).returncode == 2
