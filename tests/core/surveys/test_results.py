"""What is published follows from counts alone, in whole millionths; of plain answers it tells no more than is shown."""

import json
import math
import random
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.encoding import encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.surveys.counting import QuestionCount, SurveyCount, count_answers
from amanah.core.surveys.drawing import draw_ball, draw_option, draw_pair
from amanah.core.surveys.evidence import read_alarm, read_gate
from amanah.core.surveys.questions import Condition, Question, QuestionnaireError, list_labels
from amanah.core.surveys.release import Ledger, Shown, bound_cell, choose_hidden, show_mean, show_share
from amanah.core.surveys.results import (
    Setting,
    build_question_result,
    build_results,
    compare_waves,
    compute_nonresponse,
    show_target,
)
from amanah.core.surveys.sequences import PLAIN, Scores, WaveScores, compute_anytime_interval, score_share
from amanah.core.surveys.stated_plan import (
    MILLION,
    Claim,
    Season,
    StatedPlan,
    UnreadablePlanError,
    compute_plan_hash,
    encode_plan,
    parse_plan,
)
from amanah.core.surveys.targets import MEAN, compute_gain, estimate_target, list_targets, score_target

OCCASION = "00112233aabbccdd"
ABC = ("a", "b", "c")
TRUST = Question("s2", "scale", lowest=0, highest=10, mechanism="scale3", weight=7, family="trust")
HARM = Question("h1", "single", ("yes", "no"), mechanism="bag", weight=7, is_in_block=True)
SITE = Question("q1", "single", ABC)
MOOD = Question("q2", "scale", lowest=0, highest=4, only_if=Condition("q1", ("a", "b")))
PLAN = StatedPlan(
    occasion=OCCASION,
    closes_at=1_790_000_000,
    questions=(SITE, MOOD, TRUST, HARM),
    words="ab" * 32,
    season=Season(1_780_000_000, 1_790_000_000),
    gate=Claim("s2", MEAN, 600_000),
    alarms=(Claim("h1", "yes", 50_000),),
    breakdowns=("q1",),
)
TIMED = Setting(was_timed=True, served=400)


def count(question: Question, numbers: list[int], answered: int | None = None) -> QuestionCount:
    labels = list_labels(question)
    whole = sum(numbers) if answered is None else answered
    return QuestionCount(question, tuple(zip(labels, numbers, strict=True)), whole, 0, 0)


def publish(question: Question, numbers: list[int], setting: Setting = TIMED, **more: Any) -> Any:
    return build_question_result(count(question, numbers, **more), setting, alpha=0.05).document


def test_a_plan_is_read_back_as_it_was_stated_and_its_hash_is_of_its_bytes() -> None:
    data = encode_plan(PLAN)
    assert parse_plan(data) == PLAN
    assert compute_plan_hash(data) != compute_plan_hash(encode_plan(replace(PLAN, alpha=10_000)))
    assert json.loads(data)["questions"][1]["only_if"] == {"choices": ["a", "b"], "code": "q1"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gate": None}, "season"),
        ({"season": None}, "season"),
        ({"season": Season(5, 5)}, "ends after"),
        ({"alarms": (Claim("h1", "maybe", 5),)}, "something that a question asks"),
        ({"alarms": (Claim("q1", "a", 5),)}, "randomised"),
        ({"alarms": (Claim("h1", "yes", 0),)}, "between 0 and 1"),
        ({"breakdowns": ("s2",)}, "plain question"),
        ({"breakdowns": ("q1", "q1")}, "each once"),
        ({"alpha": 0}, "chance"),
        ({"closes_at": 0}, "closes"),
        ({"occasion": "AB" * 8}, "hex"),
        ({"words": ""}, "hex"),
        ({"questions": ()}, "at least one"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionnaireError, match=words):
        encode_plan(replace(PLAN, **change))


@given(st.data())
def test_no_other_bytes_are_a_plan(data: st.DataObject) -> None:
    document = json.loads(encode_plan(PLAN))
    spots: list[tuple[Any, Any]] = [(document, key) for key in document]
    spots += [(item, key) for item in document["questions"] for key in item]
    spots += [(document["gate"], key) for key in document["gate"]]
    where, key = data.draw(st.sampled_from(spots))
    odd = st.sampled_from([None, True, -1, 10**12, "x", [], {}, [1], "\u202e", {"code": "q1"}])
    value = data.draw(odd)
    before = where[key]
    if value == before and type(value) is type(before):
        return
    where[key] = value
    changed = encode_canonical_json(document)
    try:
        plan = parse_plan(changed)
    except (UnreadablePlanError, QuestionnaireError):
        return
    assert encode_plan(plan) == changed


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", encode_plan(PLAN) + b" "])
def test_what_is_no_plan_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePlanError):
        parse_plan(data)


