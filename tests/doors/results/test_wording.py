"""Every case has its sentence, numbers are rounded outwards, and nothing is said that the interval does not say."""

from dataclasses import replace

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.surveys.questions import Question
from amanah.programme_door.results.change_wording import tell_difference, tell_own_change, tell_range
from amanah.programme_door.results.reading import (
    Line,
    QuestionReading,
    TargetReading,
    Unit,
    choose_unit,
)
from amanah.programme_door.results.wording import (
    describe_picture,
    explain_line,
    is_beyond,
    tell_bag,
    tell_crowd,
    tell_ends,
    tell_foreign,
    tell_gain,
    tell_interval,
    tell_line,
    tell_nonresponse,
    tell_promise,
    tell_reports,
    tell_sample,
    tell_shown,
    tell_target,
)

SHARE, CHOSEN, ORDER = Unit("share"), Unit("chosen"), Unit("order")
FIVE = Unit("scale", 1, 5)
CHANGE = Unit("change", -2, 2)
RANDOMISED = TargetReading("a", (0.613, 0.738), (0.63, 0.72), (0.5, 0.8), estimate=0.68, reports=700)
PLAIN = TargetReading("a", (0.41, 0.84), None, None, estimate=0.65, shown="number", percent=65)

OVER = replace(PLAIN, shown="over", percent=90, estimate=None)
UNDER = replace(PLAIN, shown="under", percent=10, estimate=None)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("target", "unit", "sentence"),
    [
        (RANDOMISED, SHARE, "Between 61 and 74 in 100 say this."),
        (RANDOMISED, CHOSEN, "Between 61 and 74 in 100 chose this."),
        (RANDOMISED, ORDER, "Between 61 and 74 times in 100 it stood before another choice."),
        (RANDOMISED, FIVE, "On average between 3.4 and 4, on the scale from 1 to 5."),
        (replace(RANDOMISED, anytime=(-0.06, 0.152)), SHARE, "At most 16 in 100 say this."),
        (replace(RANDOMISED, anytime=(0.847, 1.06)), SHARE, "At least 84 in 100 say this."),
        (replace(RANDOMISED, anytime=(0.8, 1.0)), FIVE, "On average at least 4.2, on the scale from 1 to 5."),
        (
            replace(RANDOMISED, is_too_few=True, reports=12, anytime=(-0.2, 0.9)),
            SHARE,
            "Too few to say. With 12 answers it could be anything from 0 to 90 in 100.",
        ),
        (
            replace(RANDOMISED, is_too_few=True, reports=1, anytime=(0.0, 1.0)),
            FIVE,
            "Too few to say. With 1 answer it could be anything from 1 to 5.",
        ),
        (PLAIN, SHARE, "65 in 100 of those who answered said this."),
        (PLAIN, FIVE, "The average of those who answered is 3.6, on the scale from 1 to 5."),
        (OVER, SHARE, "Over 90 in 100 of those who answered said this."),
        (UNDER, CHOSEN, "Under 10 in 100 of those who answered chose this."),
        (
            OVER,
            CHANGE,
            "The average change of those who answered is over 1.6 (0 is no change).",
        ),
        (
            replace(PLAIN, anytime=None, shown="hidden", percent=None),
            SHARE,
            "Hidden: fewer than 10 answered here, or the rest would give away so small a group.",
        ),
    ],
)  # fmt: skip
def test_each_case_has_its_sentence(target: TargetReading, unit: Unit, sentence: str) -> None:
    assert tell_target(target, unit) == sentence


@given(st.floats(-0.5, 1.5), st.floats(1e-4, 1.0), st.sampled_from([SHARE, FIVE, CHANGE]))
def test_intervals_are_rounded_outwards_and_only_a_little(low: float, width: float, unit: Unit) -> None:
    with override("en"):
        ends = [float(end.replace(",", "")) for end in tell_ends((low, low + width), unit)]
    true_low, true_high = unit.place_all((low, low + width))
    assert ends[0] <= true_low + 1e-9
    assert ends[1] >= true_high - 1e-9
    coarsest = 1 if unit.is_in_hundred else 0.1
    slack = min(coarsest, max(unit.length * width / 4, 1e-4) * 10)
    assert true_low - ends[0] <= slack
    assert ends[1] - true_high <= slack


