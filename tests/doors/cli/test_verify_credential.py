"""`credential` says from files alone who may teach what, on whose word, and what was not checked."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from amanah.core.credentials.baking import bake_png
from amanah.core.credentials.jwt import encode_jwt
from amanah.core.credentials.reading import encode_jcs
from tests.core.credentials.pictures import build_png
from tests.core.credentials.signed_line import (
    FIRST_DRAFT,
    MIDDLE,
    NOBODY,
    PUPIL,
    ROOTED,
    STRANGERS,
    TOP,
    WITNESSED,
    build_line,
    end,
    list_good_status,
    list_roots,
    list_status,
    sign_draft,
    wrap,
)
from tests.core.credentials.written import (
    COMMUNITY,
    ROOT,
    STUDENT,
    TEACHER,
    build_did,
    build_key,
    count_seconds,
    list_documents,
)
from tests.doors.cli.served_log import WITH_THE_CORE_ALONE, run_verify
from tests.support.processes import SOURCE

LINE = build_line()
DAY = ("--at", "2026-11-25")
Check = Callable[..., CompletedProcess[str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Give a check of some documents, each in a file of its own."""

    def run(*documents: dict[str, Any] | bytes, options: tuple[str, ...] = DAY) -> CompletedProcess[str]:
        files = []
        for number, document in enumerate(documents):
            files.append(tmp_path / f"{number}.json")
            files[-1].write_bytes(document if isinstance(document, bytes) else encode_jcs(document))
        return run_verify("credential", *map(str, files), *options)

    return run


def test_a_whole_line_is_told_from_the_holder_up_to_who_recognises_it(check: Check) -> None:
    done = check(wrap([*LINE.papers, *list_good_status()]))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = " ".join(done.stdout.split())
    name = f"…{build_did(PUPIL)[-8:]}"
    assert f"{name} may teach quran/hafs: recognised by Invented Commons." in told
    assert (
        f"1. Bilal Invented (…{build_did(STUDENT)[-8:]}) gave {name} the authority to teach quran/hafs"
        in told
    )
    assert "3. Shaykha Zaynab Invented" in told
    assert "Signed by Amina Invented" in told
    assert (
        "The vote was taken in a survey that closed on 2026-09-30. For: 31; against: 2; abstained: 4." in told
    )
    assert "Taught here for eleven years." in told
    assert "As strong as its weakest link: signed." in told
    assert [f"(rule {number})" in told for number in range(1, 9)] == [True] * 8
    assert "Judged for 2026-11-25 23:59 UTC." in told


def test_what_nobody_can_check_from_a_file_is_said_every_time(check: Check) -> None:
    told = check(wrap([*LINE.papers, *list_good_status()])).stdout
    assert (
        f"NOT checked: whether this list is truly that of Invented Commons: compare {build_did(COMMUNITY)}"
        in told
    )
    assert f"NOT checked: whether anybody whom you know is {build_did(PUPIL)}" in told
    assert "NOT checked: when a paper was truly signed" in told
    assert "NOT checked: whether anything has ended that these files do not tell of: whoever hands on" in told
    assert "valid" not in told.replace("Invalid", "").lower()
    assert "certified" not in told


def test_a_line_without_its_status_lists_is_not_said_to_hold(check: Check) -> None:
    done = check(wrap([*LINE.papers, *list_good_status()[:2]]))
    assert done.returncode == 2
    assert "NOT checked: whether links have ended that name a status list: 1; add the lists" in done.stdout


def test_what_names_no_status_list_can_hold_and_says_so(check: Check) -> None:
    line = build_line(first={"status": None}, middle={"status": None}, top={"status": None})
    done = check(wrap(line.papers))
    assert done.returncode == 0
    assert done.stdout.count("It names no list that would say whether it has ended.") == 3