def test_a_randomised_question_is_published_with_everything_that_makes_it_honest() -> None:
    document = publish(TRUST, [60, 90, 150])
    (target,) = document["targets"]
    # Mean ball (0*60 + 0.5*90 + 150)/300 = 0.65; 1.5 * 0.65 - 0.25 = 0.725.
    assert target["estimate"] == 725_000
    # s^2 = (60*0.65^2 + 90*0.15^2 + 150*0.35^2)/300 = 0.1525; root of 2.25 * 0.1525 / 300 = 0.033819.
    assert target["error"] == 33_819
    assert target["one_look"] == [658_715, 791_285]
    assert (document["gain"], document["weight"], target["too_few"]) == (1_500_000, 7, False)
    # 300 of 400 answered: 0.75 * 0.725 = 0.54375, and a quarter more.
    assert target["nonresponse"] == [543_750, 793_750]
    assert target["anytime"][0] < target["one_look"][0] < target["estimate"] < target["one_look"][1]
    assert 300_000 < target["share_due_to_bag"] < 700_000
    assert document["crowd"] is None
    not_timed = publish(TRUST, [60, 90, 150], Setting(was_timed=False))["targets"][0]
    assert (not_timed["one_look"], not_timed["nonresponse"]) == (None, None)


def test_few_reports_are_said_to_be_few_and_agreeing_ones_do_not_look_sure() -> None:
    (target,) = publish(TRUST, [0, 0, 29])["targets"]
    assert target["too_few"]
    assert target["one_look"][1] - target["one_look"][0] > 200_000
    yes, _ = publish(HARM, [0, 40])["targets"]
    # Nobody drew yes: the interval is that of one in eight, which an honest crowd of nobodies draws.
    half = 1.959964 * math.sqrt((8 / 6) ** 2 * (1 / 8) * (7 / 8) / 40)
    assert yes["one_look"] == [math.floor(1e6 * (-1 / 6 - half)), math.ceil(1e6 * (-1 / 6 + half))]
    empty = publish(TRUST, [0, 0, 0])["targets"][0]
    assert (empty["estimate"], empty["too_few"], empty["anytime"]) == (None, True, [-250_000, 1_250_000])


def test_a_block_that_was_asked_by_lot_counts_its_silent_two_thirds_as_asked_nothing() -> None:
    yes, _ = publish(HARM, [30, 70], Setting(was_timed=True, served=400))["targets"]
    # f = 0.3, share = (8 * 0.3 - 1)/6 = 0.2333; r = 3 * 100 / 400.
    assert yes["nonresponse"] == [math.floor(1e6 * 0.75 * 1.4 / 6), math.ceil(1e6 * (0.75 * 1.4 / 6 + 0.25))]
    assert compute_nonresponse((0.2, 0.2), 0, 0) == (0, 1)
    assert compute_nonresponse((0.2, 0.2), 200, 300, is_in_block=True) == pytest.approx((0.2, 0.2))


def test_a_crowd_is_claimed_only_for_a_lonely_question_and_enough_honest_reports() -> None:
    plan = StatedPlan(OCCASION, 1, (TRUST,), "cd" * 32)
    counted = SurveyCount(1_010, 0, (count(TRUST, [300, 300, 410]),))

    def tell(plan: StatedPlan, counted: SurveyCount, one_adversary: int | None) -> Any:
        setting = Setting(was_timed=True, one_adversary=one_adversary)
        return parse_canonical_json(build_results(plan, counted, setting))["questions"][0]["crowd"]

    assert tell(plan, counted, 10) == 356_000
    assert tell(plan, counted, None) is None
    assert tell(plan, counted, 711) is None
    two = StatedPlan(OCCASION, 1, (TRUST, SITE), "cd" * 32)
    assert tell(two, SurveyCount(1_010, 0, (*counted.questions, count(SITE, [1, 2, 3]))), 10) is None


