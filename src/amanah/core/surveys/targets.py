"""What one question's counts say about each thing it asks (`spec/surveys.md` 2, 3.1): scores, links and estimates.

It never decides what may be shown: `results.py` and `release.py` do.
"""

from collections.abc import Sequence

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.counting import QuestionCount
from amanah.core.surveys.drawing import list_pairs
from amanah.core.surveys.estimates import (
    Estimate,
    NoReportsError,
    compute_bag_gain,
    compute_option_gain,
    compute_ranking_gain,
    estimate_borda,
    estimate_mean,
    estimate_options,
    estimate_shares,
)
from amanah.core.surveys.questions import Question
from amanah.core.surveys.sequences import (
    PLAIN,
    Scores,
    WaveScores,
    link_bag,
    link_scale,
    score_scale,
    score_share,
)

MEAN = "mean"


def list_targets(question: Question) -> tuple[str, ...]:
    """List what a question is about: the share of each choice, the Borda score of each option, or one mean."""
    return (MEAN,) if question.kind in {"scale", "index", "change"} else question.choices


def score_target(count: QuestionCount, target: str) -> WaveScores:
    """Give the scores of the reports for one target, and how they hang on it (3.1)."""
    question = count.question
    place = _find_place(question, target)
    if not question.is_randomised:
        return WaveScores(_score_plainly(count, place), PLAIN)
    numbers, weight = count.numbers, question.weight
    if target == MEAN:
        return WaveScores(score_scale(numbers), link_scale(weight))
    if question.mechanism == "bag":
        return WaveScores(score_share(numbers[place], count.answered), link_bag(len(numbers), weight))
    if question.mechanism == "one_of_many":
        said, whole = numbers[2 * place + 1], sum(numbers[2 * place : 2 * place + 2])
        return WaveScores(score_share(said, whole), link_bag(2, weight))
    return WaveScores(_score_pairs(numbers, len(question.choices), place), link_bag(2, weight))


def estimate_target(count: QuestionCount, target: str) -> Estimate | None:
    """Estimate one target of a randomised question (2); None where nobody drew what it would take."""
    question = count.question
    place = _find_place(question, target)
    try:
        if target == MEAN:
            return estimate_mean(count.numbers, question.weight)
        if question.mechanism == "bag":
            return estimate_shares(count.numbers, question.weight).estimates[place]
        if question.mechanism == "one_of_many":
            return estimate_options(count.numbers, question.weight)[place]
        return estimate_borda(count.numbers, len(question.choices), question.weight)[place]
    except NoReportsError:
        return None


def compute_gain(question: Question) -> float:
    """Give how many plain answers one coached or forged report counts for (2.4)."""
    size = len(question.choices)
    if not question.is_randomised:
        return 1.0
    if question.mechanism == "one_of_many":
        return compute_option_gain(size, question.weight)
    if question.mechanism == "pair":
        return compute_ranking_gain(size, question.weight)
    return compute_bag_gain(size if question.mechanism == "bag" else 3, question.weight)


def count_kinds(question: Question) -> int | None:
    """Count the kinds of ball whose crowd can be told (6.1); None for mechanisms that draw what they ask."""
    if question.mechanism == "bag":
        return len(question.choices)
    return 3 if question.mechanism in {"scale3", "change"} else None


def _score_plainly(count: QuestionCount, place: int) -> Scores:
    question, numbers = count.question, count.numbers
    if question.kind == "ranking":
        options = len(question.choices)
        # Places are counted from the first; standing first scores 1.
        return score_scale(numbers[place * options : (place + 1) * options][::-1])
    if question.kind in {"single", "multiple"}:
        return score_share(numbers[place], count.answered)
    return score_scale(numbers)


def _score_pairs(numbers: Sequence[int], options: int, place: int) -> Scores:
    """Score every report about a pair with this option by whether it stood first.

    Pairs are drawn equally often: whatever the share of each pair, these reports have the mean a + b times the score.
    """
    first = whole = 0
    for number, pair in enumerate(list_pairs(options)):
        if place in pair:
            after, before = numbers[2 * number], numbers[2 * number + 1]
            first += before if pair[0] == place else after
            whole += before + after
    return score_share(first, whole)


def _find_place(question: Question, target: str) -> int:
    targets = list_targets(question)
    if target not in targets:
        raise InvalidInputError("The question is not about this.")
    return targets.index(target)
