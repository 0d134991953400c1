"""Every case that a report can be in has its sentence; numbers are rounded outwards and keep their signs."""

import re
from pathlib import Path
from typing import get_args

import pytest
from django.utils import translation

from amanah.core.surveys import evaluation, report
from amanah.core.surveys.evaluation_plan import DESIGNS
from amanah.core.surveys.questions import MECHANISMS, Kind, Question
from amanah.core.surveys.report import Reading, Shown, Unmeasured, choose_limits, tell_reach
from amanah.core.surveys.targets import compute_gain
from amanah.programme_door.reports.figures import Scale, find_scale, show_count, show_number
from amanah.programme_door.reports.parts import describe_mechanism, tell_bounds, tell_reading
from amanah.programme_door.reports.reasons import (
    describe_design,
    describe_limit,
    describe_reach,
    describe_reason,
)

SHARE = Scale(0, 100, 0, is_share=True)
REASONS = sorted(
    {
        code
        for module in (report, evaluation)
        for code in re.findall(
            r'(?:Unmeasured\(|reason = |return |\[\()"([a-z]+(?:-[a-z]+)+|hidden|nobody|reworded|unreadable)"',
            Path(module.__file__ or "").read_text(encoding="utf-8"),
        )
    }
    | {"no-survey", "not-closed"}
)


def build(kind: Kind, *, weight: int = 7, is_in_block: bool = False) -> Question:
    has_choices = kind in {"single", "multiple", "ranking", "index"}
    has_steps = kind in {"scale", "index", "change"}
    return Question(
        "q1",
        kind,
        ("a", "b", "c") if has_choices else (),
        lowest=1 if has_steps else 0,
        highest=5 if has_steps else 0,
        mechanism=MECHANISMS[kind] if weight else "plain",
        weight=weight,
        is_in_block=is_in_block,
    )


def test_all_reasons_were_found() -> None:
    assert set(REASONS) >= {
        "too-few", "nobody", "hidden", "hidden-groups", "not-planned", "planned-late", "not-timed", "unreadable",
        "evaluation-not-planned", "evaluation-planned-late", "no-survey", "not-closed", "other-question", "reworded",
        "wedge-gap",
    }  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_reason_has_its_sentence(reason: str, language: str) -> None:
    with translation.override(language):
        sentence = describe_reason(Unmeasured(reason, numbers={"count": 3, "reports": 20}))
    assert len(sentence) > 10
    assert "%(" not in sentence


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_mechanism_is_told_with_its_weight_and_kinds(kind: Kind) -> None:
    question = build(kind)
    told = describe_mechanism(question, round(1e6 * compute_gain(question)))
    kinds = {"single": 3, "scale": 3, "index": 3, "change": 3, "multiple": 2, "ranking": 2}[kind]
    assert f"(w = 7, k = {kinds}): 7 of {7 + kinds - 1} balls carry the answer" in told
    assert f"One coached answer counts for {compute_gain(question):.2f}." in told
    assert "plainly" in describe_mechanism(build(kind, weight=0), 1_000_000)


def test_a_bag_of_weight_three_is_told_as_one() -> None:
    told = describe_mechanism(build("single", weight=3), 2_500_000)
    assert "at most 3 times surer" in told
    assert "counts for 2.50" in told


@pytest.mark.parametrize("design", ["once", *DESIGNS])
def test_every_design_has_its_honest_limit_and_all_limits_have_words(design: str) -> None:
    assert ("Maryland" in describe_design(design)) == (design != "once")
    questions = [build("single"), build("scale", weight=0), build("index", is_in_block=True)]
    limits = choose_limits(questions, design)  # type: ignore[arg-type]
    assert f"design-{design}" in limits
    assert len({describe_limit(one) for one in limits if not one.startswith("design-")}) == len(limits) - 1
    assert describe_limit("lot")
    assert describe_limit("outside")


def test_a_class_of_thirty_is_told_with_the_points_that_stay_unsure() -> None:
    yes_no = Question("q1", "single", ("a", "b"), mechanism="bag", weight=7)
    told = describe_reach(tell_reach(yes_no, 30), yes_no)
    assert "A class of 30 cannot be measured through a bag of weight 7" in told
    assert "even where all of it answers, 16 points in 100 either way stay unsure" in told
    assert "24 where it stands for others" in told
    assert "lot" not in told
    block = build("single", is_in_block=True)
    assert describe_reach(tell_reach(block, 30), block).endswith("Two of three people are not asked, by lot.")


@pytest.mark.parametrize("shown", get_args(Shown))
def test_every_way_of_showing_a_cell_has_its_words(shown: Shown) -> None:
    percent = {"number": 65, "over": 90, "under": 10}.get(shown)
    estimate = 650_000 if shown in {"estimate", "number", "too-few"} else None
    interval = (500_000, 800_000)
    reading = Reading("a", shown, 40, estimate, percent, interval, interval, interval, 300_000)
    told, anytime, one_look, bag = tell_reading(reading, SHARE)
    assert told == {
        "estimate": "65", "number": "65", "over": "over 90", "under": "under 10", "hidden": "hidden",
        "too-few": "too few to say", "nobody": "nobody answered",
    }[shown]  # fmt: skip
    is_empty = shown in {"hidden", "nobody"}
    assert anytime == one_look == ("–" if is_empty else "50 to 80")
    assert bag == "30%"
    assert tell_bounds(reading, SHARE) == ("50 to 80" if reading.is_told else "–")


def test_intervals_are_rounded_outwards_and_cut_to_what_is_possible() -> None:
    assert SHARE.tell_interval((123_400, 567_100)) == "12 to 57"
    assert SHARE.tell_interval((-80_000, 1_200_000)) == "0 to 100"
    five = find_scale(build("scale"))
    assert five.tell_interval((500_001, 500_001)) == "3.00 to 3.01"
    assert five.tell_level(650_000) == "3.60"
    assert find_scale(build("change")).tell_level(500_000) == "0.00"
    assert SHARE.tell_level(-12_000) == "-1"
    assert SHARE.tell_change(71_000) == "+7"
    assert SHARE.tell_change(0) == "0"
    assert SHARE.tell_change_interval((-12_300, 45_100)) == "-2 to +5"
    assert five.tell_change_interval((-3_000_000, 1)) == "-8.00 to +0.01"
    assert five.describe_points("+1.00") == "+1.00 points on a scale from 1 to 5"


def test_a_sign_stays_before_its_number_where_people_write_from_right_to_left() -> None:
    with translation.override("ar"):
        assert show_number(-3, is_signed=True) == "\u200e-3"
        assert show_number(3, is_signed=True) == "\u200e+3"
        assert show_number(1_234) == "1,234"
    assert show_number(-3) == "-3"
    assert (show_count(0), show_count(5)) == ("fewer than 5", "5")