def test_plain_cells_are_rounded_and_hidden_and_their_intervals_hold_all_they_can_stand_for() -> None:
    document = publish(SITE, [9, 3, 1])
    assert document["reports"] == 10
    shown = [(target["shown"], target["percent"]) for target in document["targets"]]
    assert shown == [("number", 70), ("number", 25), ("under", 10)]
    low, high = document["targets"][0]["anytime"]
    exact = compute_anytime_interval(score_share(9, 13), PLAIN)
    assert low / 1e6 < exact[0]
    assert exact[1] < high / 1e6
    few = publish(SITE, [4, 3, 2])
    assert few["reports"] == 0
    assert all(target["shown"] == "hidden" and target["anytime"] is None for target in few["targets"])


@given(st.integers(10, 3_000), st.data())
def test_what_a_plain_cell_tells_is_the_same_for_all_counts_that_it_can_stand_for(
    reports: int, data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, reports))
    cell = show_share(total, reports)
    low, high = cell.possible_shares
    assert low <= total / reports <= high
    assert cell.percent not in {0, 100}
    if reports >= 100 and cell.shown is Shown.NUMBER:
        assert 10 <= total <= reports - 10
    low, high = bound_cell(cell)
    exact = compute_anytime_interval(score_share(total, reports), PLAIN)
    assert low <= exact[0] + 1e-9
    assert exact[1] - 1e-9 <= high


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_the_interval_of_a_share_holds_that_of_every_mean_with_the_same_value(counts: list[int]) -> None:
    total = sum(counts)
    if total < 10:
        return
    places = sum(place * number for place, number in enumerate(counts))
    low, high = bound_cell(show_mean(places, total, 4))
    exact = compute_anytime_interval(Scores((0, 0.25, 0.5, 0.75, 1), tuple(counts)), PLAIN)
    assert low <= exact[0] + 1e-9
    assert exact[1] - 1e-9 <= high


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5), st.integers(0, 15))
def test_no_total_tells_what_a_hidden_cell_is(sizes: list[int], unpublished: int) -> None:
    """No combination with coefficients -1, 0 and 1 of the published cells and the total touches 1 to 9 reports."""
    cells = {str(place): size for place, size in enumerate(sizes)}
    hidden = choose_hidden(cells, unpublished)
    published = [name for name in cells if name not in hidden]
    out_of_sight = sum(cells[name] for name in hidden) + unpublished
    total_is_published = sum(sizes) + unpublished >= 10
    for signs in product((-1, 0, 1), repeat=len(published) + 1):
        of_total = signs[0] if total_is_published else 0
        touched = out_of_sight if of_total else 0
        touched += sum(
            cells[name] for name, sign in zip(published, signs[1:], strict=True) if of_total + sign
        )
        assert touched == 0 or touched >= 10


@settings(max_examples=50)
@given(st.lists(st.integers(0, 25), max_size=6))
def test_no_combination_of_releases_of_a_cell_touches_one_to_nine_answers(arrivals: list[int]) -> None:
    ledger, total = Ledger(), 0
    for arrived in arrivals:
        total += arrived
        if ledger.may_release("cell", total):
            ledger = ledger.record("cell", total)
    for signs in product((-1, 0, 1), repeat=len(ledger.releases)):
        weights = [0] * total
        for sign, release in zip(signs, ledger.releases, strict=True):
            for answer in range(release.start, release.end):
                weights[answer] += sign
        assert sum(map(bool, weights)) not in range(1, 10)


