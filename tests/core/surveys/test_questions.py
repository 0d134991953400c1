"""What may be asked, and that every payload is read the same way, fast or slowly."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import encode_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.surveys import counting
from amanah.core.surveys.budget import SECONDS, Sent, may_send
from amanah.core.surveys.counting import add_counts, count_answers, count_balls
from amanah.core.surveys.questions import (
    KINDS,
    MECHANISMS,
    Condition,
    Question,
    QuestionnaireError,
    choose_mechanism,
    is_fit_answer,
    list_labels,
    parse_answers,
    verify_questionnaire,
)

OCCASION = "00112233aabbccdd"
ABC = ("a", "b", "c")
EVERYTHING = (
    Question("q1", "single", ABC),
    Question("q10", "multiple", ABC),
    Question("q2", "scale", lowest=-2, highest=8),
    Question("q3", "ranking", ABC),
    Question("q4", "index", ("x", "y", "z"), lowest=1, highest=5),
    Question("q5", "change", lowest=0, highest=4),
    Question("s1", "single", ABC, mechanism="bag", weight=7),
    Question("s10", "multiple", ABC, mechanism="one_of_many", weight=7),
    Question("s2", "scale", lowest=0, highest=10, mechanism="scale3", weight=7, is_in_block=True),
    Question("s3", "ranking", ABC, mechanism="pair", weight=3),
    Question("s4", "index", ("x", "y"), lowest=0, highest=4, mechanism="scale3", weight=20),
    Question("s5", "change", lowest=0, highest=4, mechanism="change", weight=7),
)
REPORTS = {"s1": 3, "s10": 6, "s2": 3, "s3": 6, "s4": 3, "s5": 3}
INTEGERS = {"q2": (-2, 8), "q4": (0, 12), "q5": (-2, 2)} | {code: (0, n - 1) for code, n in REPORTS.items()}


def encode(answers: Any) -> bytes:
    return encode_canonical_json({"answers": answers, "occasion": OCCASION, "v": 1})


def test_every_kind_can_be_asked_plainly_and_through_a_bag() -> None:
    verify_questionnaire(EVERYTHING)
    assert {question.kind for question in EVERYTHING} == set(KINDS)
    assert {question.mechanism for question in EVERYTHING} == {"plain", *MECHANISMS.values()}


@pytest.mark.parametrize(
    ("kind", "sensitivity", "weight", "expected"),
    [
        ("single", "harmless", None, ("plain", 0)),
        ("single", "sensitive", None, ("bag", 7)),
        ("scale", "gravest", None, ("scale3", 3)),
        ("index", "sensitive", None, ("scale3", 7)),
        ("multiple", "sensitive", 20, ("one_of_many", 20)),
        ("ranking", "gravest", 2, ("pair", 2)),
        ("change", "sensitive", 100, ("change", 100)),
    ],
)
def test_how_much_an_answer_can_hurt_chooses_the_bag(
    kind: Any, sensitivity: Any, weight: int | None, expected: tuple[str, int]
) -> None:
    assert choose_mechanism(kind, sensitivity, weight) == expected


@pytest.mark.parametrize(
    ("sensitivity", "weight"),
    [("harmless", 7), ("sensitive", 1), ("sensitive", 101), ("gravest", 0), ("gravest", 2.5)],
)
def test_a_weight_outside_its_bounds_is_refused_in_words(sensitivity: Any, weight: Any) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        choose_mechanism("single", sensitivity, weight)
    assert str(caught.value).endswith(".")


BAG = Question("s1", "single", ABC, mechanism="bag", weight=7)
PLAIN = Question("q1", "single", ABC)


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ([replace(BAG, weight=0)], "weight"),
        ([replace(BAG, weight=101)], "weight"),
        ([replace(PLAIN, weight=7)], "plain question"),
        ([replace(PLAIN, is_in_block=True)], "plain question"),
        ([replace(BAG, mechanism="scale3")], "does not fit"),
        ([replace(BAG, choices=tuple("abcdefghijkl"))], "11 choices"),
        ([Question("r", "ranking", tuple("abcdefghijkl"))], "11 choices"),
        ([Question("i", "index", tuple("abcdefghijk"), lowest=0, highest=10)], "100 steps"),
        ([Question("i", "index", ("a",), lowest=0, highest=4)], "choices"),
        ([Question("c", "change", ABC, lowest=0, highest=4)], "not choices"),
        ([replace(PLAIN, highest=4)], "no scale"),
        ([replace(PLAIN, code="a b")], "letters"),
        ([replace(PLAIN, choices=("a", 'b"'))], "letters"),
        ([replace(BAG, family="é")], "letters"),
        ([replace(BAG, code=f"s{n}", family="harm") for n in range(4)], "one family"),
        ([replace(BAG, weight=20, family="f"), replace(BAG, code="s2", weight=20, family="f")], "one family"),
        ([replace(PLAIN, only_if=Condition("q1", ("a",)))], "before it"),
        ([replace(PLAIN, only_if=Condition("q2", ("a",))), replace(PLAIN, code="q2")], "before it"),
        ([BAG, replace(PLAIN, only_if=Condition("s1", ("a",)))], "being asked would tell"),
        ([PLAIN, replace(BAG, only_if=Condition("q1", ("d",)))], "each named once"),
        ([PLAIN, replace(BAG, only_if=Condition("q1", ("a", "a")))], "each named once"),
        ([PLAIN, replace(BAG, only_if=Condition("q1", ()))], "each named once"),
        (
            [Question("r", "ranking", ABC), replace(BAG, only_if=Condition("r", ("a/1",)))],
            "a choice or a scale",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_change(questions: Any, words: str) -> None:
    with pytest.raises(QuestionnaireError, match=words):
        verify_questionnaire(questions)


def test_a_branch_may_hang_on_a_plain_question_and_on_a_step_of_a_scale() -> None:
    scale = Question("q2", "scale", lowest=0, highest=4, only_if=Condition("q1", ("a", "b")))
    verify_questionnaire([PLAIN, scale, replace(BAG, only_if=Condition("q2", ("0", "4")))])


def test_three_reports_of_weight_seven_are_all_that_one_family_gives_away_in_a_quarter() -> None:
    sent = [Sent("harm", f"h{n}", 7, 1_000 * n) for n in range(3)]
    assert may_send(sent[:2], Sent("harm", "h2", 7, 5_000))
    assert not may_send(sent, Sent("harm", "h3", 2, 5_000))
    assert may_send(sent, Sent("trust", "t1", 100, 5_000))
    assert not may_send([], Sent("trust", "t1", 344, 5_000))
    assert not may_send(sent[:1], Sent("harm", "h0", 7, 5_000))
    assert may_send(sent, Sent("harm", "h0", 7, SECONDS))
    assert not may_send(sent, Sent("harm", "h0", 7, SECONDS - 1))


@pytest.mark.parametrize(("code", "ends"), INTEGERS.items())
def test_numbers_inside_the_range_of_a_report_count_and_others_are_foreign(
    code: str, ends: tuple[int, int]
) -> None:
    low, high = ends
    question = next(question for question in EVERYTHING if question.code == code)
    for value in range(low, high + 1):
        (count,) = count_answers([encode({code: value})], occasion=OCCASION, questions=[question]).questions
        assert (count.answered, count.foreign, sum(count.numbers)) == (1, 0, 1)
        assert count.numbers[value - low] == 1
    for bad in (low - 1, high + 1, True, str(low), [low], None, {}):
        (count,) = count_answers([encode({code: bad})], occasion=OCCASION, questions=[question]).questions
        assert (count.answered, count.foreign, sum(count.numbers)) == (0, 1, 0), bad


@pytest.mark.parametrize(("code", "ends"), INTEGERS.items())
def test_a_gate_keeps_what_can_be_said_to_a_question_and_nothing_beside_it(
    code: str, ends: tuple[int, int]
) -> None:
    low, high = ends
    for value in (*range(low, high + 1), []):
        assert is_fit_answer(encode({code: value}), occasion=OCCASION, questions=EVERYTHING)
    for bad in (low - 1, high + 1, True, str(low), [low], None, {}):
        assert not is_fit_answer(encode({code: bad}), occasion=OCCASION, questions=EVERYTHING), bad
        assert not is_fit_answer(encode({"q1": "a", code: bad}), occasion=OCCASION, questions=EVERYTHING)


@pytest.mark.parametrize(
    "payload",
    [
        encode({"q1": "my own words"}),
        encode({"nobody-asked": "a"}),
        encode({"nobody-asked": []}),
        encode({"q1": "a"}).replace(OCCASION.encode(), b"f" * 16),
        encode({"q1": "a"}).replace(b'"v":1', b'"v":2'),
        b'{"answers":{"q1":"a","q1":"b"},"occasion":"%b","v":1}' % OCCASION.encode(),
        b'{"answers":{"s1":1.0},"occasion":"%b","v":1}' % OCCASION.encode(),
        encode({"q1": "a"}) + b" ",
        b"",
    ],
)
def test_a_gate_keeps_no_words_of_anybodys_own(payload: bytes) -> None:
    assert is_fit_answer(encode({"q1": "a"}), occasion=OCCASION, questions=EVERYTHING)
    assert not is_fit_answer(payload, occasion=OCCASION, questions=EVERYTHING)


def test_labels_say_what_is_counted() -> None:
    labels = {question.code: list_labels(question) for question in EVERYTHING}
    assert labels["q3"][:4] == ("a/1", "a/2", "a/3", "b/1")
    assert labels["q4"] == tuple(str(step) for step in range(13))
    assert labels["q5"] == ("-2", "-1", "0", "1", "2")
    assert labels["s1"] == ABC
    assert labels["s10"] == ("a/0", "a/1", "b/0", "b/1", "c/0", "c/1")
    assert labels["s3"] == ("b>a", "a>b", "c>a", "a>c", "c>b", "b>c")


def test_a_ranking_keeps_its_order_and_has_to_be_whole() -> None:
    question = EVERYTHING[3]
    sheet = parse_answers(encode({"q3": ["c", "a", "b"]}), occasion=OCCASION, questions=[question])
    assert sheet.given["q3"] == ("c", "a", "b")
    for bad in (["c", "a"], ["c", "a", "a"], ["c", "a", "d"], "cab"):
        assert parse_answers(encode({"q3": bad}), occasion=OCCASION, questions=[question]).foreign == {"q3"}


VALUES = {
    "q1": st.sampled_from([*ABC, "d", "", 1, []]),
    "q10": st.lists(st.sampled_from([*ABC, "d"]), max_size=4),
    "q3": st.permutations(ABC) | st.lists(st.sampled_from(ABC), max_size=3),
} | {code: st.integers(low - 2, high + 1_000) for code, (low, high) in INTEGERS.items()}
SHEETS = st.fixed_dictionaries({}, optional=VALUES | {"zz": st.just("unknown"), "": st.integers(0, 1)})
BYTES = SHEETS.map(encode) | st.binary(max_size=60) | st.sampled_from([b"", b"{}", encode({}), encode([])])


def spoil(payload: bytes, place: int, byte: int) -> bytes:
    where = place % (len(payload) + 1)
    return payload[:where] + bytes([byte]) + payload[where + (place % 2) :]


PAYLOADS = st.lists(
    BYTES | st.builds(spoil, SHEETS.map(encode), st.integers(0, 500), st.sampled_from(b',:"[]{}0-9 aq\\')),
    max_size=12,
)


@given(PAYLOADS, st.permutations(EVERYTHING), st.booleans())
def test_the_fast_reading_is_the_slow_reading_to_the_last_byte(
    payloads: list[bytes], questions: list[Question], is_broken_down: bool
) -> None:
    breakdowns = ["q1"] if is_broken_down else []
    fast = count_answers(payloads, occasion=OCCASION, questions=questions, breakdowns=breakdowns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_compile_reader", lambda *_: lambda _payload: None)
        slow = count_answers(payloads, occasion=OCCASION, questions=questions, breakdowns=breakdowns)
    assert fast == slow
    half = len(payloads) // 2
    parts = [
        count_answers(part, occasion=OCCASION, questions=questions, breakdowns=breakdowns)
        for part in (payloads[:half], payloads[half:])
    ]
    assert add_counts(*parts) == fast


@given(st.binary(max_size=300), st.integers(1, 11))
def test_balls_that_stand_one_a_byte_are_counted_and_the_rest_is_foreign(balls: bytes, kinds: int) -> None:
    counts, foreign = count_balls(balls, kinds)
    assert counts == tuple(balls.count(kind) for kind in range(kinds))
    assert sum(counts) + foreign == len(balls)


def test_ordinary_sheets_are_read_fast_and_odd_ones_slowly() -> None:
    read = counting._compile_reader(OCCASION, EVERYTHING)
    assert read(encode({"q1": "a", "q10": ["b", "a"], "q2": -2, "s2": 1})) is not None
    for odd in (
        encode({}),
        encode({"q1": "d"}),
        encode({"zz": 1}),
        encode({"q2": 1}).replace(b":1}", b":01}"),
    ):
        assert read(odd) is None


def test_groups_are_counted_beside_the_choice_that_makes_them() -> None:
    sheets = [{"q1": "a", "q2": 3}, {"q1": "a"}, {"q1": "b", "q2": 8}, {"q2": 0}, {"q1": "d", "q2": 1}]
    counted = count_answers(
        map(encode, sheets), occasion=OCCASION, questions=EVERYTHING[:3], breakdowns=["q1"]
    )
    groups = {group.choice: group.questions[2] for group in counted.groups}
    assert {choice: (one.answered, one.left_out) for choice, one in groups.items()} == {
        "a": (1, 1),
        "b": (1, 0),
        "c": (0, 0),
    }
    with pytest.raises(InvalidInputError):
        count_answers([], occasion=OCCASION, questions=EVERYTHING[:1], breakdowns=["q9"])
    with pytest.raises(InvalidInputError):
        add_counts(counted, count_answers([], occasion=OCCASION, questions=EVERYTHING[:1]))
