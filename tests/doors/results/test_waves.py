"""Only what was asked in the same words and answered in the same way is compared; a change is what the core says."""

from dataclasses import replace

import pytest

from amanah.core.surveys.counting import QuestionCount
from amanah.core.surveys.questions import Question, list_labels
from amanah.core.surveys.results import compare_waves
from amanah.programme_door.results.reading import Unit
from amanah.programme_door.results.trends import draw_change, show_change
from amanah.programme_door.results.waves import QuestionWords, compute_change, is_same_question
from tests.doors.results.questions import SPEAK, say

QUESTION = SPEAK.question
WORDS = QuestionWords(SPEAK.words, SPEAK.choices)


def count(question: Question, *numbers: int) -> QuestionCount:
    labels = list_labels(question)
    return QuestionCount(question, tuple(zip(labels, numbers, strict=True)), sum(numbers), 0, 0)


def test_the_same_question_is_the_same_whatever_its_weight_and_place() -> None:
    assert is_same_question((QUESTION, WORDS), (QUESTION, WORDS))
    assert is_same_question((QUESTION, WORDS), (replace(QUESTION, weight=3, is_in_block=True), WORDS))


@pytest.mark.parametrize(
    "changes",
    [
        {"choices": ("b", "a")},
        {"choices": ("a", "b", "c")},
        {"mechanism": "plain", "weight": 0},
        {"code": "speak"},
        {"kind": "ranking", "mechanism": "pair"},
    ],
)
def test_another_way_of_answering_is_another_question(changes: dict[str, object]) -> None:
    other = replace(QUESTION, **changes)  # type: ignore[arg-type]
    words = replace(WORDS, choices={code: say(code, code) for code in other.choices})
    assert not is_same_question((QUESTION, WORDS), (other, words))


def test_another_scale_is_another_question() -> None:
    scale = Question("q", "scale", lowest=0, highest=10)
    words = QuestionWords(say("How much?", "كم؟"), {})
    assert not is_same_question((scale, words), (replace(scale, highest=4), words))


def test_a_reworded_question_is_another_one_in_whichever_language_it_was_reworded() -> None:
    english = replace(WORDS, words=say("Do you dare to speak here?", "هل تستطيع أن تتكلم بحرية هنا؟"))
    arabic = replace(WORDS, choices=WORDS.choices | {"a": say("Yes", "أجل")})
    assert not is_same_question((QUESTION, WORDS), (QUESTION, english))
    assert not is_same_question((QUESTION, WORDS), (QUESTION, arabic))


def test_a_translation_that_came_later_makes_no_other_question_but_a_language_in_common_is_needed() -> None:
    only = {code: {"en": texts["en"]} for code, texts in WORDS.choices.items()}
    english = QuestionWords({"en": WORDS.words["en"]}, only)
    arabic = QuestionWords(
        {"ar": WORDS.words["ar"]}, {code: {"ar": texts["ar"]} for code, texts in WORDS.choices.items()}
    )
    assert is_same_question((QUESTION, english), (QUESTION, WORDS))
    assert not is_same_question((QUESTION, english), (QUESTION, arabic))


def test_a_change_is_what_the_core_computes() -> None:
    before, after = count(QUESTION, 300, 300), count(QUESTION, 450, 150)
    change = compute_change(before, after, "a", was_timed=True, alpha=0.05)
    core = compare_waves(before, after, "a", was_timed=True, alpha=0.05)
    assert change.anytime
    assert change.one_look
    assert [round(1_000_000 * end) for end in change.anytime] == core["anytime"]
    assert change.anytime[0] < change.one_look[0] < change.one_look[1] < change.anytime[1]
    shown = show_change(change, Unit("share"))
    assert shown.sentence.startswith("It went up by ")
    assert shown.range_sentence == ""
    assert shown.one_look.startswith("It went up by ")
    assert compute_change(before, after, "a", was_timed=False, alpha=0.05).one_look is None


def test_nothing_is_said_of_a_change_where_one_wave_is_hidden() -> None:
    plain = Question("q", "single", ("a", "b"))
    change = compute_change(count(plain, 3, 4), count(plain, 30, 40), "a", was_timed=True, alpha=0.05)
    assert (change.anytime, change.one_look, change.estimate) == (None, None, None)
    shown = show_change(change, Unit("share"))
    assert shown.sentence.startswith("Hidden in one of the two")
    assert shown.picture is None
    assert draw_change(change, Unit("share")) is None