def test_groups_hide_together_and_hold_every_other_question() -> None:
    sheets = [{"q1": "a", "q2": place % 5, "s2": place % 3} for place in range(40)]
    sheets += [{"q1": "b", "q2": 4, "s2": 0} for _ in range(4)]
    sheets += [{"q1": "c", "q2": 1, "s2": 1} for _ in range(12)]
    sheets += [{"q2": 3}]
    payloads = [encode_canonical_json({"answers": s, "occasion": OCCASION, "v": 1}) for s in sheets]
    counted = count_answers(payloads, occasion=OCCASION, questions=PLAN.questions, breakdowns=("q1",))
    document = parse_canonical_json(build_results(PLAN, counted, TIMED))
    moods = {g["choice"]: g["questions"][0]["targets"][0]["shown"] for g in document["groups"]}
    assert moods == {"a": "number", "b": "hidden", "c": "hidden"}
    assert [q["code"] for q in document["groups"][0]["questions"]] == ["q2", "s2", "h1"]
    balls = {
        g["choice"]: (g["questions"][1]["reports"], len(g["questions"][1]["targets"]))
        for g in document["groups"]
    }
    assert balls == {"a": (40, 1), "b": (0, 0), "c": (0, 0)}
    assert document["plan"] == compute_plan_hash(encode_plan(PLAN))
    assert (document["readable"], document["unreadable"], document["served"]) == (57, 0, 400)
    # Two readers with the payloads in another order publish the same bytes.
    again = count_answers(payloads[::-1], occasion=OCCASION, questions=PLAN.questions, breakdowns=("q1",))
    assert build_results(PLAN, again, TIMED) == build_results(PLAN, counted, TIMED)
    with pytest.raises(InvalidInputError):
        build_results(replace(PLAN, questions=(SITE,), gate=None, season=None, alarms=()), counted, TIMED)


def test_options_and_rankings_are_published_by_option_and_close_to_the_truth() -> None:
    source = random.Random(5)
    options = Question("m", "multiple", ABC, mechanism="one_of_many", weight=7)
    ranking = Question("r", "ranking", ABC, mechanism="pair", weight=7)
    chosen, ranked = [0] * 6, [0] * 6
    for _ in range(9_000):
        chosen[draw_option({0, 2}, 3, 7, source.randbytes)] += 1
        ranked[draw_pair([2, 0, 1], 7, source.randbytes)] += 1
    for question, numbers, truth in ((options, chosen, (1, 0, 1)), (ranking, ranked, (0.5, 0, 1))):
        for target, value in zip(publish(question, numbers)["targets"], truth, strict=True):
            assert target["estimate"] / 1e6 == pytest.approx(value, abs=0.06)
            assert target["anytime"][0] / 1e6 <= value <= target["anytime"][1] / 1e6
            assert target["reports"] < 9_000
    assert compute_gain(options) == pytest.approx(3 * 8 / 6)
    assert compute_gain(ranking) == pytest.approx(1.5 * 8 / 6)


@pytest.mark.parametrize("question", [
    Question("m", "multiple", ABC, mechanism="one_of_many", weight=7),
    Question("r", "ranking", ABC, mechanism="pair", weight=7),
    Question("b", "single", ABC, mechanism="bag", weight=3),
    TRUST,
])  # fmt: skip
def test_coached_answers_count_as_often_as_the_page_says(question: Question) -> None:
    # One report more than an even crowd gave.
    honest = [600] * len(list_labels(question))
    forged = list(honest)
    forged[-1] += 1
    target = list_targets(question)[-1 if question.mechanism != "pair" else 1]
    before, after = (estimate_target(count(question, numbers), target) for numbers in (honest, forged))
    assert before is not None
    assert after is not None
    moved = abs(after.value - before.value) * sum(honest)
    # The report moves the mean from what it was to the end: half the scale, or all but the share before.
    assert moved <= compute_gain(question)
    assert moved > compute_gain(question) / 3


def test_plain_rankings_and_indices_are_shown_as_means() -> None:
    ranking = Question("r", "ranking", ABC)
    # a is first for all of 20, b and c share the rest.
    counted = count(ranking, [20, 0, 0, 0, 10, 10, 0, 10, 10], answered=20)
    assert [show_target(counted, target).shown for target in ABC] == [
        Shown.OVER,
        Shown.NUMBER,
        Shown.NUMBER,
    ]
    assert score_target(counted, "b").scores.mean == 0.25
    index = Question("i", "index", ("x", "y"), lowest=1, highest=3)
    assert show_target(count(index, [0, 0, 40, 0, 0]), MEAN).percent == 50


