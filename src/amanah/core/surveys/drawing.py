"""What a device draws before it reports: exact integers and balls out of a bag (`spec/surveys.md` 1).

It never uses a floating-point number, and never chooses its own randomness.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import combinations

from amanah.core.errors import InvalidInputError

Randomness = Callable[[int], bytes]
"""Gives that many random bytes."""

LIGHTEST, HEAVIEST = 2, 100
MOST_BALLS = 11
MOST_STEPS = 101
MOST_OPTIONS = 26
MOST_RANKED = 11
WIDEST_CHANGE = 2
_WORD = 4
_WORD_LIMIT = 1 << 32
_LARGEST_BOUND = 1 << 16


class DrawError(InvalidInputError):
    """The bag or the answer is outside the bounds within which the promise holds."""

    code = "draw-out-of-bounds"


def draw_below(bound: int, random: Randomness) -> int:
    """Draw uniformly from 0 to bound - 1, throwing away what would make some numbers likelier (1.1)."""
    if not 2 <= bound <= _LARGEST_BOUND:
        raise DrawError(f"A draw is from 2 to {_LARGEST_BOUND} numbers.")
    fair = _WORD_LIMIT - _WORD_LIMIT % bound
    while True:
        number = int.from_bytes(random(_WORD))
        if number < fair:
            return number % bound


def draw_ball(answer: int, kinds: int, weight: int, random: Randomness) -> int:
    """Draw a ball from a bag with `weight` balls of the answer and one of each other kind (1.2)."""
    check_bag(kinds, weight)
    if not 0 <= answer < kinds:
        raise DrawError("The answer is none of the kinds of ball.")
    drawn = draw_below(weight + kinds - 1, random)
    if drawn < weight:
        return answer
    other = drawn - weight
    return other if other < answer else other + 1


def draw_level(place: int, steps: int, weight: int, random: Randomness) -> int:
    """Round a place on a scale at random to low, middle or high, then draw a ball of the three (1.3, scale3)."""
    if not 2 <= steps <= MOST_STEPS or not 0 <= place < steps:
        raise DrawError(f"A scale has 2 to {MOST_STEPS} steps, and the answer is one of them.")
    level, rest = divmod(2 * place, steps - 1)
    if rest and draw_below(steps - 1, random) < rest:
        level += 1
    return draw_ball(level, 3, weight, random)


def draw_option(chosen: Collection[int], options: int, weight: int, random: Randomness) -> int:
    """Draw one option, then a ball that says whether it was chosen (1.3, one_of_many)."""
    if not 2 <= options <= MOST_OPTIONS or not all(0 <= option < options for option in chosen):
        raise DrawError(f"There are 2 to {MOST_OPTIONS} options, and what is chosen is among them.")
    option = draw_below(options, random)
    return 2 * option + draw_ball(int(option in chosen), 2, weight, random)


def draw_pair(order: Sequence[int], weight: int, random: Randomness) -> int:
    """Draw one pair, then a ball that says whether its first stands before its second (1.3, pair)."""
    if not 2 <= len(order) <= MOST_RANKED or sorted(order) != list(range(len(order))):
        raise DrawError(f"A ranking puts 2 to {MOST_RANKED} options in order, each once.")
    pairs = list_pairs(len(order))
    number = draw_below(len(pairs), random) if len(pairs) > 1 else 0
    first, second = pairs[number]
    is_first = order.index(first) < order.index(second)
    return 2 * number + draw_ball(int(is_first), 2, weight, random)


def draw_change(difference: int, weight: int, random: Randomness) -> int:
    """Cut a change to -2..2 and report it as a scale of five (1.3, change)."""
    cut = max(-WIDEST_CHANGE, min(WIDEST_CHANGE, difference))
    return draw_level(cut + WIDEST_CHANGE, 2 * WIDEST_CHANGE + 1, weight, random)


def list_pairs(options: int) -> list[tuple[int, int]]:
    """List the pairs of a ranking in the order that numbers them."""
    return list(combinations(range(options), 2))


def check_bag(kinds: int, weight: int) -> None:
    """Refuse a bag outside the bounds of the specification."""
    is_whole = type(kinds) is int and type(weight) is int
    if not is_whole or not (2 <= kinds <= MOST_BALLS and LIGHTEST <= weight <= HEAVIEST):
        raise DrawError(
            f"A bag has 2 to {MOST_BALLS} kinds of ball and a whole weight from {LIGHTEST} to {HEAVIEST}."
        )