@pytest.mark.parametrize(
    ("interval", "told"),
    [((0.61, 0.74), "61 to 74"), ((0.613, 0.628), "61.3 to 62.8"), ((0.61301, 0.61402), "61.3 to 61.41")],
)
def test_the_surer_the_finer(interval: tuple[float, float], told: str) -> None:
    assert tell_interval(interval, SHARE) == told


@pytest.mark.parametrize(
    ("interval", "sentence", "range_sentence"),
    [
        ((2.0, 13.5), "It went up by 2 to 14 in 100.", ""),
        ((-13.5, -2.0), "It went down by 2 to 14 in 100.", ""),
        ((0.04, 13.5), "It went up by 0.04 to 13.5 in 100.", ""),
        (
            (-2.5, 9.0),
            "We cannot yet say if that has changed.",
            "It may be down by up to 3 in 100, or up by up to 9 in 100.",
        ),
        (
            (0.0, 9.0),
            "We cannot yet say if that has changed.",
            "It may be down by up to 0 in 100, or up by up to 9 in 100.",
        ),
    ],
)
def test_a_change_is_told_as_up_down_or_not_yet_to_be_said(
    interval: tuple[float, float], sentence: str, range_sentence: str
) -> None:
    assert tell_difference(interval, SHARE) == sentence
    assert tell_range(interval, SHARE) == range_sentence


def test_changes_on_a_scale_are_told_in_its_steps() -> None:
    assert tell_difference((0.21, 0.66), FIVE) == "It went up by 0.2 to 0.7."
    assert tell_difference((-0.66, -0.21), FIVE) == "It went down by 0.2 to 0.7."
    assert tell_range((-0.5, 0.61), FIVE) == "It may be down by up to 0.5, or up by up to 0.7."


def test_a_change_that_people_told_themselves_is_about_them() -> None:
    assert tell_own_change((0.07, 0.62), CHANGE) == "On average people moved up by 0.07 to 0.62."
    assert tell_own_change((-0.62, -0.2), CHANGE) == "On average people moved down by 0.2 to 0.7."
    assert tell_own_change((-0.3, 0.5), CHANGE) == (
        "We cannot say that people moved: on average down by up to 0.3, or up by up to 0.5."
    )


@given(st.floats(-1, 1), st.floats(0, 1))
def test_no_sentence_says_up_or_down_where_the_interval_holds_nothing(low: float, width: float) -> None:
    with override("en"):
        sentence = tell_difference((100 * low, 100 * (low + width)), SHARE)
    assert ("went up" in sentence) == (low > 0)
    assert ("went down" in sentence) == (low + width < 0)
    assert "to -" not in sentence
    assert "by -" not in sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (0.5, "It lies above the line of 50."),
        (0.8, "It lies below the line of 80."),
        (0.7, "We cannot yet say on which side of the line of 70 it lies."),
    ],
)
def test_a_line_is_above_below_or_not_yet_told(line: float, sentence: str) -> None:
    assert tell_line(replace(RANDOMISED, line=Line(line, is_of_harm=False)), SHARE) == sentence


def test_too_few_answers_lie_on_no_side_of_a_line() -> None:
    few = replace(RANDOMISED, is_too_few=True, line=Line(0.5, is_of_harm=True))
    assert tell_line(few, SHARE).startswith("We cannot yet say")
    assert "harm" in explain_line(Line(0.5, is_of_harm=True))
    assert "trust" in explain_line(Line(0.5, is_of_harm=False))
    assert tell_line(RANDOMISED, SHARE) == ""


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "Almost none"), (0.12, "an eighth"), (0.25, "a quarter"), (0.34, "a third"), (0.5, "half"),
        (0.66, "two thirds"), (0.75, "three quarters"), (0.95, "Almost all"),
    ],
)  # fmt: skip
def test_the_bag_s_part_is_told_in_parts_that_people_know(share: float, words: str) -> None:
    assert words in tell_bag(share, is_at_least=False)
    assert tell_bag(share, is_at_least=True).endswith("It may be more.")
    assert tell_bag(None, is_at_least=True) == ""


