"""How much of somebody's truth a device has given away about one family of questions (`spec/surveys.md` 1.6).

Only devices keep it; no server ever learns it. It counts in products of weights, so that no number is rounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_ODDS = 343
"""Seven times seven times seven: three reports of weight 7, epsilon 3 ln 7."""
DAYS = 92
SECONDS = DAYS * 86_400


@dataclass(frozen=True)
class Sent:
    """A randomised report that this device sent."""

    family: str
    question: str
    weight: int
    at: int


def compute_odds(weights: Iterable[int]) -> int:
    """Give by how much all these reports together can shift the odds about one truth."""
    odds = 1
    for weight in weights:
        odds *= weight
    return odds


def may_send(sent: Sequence[Sent], wanted: Sent) -> bool:
    """Tell whether the device may send one more report at `wanted.at`."""
    recent = [one for one in sent if wanted.at - one.at < SECONDS]
    if any(one.question == wanted.question for one in recent):
        return False
    spent = compute_odds(one.weight for one in recent if one.family == wanted.family)
    return spent * wanted.weight <= MOST_ODDS
