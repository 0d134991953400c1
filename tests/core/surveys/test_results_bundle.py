"""One file gives a survey's answers, plan, words and results; whoever has it computes every number again."""

import hashlib
import json

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.core.surveys.questions import Question
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.results_bundle import (
    ResultsBundle,
    ResultsError,
    UnreadableResultsBundleError,
    count_survey,
    encode_results_bundle,
    parse_results_bundle,
    read_claimed_setting,
    verify_results,
)
from amanah.core.surveys.stated_plan import StatedPlan, encode_plan

OCCASION = "00112233445566aa"
WORDS = encode_canonical_json({"words": {"en": {"wording": "Können Sie hier frei sprechen?"}}})
PLAN = StatedPlan(
    OCCASION,
    1_900_000_000,
    (Question("q1", "single", ("a", "b"), mechanism="bag", weight=7), Question("q2", "scale", (), 0, 4)),
    hashlib.sha256(WORDS).hexdigest(),
)
SETTING = Setting(was_timed=True, served=60)


def answer(ball: int, step: int) -> bytes:
    return encode_canonical_json({"answers": {"q1": ball, "q2": step}, "occasion": OCCASION, "v": 1})


PAYLOADS = [answer(place % 3 == 0, place % 5) for place in range(45)]
RESULTS = build_results(PLAN, count_survey(PLAN, WORDS, PAYLOADS), SETTING)
BUNDLE = ResultsBundle(encode_plan(PLAN), b'{"kind":"amanah-recount","spent":[]}', RESULTS, WORDS)


def test_a_bundle_gives_each_part_back_byte_for_byte() -> None:
    data = encode_results_bundle(BUNDLE)
    assert parse_results_bundle(data) == BUNDLE
    assert encode_canonical_json(json.loads(data)) == data


def test_numbers_that_follow_from_the_answers_hold_and_others_do_not() -> None:
    counted = count_survey(PLAN, WORDS, PAYLOADS)
    verify_results(RESULTS, PLAN, counted, SETTING)
    for other in (Setting(was_timed=False, served=60), Setting(was_timed=True, served=61)):
        with pytest.raises(ResultsError):
            verify_results(RESULTS, PLAN, counted, other)
    with pytest.raises(ResultsError):
        verify_results(RESULTS, PLAN, count_survey(PLAN, WORDS, PAYLOADS[1:]), SETTING)
    changed = RESULTS.replace(b'"estimate":', b'"estimate":1', 1)
    assert changed != RESULTS
    with pytest.raises(ResultsError):
        verify_results(changed, PLAN, counted, SETTING)


def test_reworded_questions_are_noticed() -> None:
    with pytest.raises(ResultsError, match="reworded"):
        count_survey(PLAN, WORDS + b" ", PAYLOADS)


def test_results_say_under_what_they_claim_to_have_been_computed() -> None:
    assert read_claimed_setting(RESULTS) == SETTING
    for odd in (b"{}", b"[]", b"x", b'{"served":"9","was_timed":true}', b'{"served":9,"was_timed":1}'):
        with pytest.raises(ResultsError):
            read_claimed_setting(odd)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: data.replace(b'"v":1,"words":{', b'"v":2,"words":{'),
        lambda data: data.replace(b'"v":1,"words":{', b'"v":true,"words":{'),
        lambda data: data.replace(b'"kind":"amanah-results-bundle"', b'"kind":"amanah-results"', 1),
        lambda data: data.replace(b'{"kind"', b'{"extra":1,"kind"', 1),
        lambda data: data.replace(b',"plan"', b', "plan"', 1),
        lambda _: b"[]",
        lambda _: b"",
    ],
)
def test_anything_that_is_no_bundle_is_refused_as_such(damage) -> None:  # type: ignore[no-untyped-def]
    data = encode_results_bundle(BUNDLE)
    assert damage(data) != data
    with pytest.raises(UnreadableResultsBundleError):
        parse_results_bundle(damage(data))