def test_what_makes_a_number_honest_is_said() -> None:
    assert tell_gain(4 / 3) == "Ten coached or forged answers count like 13 honest ones."
    assert "more than 7 times surer" in tell_promise(7)
    assert tell_crowd(0.35, 7) == (
        "In this crowd it is at most 1.42 times instead of 7 times, except with a chance of one in a million"
        " (epsilon 0.35)."
    )
    assert tell_foreign(0) == tell_foreign(None) == ""
    assert tell_foreign(1).startswith("1 sheet said something that is none of the answers.")
    assert tell_foreign(3).startswith("3 sheets said")
    assert "from 50 to 80 in 100" in tell_nonresponse(RANDOMISED, SHARE)
    assert "from 3 to 4.2." in tell_nonresponse(RANDOMISED, FIVE)
    assert tell_nonresponse(PLAIN, SHARE) == ""
    assert tell_sample(PLAIN, SHARE) == "Read as a sample of everybody here, that stands for 41 to 84 in 100."
    assert tell_sample(RANDOMISED, SHARE) == ""


def test_tables_say_what_is_shown_instead_of_a_number() -> None:
    assert tell_shown(PLAIN, SHARE) == "65"
    assert tell_shown(replace(PLAIN, shown="over", percent=90), SHARE) == "over 90"
    assert tell_shown(replace(PLAIN, shown="under", percent=10), FIVE) == "under 1.4"
    assert tell_shown(replace(PLAIN, shown="hidden", percent=None), SHARE) == "hidden"
    assert tell_shown(replace(RANDOMISED, is_too_few=True), SHARE) == "too few to say"
    assert tell_shown(RANDOMISED, SHARE) == "68"
    assert tell_interval(None, SHARE) == "–"


def test_numbers_are_never_cut_to_their_scale_in_a_table() -> None:
    beyond = replace(RANDOMISED, anytime=(-0.06, 0.152), estimate=-0.01)
    assert is_beyond(beyond)
    assert not is_beyond(RANDOMISED)
    assert tell_interval(beyond.anytime, SHARE) == "-6 to 16"
    assert tell_shown(beyond, SHARE) == "-1"


def test_a_picture_is_told_to_those_who_do_not_see_it() -> None:
    told = describe_picture(replace(RANDOMISED, line=Line(0.6, is_of_harm=False)), SHARE)
    assert told == (
        "A scale from 0 to 100. The band: 61 to 74. The bar inside it, for one look: 63 to 72. The dot: 68."
        " The line: 60."
    )
    assert "The dot" not in describe_picture(replace(RANDOMISED, is_too_few=True), SHARE)
    assert describe_picture(replace(PLAIN, shown="hidden", anytime=None), SHARE) == ""


def test_plain_numbers_of_answers_are_said_to_be_rounded() -> None:
    question = Question("q1", "single", ("a", "b"))
    reading = QuestionReading(question, SHARE, 45, None, 1.0, None, (PLAIN,))
    assert tell_reports(reading) == "45 answers, or up to four more."
    assert tell_reports(replace(reading, reports=0)).startswith("Hidden")
    bag = replace(question, mechanism="bag", weight=7)
    assert tell_reports(replace(reading, question=bag, foreign=0)) == "45 answers."
    assert tell_reports(replace(reading, question=bag, foreign=0, reports=0)) == "Nobody answered."


def test_units_are_those_that_people_answered_in() -> None:
    assert choose_unit(Question("q", "scale", lowest=0, highest=10)).place(0.45) == 4.5
    index = Question("q", "index", tuple("abcde"), lowest=1, highest=5, mechanism="scale3", weight=7)
    assert choose_unit(index).place(0.5) == 3
    change = Question("q", "change", lowest=1, highest=5, mechanism="change", weight=7)
    assert choose_unit(change).place(0.5) == 0
    assert choose_unit(Question("q", "ranking", ("a", "b"))).kind == "order"


def test_a_minus_stays_before_its_number_in_a_language_that_reads_leftwards() -> None:
    assert tell_interval((-0.06, 0.152), SHARE) == "-6 to 16"
    with override("ar"):
        assert "\u200e-6" in tell_interval((-0.06, 0.152), SHARE)
        assert "\u200e" not in tell_interval((0.06, 0.152), SHARE)


def test_where_hardly_anybody_was_silent_the_silent_are_no_range() -> None:
    told = tell_nonresponse(replace(RANDOMISED, nonresponse=(0.5, 0.5049)), SHARE)
    assert told == "Hardly anybody who was asked stayed silent."
