"""Each rule that a survey can break has a name of its own, so that a page can say it in any language."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from amanah.core.surveys.questions import (
    Condition,
    Question,
    QuestionnaireError,
    Reason,
    choose_mechanism,
    verify_questionnaire,
)
from amanah.core.surveys.stated_plan import StatedPlan, verify_plan

ABC = ("a", "b", "c")
PLAIN = Question("q1", "single", ABC)
BAG = Question("s1", "single", ABC, mechanism="bag", weight=7)
SCALE = Question("c1", "scale", highest=4)

BROKEN: list[tuple[list[Question], Reason]] = [
    ([], "nothing-asked"),
    ([PLAIN, PLAIN], "codes-twice"),
    ([replace(PLAIN, choices=("a", "a"))], "codes-twice"),
    ([replace(PLAIN, code="")], "code-unfit"),
    ([replace(BAG, family="a b")], "code-unfit"),
    ([replace(PLAIN, choices=("a",))], "too-few-choices"),
    ([Question("r", "ranking", tuple("abcdefghijkl"))], "too-few-choices"),
    ([replace(SCALE, highest=0)], "scale-unfit"),
    ([replace(SCALE, highest=11)], "scale-unfit"),
    ([Question("i", "index", tuple("abcdefghijk"), highest=10)], "index-too-long"),
    ([replace(BAG, choices=tuple("abcdefghijkl"))], "bag-too-small"),
    ([replace(BAG, weight=1)], "weight-unfit"),
    ([replace(BAG, weight=101)], "weight-unfit"),
    ([replace(PLAIN, weight=7)], "unfit"),
    ([replace(BAG, only_if=Condition("q1", ("a",))), PLAIN], "backwards"),
    ([BAG, replace(PLAIN, only_if=Condition("s1", ("a",)))], "condition-randomised"),
    ([Question("r", "ranking", ABC), replace(PLAIN, only_if=Condition("r", ("a/1",)))], "condition-unfit"),
    ([PLAIN, replace(BAG, only_if=Condition("q1", ("z",)))], "condition-unfit"),
    ([replace(BAG, code=f"s{n}", family="harm") for n in range(4)], "budget-exceeded"),
    ([replace(PLAIN, code=f"{n:064}", kind="multiple") for n in range(20)], "too-long"),
]


@pytest.mark.parametrize(("questions", "reason"), BROKEN)
def test_a_survey_that_cannot_be_asked_names_the_rule_that_it_breaks(
    questions: list[Question], reason: Reason
) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        verify_questionnaire(questions)
    assert caught.value.reason == reason


def test_a_weight_for_a_harmless_question_is_named_too() -> None:
    with pytest.raises(QuestionnaireError) as caught:
        choose_mechanism("single", "harmless", 7)
    assert caught.value.reason == "harmless-with-weight"


BROKEN_DOWN: list[tuple[tuple[str, ...], Reason]] = [
    (("s1",), "breakdown-not-plain"),
    (("c1",), "breakdown-not-plain"),
    (("q9",), "breakdown-not-plain"),
    (("q1", "q1"), "too-many-breakdowns"),
    (("q1", "q2", "q3", "q4"), "too-many-breakdowns"),
]


@pytest.mark.parametrize(("breakdowns", "reason"), BROKEN_DOWN)
def test_a_breakdown_that_cannot_be_made_is_named(breakdowns: tuple[str, ...], reason: Reason) -> None:
    questions = (PLAIN, *(replace(PLAIN, code=f"q{n}") for n in (2, 3, 4)), BAG, SCALE)
    plan = StatedPlan("0" * 16, 1, questions, "0" * 64, breakdowns=("q1", "q2", "q3"))
    verify_plan(plan)
    with pytest.raises(QuestionnaireError) as caught:
        verify_plan(replace(plan, breakdowns=breakdowns))
    assert caught.value.reason == reason


def test_every_reason_is_shown_here() -> None:
    shown: set[Any] = {reason for _, reason in [*BROKEN, *BROKEN_DOWN]} | {"harmless-with-weight"}
    assert shown == set(get_args(Reason))
