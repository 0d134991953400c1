"""What no member's device sends is refused by the real gate over HTTP, stored nowhere, and costs no pass."""

import json
import secrets
import time
from collections.abc import Callable
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.core.errors import RefusedError
from amanah.core.passes.messages import SPEND_LENGTH
from amanah.core.surveys.counting import count_answers
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import StatedPlan, encode_plan
from amanah.drill.load import build_request
from amanah.programme_door.spending.gate import SPEND_PATH
from amanah.web.gate import REFUSAL_BODY, SUCCESS_BODY
from tests.support.processes import Running
from tests.support.spending import (
    PassPress,
    ask_for_closing,
    build_press,
    count_rows,
    exchange,
    list_spent,
    place_occasion,
    place_plan,
)

pytestmark = pytest.mark.processes

QUESTIONS = (
    Question("programme-trust", "index", ("a", "b", "c"), 0, 4, mechanism="scale3", weight=7),
    Question("harm-watched", "single", ("a", "b"), mechanism="bag", weight=7, is_in_block=True),
    Question("topics", "multiple", ("a", "b", "c"), mechanism="one_of_many", weight=7),
    Question("order", "ranking", ("a", "b", "c"), mechanism="pair", weight=3),
    Question("q1", "single", ("a", "b")),
    Question("q2", "multiple", ("a", "b")),
    Question("q3", "scale", lowest=0, highest=4),
)
GOOD: dict[str, JsonValue] = {
    "harm-watched": 1, "order": 5, "programme-trust": 2, "q1": "a", "q2": ["a", "b"], "q3": 0, "topics": 5,
}  # fmt: skip
LENGTH_AT = 354 + 32 + 64
WRONG_VALUES: dict[str, dict[str, JsonValue]] = {
    "a ball of a larger bag": {"harm-watched": 2},
    "a ball below the bag": {"harm-watched": -1},
    "a level that a scale has not": {"programme-trust": 3},
    "the answer instead of a ball": {"harm-watched": "a"},
    "an index instead of a ball": {"programme-trust": 12},
    "an option that nobody offered": {"topics": 6},
    "a pair that nobody could draw": {"order": 6},
    "a ball as text": {"harm-watched": "1"},
    "a ball as true": {"harm-watched": True},
    "balls in a list": {"harm-watched": [1]},
    "nothing in words": {"harm-watched": None},
    "somebody's own words": {"q1": "Amal-Example-was-here"},
    "somebody's own words in a list": {"q2": ["a", "Amal-Example-was-here"]},
    "one choice twice": {"q2": ["a", "a"]},
    "a step beyond the scale": {"q3": 5},
    "a question that nobody asked": {"harm-invented": 1},
    "a mark in the name of a question": {"Amal-Example-was-here": []},
    "a good answer beside a wrong one": {"q1": "b", "harm-watched": 7},
}


def spell(press: PassPress, answers: str, tail: str = "") -> bytes:
    """Write a sheet by hand, so that it can be what no encoder writes."""
    return f'{{"answers":{answers},"occasion":"{press.occasion.occasion}","v":1{tail}}}'.encode()


def pack(body: bytes, payload: bytes) -> bytes:
    """Put other bytes under a signature that was made for something else."""
    return (body[:LENGTH_AT] + len(payload).to_bytes(2) + payload).ljust(SPEND_LENGTH, b"\0")


