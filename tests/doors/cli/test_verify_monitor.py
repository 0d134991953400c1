"""`monitor` says what is new and only that, alarms with its exit status, and writes a feed that readers can read."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from amanah.core.public_log.entries import encode_entry
from amanah.verify import monitor_command
from amanah.verify.command import main
from tests.core.public_log.build import sign_anything
from tests.core.public_log.histories import name, open_join
from tests.doors.cli.served_log import (
    NOW,
    cosign_all,
    hash_origin,
    make_leaves,
    make_policy,
    run_verify,
    say,
    write_log,
)

HOUR = 3_600
ATOM = "{http://www.w3.org/2005/Atom}"
HOLDS, BROKEN, NOT_CHECKED, ATTENTION = 0, 1, 2, 3


class Watched:
    """A log in a folder, three witnesses as folders behind one address, and a monitor that watches both."""

    def __init__(self, root: Path, address: str) -> None:
        self.root = root
        self.log = root / "log"
        self.memory = root / "seen.json"
        self.feed = root / "feed.xml"
        self.policy = root / "log.policy"
        self.policy_file = make_policy({label: f"{address}/witness-{label}" for label in "abc"})
        self.policy.write_bytes(self.policy_file)
        self.address = address

    def leaves(self, size: int, **options: object) -> list[bytes]:
        return make_leaves(size, policy=self.policy_file, **options)  # type: ignore[arg-type]

    def publish(self, leaves: list[bytes], *, at: int = NOW, names: str = "abc") -> bytes:
        return write_log(self.log, leaves, cosigned_at=at, names=names)

    def run(self, *options: str, place: str | None = None) -> int:
        arguments = ["monitor", place or str(self.log), "--policy", str(self.policy)]
        return main([*arguments, "--remember", str(self.memory), "--atom", str(self.feed), *options])

    def hold(self, label: str, note: bytes) -> None:
        """Let one witness hold a checkpoint with its own cosignature alone."""
        text = note.split(b"\n\n")[0] + b"\n\n" + note.split(b"\n\n")[1].splitlines(keepends=True)[0]
        self.show(label, "checkpoint", cosign_all(text, label, NOW))

    def show(self, label: str, what: str, data: bytes) -> None:
        path = self.root / f"witness-{label}" / hash_origin() / what
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def read_feed(self) -> list[dict[str, str]]:
        """Read the feed as RFC 4287 has it, and fail where it does not."""
        feed = ElementTree.fromstring(self.feed.read_bytes())
        assert feed.tag == f"{ATOM}feed"
        for element in [feed, *feed.findall(f"{ATOM}entry")]:
            for part in ("id", "title", "updated"):
                (found,) = element.findall(f"{ATOM}{part}")
                assert found.text
            assert urlsplit(element.findtext(f"{ATOM}id")).scheme == "tag"
            assert datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == "testers.amanah/log"
        items = [
            {part: entry.findtext(f"{ATOM}{part}") or "" for part in ("id", "title", "updated", "content")}
            for entry in feed.findall(f"{ATOM}entry")
        ]
        assert len({item["id"] for item in items}) == len(items)
        assert all(item["content"] for item in items)
        return items


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(monitor_command, "CATCH_UP_SECONDS", 0)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Watched(tmp_path, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_a_log_that_holds_is_told_once_and_then_only_what_is_new(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    leaves = watched.leaves(300)
    watched.publish(leaves)
    assert watched.run() == HOLDS
    assert capsys.readouterr().out == "Read for the first time: 300 entries; they hold.\n"
    assert watched.run() == HOLDS
    assert capsys.readouterr() == ("", "")
    watched.publish([*leaves, say("heartbeat", NOW, entries=300)])
    assert watched.run() == HOLDS
    said = capsys.readouterr().out
    assert said.startswith("entry 300, 20")
    assert said.endswith(" UTC: The log says that it is still there. Entries before this one: 300.\n")
    assert said.count("\n") == 1


def test_the_same_is_read_over_http_without_anything_but_the_core(watched: Watched) -> None:
    watched.publish(watched.leaves(300))
    done = run_verify(
        "monitor", f"{watched.address}/log", "--policy", str(watched.policy), "--remember", str(watched.memory),
        "--atom", str(watched.feed), "--witnesses",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (HOLDS, "")
    assert "not compared: The witness a has never cosigned this log." in done.stdout
    assert len(watched.read_feed()) == 200


def test_the_feed_holds_the_newest_entries_in_plain_words(watched: Watched) -> None:
    watched.publish(watched.leaves(260))
    assert watched.run(place=None) == HOLDS
    items = watched.read_feed()
    assert len(items) == 200
    newest = next(item for item in items if item["id"].endswith(":entry%3A259"))
    assert newest["id"] == "tag:testers.amanah,2026:testers.amanah/log:entry%3A259"
    assert newest["title"] == "Entry 259: Sign of life"
    assert newest["content"] == "The log says that it is still there. Entries before this one: 259."
    before = watched.feed.read_bytes()
    assert watched.run() == HOLDS
    assert watched.feed.read_bytes() == before


def test_an_entry_of_an_unknown_kind_cannot_break_the_feed(watched: Watched) -> None:
    strange = encode_entry(sign_anything("log", "\x1b]0;\u202e<kind>&\x00", None, {"x": "\x01"}, 2**53 - 1))
    watched.publish([*watched.leaves(9), strange])
    assert watched.run() == ATTENTION
    assert any(item["updated"] == "9999-12-31T23:59:59Z" for item in watched.read_feed())


def test_too_few_witnesses_need_attention_and_nothing_is_remembered_until_there_are_enough(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    leaves = watched.leaves(9)
    watched.publish(leaves)
    assert watched.run() == HOLDS
    more = [*leaves, say("heartbeat", NOW, entries=9)]
    watched.publish(more, names="a")
    capsys.readouterr()
    assert watched.run() == ATTENTION
    said = capsys.readouterr()
    assert "[checkpoint-not-witnessed]" in said.out
    assert "entry 9" not in said.out
    assert said.err.count("Evidence, ") == 2
    assert json.loads(watched.memory.read_text())["size"] == 9
    watched.publish(more)
    assert watched.run() == HOLDS
    assert capsys.readouterr().out.startswith("entry 9, ")


def test_a_log_that_stands_still_needs_attention(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    old = NOW - 27 * HOUR
    watched.publish(watched.leaves(9, at=old), at=old)
    assert watched.run() == ATTENTION
    said = capsys.readouterr().out
    assert "[log-stale]" in said
    assert "[heartbeat-missing]" in said
    watched.publish(watched.leaves(9, at=old), at=NOW)
    assert watched.run() == ATTENTION
    said = capsys.readouterr().out
    assert "[log-stale]" not in said
    assert "[heartbeat-missing]" in said


def test_a_policy_that_was_not_stated_needs_attention(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    watched.publish(watched.leaves(9))
    (watched.log / "policy").write_bytes(watched.policy_file)
    assert watched.run() == HOLDS
    capsys.readouterr()
    (watched.log / "policy").write_bytes(make_policy(least=1))
    assert watched.run() == ATTENTION
    assert "[policy-shown]" in capsys.readouterr().out
    watched.policy.write_bytes(make_policy(least=3))
    assert watched.run() == ATTENTION
    assert "was never stated; entry 4 states another one. [policy-stated]" in capsys.readouterr().out


def test_a_finding_is_told_once_but_a_kept_key_at_every_run(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    then = NOW - 25 * HOUR
    leaves = watched.leaves(9, at=then)[:-1]
    leaves.append(say("holdings_declared", then, "card-door", columns=[["t", "c", "x", "not-stated"]]))
    leaves.append(say("join_key_opened", then, "card-door", name("join"), **open_join().body))
    leaves.append(say("occasion_closed", then, "programme-door", name("join"), bundle="cd" * 32, redeemed=0))
    leaves.append(say("heartbeat", NOW, entries=len(leaves)))
    watched.publish(leaves)
    assert watched.run() == ATTENTION
    said = capsys.readouterr().out
    assert "[not-stated]" in said
    assert "[key-kept]" in said
    assert watched.run() == ATTENTION
    said = capsys.readouterr().out
    assert "[not-stated]" not in said
    assert "[key-kept]" in said
    counts = {"served": 0, "cards": 0, "replacements": 0, "invitations_used": 0}
    watched.publish([*leaves, say("occasion_key_destroyed", NOW, "card-door", name("join"), **counts)])
    assert watched.run() == HOLDS
    alarms = [item for item in watched.read_feed() if ":alarm%3A" in item["id"]]
    assert len(alarms) == 2


def test_a_broken_rule_a_fork_and_a_shrunken_log_are_broken_until_they_are_not(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    leaves = watched.leaves(20)
    watched.publish(leaves)
    assert watched.run() == HOLDS
    remembered = json.loads(watched.memory.read_text())
    for bad, code in (
        ([*leaves, say("heartbeat", NOW, entries=7)], "log-rule-broken"),
        (watched.leaves(20, extra="9.9.9"), "log-forked"),
        (watched.leaves(25, extra="9.9.9"), "log-forked"),
        (leaves[:19], "log-shrunken"),
    ):
        watched.publish(bad)
        capsys.readouterr()
        for _ in range(2):
            assert watched.run() == BROKEN
        said = capsys.readouterr().err
        assert f"[{code}]" in said
        assert "Evidence, seen here before:" in said
        assert "Evidence, shown now:" in said
        kept = json.loads(watched.memory.read_text())
        assert {part: kept[part] for part in ("size", "root", "note")} == {
            part: remembered[part] for part in ("size", "root", "note")
        }
        assert any(f"[{code}]" in item["content"] for item in watched.read_feed())
    watched.publish(leaves)
    assert watched.run() == HOLDS


def test_evidence_is_added_once_and_never_overwritten(watched: Watched) -> None:
    evidence = watched.root / "evidence.jsonl"
    watched.publish(watched.leaves(20))
    assert watched.run("--evidence", str(evidence)) == HOLDS
    assert not evidence.exists()
    forks = [watched.publish(watched.leaves(size, extra="9.9.9")) for size in (20, 21)]
    for note in [*forks, *forks]:
        (watched.log / "checkpoint").write_bytes(note)
        assert watched.run("--evidence", str(evidence)) == BROKEN
    kept = [json.loads(line) for line in evidence.read_text().splitlines()]
    assert [record["notes"][-1]["note"] for record in kept] == [note.decode() for note in forks]
    assert all(record["notes"][0]["whose"] == "seen here before" for record in kept)


def test_a_checkpoint_that_the_log_did_not_sign_is_broken(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    note = watched.publish(watched.leaves(9))
    assert watched.run() == HOLDS
    (watched.log / "checkpoint").write_bytes(note.replace(b"\n9\n", b"\n8\n"))
    assert watched.run() == BROKEN
    assert "[checkpoint-signature]" in capsys.readouterr().err
    (watched.log / "checkpoint").write_bytes(b"<html>Down for maintenance</html>")
    assert watched.run() == NOT_CHECKED
    (watched.log / "checkpoint").unlink()
    assert watched.run() == NOT_CHECKED


def test_witnesses_that_hold_the_same_history_are_content(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    leaves = watched.leaves(20)
    older = watched.publish(leaves[:12])
    newest = watched.publish(leaves)
    watched.hold("a", newest)
    watched.hold("b", older)
    watched.show("a", "evidence", b"[]\n")
    assert watched.run("--witnesses") == HOLDS
    assert capsys.readouterr().out.splitlines()[0] == (
        "not compared: The witness c has never cosigned this log."
    )


def test_a_witness_that_cosigned_another_history_gives_both_notes(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    other = watched.publish(watched.leaves(12, extra="9.9.9"))
    shown = watched.publish(watched.leaves(20))
    watched.hold("b", other)
    assert watched.run("--witnesses") == BROKEN
    said = capsys.readouterr().err
    assert "The log was forked: its first 12 entries" in said
    assert "(Compared with: what the witness b cosigned.)" in said
    assert "Evidence, what the witness b cosigned:" in said
    for note in (other, shown):
        assert note.decode().splitlines()[2] in said


def test_a_witness_that_cosigned_a_larger_log_than_we_are_shown_gives_both_notes(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    larger = watched.publish(watched.leaves(20)[:19] + [say("heartbeat", NOW, entries=19)] * 2)
    shown = watched.publish(watched.leaves(20))
    watched.hold("c", larger)
    assert watched.run("--witnesses") == BROKEN
    said = capsys.readouterr().err
    assert "21 entries with the root" in said
    for note in (larger, shown):
        assert note.decode().splitlines()[2] in said


def test_a_log_that_publishes_a_moment_after_its_witnesses_is_not_accused(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    larger = watched.publish(watched.leaves(20))
    watched.hold("a", larger)
    watched.publish(watched.leaves(20)[:12])
    monkeypatch.setattr(monitor_command, "CATCH_UP_SECONDS", 15)
    later = threading.Timer(1.5, lambda: watched.publish(watched.leaves(20)))
    later.start()
    assert watched.run("--witnesses") == HOLDS
    later.join()


def test_evidence_of_a_fork_that_a_witness_keeps_is_broken(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    other = watched.publish(watched.leaves(12, extra="9.9.9"))
    same = watched.publish(watched.leaves(20)[:12])
    watched.hold("a", watched.publish(watched.leaves(20)))
    watched.show("a", "evidence", json.dumps(["no note", 7, same.decode(), other.decode()]).encode())
    assert watched.run("--witnesses") == BROKEN
    assert "Evidence, evidence that the witness a keeps:" in capsys.readouterr().err


def test_what_a_witness_shows_without_having_cosigned_it_accuses_nobody_but_itself(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    note = watched.publish(watched.leaves(20))
    watched.show("a", "checkpoint", note.split(b"\n\n")[0] + b"\n\n" + note.splitlines(keepends=True)[4])
    watched.show("b", "checkpoint", note.replace(b"\n20\n", b"\n21\n"))
    watched.show("c", "checkpoint", b"<html>")
    watched.show("c", "evidence", b"{}")
    assert watched.run("--witnesses") == ATTENTION
    said = capsys.readouterr().out
    for label in "abc":
        assert f"What the witness {label} shows is not what it cosigned" in said
    assert said.count("[witness-doubtful]") == 3


def test_witnesses_that_cannot_be_reached_are_said(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    watched.policy_file = make_policy({"a": "http://127.0.0.1:9/witness"})
    watched.policy.write_bytes(watched.policy_file)
    watched.publish(watched.leaves(9))
    assert watched.run("--witnesses") == HOLDS
    said = capsys.readouterr().out
    assert "not compared: The witness a could not be asked: http://127.0.0.1:9/witness/" in said
    assert "not compared: The policy gives no address of the witness b." in said


def test_files_are_written_whole_and_leave_nothing_beside_them(watched: Watched) -> None:
    watched.publish(watched.leaves(9))
    assert watched.run() == HOLDS
    assert {path.name for path in watched.root.iterdir()} == {"log", "log.policy", "seen.json", "feed.xml"}
    watched.feed = watched.root / "absent" / "feed.xml"
    assert watched.run() == NOT_CHECKED
