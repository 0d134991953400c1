"""An outsider checks a log and a recount with the core alone, and every forgery is seen."""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.passes.recount import RecountResult, encode_recount_bundle
from amanah.core.public_log.checkpoints import Checkpoint, compute_verifier_key, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.core.public_log.notes import COSIGNER, encode_verifier_key, parse_note
from amanah.core.public_log.policies import Policy, Witness, encode_policy
from amanah.core.public_log.tiles import TileFile, TreeEdge
from amanah.verify.command import build_parser
from amanah.verify.recount_command import print_counts
from tests.core.passes.material import fill, make_survey_bundle
from tests.core.passes.vectors import build_entries
from tests.doors.cli.served_log import run_verify
from tests.support.processes import SOURCE

ORIGIN = "riverside.amanah/log"
LOG_SEED = fill("log checkpoint", 32)
VKEY = encode_verifier_key(compute_verifier_key(ORIGIN, LOG_SEED))
OFFICES = ("log", "card-door", "programme-door", "request-door")
WRITERS = {
    "join_key_opened": "card-door",
    "invitations_printed": "programme-door",
    "wave_planned": "programme-door",
    "survey_stated": "programme-door",
    "season_stated": "programme-door",
    "gate_read": "programme-door",
    "gate_closed": "programme-door",
    "wave_opened": "card-door",
    "occasion_closed": "programme-door",
    "occasion_key_destroyed": "card-door",
}


def list_leaves(bundle: bytes, facts: list[dict[str, Any]] | None = None) -> list[bytes]:
    seeds = {office: fill(f"entry key of {office}", 32) for office in OFFICES}
    leaves = []
    for office in OFFICES:
        key = compute_verifier_key("any", seeds[office]).public_key
        body = {"door": office, "key": encode_base64url(key)}
        entry = sign_entry(
            seeds["log"], at=1_763_000_000, by="log", kind="door_admitted", ref=None, body=body
        )
        leaves.append(encode_entry(entry))
    for place, fact in enumerate(build_entries(bundle) if facts is None else facts):
        said = {"at": 1_763_000_100 + place, "by": fact.get("by") or WRITERS[fact["kind"]], **fact}
        entry = sign_entry(seeds[said["by"]], **said)
        leaves.append(encode_entry(entry))
    return leaves


def write_log(
    folder: Path, leaves: list[bytes], *, seed: bytes = LOG_SEED, promised: list[bytes] | None = None
) -> Path:
    edge, promise = TreeEdge(), TreeEdge()
    for leaf in leaves:
        edge.append(leaf)
    for leaf in promised or leaves:
        promise.append(leaf)
    note = sign_checkpoint(Checkpoint(ORIGIN, promise.size, promise.compute_root()), seed)
    for file in [*edge.list_partial_files(), TileFile("checkpoint", note)]:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.data)
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "recount.json"
    path.write_bytes(encode_recount_bundle(replace(make_survey_bundle(), log_vkey=VKEY, log_origin=ORIGIN)))
    return path


@pytest.fixture
def log(tmp_path: Path, bundle: Path) -> Path:
    return write_log(tmp_path / "log", list_leaves(bundle.read_bytes()))


def test_a_recount_that_holds_says_what_was_counted_and_what_was_not_checked(bundle: Path) -> None:
    done = run_verify("recount", str(bundle))
    assert done.returncode == 0, done.stderr
    assert "3 passes" in done.stdout
    assert "yes: 2" in done.stdout
    assert "NOT checked" in done.stdout


def test_a_recount_is_held_against_the_log(bundle: Path, log: Path) -> None:
    done = run_verify("recount", str(bundle), "--log", str(log), "--vkey", VKEY)
    assert done.returncode == 0, done.stderr
    assert "3 redeemed <= 4 served <= 5 cards <= 5 invitations used <= 6 printed" in done.stdout
    assert "NOT checked" not in done.stdout


def test_a_key_that_came_from_the_file_itself_is_said_so(bundle: Path, log: Path) -> None:
    done = run_verify("recount", str(bundle), "--log", str(log))
    assert done.returncode == 0, done.stderr
    assert f"compare it with a poster: {VKEY}" in done.stdout


def test_a_recount_is_held_against_a_log_that_enough_witnesses_saw(
    tmp_path: Path, bundle: Path, log: Path
) -> None:
    seed = fill("witness", 32)
    witness = Witness(compute_verifier_key("neighbour.example/witness", seed, COSIGNER))
    policy = tmp_path / "log.policy"
    key = compute_verifier_key(ORIGIN, LOG_SEED)
    policy.write_text(encode_policy(Policy(key, None, {"neighbour": witness}, {}, "neighbour")))
    unseen = run_verify("recount", str(bundle), "--log", str(log), "--policy", str(policy))
    assert (unseen.returncode, "checkpoint-not-witnessed" in unseen.stderr) == (1, True)
    note = (log / "checkpoint").read_bytes()
    line = cosign(parse_note(note).text, name="neighbour.example/witness", seed=seed, at=1_763_000_999)
    (log / "checkpoint").write_bytes(note + line)
    done = run_verify("recount", str(bundle), "--log", str(log), "--policy", str(policy))
    assert done.returncode == 0, done.stderr
    assert "holds: enough witnesses of the policy have cosigned it" in done.stdout
    assert "NOT checked" not in done.stdout


