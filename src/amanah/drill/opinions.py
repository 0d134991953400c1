"""What invented members truly think: real or made-up distributions, and one opinion drawn for each member.

It knows nothing of bags, and stands in for nobody: only the eleven counts of trust in the police are of real people.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence

from amanah.core.surveys.questions import Answer, Question

TRUST_IN_POLICE = (33, 23, 65, 87, 123, 284, 258, 427, 295, 67, 39)
"""How many of 1,701 people in Belgium in 2010 gave 0, 1, … 10 to how much they personally trust the police.

European Social Survey ERIC, round 5 (2010), variable `trstplc`, CC BY-NC-SA 4.0; counts, no person. The survey and its
producers bear no responsibility for what is done with them here.
"""
HARMED = {"harm-alienated": 0.14, "harm-opposite": 0.04, "harm-stigmatised": 0.2, "harm-watched": 0.3}
NOBODY = {"impossible": 0.0}
_CONTENT, _MEAN_OF_CONTENT, _MEAN_OF_OTHERS = 0.8, 0.75, 0.35


def imagine_opinion(question: Question, generator: random.Random) -> Answer:
    """Draw what one member would say plainly."""
    if question.kind == "multiple":
        chosen = tuple(choice for choice in question.choices if generator.random() < 0.4)
        return chosen or (generator.choice(question.choices),)
    if question.kind == "ranking":
        return tuple(generator.sample(question.choices, len(question.choices)))
    (place,) = generator.choices(range(_count_answers(question)), list_chances(question))
    return question.choices[place] if question.kind == "single" else question.first_step + place


def list_chances(question: Question) -> Sequence[float]:
    """List how likely each choice or step is among the people of whom members are drawn."""
    spread = _SPREADS.get(question.code)
    if spread is not None:
        return spread(question)
    if question.kind in {"scale", "index", "change"}:
        return _lean(question.steps - 1, 0.6)
    return [1 / len(question.choices)] * len(question.choices)


def _count_answers(question: Question) -> int:
    return len(question.choices) if question.kind == "single" else question.steps


def _spread_police_trust(question: Question) -> Sequence[float]:
    total = sum(TRUST_IN_POLICE)
    if question.kind == "scale" and question.steps == len(TRUST_IN_POLICE):
        return [count / total for count in TRUST_IN_POLICE]
    return _lean(question.steps - 1, 0.6)


def _spread_programme_trust(question: Question) -> Sequence[float]:
    """Most are content, some are not: two humps, as there are in any real room."""
    content, others = (_lean(question.steps - 1, mean) for mean in (_MEAN_OF_CONTENT, _MEAN_OF_OTHERS))
    return [_CONTENT * one + (1 - _CONTENT) * other for one, other in zip(content, others, strict=True)]


def _spread_yes(share: float) -> Callable[[Question], Sequence[float]]:
    def spread(question: Question) -> Sequence[float]:
        rest = len(question.choices) - 1
        return [share] + [(1 - share) / rest] * rest

    return spread


def _lean(steps: int, mean: float) -> Sequence[float]:
    """Give a binomial distribution on 0..steps."""
    return [
        math.comb(steps, place) * mean**place * (1 - mean) ** (steps - place) for place in range(steps + 1)
    ]


_SPREADS: Mapping[str, Callable[[Question], Sequence[float]]] = {
    "police-trust": _spread_police_trust,
    "programme-trust": _spread_programme_trust,
    **{code: _spread_yes(share) for code, share in (HARMED | NOBODY).items()},
}
