"""The eight rules of a chain by number and name, and what it means to break one (`spec/credentials.md` 7.2).

A break is data: a rule, a reason with a stable name, and what fills the places of its sentence in `wording.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

RULE_NAMES: Mapping[int, str] = {
    1: "proof",
    2: "giver",
    3: "hash",
    4: "may-authorise",
    5: "scope",
    6: "dates",
    7: "length",
    8: "root",
}

Place = str | int


@dataclass(frozen=True, slots=True)
class Break:
    """One rule that a link does not keep, why, and what there is to say about it."""

    rule: int
    reason: str
    places: tuple[tuple[str, Place], ...] = ()

    @property
    def name(self) -> str:
        """Give the name of the rule."""
        return RULE_NAMES[self.rule]


def build_break(rule: int, reason: str, **places: Place) -> Break:
    """Give a break; the order of its places is that of their names."""
    return Break(rule, reason, tuple(sorted(places.items())))