def list_bad_sheets(press: PassPress, make: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """Give what is no sheet of this survey at all, or not signed by the pass it comes with."""
    good = make(spell(press, '{"q1":"a"}'))
    written: dict[str, JsonValue] = {"answers": {"q1": "a"}, "occasion": press.occasion.occasion, "v": 2}
    return {
        "one member twice": make(spell(press, '{"q1":"a","q1":"b"}')),
        "answers twice": make(spell(press, '{"q1":"a"},"answers":{"q1":"b"}')),
        "a fraction": make(spell(press, '{"harm-watched":1.5}')),
        "a whole number with a point": make(spell(press, '{"harm-watched":1.0}')),
        "a number with an exponent": make(spell(press, '{"harm-watched":1e0}')),
        "not a number": make(spell(press, '{"harm-watched":NaN}')),
        "a number with a zero before it": make(spell(press, '{"harm-watched":01}')),
        "members out of order": make(spell(press, '{"q1":"a","harm-watched":1}')),
        "a space": make(spell(press, '{"q1": "a"}')),
        "another version": make(encode_canonical_json(written)),
        "one member more": make(spell(press, '{"q1":"a"}', ',"x":1')),
        "a list": make(b"[]"),
        "no JSON": make(b"\xff\xfe"),
        "nothing": make(b""),
        "too much": make(spell(press, '{"q1":"%s"}' % ("a" * 1_400))),
        "a length beyond the longest": good[:LENGTH_AT] + (1_537).to_bytes(2) + good[LENGTH_AT + 2 :],
        "a body with a byte more": good + b"\0",
        "a forged signature": good[:386] + secrets.token_bytes(64) + good[450:],
        "another answer under the same signature": pack(good, spell(press, '{"q1":"b"}')),
    }


@pytest.fixture
def gate(departments: Callable[..., Running]) -> Running:
    """Run the spending gate alone."""
    return departments(processes=("spending",))


def open_survey(gate: Running, *, closes_at: int = 4_000_000_000) -> PassPress:
    press = build_press("survey", closes_at=closes_at)
    place_plan(gate.config.database("programme"), press, QUESTIONS)
    place_occasion(gate.config.database("programme"), press)
    time.sleep(1.2)
    return press


def ask(gate: Running, body: bytes) -> bytes:
    return exchange(gate.config.binds["spending"], build_request(SPEND_PATH, body))


def is_done(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(SUCCESS_BODY)


def test_no_bad_answer_is_stored_or_counted_and_the_pass_stays_good(gate: Running) -> None:
    press = open_survey(gate)
    bad: dict[str, tuple[bytes, Ed25519PrivateKey]] = {}
    for name, answers in WRONG_VALUES.items():
        key = Ed25519PrivateKey.generate()
        payload = spell(press, json.dumps(answers, sort_keys=True, separators=(",", ":")))
        bad[name] = press.make_sheet(payload, key), key
    for name in list_bad_sheets(press, press.make_sheet):
        key = Ed25519PrivateKey.generate()
        bad[name] = list_bad_sheets(press, partial(press.make_sheet, key=key))[name], key
    answers_given = {name: ask(gate, body) for name, (body, _) in bad.items()}
    refused = {name for name, answer in answers_given.items() if answer.startswith(b"HTTP/1.1 409 ")}
    assert refused == set(bad)
    assert len(set(answers_given.values())) == 1
    assert next(iter(answers_given.values())).endswith(REFUSAL_BODY)
    assert count_rows(gate.config.database("spending"), press) == 0
    good = encode_canonical_json({"answers": GOOD, "occasion": press.occasion.occasion, "v": 1})
    for name, (_, key) in bad.items():
        assert is_done(ask(gate, press.make_sheet(good, key))), name
    rows = list_spent(gate.config.database("spending"), press.occasion_bytes)
    counted = count_answers(
        [row.payload or b"" for row in rows], occasion=press.occasion.occasion, questions=QUESTIONS
    )
    assert (counted.readable, counted.unreadable) == (len(bad), 0)
    assert [(one.answered, one.foreign) for one in counted.questions] == [(len(bad), 0)] * len(QUESTIONS)
    assert gate.stop("spending") == {"spending": 0}
    assert b"Amal-Example" not in b"".join(
        path.read_bytes() for path in (gate.folder / "programme-door").rglob("*") if path.is_file()
    )


def test_a_pass_answers_once_and_a_closed_survey_not_at_all(gate: Running) -> None:
    press, over = open_survey(gate), open_survey(gate, closes_at=1_000)
    first = press.make_answer(GOOD)
    assert is_done(ask(gate, first))
    assert not is_done(ask(gate, first))
    assert not is_done(ask(gate, over.make_answer(GOOD)))
    key = Ed25519PrivateKey.generate()
    sheets = [spell(press, answers) for answers in ('{"q1":"a"}', '{"q1":"b"}')]
    assert [is_done(ask(gate, press.make_sheet(sheet, key))) for sheet in sheets] == [True, False]
    rows = list_spent(gate.config.database("spending"), press.occasion_bytes)
    assert sorted(row.payload or b"" for row in rows)[1:] == [sheets[0]]
    ask_for_closing(gate.config.database("programme"), press)
    time.sleep(1.2)
    assert not is_done(ask(gate, press.make_answer(GOOD)))
    assert count_rows(gate.config.database("spending"), over) == 0


def test_a_survey_without_a_plan_takes_what_has_the_form_of_an_answer(gate: Running) -> None:
    press = build_press("survey")
    place_occasion(gate.config.database("programme"), press)
    time.sleep(1.2)
    assert is_done(ask(gate, press.make_answer({"q1": "anything"})))
    assert not is_done(ask(gate, press.make_answer({"q1": None})))


@pytest.mark.parametrize("weight", [-7, 0, 1, 101, True, 7.0])
def test_no_plan_states_a_bag_outside_the_bounds(weight: int) -> None:
    question = Question("harm-watched", "single", ("a", "b"), mechanism="bag", weight=weight)
    with pytest.raises(RefusedError):
        encode_plan(StatedPlan("0" * 16, 1, (question,), "0" * 64))
