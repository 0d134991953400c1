"""Surveys that invented people answer through real bags, counted and published as the product does it."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.core.surveys.counting import count_answers
from amanah.core.surveys.drawing import draw_ball, draw_level
from amanah.core.surveys.questions import Question
from amanah.core.surveys.report import Batch, Statement
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.stated_plan import Claim, StatedPlan, compute_plan_hash, encode_plan

TRUST = Question("programme-trust", "index", ("a", "b", "c"), 1, 5, mechanism="scale3", weight=7)
HARM = Question("harm-alienated", "single", ("a", "b"), mechanism="bag", weight=7, is_in_block=True)
ROOM = Question("q1", "single", ("a", "b"))
QUESTIONS = (TRUST, HARM, ROOM)
WORDS = "5f" * 32
DAY = 86_400
START = 1_800_000_000

Answering = Callable[[Question, random.Random], int]


def answer_about(trust: float, harmed: float = 0.0, liked: float = 0.7) -> Answering:
    """Give people whose trust lies around a mean on 0..1, and of whom such shares were harmed or liked the room."""

    def answer(question: Question, rng: random.Random) -> int:
        if question.kind == "index":
            return min(max(round((question.steps - 1) * rng.gauss(trust, 0.25)), 0), question.steps - 1)
        return 0 if rng.random() < (harmed if question.is_randomised else liked) else 1

    return answer


def play_payloads(plan: StatedPlan, people: int, answering: Answering, rng: random.Random) -> list[bytes]:
    """Let every person answer everything that lots give them, each report through its bag."""
    sheets = []
    for _ in range(people):
        is_drawn = rng.randrange(3) == 0
        answers: dict[str, JsonValue] = {
            question.code: _report(question, answering(question, rng), rng)
            for question in plan.questions
            if is_drawn or not question.is_in_block
        }
        sheets.append(encode_canonical_json({"answers": answers, "occasion": plan.occasion, "v": 1}))
    return sorted(sheets)


def play_batch(
    *,
    people: int,
    answering: Answering,
    occasion: str = "00112233aabbccdd",
    programme: str = "green-room",
    opens_at: int = START,
    questions: Sequence[Question] = QUESTIONS,
    **more: Any,
) -> Batch:
    """Play one survey from the first answer to what is published; the occasion's name is the seed.

    `more` may change what the log says: served, cards, was_timed, was_before, entry, words, alarms.
    """
    harm = [one for one in questions if one.code.startswith("harm-") and one.is_randomised]
    plan = StatedPlan(
        occasion=occasion,
        closes_at=opens_at + DAY,
        questions=tuple(questions),
        words=WORDS,
        alarms=tuple(Claim(one.code, "a", 50_000) for one in harm),
        breakdowns=more.get("breakdowns", ()),
    )
    sheets = play_payloads(plan, people, answering, random.Random(occasion + str(more.get("seed", ""))))
    counted = count_answers(sheets, occasion=occasion, questions=plan.questions, breakdowns=plan.breakdowns)
    served = more.get("served", people + people // 4)
    results = build_results(plan, counted, Setting(was_timed=more.get("was_timed", True), served=served))
    entry = more.get("entry", 7)
    return Batch(
        occasion=occasion,
        programme=programme,
        plan=plan,
        statement=Statement(
            compute_plan_hash(encode_plan(plan)),
            entry,
            opens_at - DAY,
            was_before=more.get("was_before", True),
        ),
        results=json.loads(results),
        counted=counted,
        redeemed=people,
        cards=more.get("cards", None if served is None else served + 12),
        words=more.get(
            "words", {one.code: hashlib.sha256(one.code.encode()).hexdigest() for one in questions}
        ),
    )


def reword(batch: Batch, code: str) -> Batch:
    """Give the same survey as if this question had been worded otherwise."""
    return replace(batch, words={**batch.words, code: "00" * 32})


def _report(question: Question, answer: int, rng: random.Random) -> JsonValue:
    if not question.is_randomised:
        return question.choices[answer]
    if question.mechanism == "bag":
        return draw_ball(answer, len(question.choices), question.weight, rng.randbytes)
    return draw_level(answer, question.steps, question.weight, rng.randbytes)
