"""A bag gives every ball its exact chance, refuses what is outside its bounds, and never uses a fraction."""

import hashlib
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.drawing import (
    DrawError,
    draw_ball,
    draw_below,
    draw_change,
    draw_level,
    draw_option,
    draw_pair,
    list_pairs,
)

DRAWS = 20_000
# The 99.9 % point of chi-square for 1 to 12 degrees of freedom: a right sampler fails once in a thousand seeds.
CHI_SQUARE = (10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32, 26.12, 27.88, 29.59, 31.26, 32.91)


def make_random(seed: str) -> Callable[[int], bytes]:
    """Give a stream of bytes that is the same in every run."""
    place = 0

    def draw(length: int) -> bytes:
        nonlocal place
        place += 1
        return hashlib.shake_128(f"{seed}/{place}".encode()).digest(length)

    return draw


def compute_chi_square(counts: Counter[int], chances: list[float]) -> float:
    total = sum(counts.values())
    return sum(
        (counts[place] - total * chance) ** 2 / (total * chance)
        for place, chance in enumerate(chances)
        if chance
    )


@pytest.mark.parametrize("bound", [2, 3, 7, 8, 11, 13])
def test_every_number_is_drawn_equally_often(bound: int) -> None:
    random = make_random(f"below {bound}")
    counts = Counter(draw_below(bound, random) for _ in range(DRAWS))
    assert compute_chi_square(counts, [1 / bound] * bound) < CHI_SQUARE[bound - 2]


def test_what_would_make_small_numbers_likelier_is_thrown_away() -> None:
    limit = (1 << 32) - (1 << 32) % 7
    words = iter([limit, (1 << 32) - 1, limit - 1])
    assert draw_below(7, lambda _: next(words).to_bytes(4)) == (limit - 1) % 7


@pytest.mark.parametrize(("kinds", "weight"), [(2, 7), (3, 7), (5, 7), (11, 7), (2, 3), (5, 20)])
def test_a_bag_holds_so_many_balls_of_the_answer_and_one_of_each_other(kinds: int, weight: int) -> None:
    random = make_random(f"ball {kinds} {weight}")
    for answer in {0, kinds // 2, kinds - 1}:
        counts = Counter(draw_ball(answer, kinds, weight, random) for _ in range(DRAWS))
        whole = weight + kinds - 1
        chances = [weight / whole if place == answer else 1 / whole for place in range(kinds)]
        assert compute_chi_square(counts, chances) < CHI_SQUARE[kinds - 2]


@given(st.integers(2, 11), st.integers(2, 100), st.data())
def test_counting_every_draw_gives_exactly_the_weights_of_the_bag(
    kinds: int, weight: int, data: st.DataObject
) -> None:
    answer = data.draw(st.integers(0, kinds - 1))
    balls = [
        draw_ball(answer, kinds, weight, lambda _, n=number: n.to_bytes(4))  # type: ignore[misc]
        for number in range(weight + kinds - 1)
    ]
    assert Counter(balls) == Counter({kind: weight if kind == answer else 1 for kind in range(kinds)})


def test_rounding_a_scale_keeps_its_mean() -> None:
    random = make_random("levels")
    for place, steps in [(1, 5), (3, 5), (7, 11), (2, 4), (0, 2), (13, 41)]:
        levels = [draw_level(place, steps, 100, random) for _ in range(DRAWS)]
        # Weight 100 leaves 100 of 102 balls as they were; the mean is pulled by 2 in 102 towards the middle.
        seen = sum(levels) / DRAWS / 2
        assert abs((102 * seen - 1.5) / 99 - place / (steps - 1)) < 0.012


def test_an_option_is_drawn_at_random_and_reported_through_a_bag_of_two() -> None:
    random = make_random("options")
    counts = Counter(draw_option({1, 3}, 4, 7, random) for _ in range(DRAWS))
    chances = [(7 if ball == (option in {1, 3}) else 1) / 32 for option in range(4) for ball in (False, True)]
    assert compute_chi_square(counts, chances) < CHI_SQUARE[6]


def test_a_pair_says_which_of_two_stands_first() -> None:
    random = make_random("pairs")
    order = [2, 0, 1]
    counts = Counter(draw_pair(order, 7, random) for _ in range(DRAWS))
    chances = [
        (7 if ball == (order.index(a) < order.index(b)) else 1) / 24
        for a, b in list_pairs(3)
        for ball in (False, True)
    ]
    assert compute_chi_square(counts, chances) < CHI_SQUARE[4]
    assert draw_pair([1, 0], 7, lambda _: bytes(4)) in {0, 1}


def test_a_change_is_cut_to_two_steps_either_way() -> None:
    def lowest(_: int) -> bytes:
        return bytes(4)

    assert draw_change(-9, 7, lowest) == draw_change(-2, 7, lowest) == 0
    assert draw_change(9, 7, lowest) == draw_change(2, 7, lowest) == 2


@pytest.mark.parametrize(
    "draw",
    [
        lambda r: draw_ball(0, 1, 7, r),
        lambda r: draw_ball(0, 12, 7, r),
        lambda r: draw_ball(0, 2, 1, r),
        lambda r: draw_ball(0, 2, 101, r),
        lambda r: draw_ball(2, 2, 7, r),
        lambda r: draw_ball(-1, 2, 7, r),
        lambda r: draw_ball(0, 2, 7.0, r),
        lambda r: draw_level(5, 5, 7, r),
        lambda r: draw_level(0, 102, 7, r),
        lambda r: draw_option({4}, 4, 7, r),
        lambda r: draw_option(set(), 27, 7, r),
        lambda r: draw_pair([0, 0], 7, r),
        lambda r: draw_pair(list(range(12)), 7, r),
        lambda r: draw_below(1, r),
        lambda r: draw_below(70_000, r),
    ],
)
def test_what_is_outside_the_bounds_is_refused(draw: Callable[[Callable[[int], bytes]], int]) -> None:
    with pytest.raises(DrawError) as caught:
        draw(make_random("refused"))
    assert isinstance(caught.value, InvalidInputError)
