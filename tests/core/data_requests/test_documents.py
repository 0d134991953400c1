"""What is signed has one form for each kind of decision, and nothing that nobody reads can hide in it."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.data_requests.documents import (
    BODIES,
    KINDS,
    RECUSALS,
    SALTED,
    DecisionDocument,
    DocumentUnreadableError,
    compute_challenge,
    compute_document_hash,
    encode_document,
    parse_document,
)
from amanah.core.data_requests.rules import RULES
from amanah.core.encoding import compute_hash, encode_base64url, encode_canonical_json
from tests.core.data_requests.signing import REFERENCE, SALT, make_answer_body, make_document, make_panel

PANEL = make_panel()
HASH, NAME = "d" * 64, "0123456789abcdef"
SCOPE: dict[str, Any] = {
    "categories": ["attendance"],
    "people": ["Nobody Known"],
    "since": None,
    "until": None,
}
FITTING: dict[str, dict[str, Any]] = {
    "request-answered": make_answer_body(),
    "disclosure-made": {"decision": NAME, "package": HASH, "reference": REFERENCE},
    "hold-begun": {"reference": REFERENCE, "salt": SALT, "scope": SCOPE},
    "hold-ended": {"reference": REFERENCE, "salt": SALT, "scope": SCOPE},
    "panel-changed": {"next": HASH},
    "rules-changed": {"next": HASH},
    "statement-made": {"codes": ["no-list-of-people", "rules-kept"], "expires_on": "2027-02-28"},
    "secrecy-ended": {"reference": REFERENCE},
    "ask-admitted": {"ask": HASH},
    "ask-withdrawn": {"ask": HASH},
    "season-confirmed": {"season": NAME},
    "gate-closed": {"season": NAME},
}
BAD_VALUES: list[Any] = [
    None, True, 0, 1, -1, "", "x", "D" * 64, "d" * 63, "d" * 65, "d" * 64 + "\n", "0" * 15, [], {}, [[]], {"a": 1},
    "7k2m-q4tx-9zp3", "7K2M-Q4TX-9ZPI", "2026-02-30", "2026-1-1", ["b", "a"], ["a", "a"], "a" * 5_000,
]  # fmt: skip


def change(**changes: Any) -> bytes:
    return encode_canonical_json(json.loads(encode_document(make_document(PANEL))) | changes)


def test_every_kind_has_a_closed_form() -> None:
    assert set(BODIES) == set(KINDS) == set(FITTING)


@pytest.mark.parametrize("kind", KINDS)
def test_a_decision_of_every_kind_is_read_back_as_it_was(kind: Any) -> None:
    document = make_document(PANEL, kind=kind, body=FITTING[kind])
    data = encode_document(document)

    assert parse_document(data) == document
    assert compute_document_hash(data) == hashlib.sha256(data).hexdigest()
    assert compute_challenge(data) == compute_hash("amanah/decision/v1", data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_with_a_member_too_many_or_too_few_is_refused(kind: Any) -> None:
    fitting = FITTING[kind]
    bodies = [
        fitting | {"more": 1},
        *({name: fitting[name] for name in fitting if name != left} for left in fitting),
    ]

    for body in [*bodies, {}, [], None, "body"]:
        with pytest.raises(DocumentUnreadableError):
            parse_document(change(kind=kind, body=body))


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_of_another_form_is_refused(kind: Any) -> None:
    for name, value in FITTING[kind].items():
        for bad in BAD_VALUES:
            if type(bad) is type(value) and bad == value:
                continue
            with pytest.raises(DocumentUnreadableError):
                parse_document(change(kind=kind, body=FITTING[kind] | {name: bad}))


@pytest.mark.parametrize("kind", SALTED)
@pytest.mark.parametrize(
    "salt", [SALT[:-1], SALT + "A", SALT[:-1] + "9", encode_base64url(bytes(31)), SALT + "="]
)
def test_a_body_that_names_people_has_a_salt_of_32_bytes(kind: Any, salt: str) -> None:
    with pytest.raises(DocumentUnreadableError):
        parse_document(change(kind=kind, body=FITTING[kind] | {"salt": salt}))


def test_exactly_the_kinds_that_name_people_have_a_salt() -> None:
    assert {kind for kind in KINDS if "scope" in FITTING[kind]} == set(SALTED)


@pytest.mark.parametrize("other", KINDS)
def test_a_body_is_that_of_its_own_kind(other: Any) -> None:
    for kind in KINDS:
        is_same = set(FITTING[kind]) == set(FITTING[other])
        if is_same:
            assert parse_document(change(kind=kind, body=FITTING[other])).kind == kind
        else:
            with pytest.raises(DocumentUnreadableError):
                parse_document(change(kind=kind, body=FITTING[other]))


@pytest.mark.parametrize(
    ("outcome", "scope"),
    [("refuse", None), ("contest", None), ("comply", None), ("comply", SCOPE), ("narrow", SCOPE)],
)
def test_an_answer_gives_a_scope_only_where_it_gives_something(outcome: str, scope: Any) -> None:
    body = make_answer_body(outcome=outcome, scope=scope)

    assert parse_document(change(body=body)).body == body


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "refuse"},
        {"outcome": "contest"},
        {"outcome": "narrow", "scope": None},
        {"outcome": "panel"},
        {"scope": SCOPE | {"people": []}},
        {"scope": SCOPE | {"categories": []}},
        {"scope": SCOPE | {"more": 1}},
        {"scope": SCOPE | {"people": ["b", "a"]}},
        {"reasons": []},
        {"reasons": ["only-what-exists", "nothing-beyond"]},
        {"reasons": ["only-what-exists", "only-what-exists"]},
        {"reasons": ["a-rule-of-our-own"]},
        {"reasons": [["only-what-exists"]]},
        {"telling": {"reason": None, "until": "2027-01-01"}},
        {"telling": {"reason": "some-law", "until": "2027-02-29"}},
        {"telling": {"reason": "Some law", "until": None}},
        {"telling": {"reason": "some-law"}},
        {"telling": {"reason": "some-law", "until": None, "more": 1}},
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DocumentUnreadableError):
        parse_document(change(body=make_answer_body(**changes)))


@pytest.mark.parametrize(
    "telling",
    [
        {"reason": None, "until": None},
        {"reason": "some-law", "until": None},
        {"reason": "some-law", "until": "2027-02-28"},
    ],
)
def test_an_answer_says_why_people_are_not_told_yet(telling: dict[str, Any]) -> None:
    assert parse_document(change(body=make_answer_body(telling=telling))).body["telling"] == telling


def test_every_rule_can_be_a_reason_in_the_order_of_the_rules() -> None:
    assert parse_document(change(body=make_answer_body(reasons=[*RULES]))).body["reasons"] == [*RULES]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b"\xff" * 10, b"[" * 3_000, b" " * 200_000, change(v=2), change(v=True),
        change(more=1), change(at=-1), change(at=True), change(at="1"), change(at=None), change(at=2**40),
        change(community="Two Words"),
        change(community=None), change(decision="0" * 15), change(decision="F" * 16), change(decision=1),
        change(kind="list-given"), change(kind=None), change(kind=[]), change(panel="f" * 63), change(panel=None),
        change(recused=None), change(recused={}), change(recused=[1]), change(recused=[["0" * 16]]),
        change(recused=[["0" * 16, "related", 1]]), change(recused=[["0" * 16, "bored"]]),
        change(recused=[["0", "related"]]),
        change(recused=[["0" * 16, ["related"]]]), change(recused=[[["0" * 16], "related"]]), change(recused=["ab"]),
        change(recused=[["1" * 16, "related"], ["0" * 16, "related"]]),
        change(recused=[["0" * 16, "related"], ["0" * 16, "asked-about"]]),
        change(recused=[["0" * 16, "related"], [1, "related"]]),
    ],
)  # fmt: skip
def test_what_is_no_decision_is_refused_as_unreadable(data: bytes) -> None:
    with pytest.raises(DocumentUnreadableError):
        parse_document(data)


def test_bytes_that_are_not_in_canonical_form_are_no_decision() -> None:
    data = encode_document(make_document(PANEL))
    document = json.loads(data)
    backwards = dict(reversed(document.items()))

    for other in (data + b"\n", b" " + data, json.dumps(document).encode(), json.dumps(backwards).encode()):
        with pytest.raises(DocumentUnreadableError):
            parse_document(other)


@pytest.mark.parametrize("reason", RECUSALS)
def test_those_who_step_aside_stand_in_the_document_with_a_reason_from_the_list(reason: Any) -> None:
    recused = (("0" * 16, reason), ("1" * 16, "related"))
    document = parse_document(encode_document(make_document(PANEL, recused=recused)))

    assert document.recused == recused
    assert document.recused_trustees == ("0" * 16, "1" * 16)


def test_stepping_aside_makes_another_document_with_another_challenge() -> None:
    before = make_document(PANEL)
    after = make_document(PANEL, recused=(("0" * 16, "related"),))

    assert compute_challenge(encode_document(before)) != compute_challenge(encode_document(after))


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0), st.integers(0, 255))
def test_a_changed_byte_makes_another_decision_or_none(place: int, byte: int) -> None:
    original = make_document(PANEL)
    data = bytearray(encode_document(original))
    data[place % len(data)] = byte
    if bytes(data) == encode_document(original):
        return
    try:
        read = parse_document(bytes(data))
    except DocumentUnreadableError:
        return
    assert read != original
    assert compute_challenge(bytes(data)) != compute_challenge(encode_document(original))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_the_reader_fail_in_another_way(data: bytes) -> None:
    with pytest.raises(DocumentUnreadableError):
        parse_document(data)


def test_the_largest_answer_there_can_be_is_still_a_decision() -> None:
    people = sorted(f"{number:03d} " + "𐐷" * 116 for number in range(100))
    body = make_answer_body(scope=SCOPE | {"people": people})

    assert parse_document(encode_document(make_document(PANEL, body=body))).body == body


def test_a_first_panel_is_founded_by_a_decision_that_names_it_twice() -> None:
    founding = DecisionDocument(0, {"next": "a" * 64}, "here", "0" * 16, "panel-changed", "a" * 64)
    later = replace(founding, body={"next": "b" * 64})
    other = replace(founding, kind="rules-changed")

    assert (founding.is_founding, later.is_founding, other.is_founding) == (True, False, False)