def test_a_recount_with_an_answer_left_out_does_not_hold(bundle: Path, log: Path) -> None:
    document = json.loads(bundle.read_text())
    document["spent"].pop()
    bundle.write_text(json.dumps(document, sort_keys=True, separators=(",", ":")))
    alone = run_verify("recount", str(bundle))
    with_log = run_verify("recount", str(bundle), "--log", str(log))
    assert alone.returncode == 0
    assert with_log.returncode == 1
    assert "DOES NOT HOLD" in with_log.stderr


def test_a_recount_with_a_changed_answer_does_not_hold(bundle: Path) -> None:
    document = json.loads(bundle.read_text())
    document["spent"][0]["payload"] = document["spent"][1]["payload"]
    bundle.write_text(json.dumps(document, sort_keys=True, separators=(",", ":")))
    done = run_verify("recount", str(bundle))
    assert (done.returncode, done.stdout.count("holds")) == (1, 0)


def test_a_file_that_is_no_recount_could_not_be_checked(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear sir or madam")
    assert run_verify("recount", str(tmp_path / "letter.txt")).returncode == 2
    assert run_verify("recount", str(tmp_path / "absent.json")).returncode == 2
    assert run_verify("recount", "http://127.0.0.1:9/recount.json").returncode == 2


def test_a_log_that_holds_is_remembered_and_may_grow(tmp_path: Path, log: Path, bundle: Path) -> None:
    memory = tmp_path / "seen"
    leaves = list_leaves(bundle.read_bytes())
    write_log(log, leaves[:-1])
    first = run_verify("log", str(log), "--vkey", VKEY, "--remember", str(memory))
    assert first.returncode == 0, first.stderr
    write_log(log, leaves)
    second = run_verify("log", str(log), "--vkey", VKEY, "--remember", str(memory))
    assert second.returncode == 0, second.stderr
    assert "the 9 entries seen last time are still there" in second.stdout


def _leave_one_out(leaves: list[bytes]) -> list[bytes]:
    return leaves[:-1]


def _swap_two(leaves: list[bytes]) -> list[bytes]:
    return [*leaves[:-2], leaves[-1], leaves[-2]]


@pytest.mark.parametrize("forge", [_leave_one_out, _swap_two])
def test_a_log_that_forgets_or_reorders_is_seen(
    forge: Callable[[list[bytes]], list[bytes]], tmp_path: Path, log: Path, bundle: Path
) -> None:
    memory = tmp_path / "seen"
    assert run_verify("log", str(log), "--vkey", VKEY, "--remember", str(memory)).returncode == 0
    remembered = memory.read_text()
    write_log(log, forge(list_leaves(bundle.read_bytes())))
    done = run_verify("log", str(log), "--vkey", VKEY, "--remember", str(memory))
    assert done.returncode == 1
    assert memory.read_text() == remembered


def test_a_log_signed_by_another_key_is_seen(tmp_path: Path, bundle: Path) -> None:
    forged = write_log(tmp_path / "forged", list_leaves(bundle.read_bytes()), seed=fill("forger", 32))
    assert run_verify("log", str(forged), "--vkey", VKEY).returncode == 1


def test_entries_that_are_not_what_the_checkpoint_signed_are_seen(tmp_path: Path, bundle: Path) -> None:
    leaves = list_leaves(bundle.read_bytes())
    forged = write_log(tmp_path / "forged", _swap_two(leaves), promised=leaves)
    assert run_verify("log", str(forged), "--vkey", VKEY).returncode == 1


def test_what_a_changed_program_signed_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b[2J\x1b[31mall holds\u202e\r\n"
    print_counts(RecountResult(1, {hostile: {hostile: 1, 4: 2, "نعم": 1}}))
    printed = capsys.readouterr().out
    assert all(line.isprintable() for line in printed.splitlines())
    assert "all holds" in printed
    assert "نعم: 1" in printed


def test_every_option_of_the_verifier_is_documented() -> None:
    text = (SOURCE.parent / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    section = text.partition("## For outsiders")[2]
    (commands,) = (
        action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    missing = [
        (name, action.option_strings)
        for name, command in commands.choices.items()
        for action in command._actions
        if action.dest != "help"
        and action.option_strings
        and not any(
            f"{option} " in section or f"{option}`" in section or f"{option}=" in section
            for option in action.option_strings
        )
    ]
    assert missing == []
    assert [
        name
        for name in commands.choices
        if f"- `{name}` " not in section and f"`{name}` checks" not in section
    ] == []


@pytest.mark.parametrize("command", ["decide", "decision", "pack", "report", "requests"])
def test_each_command_about_requests_says_what_it_does_when_asked_for_help(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args([command, "--help"])
    assert f"`{command}`: " in capsys.readouterr().out
