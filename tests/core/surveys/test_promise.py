"""The promise, counted out: no answer makes any report more than w times likelier than another answer does."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, permutations

import opendp.prelude as dp
import pytest

from amanah.core.surveys import drawing
from amanah.core.surveys.drawing import draw_ball, draw_change, draw_level, draw_option, draw_pair

Distribution = dict[int, Fraction]

dp.enable_features("contrib")


def list_outcomes(monkeypatch: pytest.MonkeyPatch, draw: Callable[[], int]) -> Distribution:
    """Play every sequence of draws once and add up the exact chances of what is reported."""
    chances: Distribution = defaultdict(Fraction)
    paths: list[list[int]] = [[]]
    while paths:
        path = paths.pop()
        place, chance = 0, Fraction(1)

        def draw_next(bound: int, _random: object, path: list[int] = path) -> int:
            nonlocal place, chance
            if place == len(path):
                paths.extend([*path, number] for number in range(1, bound))
                path.append(0)
            place += 1
            chance /= bound
            return path[place - 1]

        monkeypatch.setattr(drawing, "draw_below", draw_next)
        report = draw()
        chances[report] += chance
    monkeypatch.undo()
    return dict(chances)


def list_mechanisms() -> Iterator[tuple[str, int, list[Callable[[int], int]]]]:
    """Give for each mechanism one way of drawing for every answer, by weight."""

    def no_random(_: int) -> bytes:
        raise AssertionError("All draws are played.")

    for kinds in (2, 3, 5, 11):
        yield (
            f"bag of {kinds}",
            kinds,
            [lambda w, x=x, k=kinds: draw_ball(x, k, w, no_random) for x in range(kinds)],  # type: ignore[misc]
        )
    for steps in (2, 4, 5, 11, 21):
        yield (
            f"scale of {steps}",
            3,
            [lambda w, x=x, s=steps: draw_level(x, s, w, no_random) for x in range(steps)],  # type: ignore[misc]
        )
    chosen = [set(some) for size in range(4) for some in combinations(range(3), size)]
    yield "options", 6, [lambda w, c=c: draw_option(c, 3, w, no_random) for c in chosen]  # type: ignore[misc]
    orders = list(permutations(range(4)))
    yield "pairs", 12, [lambda w, o=o: draw_pair(o, w, no_random) for o in orders]  # type: ignore[misc]
    yield "change", 3, [lambda w, x=x: draw_change(x, w, no_random) for x in range(-4, 5)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "reports", "answers"), [*list_mechanisms()], ids=lambda value: str(value)[:12]
)
@pytest.mark.parametrize("weight", [2, 3, 7, 20, 100])
def test_the_largest_ratio_of_two_answers_is_exactly_the_weight(
    monkeypatch: pytest.MonkeyPatch, name: str, reports: int, answers: list[Callable[[int], int]], weight: int
) -> None:
    tables = [list_outcomes(monkeypatch, lambda draw=draw: draw(weight)) for draw in answers]  # type: ignore[misc]
    assert all(sum(table.values()) == 1 for table in tables)
    assert all(set(table) == set(range(reports)) for table in tables), name
    ratios = [max(t[report] for t in tables) / min(t[report] for t in tables) for report in range(reports)]
    assert max(ratios) == weight


def test_an_index_gives_away_as_much_as_one_question_however_many_items_it_sums(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_random(_: int) -> bytes:
        raise AssertionError("All draws are played.")

    ends = [list_outcomes(monkeypatch, lambda x=x: draw_level(x, 101, 7, no_random)) for x in (0, 37, 100)]  # type: ignore[misc]
    assert max(max(t[r] for t in ends) / min(t[r] for t in ends) for r in range(3)) == 7
    middle = ends[1]
    # 37 of 100 is 0.74 of the way from low to middle.
    assert middle[1] == Fraction(74, 100) * Fraction(7, 9) + Fraction(26, 100) * Fraction(1, 9)


@pytest.mark.parametrize("weight", [2, 3, 5, 7, 20, 100])
@pytest.mark.parametrize("kinds", [2, 3, 5, 7, 11])
def test_an_independent_library_counts_the_same_loss(kinds: int, weight: int) -> None:
    mechanism = dp.m.make_randomized_response(list(range(kinds)), weight / (weight + kinds - 1))
    assert mechanism.map(1) == pytest.approx(math.log(weight), rel=1e-12)
