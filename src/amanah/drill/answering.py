"""The part of a simulated phone that answers: lots, branches, budget and balls (`spec/surveys.md` 1).

It sends what a real device would send and nothing else; `spread_report` is what an attacker knows about the bag.
"""

from collections.abc import Mapping, Sequence

from amanah.core.encoding import JsonValue
from amanah.core.surveys.budget import Sent, may_send
from amanah.core.surveys.drawing import (
    Randomness,
    draw_ball,
    draw_below,
    draw_change,
    draw_level,
    draw_option,
    draw_pair,
    list_pairs,
)
from amanah.core.surveys.questions import Answer, Question

BLOCK_LOTS = 3
Opinions = Mapping[str, Answer]


def answer_questions(
    questions: Sequence[Question], opinions: Opinions, sent: list[Sent], *, random: Randomness, now: int
) -> dict[str, JsonValue]:
    """Give the answers that a device sends, and note in `sent` what it gave away."""
    is_in_lot = draw_below(BLOCK_LOTS, random) == 0
    answers: dict[str, JsonValue] = {}
    given: dict[str, Answer] = {}
    for question in questions:
        if (question.is_in_block and not is_in_lot) or not is_asked(question, given):
            continue
        opinion = opinions[question.code]
        given[question.code] = opinion
        if question.is_randomised:
            report = Sent(question.family or question.code, question.code, question.weight, now)
            if not may_send(sent, report):
                continue
            sent.append(report)
        answers[question.code] = draw_report(question, opinion, random)
    return answers


def is_asked(question: Question, given: Mapping[str, Answer]) -> bool:
    """Tell whether an earlier answer leads to this question."""
    if question.only_if is None:
        return True
    earlier = given.get(question.only_if.code, ())
    said = {str(earlier)} if isinstance(earlier, str | int) else set(earlier)
    return bool(said & set(question.only_if.choices))


def draw_report(question: Question, opinion: Answer, random: Randomness) -> JsonValue:
    """Give what stands in the sheet for one opinion: itself where the question is plain, else a ball."""
    weight, choices = question.weight, question.choices
    if not question.is_randomised:
        return list(opinion) if isinstance(opinion, tuple) else opinion
    if isinstance(opinion, str):
        return draw_ball(choices.index(opinion), len(choices), weight, random)
    if isinstance(opinion, tuple):
        places = [choices.index(choice) for choice in opinion]
        if question.mechanism == "pair":
            return draw_pair(places, weight, random)
        return draw_option(places, len(choices), weight, random)
    if question.mechanism == "change":
        return draw_change(opinion, weight, random)
    return draw_level(opinion - question.first_step, question.steps, weight, random)


def spread_report(question: Question, opinion: Answer) -> tuple[float, ...]:
    """Give the exact chance of each report to a randomised question, in the order of its labels."""
    weight, choices = question.weight, question.choices
    if isinstance(opinion, str):
        return _spread_ball([float(choice == opinion) for choice in choices], weight)
    if isinstance(opinion, int):
        steps = question.steps - 1
        exact = 2 * (opinion - question.first_step) / steps
        return _spread_ball([max(0.0, 1 - abs(exact - level)) for level in range(3)], weight)
    if question.mechanism == "pair":
        order = [opinion.index(choice) for choice in choices]
        truths = [order[first] < order[second] for first, second in list_pairs(len(choices))]
    else:
        truths = [choice in opinion for choice in choices]
    balls = [_spread_ball([float(not truth), float(truth)], weight) for truth in truths]
    return tuple(chance / len(truths) for pair in balls for chance in pair)


def list_telling(question: Question, opinion: Answer) -> frozenset[int]:
    """List the reports that an opinion makes likelier than noise alone would."""
    spread = spread_report(question, opinion)
    noise = min(spread)
    return frozenset(report for report, chance in enumerate(spread) if chance > noise * 1.001)


def _spread_ball(shares: Sequence[float], weight: int) -> tuple[float, ...]:
    """Mix one ball of each kind with w - 1 more in the given shares."""
    return tuple((1 + (weight - 1) * share) / (weight + len(shares) - 1) for share in shares)