def test_the_weakest_link_is_named(check: Check) -> None:
    done = check(wrap([*build_line(middle=WITNESSED).papers, *list_good_status()]))
    assert done.returncode == 0
    assert "As strong as its weakest link: witnessed." in done.stdout
    assert "signed what people saw" in " ".join(done.stdout.split())


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "2": (wrap(build_line(first=STRANGERS).papers), "Link 1, rule 2 (giver)"),
    "3": (wrap(build_line(first={"parent_hash": bytes(32)}).papers), "Link 1, rule 3 (hash)"),
    "4": (wrap(build_line(middle={"may_authorise": False}).papers), "Link 1, rule 4 (may-authorise)"),
    "5": (wrap(build_line(middle={"scope": "quran/hafs/one"}).papers), "Link 1, rule 5 (scope)"),
    "6": (wrap([*LINE.papers, end("void", TOP)]), "Link 2, rule 6 (dates)"),
    "6 by a bit": (wrap([*LINE.papers, list_status(TEACHER, 12)]), "Link 1, rule 6 (dates)"),
    "7": (wrap(LINE.papers, list_roots(longest_chain=2)), "Link 3, rule 7 (length)"),
    "8": (wrap(LINE.papers, list_roots(replace(ROOTED, id=build_did(NOBODY)))), "Link 3, rule 8 (root)"),
}


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_the_rule_that_a_link_breaks_is_told_by_its_number(check: Check, rule: str) -> None:
    bundle, words = BROKEN[rule]
    done = check(bundle)
    assert done.returncode == 1
    assert f"DOES NOT HOLD: {words}" in done.stderr
    assert f"[rule-{rule[0]}]" in done.stderr
    assert done.stderr.count("\n") == 1, "nothing else is said to be broken"
    assert "holds:" not in done.stdout
    assert "do not show that" in done.stdout


def test_a_changed_letter_is_refused_with_its_step_and_place(check: Check) -> None:
    bundle = json.loads(json.dumps(wrap(LINE.papers)))
    bundle["verifiableCredential"][1]["name"] = "Everything"
    bundle["verifiableCredential"][1]["credentialSubject"]["achievement"]["name"] = "Everything"
    done = check(bundle)
    assert done.returncode == 1
    assert "Paper 2 of the bundle" in done.stderr
    assert "[credential-proof-wrong]" in done.stderr


def test_one_paper_alone_is_shown_and_cannot_be_judged(check: Check) -> None:
    done = check(LINE.first)
    assert done.returncode == 2
    told = " ".join(done.stdout.split())
    assert "cannot be told: no root list is here" in told
    assert "NOT checked: Link 1, rule 3 (hash): The paper on which this rests is not here" in told
    top = check(LINE.top)
    assert top.returncode == 2
    assert "NOT checked: Link 1, rule 8 (root): No root list is here" in " ".join(top.stdout.split())


def test_single_papers_and_a_root_list_are_put_together(check: Check, tmp_path: Path) -> None:
    assert check(*LINE.papers, *list_good_status(), list_roots()).returncode == 0
    roots = tmp_path / "roots.json"
    roots.write_bytes(encode_jcs(list_roots()))
    assert check(*LINE.papers, *list_good_status(), options=(*DAY, "--roots", str(roots))).returncode == 0


def test_another_communitys_list_judges_the_same_bundle_otherwise(check: Check, tmp_path: Path) -> None:
    roots = tmp_path / "roots.json"
    roots.write_bytes(encode_jcs(list_roots(replace(ROOTED, id=build_did(NOBODY)), by=NOBODY, name="Others")))
    done = check(wrap(LINE.papers), options=(*DAY, "--roots", str(roots)))
    assert done.returncode == 1
    assert "noticed: the files hold another root list, number 1 of Invented Commons" in done.stdout
    assert "by the list of Others" in done.stdout


