"""Writes `spec/vectors/surveys/` for Python and TypeScript: `python -m tests.core.surveys.write_vectors`."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from amanah.core.encoding import encode_canonical_json
from amanah.core.surveys.amplification import compute_epsilon
from amanah.core.surveys.counting import QuestionCount, count_answers
from amanah.core.surveys.differences import compute_anytime_difference
from amanah.core.surveys.drawing import (
    draw_ball,
    draw_below,
    draw_change,
    draw_level,
    draw_option,
    draw_pair,
)
from amanah.core.surveys.estimates import Estimate
from amanah.core.surveys.evidence import read_alarm, read_gate
from amanah.core.surveys.questions import Condition, Question, list_labels
from amanah.core.surveys.release import choose_hidden, show_share
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.sequences import (
    PLAIN,
    WaveScores,
    compute_anytime_interval,
    link_bag,
    link_scale,
    score_scale,
    score_share,
)
from amanah.core.surveys.stated_plan import Claim, Season, StatedPlan, compute_plan_hash, encode_plan
from amanah.core.surveys.targets import compute_gain, estimate_target, list_targets

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "surveys"
NAMES = ("draws.json", "estimates.json", "intervals.json", "evidence.json", "payloads.json", "plans.json")
OCCASION = "00112233aabbccdd"
DRAWS_EACH = 6
TOP = (1 << 32) - 1

PLAN = StatedPlan(
    occasion=OCCASION,
    closes_at=1_790_000_000,
    questions=(
        Question("q1", "single", ("a", "b", "c"), is_required=True),
        Question("q2", "scale", lowest=0, highest=4, only_if=Condition("q1", ("a", "b"))),
        Question("q3", "ranking", ("x", "y", "z")),
        Question("q4", "multiple", ("a", "b", "c", "d")),
        Question("s1", "single", ("yes", "no"), mechanism="bag", weight=3, prefer_not_to_say=True),
        Question("s2", "scale", lowest=0, highest=10, mechanism="scale3", weight=7, family="trust"),
        Question(
            "s3", "multiple", ("a", "b", "c"), mechanism="one_of_many", weight=7, family="harm", is_in_block=True
        ),
        Question("s4", "ranking", ("x", "y", "z"), mechanism="pair", weight=7),
        Question("s5", "index", ("i", "j", "k"), lowest=1, highest=5, mechanism="scale3", weight=20),
        Question("s6", "change", lowest=0, highest=10, mechanism="change", weight=7),
    ),
    words="5f" * 32,
    season=Season(1_780_000_000, 1_790_000_000),
    gate=Claim("s2", "mean", 600_000),
    alarms=(Claim("s3", "b", 50_000), Claim("s1", "yes", 50_000)),
    breakdowns=("q1",),
)  # fmt: skip


def build_vectors() -> dict[str, Any]:
    """Give every vector file by name; bytes are hexadecimal, numbers of intervals have six significant digits."""
    builders = (
        build_draws,
        build_estimates,
        build_intervals,
        build_evidence,
        build_payloads,
        build_plans,
    )
    return {name: build() for name, build in zip(NAMES, builders, strict=True)}


def encode_vectors(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def record(draw: Callable[[Callable[[int], bytes]], int], words: Sequence[int], seed: str) -> tuple[str, int]:
    """Draw from given words, then from a stream; give all bytes that were taken, and the report."""
    taken = b""
    place = 0

    def random(length: int) -> bytes:
        nonlocal taken, place
        stream = hashlib.sha256(f"{seed}/{place}".encode()).digest()
        word = words[place].to_bytes(4) if place < len(words) else stream[:length]
        place += 1
        taken += word
        return word

    report = draw(random)
    return taken.hex(), report


def build_draws() -> dict[str, Any]:
    """Give random bytes in and reports out, for every mechanism; the first words of some are thrown away."""
    makers: dict[str, tuple[Callable[..., int], list[dict[str, Any]]]] = {
        "below": (draw_below, [{"bound": b} for b in (2, 7, 11, 65_536)]),
        "bag": (
            draw_ball,
            [{"answer": x, "kinds": k, "weight": w} for x, k, w in ((0, 2, 7), (4, 5, 7), (1, 3, 3), (10, 11, 100))],
        ),
        "scale3": (
            draw_level,
            [{"place": x, "steps": s, "weight": w} for x, s, w in ((0, 5, 7), (3, 5, 7), (7, 11, 7), (37, 101, 3))],
        ),
        "one_of_many": (
            draw_option,
            [{"chosen": c, "options": m, "weight": 7} for c, m in (([], 2), ([1, 3], 6), ([0, 25], 26))],
        ),
        "pair": (draw_pair, [{"order": o, "weight": 7} for o in ([1, 0], [2, 0, 1], [3, 1, 0, 2])]),
        "change": (draw_change, [{"difference": d, "weight": 7} for d in (-9, -1, 0, 2, 5)]),
    }  # fmt: skip
    # Divided by 7, 9 or 11, 2^32 leaves 4: the four highest words are thrown away.
    starts: list[list[int]] = [[], [0], [TOP], [TOP, TOP - 1]]
    built: dict[str, Any] = {}
    for name, (draw, cases) in makers.items():
        built[name] = []
        for case in cases:
            values = list(case.values())
            for number in range(DRAWS_EACH):
                words = starts[number] if number < len(starts) else []
                taken, report = record(
                    lambda random, draw=draw, values=values: draw(*values, random),  # type: ignore[misc]
                    words,
                    f"{name}/{case}/{number}",
                )
                built[name].append(case | {"random": taken, "report": report})
    return built


def build_estimates() -> list[dict[str, Any]]:
    """Give counts of reports and what is estimated from them."""
    cases = [
        (Question("q", "single", ("yes", "no"), mechanism="bag", weight=7), [300, 700]),
        (Question("q", "single", tuple("abcde"), mechanism="bag", weight=7), [100, 200, 300, 250, 150]),
        (Question("q", "single", ("yes", "no"), mechanism="bag", weight=7), [0, 40]),
        (Question("q", "scale", lowest=0, highest=10, mechanism="scale3", weight=7), [60, 90, 150]),
        (Question("q", "scale", lowest=0, highest=4, mechanism="scale3", weight=3), [0, 0, 30]),
        (Question("q", "change", lowest=0, highest=4, mechanism="change", weight=7), [10, 20, 30]),
        (Question("q", "multiple", tuple("abc"), mechanism="one_of_many", weight=7), [30, 70, 80, 20, 0, 0]),
        (Question("q", "ranking", tuple("abc"), mechanism="pair", weight=7), [30, 70, 80, 20, 45, 55]),
    ]
    built = []
    for question, numbers in cases:
        count = make_count(question, numbers)
        built.append(
            {
                "mechanism": question.mechanism,
                "choices": [*question.choices],
                "weight": question.weight,
                "counts": numbers,
                "gain": digits(compute_gain(question)),
                "targets": {
                    target: describe(estimate_target(count, target)) for target in list_targets(question)
                },
            }
        )
    return built


def describe(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {
        "value": digits(estimate.value),
        "variance": digits(estimate.variance),
        "cautious_variance": digits(estimate.cautious_variance),
        "plain_variance": digits(estimate.plain_variance),
        "share_due_to_bag": digits(estimate.share_due_to_bag),
        "one_look": [*map(digits, estimate.one_look)],
        "reports": estimate.reports,
    }


def build_intervals() -> dict[str, Any]:
    """Give anytime intervals, differences, crowds and shown cells."""
    waves = {
        "plain": [WaveScores(score_share(c, n), PLAIN) for c, n in ((0, 0), (0, 30), (10, 10), (60, 100))],
        "bag of 2, weight 7": [WaveScores(score_share(c, n), link_bag(2, 7)) for c, n in ((40, 100), (300, 1_000))],
        "bag of 5, weight 3": [WaveScores(score_share(30, 100), link_bag(5, 3))],
        "scale3, weight 7": [
            WaveScores(score_scale(counts), link_scale(7))
            for counts in ([50, 60, 120], [40, 50, 140], [5_000, 9_000, 11_000], [1, 0, 0])
        ],
    }  # fmt: skip
    pairs = [pair for group in waves.values() for pair in pairwise(group)]
    return {
        "anytime": [describe_wave(wave) | {"link": name} for name, group in waves.items() for wave in group],
        "differences": [
            {
                "before": describe_wave(before, is_short=True),
                "after": describe_wave(after, is_short=True),
                "anytime": [*map(digits, compute_anytime_difference(before, after))],
            }
            for before, after in pairs
        ],
        "crowds": [
            {"reports": n, "kinds": k, "weight": w, "epsilon": math.ceil(1_000 * compute_epsilon(n, k, w)) / 1_000}
            for n, k, w in ((100, 3, 7), (300, 2, 7), (300, 5, 7), (1_000, 3, 3))
        ],
        "cells": [
            {"count": c, "reports": n, "shown": cell.shown.value, "percent": cell.percent, "rounded": cell.reports}
            for c, n in ((5, 9), (10, 10), (9, 13), (1, 13), (9, 100), (91, 100), (333, 1_000), (995, 1_000))
            for cell in (show_share(c, n),)
        ],
        "hidden": [
            {"cells": cells, "unpublished": rest, "hidden": sorted(choose_hidden(cells, rest))}
            for cells, rest in (
                ({"a": 4, "b": 30, "c": 12}, 0),
                ({"a": 4, "b": 3, "c": 12, "d": 40}, 0),
                ({"a": 40, "b": 30, "c": 0}, 0),
                ({"a": 40, "b": 30, "c": 20}, 3),
                ({"a": 40, "b": 30, "c": 20}, 14),
            )
        ],
    }  # fmt: skip


def describe_wave(wave: WaveScores, *, is_short: bool = False) -> dict[str, Any]:
    described = {
        "values": [*wave.scores.values],
        "counts": [*wave.scores.counts],
        "a": wave.link.start,
        "b": wave.link.slope,
    }
    if is_short:
        return described
    return described | {"interval": [*map(digits, compute_anytime_interval(wave.scores, wave.link))]}


def build_evidence() -> dict[str, Any]:
    """Give gates and alarms over closed batches; evidence and detector are natural logarithms."""
    trust = [[5, 10, 25], [4, 9, 30], [8, 10, 30], [0, 0, 0], [2, 10, 40]]
    harm = [[12, 60], [15, 70], [0, 0], [40, 45], [50, 40]]
    gate = read_gate([WaveScores(score_scale(counts), link_scale(7)) for counts in trust], 0.6)
    alarm = read_alarm([WaveScores(score_share(y, y + n), link_bag(2, 7)) for y, n in harm], 0.05)
    return {
        "gate": {
            "theta": 0.6,
            "weight": 7,
            "balls": trust,
            "evidence": [*map(digits, gate.logs)],
            "opened_at": gate.opened_at,
        },
        "alarm": {
            "harmed": 0.05,
            "weight": 7,
            "yes_no": harm,
            "detector": [*map(digits, alarm.logs)],
            "rang_at": alarm.rang_at,
        },
    }


def build_payloads() -> dict[str, Any]:
    """Give payloads, and what each of them counts for under the plan of `plans.json`."""
    sheets: list[Any] = [
        {"q1": "a", "q2": 4, "q3": ["z", "x", "y"], "q4": ["d", "a"]},
        {"s1": 0, "s2": 2, "s3": 5, "s4": 3, "s5": 1, "s6": 0},
        {"q1": "d", "q2": 5, "q3": ["z", "x"], "q4": ["a", "a"]},
        {"s1": 2, "s2": -1, "s3": 6, "s4": True, "s5": "1", "s6": [0]},
        {"q1": [], "q9": "a", "s2": 1},
        {},
    ]
    payloads = [encode(sheet) for sheet in sheets]
    payloads += [b"", b"{}", payloads[0] + b" ", payloads[0].replace(OCCASION.encode(), b"0" * 16)]
    return {
        "plan": "plans.json, the first",
        "labels": {question.code: [*list_labels(question)] for question in PLAN.questions},
        "payloads": [{"hex": payload.hex(), **describe_count([payload])} for payload in payloads],
    }


def encode(sheet: Any) -> bytes:
    return encode_canonical_json({"answers": sheet, "occasion": OCCASION, "v": 1})


def describe_count(payloads: Sequence[bytes]) -> dict[str, Any]:
    counted = count_answers(payloads, occasion=OCCASION, questions=PLAN.questions)
    if not counted.readable:
        return {"is_readable": False}
    given = {
        one.question.code: [place for place, number in enumerate(one.numbers) if number]
        for one in counted.questions
        if one.answered
    }
    return {
        "is_readable": True,
        "given": given,
        "foreign": [one.question.code for one in counted.questions if one.foreign],
    }


def build_plans() -> dict[str, Any]:
    """Give plans as bytes with their hashes, and the results of some counts under the first."""
    lonely = StatedPlan(OCCASION, 1_790_000_000, (PLAN.questions[5],), "00" * 32)
    payloads = []
    for number in range(600):
        spread = int.from_bytes(hashlib.sha256(f"sheet {number}".encode()).digest()[:8])
        sheet = {"q1": "aab"[spread % 3], "q2": spread % 5, "s1": spread % 7 // 4, "s2": spread % 11 // 4}
        payloads.append(encode(sheet | {"s3": spread % 6, "s4": spread % 6, "s6": spread % 3}))
    counted = count_answers(payloads, occasion=OCCASION, questions=PLAN.questions, breakdowns=PLAN.breakdowns)
    alone = count_answers(payloads, occasion=OCCASION, questions=lonely.questions)
    return {
        "plans": [
            {"bytes": encode_plan(plan).hex(), "hash": compute_plan_hash(encode_plan(plan))}
            for plan in (PLAN, lonely)
        ],
        "payloads": [payload.decode() for payload in payloads[:3]],
        "results": [
            {
                "plan": place,
                "setting": {"was_timed": s.was_timed, "served": s.served, "one_adversary": s.one_adversary},
                "counts": {one.question.code: [*one.numbers] for one in numbers.questions},
                "answered": {one.question.code: one.answered for one in numbers.questions},
                "results": json.loads(build_results(plan, numbers, s)),
            }
            for place, plan, numbers, s in (
                (0, PLAN, counted, Setting(was_timed=True, served=800)),
                (1, lonely, alone, Setting(was_timed=False, one_adversary=20)),
            )
        ],
    }


def make_count(question: Question, numbers: Sequence[int]) -> QuestionCount:
    labels = list_labels(question)
    return QuestionCount(question, tuple(zip(labels, numbers, strict=True)), sum(numbers), 0, 0)


def digits(value: float) -> float | str:
    """Give six significant digits; infinite numbers as words."""
    return str(value) if math.isinf(value) else float(f"{value:.6g}")


def write_vectors() -> None:
    VECTORS.mkdir(parents=True, exist_ok=True)
    for name, value in build_vectors().items():
        (VECTORS / name).write_text(encode_vectors(value), encoding="utf-8")


if __name__ == "__main__":
    write_vectors()
