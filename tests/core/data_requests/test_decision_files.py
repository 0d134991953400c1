"""A decision file holds with every panel and every signature in it, or it does not hold at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.data_requests.approvals import encode_approval
from amanah.core.data_requests.decision_files import (
    LONGEST_FILE,
    DecisionFile,
    DecisionFileError,
    DecisionFileUnreadableError,
    PanelStep,
    encode_decision_file,
    encode_panel_chain,
    parse_decision_file,
    parse_panel_chain,
    verify_decision_file,
    verify_panel_chain,
)
from amanah.core.data_requests.documents import DocumentUnreadableError, encode_document
from amanah.core.data_requests.panels import Panel, PanelChainError, PanelUnreadableError
from amanah.core.encoding import encode_canonical_json
from amanah.core.errors import AmanahError, InvalidInputError, VerificationError
from tests.core.data_requests.signing import (
    approve,
    list_hashes,
    make_change,
    make_document,
    make_next,
    make_panel,
    make_trustee,
)

FOUNDING = make_panel(members=3, deputies=1)
LATER = make_next(FOUNDING, trustees=tuple(make_trustee(number) for number in (1, 3, 5)))
LATEST = make_next(LATER, least=3)
PANELS = (FOUNDING, LATER, LATEST)


def step(panel: Panel, before: Panel | None, *signing: int) -> PanelStep:
    decision = make_change(before or panel, panel)
    return PanelStep(panel, decision, tuple(approve(decision, *signing)))


STEPS = (step(FOUNDING, None, 1, 2, 3), step(LATER, FOUNDING, 2, 3), step(LATEST, LATER, 5, 1))
DECISION = encode_document(make_document(LATEST))
FILE = DecisionFile(DECISION, tuple(approve(DECISION, 1, 3, 5)), STEPS)
DATA = encode_decision_file(FILE)


def change(alter: Callable[[Any], None]) -> bytes:
    """Change a file behind its back; the bytes stay canonical."""
    value = json.loads(DATA)
    alter(value)
    return encode_canonical_json(value)


def test_a_decision_file_holds_and_says_who_decided_under_which_panels() -> None:
    checked = verify_decision_file(DATA)

    assert parse_decision_file(DATA) == FILE
    assert checked.document_bytes == DECISION
    assert [trustee.name for trustee in checked.signers] == [
        f"Trustee {number} of Nowhere" for number in (1, 3, 5)
    ]
    assert (checked.needed, checked.panel) == (3, LATEST)
    assert [*checked.panel_hashes] == list_hashes(PANELS)
    assert checked.founding_panel == list_hashes([FOUNDING])[0]


def test_the_founding_itself_can_be_checked_as_a_decision() -> None:
    founding = STEPS[0]
    checked = verify_decision_file(
        encode_decision_file(DecisionFile(founding.decision, founding.approvals, (founding,)))
    )

    assert checked.document.is_founding
    assert checked.needed == 3


def test_a_change_of_the_panel_can_be_checked_under_the_panel_before() -> None:
    change_of_panel = STEPS[2]
    data = encode_decision_file(DecisionFile(change_of_panel.decision, change_of_panel.approvals, STEPS[:2]))

    assert verify_decision_file(data).panel == LATER


def test_panels_can_be_shown_without_a_decision() -> None:
    shown = json.loads(encode_canonical_json(encode_panel_chain(STEPS)))

    assert parse_panel_chain(shown) == STEPS
    assert [*verify_panel_chain(parse_panel_chain(shown))] == list_hashes(PANELS)


@settings(max_examples=40, deadline=None)
@given(st.permutations([1, 3, 5]))
def test_the_order_in_which_trustees_signed_does_not_matter(order: list[int]) -> None:
    file = replace(FILE, approvals=tuple(approve(DECISION, *order)))

    assert len(verify_decision_file(encode_decision_file(file)).signers) == 3


UNDER_ITSELF = PanelStep(LATER, make_change(LATER, LATER), tuple(approve(make_change(LATER, LATER), 1, 3, 5)))
FOR_ANOTHER = make_change(FOUNDING, LATEST)
AS_RULES = encode_document(
    make_document(FOUNDING, kind="rules-changed", body={"next": list_hashes([LATER])[0]})
)
BROKEN = {
    "one signature too few": replace(FILE, approvals=FILE.approvals[:2]),
    "no signature": replace(FILE, approvals=()),
    "one trustee twice": replace(FILE, approvals=(*FILE.approvals[:2], FILE.approvals[0])),
    "one trustee more than once besides": replace(FILE, approvals=(*FILE.approvals, FILE.approvals[0])),
    "one bad signature besides": replace(FILE, approvals=(*FILE.approvals, *approve(DECISION, 2))),
    "a signature of another decision": replace(
        FILE, approvals=(*approve(STEPS[2].decision, 1), *FILE.approvals[1:])
    ),
    "an older panel at the end": replace(FILE, panels=STEPS[:2]),
    "no panel": replace(FILE, panels=()),
    "no founding panel": replace(FILE, panels=STEPS[1:]),
    "a panel left out": replace(FILE, panels=(STEPS[0], STEPS[2])),
    "a panel twice": replace(FILE, panels=(STEPS[0], STEPS[0], *STEPS[1:])),
    "panels turned round": replace(FILE, panels=(STEPS[1], STEPS[0], STEPS[2])),
    "founded by fewer than all": replace(FILE, panels=(step(FOUNDING, None, 1, 2), *STEPS[1:])),
    "founded by a deputy": replace(FILE, panels=(step(FOUNDING, None, 1, 2, 4), *STEPS[1:])),
    "changed by fewer than k": replace(FILE, panels=(*STEPS[:2], step(LATEST, LATER, 5))),
    "changed by the new ones": replace(FILE, panels=(STEPS[0], step(LATER, FOUNDING, 1, 5), STEPS[2])),
    "changed under itself": replace(FILE, panels=(STEPS[0], UNDER_ITSELF, STEPS[2])),
    "founded in the middle": replace(FILE, panels=(UNDER_ITSELF, STEPS[2])),
    "brought in by what was signed for another": replace(
        FILE, panels=(STEPS[0], PanelStep(LATER, FOR_ANOTHER, tuple(approve(FOR_ANOTHER, 1, 2, 3))), STEPS[2])
    ),
    "brought in by what was signed as rules": replace(
        FILE, panels=(STEPS[0], PanelStep(LATER, AS_RULES, tuple(approve(AS_RULES, 1, 2, 3))), STEPS[2])
    ),
    "brought in by another decision": replace(
        FILE, panels=(*STEPS[:2], replace(STEPS[2], decision=DECISION))
    ),
    "brought in by the decision for another": replace(
        FILE, panels=(STEPS[0], replace(STEPS[1], decision=STEPS[2].decision), STEPS[2])
    ),
}


@pytest.mark.parametrize("file", BROKEN.values(), ids=BROKEN)
def test_a_file_that_does_not_show_enough_does_not_hold(file: DecisionFile) -> None:
    with pytest.raises((DecisionFileError, PanelChainError)):
        verify_decision_file(encode_decision_file(file))


def test_a_file_with_another_community_in_the_middle_does_not_hold() -> None:
    other = make_next(FOUNDING, community="hillside")
    with pytest.raises(VerificationError):
        verify_panel_chain((STEPS[0], step(other, FOUNDING, 1, 2)))


def test_the_sentence_says_which_signature_and_why() -> None:
    file = replace(FILE, approvals=(*FILE.approvals, *approve(DECISION, 1)))

    with pytest.raises(
        DecisionFileError, match="Signature 4 under the decision: This trustee has signed already"
    ):
        verify_decision_file(encode_decision_file(file))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b"\xff", DATA + b"\n", b" " * (LONGEST_FILE + 1), b"[" * 3_000,
        change(lambda value: value.update(v=2)), change(lambda value: value.update(v=True)),
        change(lambda value: value.update(more=1)), change(lambda value: value.pop("panels")),
        change(lambda value: value.update(approvals={})), change(lambda value: value.update(approvals=None)),
        change(lambda value: value.update(panels={})), change(lambda value: value.update(panels=[1])),
        change(lambda value: value["panels"][0].update(more=1)), change(lambda value: value["panels"][0].pop("panel")),
        change(lambda value: value["panels"][0].update(approvals=1)),
    ],
)  # fmt: skip
def test_what_is_no_decision_file_is_refused_as_unreadable(data: bytes) -> None:
    with pytest.raises(DecisionFileUnreadableError):
        verify_decision_file(data)


@pytest.mark.parametrize(
    ("alter", "error"),
    [
        (lambda value: value.update(decision=None), DocumentUnreadableError),
        (lambda value: value["decision"].update(v=2), DocumentUnreadableError),
        (lambda value: value["panels"][1].update(panel=None), PanelUnreadableError),
        (lambda value: value["panels"][1].update(decision=[]), DocumentUnreadableError),
        (lambda value: value["approvals"].append(1), InvalidInputError),
        (lambda value: value["approvals"][0].update(key="?"), InvalidInputError),
    ],
)
def test_a_part_that_cannot_be_read_is_named(alter: Callable[[Any], None], error: type[AmanahError]) -> None:
    with pytest.raises(error):
        verify_decision_file(change(alter))


@settings(max_examples=150, deadline=None)
@given(st.integers(0), st.integers(1, 255))
def test_no_changed_byte_is_believed(place: int, byte: int) -> None:
    data = bytearray(DATA)
    data[place % len(data)] ^= byte

    with pytest.raises(AmanahError):
        verify_decision_file(bytes(data))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(range(1, 8)), max_size=7))
def test_a_file_holds_exactly_where_all_who_signed_could_and_enough_did(signing: list[int]) -> None:
    file = replace(FILE, approvals=tuple(approve(DECISION, *signing)))
    is_good = len(set(signing)) == len(signing) and set(signing) == {1, 3, 5}
    if is_good:
        assert len(verify_decision_file(encode_decision_file(file)).signers) == 3
        return
    with pytest.raises(DecisionFileError):
        verify_decision_file(encode_decision_file(file))


def test_a_file_may_not_carry_signatures_without_end() -> None:
    one = encode_approval(FILE.approvals[0])
    flooded = change(lambda value: value.update(approvals=[one] * 5_000))

    with pytest.raises(DecisionFileError, match="Signature 2"):
        verify_decision_file(flooded)
