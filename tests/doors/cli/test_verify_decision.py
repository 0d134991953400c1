"""An outsider checks what trustees signed with one file and no network, and holds every panel against the log."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from amanah.core.data_requests.decision_files import DecisionFile, PanelStep, encode_decision_file
from amanah.core.data_requests.documents import KINDS, compute_document_hash, encode_document
from amanah.core.data_requests.facts import compute_facts_hash, encode_facts
from amanah.core.data_requests.panels import Panel
from amanah.core.encoding import encode_canonical_json
from tests.core.data_requests.signing import (
    PACK,
    RULES,
    approve,
    list_hashes,
    make_answer_body,
    make_change,
    make_document,
    make_next,
    make_panel,
)
from tests.core.data_requests.test_documents import FITTING
from tests.doors.cli.served_log import NOW, VKEY, make_leaves, run_verify, say, write_log
from tests.doors.cli.test_verify_decide import ORDER

FOUNDING = make_panel(members=3, deputies=1)
LATER = make_next(FOUNDING, least=3)
PANELS = [FOUNDING, LATER]
DOOR = "request-door"


def make_step(panel: Panel, before: Panel | None, *signing: int) -> PanelStep:
    decision = make_change(before or panel, panel)
    return PanelStep(panel, decision, tuple(approve(decision, *signing)))


STEPS = (make_step(FOUNDING, None, 1, 2, 3), make_step(LATER, FOUNDING, 1, 3))


def make_file(*signing: int, **changes: Any) -> DecisionFile:
    decision = encode_document(make_document(LATER, **changes))
    return DecisionFile(decision, tuple(approve(decision, *signing or (1, 2, 3))), STEPS)


def state_panel(number: int, panel_hash: str) -> bytes:
    return say("panel_stated", NOW, DOOR, number=number, members=3, least=2, panel=panel_hash)


def state_rules(rules: str = RULES, pack: str = PACK) -> bytes:
    body = {"jurisdiction": "uk", "report_every": None, "seal_every": 86_400, "pack": pack, "rules": rules}
    return say("request_rules_stated", NOW, DOOR, **body)


HASHES = list_hashes(PANELS)
STATED = [state_panel(1, HASHES[0]), state_rules(), state_panel(2, HASHES[1])]


@dataclass(frozen=True)
class Place:
    """A folder with a decision file and a log."""

    folder: Path

    def verify(self, file: DecisionFile | bytes, *more: str) -> CompletedProcess[str]:
        path = self.folder / "decision.json"
        path.write_bytes(file if isinstance(file, bytes) else encode_decision_file(file))
        return run_verify("decision", str(path), *more)

    def verify_with_log(self, file: DecisionFile, leaves: list[bytes], *more: str) -> CompletedProcess[str]:
        log = self.folder / "log"
        write_log(log, [*make_leaves(4), *leaves])
        return self.verify(file, "--log", str(log), "--vkey", VKEY, *more)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_decision_is_checked_offline_and_told_in_sentences(place: Place) -> None:
    file = make_file(recused=(("0000000000000004", "works-for-the-body"),))
    done = place.verify(file)

    assert done.returncode == 0, done.stderr
    for sentence in (
        "The request 7K2M-Q4TX-9ZP3 is answered: narrow. A part is given, as far as it exists; the rest is refused.",
        "Given at most: attendance; about Nobody Known; from the beginning to 2026-01-31",
        "because of nothing-beyond:",
        "Nothing is given beyond what the order names",
        "People are told by the next report.",
        "The trustee 0000000000000004 stepped aside (works-for-the-body).",
        "signed by Trustee 1 of Nowhere, Office 1",
        "signed by Trustee 3 of Nowhere, Office 3",
        "holds: 3 different trustees signed exactly these bytes with passkeys of theirs; 3 of 3 must",
        "holds: the panel is number 2",
        f"SHA-256 of what was signed: {compute_document_hash(file.decision)}",
        f"rules {RULES}",
        f"pack  {PACK}",
        f"Founding panel: {HASHES[0]}",
        "NOT checked: whether the log knows these panels",
    ):
        assert sentence in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_decision_of_every_kind_has_its_words(place: Place, kind: str) -> None:
    done = place.verify(make_file(kind=kind, body=FITTING[kind]))

    assert done.returncode == 0, done.stderr
    values = [value for name, value in FITTING[kind].items() if isinstance(value, str) and name != "salt"]
    assert all(value in done.stdout for value in values)
    assert "{" not in done.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": "comply", "scope": None}, "because nothing of the kind exists"),
        ({"outcome": "contest", "scope": None}, "challenged before the court"),
        (
            {"telling": {"reason": "some-law", "until": None}},
            "because of the law some-law, until the trustees end it",
        ),
        ({"telling": {"reason": "some-law", "until": "2027-03-01"}}, "some-law, until 2027-03-01"),
    ],
)
def test_an_answer_is_told_as_it_is(place: Place, changes: dict[str, Any], words: str) -> None:
    done = place.verify(make_file(body=make_answer_body(**changes)))

    assert words in done.stdout
    assert ("Given at most" in done.stdout) == ("scope" not in changes)


def test_the_founding_of_the_trustees_is_itself_a_decision(place: Place) -> None:
    founding = STEPS[0]
    done = place.verify(DecisionFile(founding.decision, founding.approvals, (founding,)))

    assert done.returncode == 0, done.stderr
    assert "every member of the founding panel signed it" in done.stdout


def change(alter: Callable[[Any], None]) -> bytes:
    value = json.loads(encode_decision_file(make_file()))
    alter(value)
    return encode_canonical_json(value)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (make_file(1, 2), "Too few trustees have signed the decision: 2 of 3."),
        (make_file(1, 2, 2), "Signature 3 under the decision: This trustee has signed already."),
        (make_file(1, 2, 4), "Signature 3 under the decision: This deputy signs only"),
        (replace(make_file(), panels=STEPS[:1]), "not made under the last panel"),
        (replace(make_file(), panels=STEPS[1:]), "not the first panel of the community"),
        (
            change(lambda value: value["decision"]["body"].update(outcome="comply")),
            "made for another document",
        ),
        (change(lambda value: value["decision"].update(at=1)), "made for another document"),
        (change(lambda value: value["panels"][1]["panel"].update(least=2)), "does not bring it into force"),
    ],
)
def test_a_file_that_does_not_hold_is_said_so_with_exit_status_one(
    place: Place, file: DecisionFile | bytes, words: str
) -> None:
    done = place.verify(file)

    assert done.returncode == 1
    assert "DOES NOT HOLD" in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", encode_decision_file(make_file()) + b"\n"])
def test_a_file_that_cannot_be_read_is_not_judged(place: Place, data: bytes) -> None:
    done = place.verify(data)

    assert done.returncode == 2
    assert "Cannot be read" in done.stderr


def test_a_log_without_a_policy_or_a_key_is_not_believed(place: Place) -> None:
    done = place.verify(make_file(), "--log", str(place.folder))

    assert done.returncode == 2
    assert "--policy" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_the_log_every_panel_and_the_rules_stand_there(place: Place) -> None:
    done = place.verify_with_log(make_file(), STATED)

    assert done.returncode == 0, done.stderr
    assert "every panel of the file stands in the log, in this order (entries 4, 6)" in done.stdout
    assert (
        "the rules and the jurisdiction pack that the decision cites stand in the log (entry 5)"
        in done.stdout
    )
    assert "NOT checked: when this was decided" in done.stdout


def test_a_decision_that_cites_no_rules_is_held_against_the_panels_alone(place: Place) -> None:
    file = make_file(kind="season-confirmed", body=FITTING["season-confirmed"])
    done = place.verify_with_log(file, [STATED[0], STATED[2]])

    assert done.returncode == 0, done.stderr
    assert "rules" not in done.stdout


def test_a_panel_that_came_later_is_noticed(place: Place) -> None:
    done = place.verify_with_log(make_file(), [*STATED, state_panel(3, "e" * 64)])

    assert done.returncode == 0, done.stderr
    assert "the trustees have changed (panels stated after it: 1)" in done.stdout


@pytest.mark.parametrize(
    ("leaves", "words"),
    [
        ([STATED[1]], "Panel 1 of the file"),
        (STATED[:2], "Panel 2 of the file"),
        ([state_panel(1, "e" * 64), *STATED[1:]], "states another panel under that number"),
        ([*STATED, STATED[2]], "or more than one"),
        ([STATED[2], STATED[1], STATED[0]], "in another order"),
        ([STATED[0], STATED[2]], "states no rules and no pack"),
        ([STATED[0], state_rules(rules="e" * 64), STATED[2]], "states no rules and no pack"),
        ([STATED[0], state_rules(pack="e" * 64), STATED[2]], "states no rules and no pack"),
    ],
    ids=[
        "no panel",
        "one missing",
        "another",
        "twice",
        "turned round",
        "no rules",
        "other rules",
        "other pack",
    ],
)
def test_a_log_that_does_not_say_the_same_is_told(place: Place, leaves: list[bytes], words: str) -> None:
    done = place.verify_with_log(make_file(), leaves)

    assert done.returncode == 1
    assert words in done.stderr


def test_the_facts_are_held_against_the_decision(place: Place) -> None:
    content = encode_facts(ORDER)
    (place.folder / "facts.json").write_bytes(content)
    body = make_answer_body(facts=compute_facts_hash(content))
    held = place.verify(make_file(body=body), "--facts", str(place.folder / "facts.json"))
    other = place.verify(make_file(), "--facts", str(place.folder / "facts.json"))
    kindless = place.verify(
        make_file(kind="season-confirmed", body=FITTING["season-confirmed"]),
        "--facts",
        str(place.folder / "facts.json"),
    )

    assert held.returncode == 0, held.stderr
    assert "made over exactly these facts" in held.stdout
    assert (other.returncode, kindless.returncode) == (1, 1)
    assert "not made over these facts" in other.stderr