def test_a_root_list_alone_is_read_out(check: Check) -> None:
    done = check(list_documents()["root-list"])
    assert done.returncode == 0
    assert "Root list 1 of Invented Commons" in done.stdout
    assert "Invented College: https://college.invalid/issuer" in done.stdout
    assert "from those before him, as the book says" in done.stdout
    assert "NOT checked: whether that key is the one of Invented Commons" in done.stdout


def test_a_jwt_and_a_picture_are_read_like_the_paper_in_them(check: Check) -> None:
    unsigned = {name: value for name, value in LINE.top.items() if name != "proof"}
    token = encode_jwt(unsigned, build_key(ROOT)).encode()
    alone = build_line().top
    for data in (token, bake_png(build_png(), encode_jcs(alone))):
        done = check(data, list_roots(), list_status(ROOT))
        assert done.returncode == 0, done.stderr
        assert "may teach quran: recognised by" in " ".join(done.stdout.split())
    assert "What holds the paper up: jwt." in check(token, list_roots()).stdout


def test_holder_scope_and_day_can_be_asked_about(check: Check) -> None:
    bundle = wrap([*LINE.papers, *list_good_status()])
    teacher = ("--holder", build_did(TEACHER))
    assert "may teach quran: recognised" in check(bundle, options=(*DAY, *teacher)).stdout
    assert check(bundle, options=(*DAY, "--scope", "quran/hafs/juz-amma")).returncode == 0
    assert check(bundle, options=(*DAY, "--scope", "fiqh")).returncode == 1
    early = check(bundle, options=("--at", "2021-12-31"))
    assert early.returncode == 1
    assert "It begins only on 2022-01-01 00:00 UTC." in early.stderr
    assert check(bundle, options=("--at", "2022-01-01")).returncode == 0
    stranger = check(bundle, options=(*DAY, "--holder", build_did(NOBODY)))
    assert stranger.returncode == 2
    assert "No paper that counts speaks of this holder" in stranger.stderr
    asked = check(bundle, options=(*DAY, "--holder", build_did(NOBODY), "--scope", "quran"))
    assert asked.returncode == 1
    assert "[no-chain]" in asked.stderr


def test_whom_the_list_names_needs_no_paper(check: Check) -> None:
    root = ("--holder", build_did(ROOT))
    done = check(wrap(LINE.papers), options=(*DAY, *root))
    assert done.returncode == 0, done.stderr
    assert "may teach quran: recognised by Invented Commons." in " ".join(done.stdout.split())
    assert "holds: The list names this holder" in done.stdout
    assert check(wrap(LINE.papers), options=(*DAY, *root, "--scope", "fiqh")).returncode == 1
    assert check(wrap(LINE.papers), options=("--at", "2014-12-31", *root)).returncode == 1


def test_each_scope_of_a_holder_is_judged_and_the_worst_counts(check: Check) -> None:
    other = sign_draft(
        replace(FIRST_DRAFT, id=MIDDLE.replace("c", "f"), scope="fiqh", parent=TOP, parent_hash=bytes(32))
    )
    done = check(wrap([*LINE.papers, other, *list_good_status()]))
    assert done.returncode == 1
    assert "may teach quran/hafs: recognised by" in done.stdout
    assert "may teach fiqh by the list of" in " ".join(done.stdout.split())


def test_an_end_is_told_with_its_reason(check: Check) -> None:
    done = check(wrap([*LINE.papers, *list_good_status(), end("ended", TOP, at=count_seconds(2024))]))
    assert done.returncode == 0, "what was given before stands"
    assert "It ended on 2024-01-01 00:00 UTC." in done.stdout
    assert "Reason given: Left. Stopped teaching." in done.stdout


