"""The built client in Node against a real log whose checkpoints a sister's real witness cosigns, or does not."""

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from amanah.cli.sister import SISTER, build_sister_settings, found_sister
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.notes import COSIGNER, encode_signature_line, parse_note, parse_verifier_key
from amanah.web.config import load_config
from amanah.web.facts import build_facts
from tests.doors.card_door.town import Town
from tests.interop.client_agent import Agent, started_agent
from tests.support.processes import Running, build_settings, found_from_template

pytestmark = pytest.mark.processes
STRANGER = hashlib.sha256(b"a key that no policy names").digest()
WAIT_SECONDS = 60.0


@dataclass
class Valley:
    """A community's log that asks for the cosignature of its sister, and the device that reads it."""

    town: Town
    sister: Running
    agent: Agent
    facts: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.facts = build_facts(self.town.running.config)

    def read(self, **values: Any) -> dict[str, Any]:
        """Let the device read the log; give what it read, or the error with its evidence."""
        reply = self.agent.try_to_ask("read", facts=self.facts, **values)
        answer: dict[str, Any] = reply.get("answer", reply)
        return answer

    def read_when_witnessed(self, least: int = 0) -> dict[str, Any]:
        """Read until the quorum is met, at a size of at least so much."""
        deadline = time.monotonic() + WAIT_SECONDS
        while "error" in (answer := self.read()) or answer["size"] < least:
            assert time.monotonic() < deadline, (answer, self.town.running.read_output("log"))
            time.sleep(0.1)
        return answer

    def publish(self) -> int:
        """Put one more entry into the log and wait until it is published, witnessed or not."""
        before = self.town.read_log().size
        facts = hashlib.sha256(str(before).encode()).hexdigest()
        self.town.tell_log("programme_stated", "choir", {"facts": facts})
        return self.town.wait_for(lambda view: view.size > before).size

    def list_known_lines(self, note: str) -> list[str]:
        """List the lines of the sister under a note."""
        name = parse_verifier_key(self.facts["log"]["witnesses"][0][1], COSIGNER).name
        return [line for line in note.splitlines(keepends=True) if line.startswith(f"\u2014 {name} ")]


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valley]:
    folder = tmp_path_factory.mktemp("valley") / "data"
    settings = build_settings(folder)
    config = load_config(settings)
    found_from_template(config)
    settings_of_sister, founded = build_sister_settings(config), found_sister(config)
    sister = Running(founded.data, settings_of_sister, founded)
    town = Town(Running(folder, settings, config))
    try:
        sister.start("log")
        town.running.start("log")
        with started_agent() as agent:
            yield Valley(town, sister, agent)
    finally:
        town.close()
        sister.kill9()


def test_a_log_that_the_sister_has_cosigned_is_read(valley: Valley) -> None:
    size = valley.publish()
    started = time.time()
    read = valley.read_when_witnessed(size)
    assert (read["needed"], list(read["seenAt"])) == (1, [SISTER])
    assert read["aliveAt"] == read["seenAt"][SISTER]
    assert abs(read["aliveAt"] - started) < WAIT_SECONDS
    seen = {"size": read["size"], "root": read["root"]}
    assert valley.read(seen=seen)["size"] >= read["size"]


def test_what_no_witness_has_seen_is_refused_with_the_evidence_and_read_once_one_has(valley: Valley) -> None:
    before = valley.read_when_witnessed()
    seen = {name: before[name] for name in ("size", "root", "note")}
    valley.sister.kill9("log")
    try:
        size = valley.publish()
        refused = valley.read(seen=seen)
        assert refused["error"] == "log-not-witnessed"
        evidence = refused["evidence"]
        assert (evidence["witnessed"], evidence["needed"]) == ([], 1)
        assert evidence["checkpoint"].split("\n")[1] == str(size)
        assert valley.list_known_lines(evidence["checkpoint"]) == []
        root = base64.urlsafe_b64encode(bytes.fromhex(seen["root"])).decode().rstrip("=")
        assert evidence["seen"] == {"size": seen["size"], "root": root, "note": before["note"]}
    finally:
        valley.sister.start("log")
    assert valley.read_when_witnessed(size)["size"] >= size


def test_a_forged_cosignature_is_refused_and_one_by_a_stranger_changes_nothing(valley: Valley) -> None:
    note = valley.read_when_witnessed()["note"]
    [line] = valley.list_known_lines(note)
    text = parse_note(note.encode()).text
    stranger = cosign(text, name="stranger.example/witness", seed=STRANGER, at=int(time.time())).decode()
    assert valley.read(note=note + stranger)["note"] == note + stranger

    unwitnessed = note.replace(line, "")
    assert valley.read(note=unwitnessed + stranger)["error"] == "log-not-witnessed"

    key = parse_verifier_key(valley.facts["log"]["witnesses"][0][1], COSIGNER)
    borrowed = parse_note(unwitnessed.encode() + stranger.encode()).lines[-1].signature
    forged = encode_signature_line(key, borrowed).decode()
    for spoiled in (unwitnessed + forged, note + forged):
        refused = valley.read(note=spoiled)
        assert refused["error"] == "log-not-valid"
        assert (refused["evidence"]["broken"], refused["evidence"]["witness"]) == ("cosignature", SISTER)


def test_a_checkpoint_from_yesterday_is_refused_by_who_has_seen_more(valley: Valley) -> None:
    old = valley.read_when_witnessed()
    new = valley.read_when_witnessed(valley.publish())
    assert new["size"] > old["size"]
    assert valley.read(note=old["note"])["size"] == old["size"]
    refused = valley.read(note=old["note"], seen={"size": new["size"], "root": new["root"]})
    assert refused["error"] == "log-shrank"
    assert refused["evidence"]["checkpoint"] == old["note"]
    assert refused["evidence"]["seen"]["size"] == new["size"]


def test_another_past_than_the_one_seen_is_refused(valley: Valley) -> None:
    read = valley.read_when_witnessed()
    other = {"size": read["size"] - 1, "root": "00" * 32}
    refused = valley.read(seen=other)
    assert refused["error"] == "log-rewritten"
    assert refused["evidence"]["seen"]["size"] == other["size"]
