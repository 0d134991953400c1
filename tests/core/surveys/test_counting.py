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
    UnreadableAnswerError,
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
    assert counted.is_small == (len(answers) < 10)


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b"not json",
        encode({}),
        encode({"q1": "d"}),
        encode({"q1": ["a"]}),
        encode({"q1": "a", "q2": []}),
        encode({"q1": "a", "q2": ["a", "a"]}),
        encode({"q1": "a", "q3": 11}),
        encode({"q1": "a", "q3": True}),
        encode({"q1": "a", "q4": "a"}),
        encode({"q1": "a"}, occasion="0" * 16),
        encode({"q1": "a"}, version=2),
    ],
)
def test_what_is_no_answer_is_counted_as_unreadable_and_nowhere_else(payload):
    counted = count_answers([payload, encode({"q1": "b"})], occasion=OCCASION, questions=QUESTIONS)
    assert (counted.readable, counted.unreadable) == (1, 1)
    assert dict(counted.questions[0].counts) == {"a": 0, "b": 1, "c": 0}


def test_the_order_of_tapping_does_not_stay_in_a_multiple_answer():
    parsed = parse_answers(encode({"q1": "a", "q2": ["b", "a"]}), occasion=OCCASION, questions=QUESTIONS)
    assert parsed["q2"] == ("a", "b")


def test_a_missing_required_answer_is_refused():
    with pytest.raises(UnreadableAnswerError):
        parse_answers(encode({"q3": 4}), occasion=OCCASION, questions=QUESTIONS)


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
