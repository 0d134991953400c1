"""What may be published, and what is published instead (`spec/surveys.md` 3.5, 6.2 and 7), with a ledger of releases.

It never sees an answer; it decides by counts, and a count that would point at few people never leaves it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from amanah.core.errors import RefusedError
from amanah.core.surveys.amplification import FEWEST_REPORTS

FEWEST_NEW = 10
FEWEST_RANDOMISED = 30
WIDEST_INTERVAL = 0.5
SMALL = 100
STEP = 5
TOP, BOTTOM = 90, 10


class OverlappingReleaseError(RefusedError):
    """A release would cover answers that an earlier one of the same cell covered, or too few new ones."""

    code = "release-overlaps"


class Shown(Enum):
    """How a cell is shown."""

    NUMBER = "number"
    OVER = "over"
    UNDER = "under"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Cell:
    """A plain share as it is shown: a rounded percentage, "over 90", "under 10", or nothing."""

    shown: Shown
    percent: int | None
    reports: int


@dataclass(frozen=True)
class Release:
    """One release of a cell: which of its reports, counted from 0, it covers."""

    cell: str
    start: int
    end: int


@dataclass(frozen=True)
class Ledger:
    """All releases so far."""

    releases: tuple[Release, ...] = ()

    def count_released(self, cell: str) -> int:
        """Count the reports of a cell that stand in some release."""
        return max((release.end for release in self.releases if release.cell == cell), default=0)

    def may_release(self, cell: str, reports: int) -> bool:
        """Tell whether so many reports in all are enough for the next release of a cell (7.1)."""
        return reports - self.count_released(cell) >= FEWEST_NEW

    def record(self, cell: str, reports: int) -> "Ledger":
        """Record the release of everything new in a cell; refuse one of fewer than ten new reports."""
        if not self.may_release(cell, reports):
            raise OverlappingReleaseError(
                f"A release needs {FEWEST_NEW} new answers; wait until more people have answered."
            )
        return Ledger((*self.releases, Release(cell, self.count_released(cell), reports)))


def show_share(count: int, reports: int) -> Cell:
    """Give a plain share as it may be shown (7.1): hidden below ten reports, and never unanimous below a hundred."""
    if reports < FEWEST_NEW:
        return Cell(Shown.HIDDEN, None, 0)
    exact = 100 * count / reports
    if reports >= SMALL:
        return Cell(Shown.NUMBER, round(exact), _round_down(reports))
    if exact > TOP:
        return Cell(Shown.OVER, TOP, _round_down(reports))
    if exact < BOTTOM:
        return Cell(Shown.UNDER, BOTTOM, _round_down(reports))
    return Cell(Shown.NUMBER, STEP * round(exact / STEP), _round_down(reports))


def choose_hidden(reports: Mapping[str, int]) -> frozenset[str]:
    """Choose which cells of a breakdown to hide: the small ones, and the next smallest where only one is (7.2)."""
    hidden = {name for name, count in reports.items() if count < FEWEST_NEW}
    if len(hidden) == 1 and len(reports) > 1:
        rest = {name: count for name, count in reports.items() if name not in hidden}
        hidden.add(min(rest, key=lambda name: (rest[name], name)))
    return frozenset(hidden)


def is_too_few(reports: int, interval: tuple[float, float]) -> bool:
    """Tell whether a randomised result says too little to be shown as a number (3.5)."""
    return reports < FEWEST_RANDOMISED or interval[1] - interval[0] > WIDEST_INTERVAL


def may_claim_crowd(reports_by_cell: Sequence[int], one_adversary: int) -> bool:
    """Tell whether the crowd may be mentioned at all (6.2); `one_adversary` is the passes that one could hold."""
    return bool(reports_by_cell) and all(
        reports - one_adversary >= FEWEST_REPORTS for reports in reports_by_cell
    )


def _round_down(reports: int) -> int:
    return reports // STEP * STEP
