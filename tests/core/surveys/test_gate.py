"""The gate opens for evidence alone, closes for good, and anybody who reads the log comes to the same state."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.surveys.evidence import read_alarm, read_gate
from amanah.core.surveys.gate import ENOUGH, LOUD, CountedSurvey, follows_lines, read_counted, read_season
from amanah.core.surveys.logged_season import LONGEST_UNCOUNTED, GateState, decide_stated_state
from amanah.core.surveys.seasons import list_seasons
from amanah.core.surveys.sequences import WaveScores, link_bag, link_scale, score_scale, score_share
from amanah.core.surveys.stated_plan import MILLION
from tests.core.surveys.season_log import (
    DAY,
    ENDS_AT,
    HARM,
    HARMED,
    SEASON,
    STARTS_AT,
    THETA,
    TRUST,
    SeasonLog,
    move_line,
    name_survey,
)

GOOD = (10, 60, 130)
BAD = (130, 60, 10)
LATER = STARTS_AT + 30 * DAY

balls = st.tuples(*[st.integers(0, 120)] * 3)
waves = st.lists(st.tuples(balls, st.integers(0, 100)), max_size=6)


def tell(surveys: list[tuple[tuple[int, int, int], int]]) -> SeasonLog:
    log = SeasonLog()
    log.state_season()
    for number, (trust, watched) in enumerate(surveys, start=1):
        log.add_survey(number, trust, watched=watched)
    return log


@settings(max_examples=60, deadline=None)
@given(waves)
def test_the_gate_is_never_open_before_the_evidence_was_twenty(
    surveys: list[tuple[tuple[int, int, int], int]],
) -> None:
    reading = tell(surveys).read()
    batches = [WaveScores(score_scale(trust), link_scale(7)) for trust, _ in surveys]
    evidence = read_gate(batches, THETA / MILLION).evidence
    for place, one in enumerate(reading.readings):
        assert not one.is_open or max(evidence[: place + 1]) >= 20
        assert one.evidence == round(MILLION * math.log(evidence[place]))
        assert one.batches == place + 1


@settings(max_examples=60, deadline=None)
@given(waves)
def test_after_an_alarm_the_gate_stays_shut_for_the_season(
    surveys: list[tuple[tuple[int, int, int], int]],
) -> None:
    reading = tell(surveys).read()
    batches = [WaveScores(score_share(watched, 100), link_bag(2, 7)) for _, watched in surveys]
    rang_at = read_alarm(batches, HARM / MILLION).rang_at
    assert (reading.rang_at is None) == (rang_at is None)
    if rang_at is not None:
        assert not any(one.is_open for one in reading.readings[rang_at:])
        assert reading.decide_state(LATER) == GateState("alarm")


@settings(max_examples=40, deadline=None)
@given(waves, st.integers(0, 6))
def test_after_the_trustees_closed_it_the_gate_stays_shut_for_the_season(
    surveys: list[tuple[tuple[int, int, int], int]], place: int
) -> None:
    log = SeasonLog()
    log.state_season()
    for number, (trust, watched) in enumerate(surveys, start=1):
        if number == place:
            log.say("gate_closed", SEASON, STARTS_AT + DAY, reason="trustees")
        log.add_survey(number, trust, watched=watched)
    reading = log.read()
    if 0 < place <= len(surveys):
        assert not any(one.is_open for one in reading.readings[place - 1 :])
        assert not reading.decide_state(LATER).is_open


@settings(max_examples=30, deadline=None)
@given(st.permutations([1, 2, 3]))
def test_the_order_in_the_log_decides_and_not_the_order_of_the_plans(order: list[int]) -> None:
    log = SeasonLog()
    log.state_season()
    trusts = {1: BAD, 2: GOOD, 3: GOOD}
    for number in (1, 2, 3):
        log.plan_survey(number, closes_at=STARTS_AT + number * DAY)
    for number in order:
        log.count_survey(number, trusts[number], at=STARTS_AT + 4 * DAY)
    reading = log.read()
    assert [one.occasion for one in reading.readings] == [name_survey(number) for number in order]
    batches = [WaveScores(score_scale(trusts[number]), link_scale(7)) for number in order]
    logs = read_gate(batches, THETA / MILLION).logs
    assert [one.evidence for one in reading.readings] == [round(MILLION * log) for log in logs]


def test_the_gate_opens_when_the_evidence_is_enough_and_stays_open_until_the_season_ends() -> None:
    log = tell([(GOOD, 10), (BAD, 10)])
    reading = log.read()
    first, second = reading.readings
    assert first.evidence >= ENOUGH > second.evidence
    assert (first.state, second.state) == ("open", "open")
    assert reading.decide_state(LATER).is_open
    assert reading.decide_state(ENDS_AT - 1).is_open
    assert reading.decide_state(ENDS_AT) == GateState("ended")


@pytest.mark.parametrize("high", range(1, 30))
def test_it_opens_with_the_very_answer_that_makes_the_evidence_enough(high: int) -> None:
    batch = WaveScores(score_scale((0, 0, high)), link_scale(7))
    (evidence,) = read_gate([batch], THETA / MILLION).evidence
    (reading,) = tell([((0, 0, high), 10)]).read().readings
    assert reading.is_open == (evidence >= 20)


def test_an_alarm_that_falls_silent_again_keeps_the_gate_shut() -> None:
    reading = tell([(GOOD, 32), (GOOD, 2), (GOOD, 2)]).read()
    assert reading.readings[0].rang == ("harm-watched",)
    assert reading.readings[-1].rang == ()
    assert not any(one.is_open for one in reading.readings)
    assert reading.decide_state(LATER) == GateState("alarm")


def test_a_good_survey_after_the_trustees_closed_it_opens_nothing() -> None:
    log = SeasonLog()
    log.state_season()
    log.say("gate_closed", SEASON, STARTS_AT + 1, reason="trustees")
    log.add_survey(1, GOOD, watched=10)
    (reading,) = log.read().readings
    assert (reading.evidence >= ENOUGH, reading.is_open) == (True, False)


def test_a_survey_counted_after_the_season_ended_opens_nothing() -> None:
    log = SeasonLog()
    log.state_season()
    log.plan_survey(1, closes_at=ENDS_AT)
    log.count_survey(1, GOOD)
    (reading,) = log.read().readings
    assert (reading.evidence >= ENOUGH, reading.state) == (True, "shut")


def test_without_enough_evidence_it_is_shut_for_that_reason() -> None:
    assert tell([((40, 60, 60), 10)]).read().decide_state(LATER) == GateState("not-yet")
    assert tell([]).read().decide_state(STARTS_AT - 1) == GateState("not-begun")


def test_a_new_season_starts_with_evidence_of_one() -> None:
    log = tell([(GOOD, 10)])
    log.state_season("6" * 16, at=LATER, starts_at=ENDS_AT, ends_at=ENDS_AT + 9 * DAY)
    log.plan_survey(7, opens_at=ENDS_AT, closes_at=ENDS_AT + DAY)
    log.count_survey(7, (1, 1, 1))
    first, following = list_seasons(log.placed)
    logged = [one for one in _read_all(log) if one.season == following]
    survey = logged[0].counted[0]
    counted = read_counted(log.plans[survey.occasion], log.counts[survey.occasion], survey, following)
    alone = read_season(logged[0], {survey.occasion: counted}).readings[0]
    assert alone.batches == 1
    assert alone.evidence < ENOUGH
    assert log.read().readings[0].is_open
    assert first.name == SEASON


def test_a_survey_that_is_over_and_not_counted_keeps_the_gate_from_opening_until_it_is() -> None:
    log = SeasonLog()
    log.state_season()
    log.plan_survey(1)
    log.plan_survey(2)
    log.count_survey(1, GOOD)
    before = log.read()
    assert (before.readings[0].is_open, before.readings[0].is_waiting) == (False, True)
    assert before.decide_state(STARTS_AT + 2 * DAY) == GateState("waiting")
    log.count_survey(2, (5, 5, 5))
    after = log.read()
    assert [one.state for one in after.readings] == ["shut", "open"]


def test_a_survey_left_uncounted_for_a_week_shuts_an_open_gate_until_it_is_counted() -> None:
    log = tell([(GOOD, 10)])
    closes_at = STARTS_AT + 5 * DAY
    log.plan_survey(9, opens_at=closes_at - DAY, closes_at=closes_at)
    assert log.read().decide_state(closes_at + LONGEST_UNCOUNTED - 1).is_open
    assert log.read().decide_state(closes_at + LONGEST_UNCOUNTED) == GateState("uncounted")
    log.count_survey(9, (1, 1, 1))
    assert log.read().decide_state(closes_at + LONGEST_UNCOUNTED).is_open


@pytest.mark.parametrize("what", ["twice", "late", "moved", "left-out", "other-hash"])
def test_a_survey_that_cannot_be_evidence_opens_nothing_and_shuts_the_gate(what: str) -> None:
    log = SeasonLog()
    log.state_season()
    occasion = log.plan_survey(1)
    if what == "twice":
        log.say("survey_stated", occasion, STARTS_AT, plan="a" * 64)
    if what == "late":
        stated = log.entries.pop(1)
        log.entries.append(stated)
    if what in {"moved", "left-out"}:
        del log.entries[1:]
        plan = log.plans[occasion]
        changed = move_line(plan, 1_000) if what == "moved" else replace(plan, alarms=())
        assert not follows_lines(changed, log.logged.season)
        log.plan_survey(1, plan=changed)
    if what == "other-hash":
        log.entries[1]["body"] = {"plan": "b" * 64}
    log.count_survey(1, GOOD)
    reading = log.read()
    assert reading.readings == ()
    assert reading.decide_state(STARTS_AT + DAY) == GateState("not-yet")
    assert reading.decide_state(LATER) == GateState("uncounted")


def test_a_survey_that_cannot_be_evidence_silences_no_alarm() -> None:
    log = SeasonLog()
    log.state_season()
    occasion = log.plan_survey(1)
    log.say("survey_stated", occasion, STARTS_AT, plan="a" * 64)
    log.count_survey(1, GOOD)
    log.add_survey(2, GOOD, watched=60)
    assert log.read().decide_state(LATER) == GateState("alarm")


def test_readings_stop_before_a_survey_that_nobody_has_read_yet() -> None:
    log = tell([(GOOD, 10), (GOOD, 10), (GOOD, 10)])
    assert [one.occasion for one in log.read(without=[2]).readings] == [name_survey(1)]


def test_a_survey_stated_before_its_season_says_nothing() -> None:
    log = SeasonLog()
    log.plan_survey(1)
    log.state_season()
    log.count_survey(1, GOOD, watched=60)
    (reading,) = log.read().readings
    assert (reading.evidence, reading.detector, reading.batches) == (0, None, 1)


def test_an_ordinary_survey_leaves_the_evidence_as_it_is() -> None:
    log = tell([((20, 60, 60), 10)])
    before = log.read().readings[-1]
    log.plan_survey(5, (replace(HARMED, code="q1"),), closes_at=STARTS_AT + 4 * DAY)
    log.count_survey(5)
    after = log.read().readings[-1]
    assert (after.evidence, after.batches) == (before.evidence, 2)


def test_each_question_of_harm_has_its_own_detector_and_the_log_gets_the_loudest() -> None:
    log = SeasonLog()
    log.state_season()
    log.add_survey(1, GOOD, watched=10, opposite=60)
    (reading,) = log.read().readings
    assert reading.rang == ("harm-opposite",)
    assert reading.detector == max(value for value in reading.detectors.values() if value is not None)
    assert reading.detector >= LOUD


def test_a_season_may_change_its_bag_between_two_surveys() -> None:
    log = SeasonLog()
    log.state_season()
    log.plan_survey(1)
    log.plan_survey(2, (replace(TRUST, weight=3),))
    log.count_survey(1, GOOD)
    log.count_survey(2, GOOD)
    batches = [WaveScores(score_scale(GOOD), link_scale(weight)) for weight in (7, 3)]
    expected = read_gate(batches, THETA / MILLION).logs[-1]
    assert log.read().readings[-1].evidence == round(MILLION * expected)


def test_the_log_alone_tells_the_state_that_its_readings_state() -> None:
    log = tell([(GOOD, 10)])
    one = log.read().readings[0]
    body = {
        "batches": 1,
        "detector": one.detector,
        "evidence": one.evidence,
        "occasion": one.occasion,
        "state": one.state,
    }
    assert decide_stated_state(log.logged, LATER) == GateState("uncounted")
    log.say("gate_read", SEASON, LATER, **body)
    assert decide_stated_state(log.logged, LATER).is_open
    assert decide_stated_state(log.logged, ENDS_AT) == GateState("ended")
    log.say("gate_closed", SEASON, LATER, reason="trustees")
    assert decide_stated_state(log.logged, LATER) == GateState("trustees")


def test_rounded_evidence_of_just_enough_is_enough_and_less_is_not() -> None:
    assert round(MILLION * math.log(20)) < ENOUGH
    assert math.log(20) < (ENOUGH - 0.5) / MILLION
    assert math.log(100) < (LOUD - 0.5) / MILLION


def test_a_survey_without_lines_counts_for_nothing() -> None:
    assert CountedSurvey("a" * 16).trust is None


def _read_all(log: SeasonLog):  # type: ignore[no-untyped-def]
    from amanah.core.surveys.logged_season import read_logged_seasons

    return read_logged_seasons(log.placed)