def test_waves_are_compared_step_by_step() -> None:
    waves = [count(TRUST, numbers) for numbers in ([100, 100, 100], [60, 90, 150], [50, 90, 160])]
    first, second = (
        compare_waves(before, after, MEAN, was_timed=True, alpha=0.05) for before, after in pairwise(waves)
    )
    # The mean ball rose from 0.5 to 0.65, and 1.5 times that is the change.
    assert first["estimate"] == 225_000
    assert first["one_look"][0] > 0  # type: ignore[index,operator]
    assert first["anytime"][0] < first["one_look"][0]  # type: ignore[index,operator]
    assert second["anytime"][0] < 0 < second["anytime"][1]  # type: ignore[index,operator]
    plain = compare_waves(count(SITE, [9, 3, 1]), count(SITE, [40, 30, 30]), "a", was_timed=True, alpha=0.05)
    assert plain["estimate"] == -300_000
    assert plain["anytime"][0] < -300_000 < plain["anytime"][1]  # type: ignore[index,operator]
    hidden = compare_waves(count(SITE, [4, 3, 1]), count(SITE, [40, 30, 30]), "a", was_timed=True, alpha=0.05)
    assert hidden["anytime"] is None
    with pytest.raises(InvalidInputError):
        compare_waves(count(SITE, [9, 3, 1]), count(HARM, [9, 3]), "yes", was_timed=True, alpha=0.05)


def test_a_plain_wave_is_never_compared_with_one_through_a_bag() -> None:
    plainly = replace(HARM, mechanism="plain", weight=0, is_in_block=False)
    with pytest.raises(InvalidInputError, match="through a bag"):
        compare_waves(count(plainly, [40, 60]), count(HARM, [40, 60]), "yes", was_timed=True, alpha=0.05)
    lighter = replace(HARM, weight=3)
    assert compare_waves(count(lighter, [40, 60]), count(HARM, [40, 60]), "yes", was_timed=True, alpha=0.05)


def test_where_it_is_not_known_how_many_were_asked_nothing_is_said_of_the_silent() -> None:
    asked_of_some = replace(TRUST, only_if=Condition("site", ("a",)))
    (target,) = publish(asked_of_some, [60, 90, 150])["targets"]
    assert target["nonresponse"] is None
    assert target["estimate"] == 725_000


def test_the_gate_and_the_alarm_are_read_from_batches_and_say_when() -> None:
    def score(question: Question, *batches: list[int]) -> list[WaveScores]:
        target = MEAN if question is TRUST else "yes"
        return [score_target(count(question, numbers), target) for numbers in batches]

    assert PLAN.gate is not None
    gate = read_gate(score(TRUST, *[[10, 30, 160]] * 3), PLAN.gate.line / MILLION)
    assert gate.opened_at == 0
    assert [*gate.logs] == sorted(gate.logs)
    harm = PLAN.alarms[0].line / MILLION
    alarm = read_alarm(score(HARM, *[[18, 82]] * 3, [60, 40]), harm)
    assert alarm.rang_at == 3
    quiet = read_alarm(score(HARM, *[[0, 0]] * 200), harm)
    assert quiet.rang_at is None
    assert math.isinf(quiet.logs[0])


def test_honest_reports_fit_what_is_published_for_every_target() -> None:
    source = random.Random(8)
    question = Question("b", "single", tuple("abcde"), mechanism="bag", weight=7)
    numbers = [0] * 5
    for _ in range(4_000):
        numbers[draw_ball(source.choices(range(5), (50, 20, 20, 10, 0))[0], 5, 7, source.randbytes)] += 1
    for target, truth in zip(publish(question, numbers)["targets"], (0.5, 0.2, 0.2, 0.1, 0), strict=True):
        assert target["anytime"][0] / 1e6 <= truth <= target["anytime"][1] / 1e6