def test_two_papers_with_one_name_are_refused_and_told(check: Check) -> None:
    forged = sign_draft(replace(FIRST_DRAFT, description="May teach everything."))
    done = check(wrap([*LINE.papers, forged]))
    assert done.returncode == 1
    assert "Two different papers bear the same name" in done.stdout
    assert "[no-chain]" in done.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"not json",
        b"\x89PNG\r\n\x1a\nbroken",
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        b'{"a": 1, "a": 2}',
        b'{"a": ' * 2_000,
        b"eyJhbGciOiJub25lIn0.e30.",
        b'{"type": "Assertion", "badge": "https://evil.example"}',
        b"[" + b" " * (1 << 20) + b"]",
    ],
    ids=range(10),
)
def test_a_hostile_file_is_refused_in_words(check: Check, data: bytes) -> None:
    done = check(data)
    assert done.returncode == 2
    assert done.stderr.startswith("Cannot be read: ")
    assert "(step " in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"\x1b[2Jname": 1},
        {"name": "\x1b[2Jforged"},
        {"validFrom": "\x1b[2J"},
        {"issuer": {"id": "\x1b[2J"}},
        {"type": ["VerifiableCredential", "\x1b[2J"]},
    ],
    ids=range(5),
)
def test_a_file_cannot_steer_the_terminal(check: Check, change: dict[str, Any]) -> None:
    done = check({**LINE.first, **change})
    assert done.returncode in (1, 2)
    assert done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_no_forged_name_or_reason_begins_a_line_as_a_finding_of_the_check(check: Check) -> None:
    forged = "holds: every paper is signed and recognised. " * 4
    claim = "Bilal may teach quran/hafs: recognised by Invented Commons. "
    name = (claim * 3).strip()
    line = build_line(top={"issuer_name": forged.strip()}, first={"issuer_name": name, **STRANGERS})
    listed = list_roots(replace(ROOTED, name=forged.strip(), reasons=forged * 3, history=(forged * 3,)))
    honest = check(wrap([*LINE.papers]), options=DAY).stdout
    for done in (
        check(wrap(line.papers, listed)),
        check(
            wrap(line.papers, listed), options=(*DAY, "--holder", build_did(NOBODY), "--scope", "quran/hafs")
        ),
        check(listed),
    ):
        assert "holds: every paper" in " ".join(done.stdout.split())
        told = done.stdout.splitlines()
        assert not [one for one in told if one.startswith(("  holds: every", "holds:", "Bilal may teach"))]
    assert "holds: every paper" not in honest


def test_a_list_under_the_communitys_name_by_another_key_is_doubted_before_the_answer(
    check: Check, tmp_path: Path
) -> None:
    forged = wrap([*LINE.papers, *list_good_status()], list_roots(by=NOBODY))
    doubt, _, answer = check(forged).stdout.partition("may teach quran/hafs: recognised by")
    assert answer
    assert "NOT checked: the list came with the files, and anybody can write one" in doubt
    assert f"is signed by {build_did(NOBODY)}" in doubt
    own = tmp_path / "own.json"
    own.write_bytes(encode_jcs(list_roots()))
    told = check(forged, options=(*DAY, "--roots", str(own))).stdout
    assert "the list came with the files" not in told
    assert "noticed: the files hold another root list" in told


def test_nothing_is_fetched_and_a_missing_file_is_told() -> None:
    asked = run_verify("credential", "https://programme.example/bundle.json")
    assert asked.returncode == 2
    assert "asks nobody" in asked.stderr
    missing = run_verify("credential", "/nowhere/bundle.json")
    assert missing.returncode == 2
    assert "cannot be read: No such file" in missing.stderr


def test_a_day_or_scope_that_is_none_is_told(check: Check) -> None:
    for options in (("--at", "yesterday"), ("--scope", "Quran!"), ("--at", "2026-02-30")):
        done = check(wrap(LINE.papers), options=options)
        assert done.returncode == 2
        assert "Cannot be read: " in done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("credential", "FILE"), ("credential", "--help")])
def test_a_reader_who_leaves_hears_no_complaint(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(encode_jcs(wrap(LINE.papers)))
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            WITH_THE_CORE_ALONE,
            *(str(bundle) if one == "FILE" else one for one in arguments),
        ],
        env={"PYTHONPATH": str(SOURCE)},
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 141
