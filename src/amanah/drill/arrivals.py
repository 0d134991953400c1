"""When members do things: believable arrival times, squeezed into seconds. It never reads a clock."""

import random
from collections.abc import Callable, Sequence

Arrivals = Callable[[random.Random, int, float], list[float]]


def spread_joins(generator: random.Random, members: int, seconds: float) -> list[float]:
    """Invitations are used over days, in bursts after each meeting: a mixture of three bursts and a slow trickle."""
    bursts = [0.1, 0.4, 0.7]
    times = []
    for _ in range(members):
        if generator.random() < 0.7:
            times.append(seconds * min(0.99, generator.choice(bursts) + generator.expovariate(12)))
        else:
            times.append(seconds * generator.random())
    return times


def spread_uniformly(generator: random.Random, members: int, seconds: float) -> list[float]:
    """What the client does of itself: a uniformly random moment of a window."""
    return [seconds * generator.random() for _ in range(members)]


def spread_arrivals_at_a_session(generator: random.Random, members: int, seconds: float) -> list[float]:
    """People come in around the start, most of them just before it, some late."""
    return [
        seconds * min(0.99, max(0.0, generator.gauss(0.45, 0.15) + (0.25 if generator.random() < 0.1 else 0)))
        for _ in range(members)
    ]


def spread_answers(generator: random.Random, members: int, seconds: float) -> list[float]:
    """Half answer at once, the rest trail off."""
    return [seconds * min(0.99, generator.lognormvariate(-2.2, 0.9)) for _ in range(members)]


def list_in_order(times: Sequence[float]) -> list[tuple[float, int]]:
    """Give (moment, member) in true order."""
    return sorted((moment, member) for member, moment in enumerate(times))
