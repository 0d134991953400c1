"""`log` says what holds, which rule is broken at which entry, what was noticed, and what nobody checked."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.tiles import TreeEdge
from amanah.verify.command import main
from amanah.verify.trust import Trust
from amanah.verify.walk import Walker
from tests.core.public_log.build import descriptor, log_key, sign_anything
from tests.core.public_log.histories import close, name, open_join
from tests.doors.cli.served_log import (
    NOW,
    VKEY,
    make_leaves,
    make_policy,
    run_verify,
    say,
    sign_tree,
    write_log,
)

POLICY = make_policy()
HOUR = 3_600


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "log.policy"
    path.write_bytes(POLICY)
    return path


def check(folder: Path, *options: Any) -> int:
    return main(["log", str(folder), *map(str, options)])


def test_a_witnessed_log_that_states_its_policy_holds(tmp_path: Path, policy: Path) -> None:
    write_log(tmp_path / "log", make_leaves(300, policy=POLICY), cosigned_at=NOW)
    done = run_verify("log", str(tmp_path / "log"), "--policy", str(policy))
    assert (done.returncode, done.stderr) == (0, "")
    for sentence in (
        "holds: the checkpoint of 300 entries is signed by the log testers.amanah/log",
        "holds: 3 of the 3 witnesses of the policy have cosigned it, which asks for 2: a at 20",
        "holds: 300 entries have the root that the log signed",
        "holds: every hash tile holds the hashes of these entries",
        "holds: every entry is signed by the office that it names",
        "holds: the entries keep the rules among each other",
        "policy_stated: 1",
        "NOT checked: whether the log took something back since you looked last; keep --remember",
        "NOT checked: whether everything that was done was logged; no log can show that",
    ):
        assert sentence in done.stdout
    assert "noticed" not in done.stdout
    assert "whether the log shows others the same" not in done.stdout


def test_a_key_alone_checks_no_witness_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(tmp_path, make_leaves(5))
    assert check(tmp_path, "--vkey", VKEY) == 0
    said = capsys.readouterr().out
    assert "NOT checked: whether the log shows others the same" in said
    assert "NOT checked: whether the log stated its policy" in said


def test_too_few_witnesses_are_refused_although_everything_else_holds(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leaves, memory = make_leaves(5, policy=POLICY), tmp_path / "seen.json"
    write_log(tmp_path / "log", leaves, cosigned_at=NOW, names="b")
    assert check(tmp_path / "log", "--policy", policy, "--remember", memory) == 1
    said = capsys.readouterr()
    assert (
        "has 1 cosignatures of the 3 witnesses; the policy asks for 2. [checkpoint-not-witnessed]" in said.err
    )
    assert "holds: 5 entries have the root" in said.out
    assert not memory.exists()


def test_a_cosignature_that_the_witness_did_not_make_is_refused(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = write_log(tmp_path / "log", make_leaves(5), cosigned_at=NOW)
    second = write_log(tmp_path / "log", make_leaves(6), cosigned_at=NOW)
    lines = second.splitlines(keepends=True)
    (tmp_path / "log" / "checkpoint").write_bytes(
        b"".join([*lines[:-1], first.splitlines(keepends=True)[-1]])
    )
    assert check(tmp_path / "log", "--policy", policy) == 1
    said = capsys.readouterr().err
    assert "The cosignature of witness-c under the checkpoint is wrong. [cosignature-wrong]" in said
    assert "Evidence, shown now:" in said


def test_a_policy_that_the_log_did_not_state_is_named(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(tmp_path / "log", make_leaves(9, policy=make_policy(least=3)), cosigned_at=NOW)
    assert check(tmp_path / "log", "--policy", policy) == 1
    assert (
        "was never stated; entry 4 states another one. (rule policy-stated, entry 4) [log-rule-broken]"
        in capsys.readouterr().err
    )


def list_rule_breaks() -> dict[str, tuple[str, list[bytes]]]:
    join = say("join_key_opened", NOW, "card-door", name("join"), **open_join().body)
    again = say("join_key_opened", NOW, "card-door", name("join"), **open_join(spki="other").body)
    twice = close("join")
    closing = [
        say("occasion_closed", NOW + step, "programme-door", twice.ref, **twice.body) for step in (0, 1)
    ]
    return {
        "heartbeat-counts": ("heartbeat-counts, entry 4", [say("heartbeat", NOW, entries=7)]),
        "one-key": ("one-key, entry 5", [join, again]),
        "close-once": ("close-once, entry 6", [join, *closing]),
    }


@pytest.mark.parametrize("rule", ["heartbeat-counts", "one-key", "close-once"])
def test_a_rule_that_is_broken_is_named_with_the_entry(
    rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named, entries = list_rule_breaks()[rule]
    write_log(tmp_path / "log", make_leaves(4) + entries)
    memory, evidence = tmp_path / "seen.json", tmp_path / "evidence.json"
    assert check(tmp_path / "log", "--vkey", VKEY, "--remember", memory, "--evidence", evidence) == 1
    assert f"(rule {named}) [log-rule-broken]" in capsys.readouterr().err
    assert not memory.exists()
    kept = json.loads(evidence.read_text())
    assert named in kept["found"][0]
    assert kept["notes"] == [{"whose": "shown now", "note": (tmp_path / "log" / "checkpoint").read_text()}]


def test_an_entry_that_the_log_had_to_refuse_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"entries": 4, "note": "free text"}
    bad = sign_anything("log", "heartbeat", None, body, NOW)
    write_log(tmp_path, [*make_leaves(4), encode_entry(bad), say("heartbeat", NOW, entries=99)])
    assert check(tmp_path, "--vkey", VKEY) == 1
    said = capsys.readouterr().err
    assert "Entry 4 had to be refused by the log:" in said
    assert "free text" not in said


def test_what_is_only_noticed_is_said_and_breaks_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long_ago = NOW - 100 * HOUR
    leaves = make_leaves(4, at=long_ago)
    leaves.append(say("policy_stated", long_ago, policy="ab" * 32, witnesses=1, least=1))
    leaves.append(say("holdings_declared", long_ago, "card-door", columns=[["t", "c", "x", "not-stated"]]))
    leaves.append(say("join_key_opened", long_ago, "card-door", name("join"), **open_join().body))
    leaves.append(
        say("occasion_closed", long_ago, "programme-door", name("join"), bundle="cd" * 32, redeemed=0)
    )
    leaves.append(say("heartbeat", NOW - 30 * HOUR, entries=8))
    leaves.append(say("door_started", long_ago, "log", version="0.1.0", client=None))
    write_log(tmp_path, leaves)
    assert check(tmp_path, "--vkey", VKEY) == 0
    said = capsys.readouterr().out
    for rule in ("(small-policy)", "(not-stated)", "(key-kept)", "(silence)", "(clock)"):
        assert said.count(rule) == 1
    assert "noticed: the newest sign of life is of" in said


def test_a_memory_of_an_older_version_is_still_read(tmp_path: Path) -> None:
    leaves, memory = make_leaves(6), tmp_path / "seen"
    note = write_log(tmp_path / "log", leaves)
    edge = TreeEdge()
    for leaf in leaves:
        edge.append(leaf)
    memory.write_text(json.dumps({"size": 6, "root": encode_base64url(edge.compute_root())}) + "\n")
    assert check(tmp_path / "log", "--vkey", VKEY, "--remember", memory) == 0
    assert json.loads(memory.read_text())["note"] == note.decode()
    memory.write_text(json.dumps({"size": 6, "root": encode_base64url(bytes(32))}))
    assert check(tmp_path / "log", "--vkey", VKEY, "--remember", memory) == 1
    memory.write_text("not what a check wrote")
    assert check(tmp_path / "log", "--vkey", VKEY, "--remember", memory) == 2


def test_a_policy_that_cannot_be_read_judges_nothing(tmp_path: Path) -> None:
    write_log(tmp_path / "log", make_leaves(5))
    for content in (b"", b"quorum none\n", b"\xff\xfe", b"<html>"):
        (tmp_path / "policy").write_bytes(content)
        assert check(tmp_path / "log", "--policy", tmp_path / "policy") == 2
    assert check(tmp_path / "log", "--policy", tmp_path / "absent") == 2


def test_names_that_a_log_signed_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = write_log(tmp_path, [*make_leaves(4), say("heartbeat", NOW, entries=9)])
    (tmp_path / "checkpoint").write_bytes(note + "\u2014 \u202ehostile\x7f AAAAAAAA\n".encode())
    assert check(tmp_path, "--vkey", VKEY) == 1
    assert all(line.isprintable() for line in capsys.readouterr().err.splitlines())


def test_a_long_log_needs_no_more_memory_than_a_short_one() -> None:
    def measure(size: int) -> int:
        edge = TreeEdge()
        files = {file.path: file.data for leaf in make_leaves(size) for file in edge.append(leaf)}
        files |= {file.path: file.data for file in edge.list_partial_files()}
        walker = Walker(files.get, Trust(Policy(log_key())))
        tracemalloc.start()
        walk = walker.walk(sign_tree(edge))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert walk.problems == []
        assert walk.book.size == size
        return peak

    assert measure(3_000) < measure(600) + 200_000


def test_a_plan_of_another_community_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [
        {
            "fetch_from": NOW,
            "fetch_until": NOW + 9,
            "minimum_age": 0,
            "occasions": [descriptor(name(community)) | {"community": community}],
        }
        for community in ("testers", "strangers")
    ]
    plans = [
        say("wave_planned", NOW, "programme-door", name(str(step)), **body)
        for step, body in enumerate(bodies)
    ]
    write_log(tmp_path, make_leaves(4) + plans)
    assert check(tmp_path, "--vkey", VKEY) == 1
    assert "of the community strangers; entry 4 named testers. (rule one-community, entry 5)" in (
        capsys.readouterr().err
    )
