"""Evaluations over several surveys: planned before, drawn by a public lot, told with what chance and silence can do."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.core.surveys.evaluation import (
    EvaluationReport,
    Place,
    build_evaluation_report,
    read_evaluation_statement,
)
from amanah.core.surveys.evaluation_plan import (
    AnnouncedSurvey,
    EvaluationPlan,
    EvaluationRefusedError,
    UnreadableEvaluationError,
    Window,
    choose_survey,
    compute_seed,
    compute_test_seed,
    draw_starts,
    encode_evaluation_plan,
    parse_evaluation_plan,
)
from amanah.core.surveys.report import Batch, Statement
from amanah.core.surveys.wedge import compute_wedge_interval, estimate_wedge, order_from_seed
from tests.support.evaluated_surveys import DAY, HARM, ROOM, START, TRUST, answer_about, play_batch, reword

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "surveys" / "evaluations.json"
WEEK = 7 * DAY
# Between means of .45 and .7 once nobody leaves the scale.
TRUE_CHANGE = 234_000
WAVES = tuple(Window(START + n * WEEK, START + (n + 1) * WEEK) for n in range(5))
BEFORE_AFTER = EvaluationPlan(
    evaluation="00aa11bb22cc33dd",
    design="before-after",
    question="programme-trust",
    target="mean",
    sites=("green-room",),
    waves=WAVES[:2],
)
COMPARISON = replace(BEFORE_AFTER, design="comparison", sites=("green-room", "blue-room"))
WEDGE = replace(
    BEFORE_AFTER,
    design="stepped-wedge",
    sites=("ash", "birch", "cedar", "elm", "fir", "hazel"),
    waves=WAVES,
    steps=(1, 1, 2, 3, 4, 4),
)
STATED = Statement("ab" * 32, 3, START - DAY, was_before=True)


def play(
    plan: EvaluationPlan, trust: Mapping[Place, float], people: int = 400, **more: Any
) -> dict[Place, Batch]:
    """Play one survey in each site and wave, around the trust given for it."""
    numbers = count(1)
    return {
        (site, wave): play_batch(
            people=people,
            answering=answer_about(mean),
            occasion=f"{next(numbers):016x}",
            programme=plan.sites[site],
            opens_at=plan.waves[wave].starts_at + DAY,
            **more,
        )
        for (site, wave), mean in trust.items()
    }


def report_on(plan: EvaluationPlan, batches: Mapping[Place, Batch], **waiting: str) -> EvaluationReport:
    places = {(site, wave) for site in range(len(plan.sites)) for wave in range(len(plan.waves))}
    missing = {place: waiting.get("reason", "no-survey") for place in sorted(places - batches.keys())}
    return build_evaluation_report(plan, STATED, batches, missing)


def list_reasons(report: EvaluationReport) -> list[tuple[str, str, int | None]]:
    return [(one.reason, one.programme, one.wave) for one in report.unmeasured]


@pytest.mark.parametrize("plan", [BEFORE_AFTER, COMPARISON, WEDGE])
def test_a_plan_is_read_back_as_it_was_stated(plan: EvaluationPlan) -> None:
    assert parse_evaluation_plan(encode_evaluation_plan(plan)) == plan


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"evaluation": "AA"}, "sixteen"),
        ({"question": "no spaces"}, "codes"),
        ({"alpha": 0}, "chance of error"),
        ({"sites": ("ash", "ash", "elm")}, "once"),
        ({"sites": ("Ash", "birch", "elm")}, "once"),
        ({"waves": WAVES[:1]}, "waves"),
        ({"waves": (WAVES[1], WAVES[0])}, "before it has ended"),
        ({"waves": (Window(START, START), WAVES[1])}, "ends after"),
        ({"design": "survey"}, "three designs"),
        ({"design": "comparison"}, "a comparison two"),
        ({"steps": (1, 2)}, "each with its step"),
        ({"steps": (2, 1, 2, 3, 4, 4)}, "one after another"),
        ({"steps": (1, 1, 1, 1, 1, 1)}, "one after another"),
        ({"steps": (0, 1, 2, 3, 4, 4)}, "asked once before"),
        ({"steps": (1, 1, 2, 3, 4, 6)}, "asked once before"),
    ],
)
def test_a_plan_that_could_tell_nothing_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(EvaluationRefusedError, match=words):
        encode_evaluation_plan(replace(WEDGE, **change))


def test_no_other_bytes_are_a_plan() -> None:
    document = json.loads(encode_evaluation_plan(WEDGE))
    others: list[Any] = [
        {**document, "title": "Our evaluation"},
        {**document, "v": 2},
        {**document, "alpha": "50000"},
        {**document, "steps": [True, 1, 2, 3, 4, 4]},
        {**document, "sites": "ash"},
        {**document, "outcome": {**document["outcome"], "words": "Do you trust us?"}},
        [document],
        None,
    ]
    for other in others:
        with pytest.raises(UnreadableEvaluationError):
            parse_evaluation_plan(encode_canonical_json(other))
    with pytest.raises(UnreadableEvaluationError):
        parse_evaluation_plan(json.dumps(document).encode())


def test_the_lot_follows_from_the_plan_and_from_nothing_else() -> None:
    starts = draw_starts(WEDGE)
    assert sorted(starts) == list(WEDGE.steps)
    assert draw_starts(WEDGE) == starts
    assert draw_starts(BEFORE_AFTER) == ()
    orders = {draw_starts(replace(WEDGE, evaluation=f"{n:016x}")) for n in range(200)}
    # 6! / (2! 2!) = 180 orders; two hundred plans draw most of them.
    assert len(orders) > 90
    firsts = [draw_starts(replace(WEDGE, evaluation=f"{n:016x}"))[0] for n in range(3_000)]
    assert firsts.count(2) / 3_000 == pytest.approx(1 / 6, abs=0.03)
    assert compute_test_seed(WEDGE) != compute_seed(WEDGE)


def test_the_committed_vectors_are_what_this_code_says() -> None:
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))["plans"]
    assert {case["plan"]["design"] for case in cases} == {"before-after", "comparison", "stepped-wedge"}
    for case in cases:
        plan = parse_evaluation_plan(encode_canonical_json(case["plan"]))
        assert compute_seed(plan).hex() == case["sha256"]
        assert list(draw_starts(plan)) == case["starts"]
        assert compute_test_seed(plan).hex() == case["test_seed"]


def test_of_several_surveys_in_a_window_the_first_that_asks_is_taken() -> None:
    def announce(occasion: str, opens_at: int, **more: Any) -> AnnouncedSurvey:
        batch = play_batch(
            people=0, answering=answer_about(0.5), occasion=occasion, opens_at=opens_at, **more
        )
        return AnnouncedSurvey(occasion, "green-room", opens_at, batch.plan)

    early = announce("00000000000000aa", WAVES[0].starts_at - 1)
    silent = announce("00000000000000bb", WAVES[0].starts_at, questions=(ROOM,))
    taken = announce("00000000000000cc", WAVES[0].starts_at + DAY)
    later = announce("00000000000000dd", WAVES[0].starts_at + 2 * DAY)
    late = announce("00000000000000ee", WAVES[0].ends_at - 1)
    elsewhere = replace(taken, programme="blue-room", occasion="0000000000000000")
    announced = [late, later, elsewhere, taken, silent, early]
    assert choose_survey(BEFORE_AFTER, "green-room", WAVES[0], announced) == taken
    assert choose_survey(BEFORE_AFTER, "green-room", WAVES[0], [late, silent, early]) is None


def test_a_real_change_is_seen_between_two_waves_and_its_numbers_belong_together() -> None:
    batches = play(BEFORE_AFTER, {(0, 0): 0.45, (0, 1): 0.7}, people=900, seed="a")
    report = report_on(BEFORE_AFTER, batches)
    (change,) = report.changes
    assert change.estimate
    assert change.one_look
    assert change.anytime
    assert change.anytime[0] < change.one_look[0] < TRUE_CHANGE < change.one_look[1] < change.anytime[1]
    assert change.one_look[0] > 0
    assert change.bounds
    assert change.bounds[0] < change.estimate < change.bounds[1]
    # The spread of an answer is about .25; low, middle and high show somewhat more.
    assert change.in_sd
    assert 500_000 < change.in_sd < 1_100_000
    assert change.share_due_to_bag
    assert 0 < change.share_due_to_bag < 1_000_000
    assert change.is_told
    assert report.wedge is None
    assert report.difference is None
    assert report.unmeasured == ()
    assert [flow.answered for flow in report.flow] == [900, 900]
    assert "design-before-after" in report.limits
    assert "nobody-followed" in report.limits


def test_a_comparison_takes_away_what_changed_for_everybody() -> None:
    trust = {(0, 0): 0.4, (0, 1): 0.75, (1, 0): 0.4, (1, 1): 0.5}
    report = report_on(COMPARISON, play(COMPARISON, trust, people=1_500, seed="a"))
    difference = report.difference
    assert difference
    assert difference.estimate == report.changes[0].estimate - report.changes[1].estimate  # type: ignore[operator]
    assert difference.one_look
    assert difference.anytime
    assert (
        difference.anytime[0]
        < difference.one_look[0]
        < TRUE_CHANGE
        < difference.one_look[1]
        < difference.anytime[1]
    )
    assert difference.one_look[0] > 0
    assert difference.bounds
    assert difference.bounds[0] < difference.estimate < difference.bounds[1]
    assert difference.sites == (0, 1)


def test_plain_answers_are_compared_by_what_is_shown_of_them() -> None:
    plan = replace(COMPARISON, question="q1", target="a")
    report = report_on(plan, play(plan, {(s, w): 0.5 for s in (0, 1) for w in (0, 1)}, questions=(ROOM,)))
    for change in (*report.changes, report.difference):
        assert change
        assert change.one_look is None
        assert change.share_due_to_bag is None
        assert change.estimate is not None
        assert change.estimate % 10_000 == 0
        assert change.anytime
        assert change.anytime[0] <= change.estimate <= change.anytime[1]
        assert change.in_sd is not None


def test_a_stepped_wedge_finds_the_effect_with_the_lot_that_was_drawn() -> None:
    starts = draw_starts(WEDGE)
    trust = {
        (site, wave): 0.4 + 0.02 * site + 0.01 * wave + 0.2 * (wave >= starts[site])
        for site in range(6)
        for wave in range(5)
    }
    report = report_on(WEDGE, play(WEDGE, trust, people=300, questions=(TRUST,)))
    effect = report.wedge
    assert report.starts == starts
    assert effect
    assert effect.lots == 180
    assert effect.interval[0] <= 200_000 <= effect.interval[1]
    assert effect.interval[0] > 0
    assert effect.p_value <= 50_000
    assert effect.in_sd
    assert report.changes == ()
    assert "lot" in report.limits
    # Anybody gets the same p-value from the published estimates.
    cells = {(cell.site, cell.wave): cell.reading for cell in report.cells}
    means = [[(cells[s, w].estimate or 0) / 1e6 for w in range(5)] for s in range(6)]
    reports = [[cells[s, w].reports for w in range(5)] for s in range(6)]
    again = estimate_wedge(means, reports, starts, order_from_seed(compute_test_seed(WEDGE)))
    assert effect.p_value == round(1e6 * again.p_value)


def test_a_stepped_wedge_with_a_gap_says_which_and_gives_no_effect() -> None:
    trust = {(site, wave): 0.5 for site in range(6) for wave in range(5) if (site, wave) != (2, 3)}
    report = report_on(WEDGE, play(WEDGE, trust, people=40, questions=(TRUST,)), reason="not-closed")
    assert report.wedge is None
    assert ("not-closed", "cedar", 3) in list_reasons(report)
    assert ("wedge-gap", "", None) in list_reasons(report)


def test_a_wave_that_was_not_planned_or_asked_something_else_is_left_out_and_named() -> None:
    batches = play(BEFORE_AFTER, {(0, 0): 0.5, (0, 1): 0.5})
    unplanned = replace(batches[0, 1], statement=replace(batches[0, 1].statement, was_before=False))
    for second, reason in (
        (unplanned, "planned-late"),
        (reword(batches[0, 1], "programme-trust"), "reworded"),
        (play(BEFORE_AFTER, {(0, 1): 0.5}, questions=(HARM,))[0, 1], "other-question"),
        (play(BEFORE_AFTER, {(0, 1): 0.5}, questions=(replace(TRUST, highest=4),))[0, 1], "other-question"),
    ):
        report = report_on(BEFORE_AFTER, {(0, 0): batches[0, 0], (0, 1): second})
        assert report.changes == ()
        assert list_reasons(report) == [(reason, "green-room", 1)]


def test_few_answers_are_said_to_be_few_at_their_place() -> None:
    report = report_on(BEFORE_AFTER, play(BEFORE_AFTER, {(0, 0): 0.5, (0, 1): 0.5}, people=20))
    assert list_reasons(report) == [("too-few", "green-room", 0), ("too-few", "green-room", 1)]
    (change,) = report.changes
    assert not change.is_told
    assert change.anytime
    assert change.anytime[0] < -300_000
    assert change.anytime[1] > 300_000


def test_an_evaluation_is_before_the_first_answer_only_where_the_log_says_so() -> None:
    digest = compute_seed(WEDGE).hex()
    stated = {
        "index": 4,
        "kind": "evaluation_stated",
        "ref": WEDGE.evaluation,
        "at": START,
        "body": {"plan": digest},
    }
    keys = {"kind": "wave_opened", "ref": "0" * 16, "at": START, "body": {"keys": [["aa", "x"]]}}
    before, after = {**keys, "index": 9}, {**keys, "index": 2}

    def read(*entries: dict[str, Any]) -> tuple[int | None, bool]:
        statement = read_evaluation_statement(entries, WEDGE, {"aa"})
        return statement.entry, statement.was_before

    assert read(stated) == (4, True)
    assert read(stated, before) == (4, True)
    assert read(after, stated) == (4, False)
    assert read({**after, "body": {"keys": [["bb", "x"]]}}, stated) == (4, True)
    assert read() == (None, False)
    assert read({**stated, "body": {"plan": "00" * 32}}) == (None, False)
    assert read(stated, {**stated, "index": 5, "body": {"plan": "00" * 32}}) == (None, False)


def test_an_evaluation_that_was_stated_late_or_never_is_called_that() -> None:
    batches = play(BEFORE_AFTER, {(0, 0): 0.5, (0, 1): 0.5})
    late = build_evaluation_report(BEFORE_AFTER, replace(STATED, was_before=False), batches, {})
    never = build_evaluation_report(
        BEFORE_AFTER, Statement("ab" * 32, None, None, was_before=False), batches, {}
    )
    assert [one.reason for one in late.unmeasured] == ["evaluation-planned-late"]
    assert [one.reason for one in never.unmeasured] == ["evaluation-not-planned"]


def test_the_interval_of_a_wedge_holds_exactly_the_effects_that_its_lots_do_not_exclude() -> None:
    rng = random.Random(5)
    covered = 0
    for _ in range(40):
        starts = [1, 1, 2, 3, 4, 4]
        rng.shuffle(starts)
        reports = [[rng.randint(20, 60) for _ in range(5)] for _ in range(6)]
        means = [[0.4 + 0.1 * (wave >= start) + rng.gauss(0, 0.08) for wave in range(5)] for start in starts]
        low, high = compute_wedge_interval(means, reports, starts, order_from_seed(b"x"))
        covered += low <= 0.1 <= high
        for effect, is_inside in (
            (low - 1e-6, False),
            (low + 1e-6, True),
            (high - 1e-6, True),
            (high + 1e-6, False),
        ):
            without = [
                [mean - effect * (wave >= start) for wave, mean in enumerate(row)]
                for start, row in zip(starts, means, strict=True)
            ]
            p_value = estimate_wedge(without, reports, starts, order_from_seed(b"x")).p_value
            assert abs(effect) >= 1 or (p_value > 0.05) == is_inside
    assert covered >= 34
    assert compute_wedge_interval(means[:3], reports[:3], [1, 2, 3], order_from_seed(b"x")) == (-1.0, 1.0)
