"""Plain answers are read strictly and counted without order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import encode_canonical_json
from amanah.core.surveys.counting import count_answers
from amanah.core.surveys.questions import (
    LONGEST_PAYLOAD,
    Question,
    QuestionnaireError,
    parse_answers,
    verify_questionnaire,
)

OCCASION = "00112233aabbccdd"
QUESTIONS = (
    Question("q1", "single", ("a", "b", "c"), is_required=True),
    Question("q2", "multiple", ("a", "b")),
    Question("q3", "scale", lowest=0, highest=10),
)


def encode(answers, occasion=OCCASION, version=1):
    return encode_canonical_json({"answers": answers, "occasion": occasion, "v": version})


@given(
    st.lists(
        st.fixed_dictionaries(
            {"q1": st.sampled_from("abc")},
            optional={
                "q2": st.lists(st.sampled_from("ab"), min_size=1, unique=True),
                "q3": st.integers(0, 10),
            },
        ),
        max_size=30,
    ),
    st.randoms(),
)
def test_counts_are_those_of_the_answers_in_any_order(answers, random):
    payloads = [encode(answer) for answer in answers]
    shuffled = random.sample(payloads, len(payloads))
    counted = count_answers(shuffled, occasion=OCCASION, questions=QUESTIONS)
    assert counted == count_answers(payloads, occasion=OCCASION, questions=QUESTIONS)
    single, multiple, scale = counted.questions
    assert counted.readable == len(answers)
    assert dict(single.counts) == {c: sum(a["q1"] == c for a in answers) for c in "abc"}
    assert dict(multiple.counts) == {c: sum(c in a.get("q2", ()) for a in answers) for c in "ab"}
    assert dict(scale.counts) == {str(n): sum(a.get("q3") == n for a in answers) for n in range(11)}
    assert all(question.answered + question.left_out == len(answers) for question in counted.questions)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b"\xff\xfe",
        b"[" * 1_000,
        encode({"q1": "a"}) + b" ",
        encode({"q1": "a"}, occasion="0" * 16),
        encode({"q1": "a"}, occasion=None),
        encode({"q1": "a"}, version=2),
        encode({"q1": "a"}, version=True),
        encode([]),
        encode("<script>"),
        encode_canonical_json({"answers": {"q1": "a"}, "occasion": OCCASION, "v": 1, "name": "x"}),
        encode({"q1": "a" * 2_000}),
    ],
)
def test_what_is_no_answer_is_counted_as_unreadable_and_nowhere_else(payload):
    counted = count_answers([payload, encode({"q1": "b"})], occasion=OCCASION, questions=QUESTIONS)
    assert (counted.readable, counted.unreadable) == (1, 1)
    assert dict(counted.questions[0].counts) == {"a": 0, "b": 1, "c": 0}
    assert [question.foreign for question in counted.questions] == [0, 0, 0]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("q1", "d"),
        ("q1", "A"),
        ("q1", ""),
        ("q1", ["a"]),
        ("q1", 0),
        ("q1", None),
        ("q1", {"a": "a"}),
        ("q1", "<script>alert(1)</script>"),
        ("q1", "__proto__"),
        ("q1", "\u202ea"),
        ("q2", "a"),
        ("q2", ["a", "a"]),
        ("q2", ["a", "z"]),
        ("q2", [["a"]]),
        ("q2", [True]),
        ("q3", 11),
        ("q3", -1),
        ("q3", 2**53 - 1),
        ("q3", True),
        ("q3", "3"),
        ("q3", [3]),
    ],
)
def test_a_foreign_value_counts_as_none_of_the_choices_and_spoils_no_other_question(code, value):
    good = {"q1": "a", "q2": ["a"], "q3": 4}
    counted = count_answers([encode(good | {code: value})], occasion=OCCASION, questions=QUESTIONS)
    assert (counted.readable, counted.unreadable) == (1, 0)
    for question in counted.questions:
        is_foreign = question.question.code == code
        assert (question.answered, question.foreign, question.left_out) == (not is_foreign, is_foreign, 0)
        assert sum(count for _, count in question.counts) == (not is_foreign)
        assert {label for label, _ in question.counts} <= {"a", "b", "c", *map(str, range(11))}


def test_a_question_that_nobody_asked_counts_nowhere():
    odd = {"q9": "a", "": "b", "constructor": 1, "q1": "c"}
    counted = count_answers([encode(odd)], occasion=OCCASION, questions=QUESTIONS)
    assert dict(counted.questions[0].counts) == {"a": 0, "b": 0, "c": 1}
    assert [question.foreign for question in counted.questions] == [0, 0, 0]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=70),
        lambda inner: (
            st.lists(inner, max_size=5) | st.dictionaries(st.text("abq123", max_size=3), inner, max_size=5)
        ),
        max_leaves=20,
    )
)
def test_whatever_was_signed_is_counted_once_and_adds_up(answers):
    counted = count_answers([encode(answers)], occasion=OCCASION, questions=QUESTIONS)
    assert counted.readable + counted.unreadable == 1
    for question in counted.questions:
        assert question.answered + question.foreign + question.left_out == counted.readable


def test_the_order_of_tapping_does_not_stay_in_a_multiple_answer():
    sheet = parse_answers(encode({"q1": "a", "q2": ["b", "a"]}), occasion=OCCASION, questions=QUESTIONS)
    assert sheet.given["q2"] == ("a", "b")


@pytest.mark.parametrize("answers", [{}, {"q2": []}, {"q3": 4}])
def test_what_was_left_out_is_left_out_even_where_the_device_had_to_ask_for_it(answers):
    counted = count_answers([encode(answers)], occasion=OCCASION, questions=QUESTIONS)
    assert [question.left_out for question in counted.questions][:2] == [1, 1]
    assert counted.readable == 1


@pytest.mark.parametrize(
    "questions",
    [
        (),
        (Question("q1", "single", ("a",)),),
        (Question("q1", "single", ("a", "a")),),
        (Question("q1", "scale", lowest=3, highest=3),),
        (Question("q1", "scale", lowest=0, highest=11),),
        (Question("q1", "scale", lowest=0, highest=5), Question("q1", "scale", lowest=0, highest=5)),
        tuple(
            Question(f"q{n}", "multiple", tuple("abcdefghijklmnopqrstuvwxyz"))
            for n in range(LONGEST_PAYLOAD // 100)
        ),
    ],
)
def test_a_survey_that_cannot_be_asked_is_refused(questions):
    with pytest.raises(QuestionnaireError):
        verify_questionnaire(questions)


def test_an_ordinary_survey_may_be_asked():
    verify_questionnaire(QUESTIONS)
