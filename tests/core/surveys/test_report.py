"""The report of one survey says what was published and nothing else, and why the rest was not measured."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from amanah.core.surveys.questions import Question
from amanah.core.surveys.report import (
    SurveyReport,
    Unmeasured,
    build_survey_report,
    round_down,
    tell_alarms,
    tell_reach,
)
from tests.support.evaluated_surveys import HARM, ROOM, START, TRUST, answer_about, play_batch


def reasons(report: SurveyReport) -> dict[str, Unmeasured]:
    return {one.reason: one for one in report.unmeasured}


def test_a_survey_of_many_tells_its_numbers_as_they_were_published() -> None:
    batch = play_batch(people=900, answering=answer_about(0.7, harmed=0.02))
    report = build_survey_report(batch)
    published = {one["code"]: one for one in batch.results["questions"]}
    assert report.design == "once"
    for one in report.questions:
        document = published[one.question.code]
        assert one.gain == document["gain"]
        for reading, target in zip(one.readings, document["targets"], strict=True):
            assert list(reading.anytime or ()) == target["anytime"]
            assert list(reading.one_look or ()) == target["one_look"]
            assert list(reading.nonresponse or ()) == target["nonresponse"]
            if one.question.is_randomised:
                assert reading.estimate == target["estimate"]
                assert reading.share_due_to_bag == target["share_due_to_bag"]
            else:
                assert reading.percent == target["percent"]
    trust = report.questions[0].readings[0]
    assert trust.is_told
    assert trust.one_look
    assert trust.anytime
    assert trust.anytime[0] < trust.one_look[0] < 700_000 < trust.one_look[1] < trust.anytime[1]
    assert reasons(report).keys() == set()


def test_every_count_of_people_is_rounded_down_to_five() -> None:
    report = build_survey_report(play_batch(people=343, answering=answer_about(0.6), served=418, cards=499))
    flow = report.flow
    assert (flow.issued, flow.used, flow.answered) == (415, 340, 340)
    assert (report.unreached.cards_without_pass, report.unreached.passes_unused) == (80, 75)
    assert [round_down(number) for number in (0, 4, 5, 9, 10, 104)] == [0, 0, 5, 5, 10, 100]
    assert all(one.reports % 5 == 0 for one in report.questions)
    assert all(reading.reports % 5 == 0 for one in report.questions for reading in one.readings)


def test_a_class_of_thirty_is_said_to_be_unmeasurable_with_the_width_that_it_would_have() -> None:
    report = build_survey_report(play_batch(people=30, answering=answer_about(0.6), questions=(TRUST, ROOM)))
    (few,) = [one for one in report.unmeasured if one.reason == "too-few"]
    assert few.question == "programme-trust"
    assert report.questions[0].readings[0].shown == "too-few"
    assert few.numbers["reports"] == 30
    assert few.numbers["weight"] == 7
    assert few.numbers["needed"] > 100


@pytest.mark.parametrize(
    ("question", "alone", "most"),
    [
        (replace(HARM, is_in_block=False), (155_000, 165_000), 400),
        (TRUST, (150_000, 175_000), 300),
        (Question("m", "multiple", ("a", "b", "c"), mechanism="one_of_many", weight=7), (250_000, 300_000), 1_200),
        (Question("r", "ranking", ("a", "b", "c", "d"), mechanism="pair", weight=7), (200_000, 240_000), 800),
    ],
)  # fmt: skip
def test_what_a_bag_leaves_of_a_class_is_told_for_every_mechanism(
    question: Question, alone: tuple[int, int], most: int
) -> None:
    reach = tell_reach(question, 30)
    assert alone[0] <= reach["alone"] <= alone[1]
    assert reach["alone"] < reach["class"]
    assert 100 < reach["needed"] < most


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"was_timed": False}, "not-timed"),
        ({"was_before": False}, "planned-late"),
        ({"entry": None, "was_before": False}, "not-planned"),
    ],
)
def test_what_was_not_promised_beforehand_is_named(change: dict[str, Any], reason: str) -> None:
    report = build_survey_report(play_batch(people=200, answering=answer_about(0.6), **change))
    assert reason in reasons(report)
    if reason == "not-timed":
        assert all(not reading.one_look for one in report.questions for reading in one.readings)


def test_nine_plain_answers_are_hidden_and_not_even_counted() -> None:
    report = build_survey_report(play_batch(people=9, answering=answer_about(0.6), questions=(ROOM,)))
    (room,) = report.questions
    assert room.reports == 0
    assert {reading.shown for reading in room.readings} == {"hidden"}
    assert not any(reading.is_told or reading.anytime for reading in room.readings)
    assert "hidden" in reasons(report)


def test_a_question_that_nobody_was_asked_says_so_and_gives_no_number() -> None:
    report = build_survey_report(play_batch(people=0, answering=answer_about(0.6), questions=(HARM,)))
    assert {reading.shown for reading in report.questions[0].readings} == {"nobody"}
    assert "nobody" in reasons(report)


def test_hidden_groups_are_counted_but_never_named() -> None:
    batch = play_batch(
        people=24, answering=answer_about(0.6, liked=0.8), questions=(TRUST, ROOM), breakdowns=("q1",)
    )
    hidden = reasons(build_survey_report(batch))["hidden-groups"]
    assert (hidden.question, dict(hidden.numbers)) == ("q1", {"count": 2})


def test_an_alarm_rings_where_many_were_harmed_and_stays_silent_where_nobody_was() -> None:
    calm = [play_batch(people=600, answering=answer_about(0.6), occasion=f"{n:016x}") for n in range(3)]
    (alarm,) = tell_alarms(calm)
    assert (alarm.question, alarm.line, alarm.batches, alarm.rang) == ("harm-alienated", 50_000, 3, False)
    harmed = [
        play_batch(people=600, answering=answer_about(0.6, harmed=0.4), occasion=f"{n:016x}")
        for n in range(3)
    ]
    assert tell_alarms(harmed)[0].rang


def test_limits_follow_from_what_was_asked() -> None:
    both = build_survey_report(play_batch(people=50, answering=answer_about(0.6)))
    assert set(both.limits) == {
        "design-once", "who-answered", "one-in-twenty", "coached", "not-more-honest", "plain-recount", "asked-by-lot",
    }  # fmt: skip
    plain = build_survey_report(play_batch(people=50, answering=answer_about(0.6), questions=(ROOM,)))
    assert set(plain.limits) == {"design-once", "who-answered", "one-in-twenty", "plain-recount"}


def test_where_the_card_door_has_not_spoken_nobody_guesses_who_was_not_reached() -> None:
    report = build_survey_report(play_batch(people=50, answering=answer_about(0.6), served=None, cards=None))
    assert report.flow.issued is None
    assert (report.unreached.cards_without_pass, report.unreached.passes_unused) == (None, None)
    assert all(reading.nonresponse is None for one in report.questions for reading in one.readings)


def test_a_report_holds_no_sheet_and_no_exact_count_of_plain_answers() -> None:
    batch = play_batch(people=343, answering=answer_about(0.6), questions=(ROOM,))
    report = asdict(build_survey_report(batch))
    report.pop("batch")
    exact = {count for one in batch.counted.questions for count in one.numbers}
    numbers = set(_list_numbers(json.loads(json.dumps(report))))
    assert not exact & numbers
    assert 343 not in numbers


def _list_numbers(value: Any) -> list[int]:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [number for part in parts for number in _list_numbers(part)]
    return [value] if type(value) is int and abs(value) < START else []
