"""What may be published, and what is published instead (`spec/surveys.md` 3.5, 6.2 and 7), with a ledger of releases.

It never sees an answer; it decides by counts, and a count that would point at few people never leaves it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from amanah.core.errors import RefusedError
from amanah.core.surveys.amplification import FEWEST_REPORTS
from amanah.core.surveys.estimates import NORMAL_95
from amanah.core.surveys.sequences import ALPHA, PLAIN, compute_anytime_interval, score_share

FEWEST_NEW = 10
FEWEST_RANDOMISED = 30
WIDEST_INTERVAL = 0.5
SMALL = 100
STEP = 5
TOP, BOTTOM = 90, 10
MOST_BREAKDOWNS = 3

Interval = tuple[float, float]


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

    @property
    def possible_shares(self) -> Interval:
        """Give the shares that this cell can stand for: all that a reader learns of the share."""
        if self.percent is None:
            return (0.0, 1.0)
        half = (STEP if self.reports < SMALL else 1) / 2
        low, high = (self.percent - half) / 100, (self.percent + half) / 100
        if self.shown is Shown.OVER:
            low, high = self.percent / 100, 1.0
        elif self.shown is Shown.UNDER:
            low, high = 0.0, self.percent / 100
        return (max(low, 0.0), min(high, 1.0))


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
    """Give a plain share as it may be shown (7.1): hidden below ten reports, and never unanimous."""
    return show_mean(count, reports, 1)


def show_mean(total: int, reports: int, length: int) -> Cell:
    """Give a plain mean as percent of a scale's length; `total` is the sum of the places on it, from 0 each (7.1)."""
    if reports < FEWEST_NEW:
        return Cell(Shown.HIDDEN, None, 0)
    whole, rounded = reports * length, reports // STEP * STEP
    if reports >= SMALL:
        # As few as ten people's worth away from unanimity is only said to be few.
        least = -(-100 * FEWEST_NEW // reports)
        if total < FEWEST_NEW * length:
            return Cell(Shown.UNDER, least, rounded)
        if whole - total < FEWEST_NEW * length:
            return Cell(Shown.OVER, 100 - least, rounded)
        return Cell(Shown.NUMBER, _round_half_up(100 * total, whole), rounded)
    if 100 * total > TOP * whole:
        return Cell(Shown.OVER, TOP, rounded)
    if 100 * total < BOTTOM * whole:
        return Cell(Shown.UNDER, BOTTOM, rounded)
    return Cell(Shown.NUMBER, STEP * _round_half_up(100 * total, STEP * whole), rounded)


def bound_cell(cell: Cell, alpha: float = ALPHA) -> Interval:
    """Give the anytime interval of everything that a cell can stand for; it is made of what is shown and tells no more.

    Shares are the widest case of a mean: the logarithm is concave, so the wealth is least where all scores are 0 or 1.
    """
    low, high = _list_extremes(cell)
    return (
        compute_anytime_interval(score_share(low, cell.reports), PLAIN, alpha)[0],
        compute_anytime_interval(score_share(high, cell.reports), PLAIN, alpha)[1],
    )


def bound_cell_once(cell: Cell) -> Interval:
    """Give the one-look interval of everything that a cell can stand for (Wilson, which few reports do not break)."""
    if not cell.reports:
        return (0.0, 1.0)
    low, high = _list_extremes(cell)
    return (_compute_wilson(low, cell.reports)[0], _compute_wilson(high, cell.reports)[1])


def choose_hidden(reports: Mapping[str, int], unpublished: int = 0) -> frozenset[str]:
    """Choose which cells of a breakdown to hide (7.2); `unpublished` reports stand in the total and in no cell.

    The small ones; and where these or the unpublished could be told from the total, the next smallest, until at least
    two cells and ten reports are out of sight. Nobody stands in an empty cell: it is hidden and needs no company.
    """
    hidden = {name for name, count in reports.items() if count < FEWEST_NEW}
    sizes = [reports[name] for name in hidden if reports[name]] + ([unpublished] if unpublished else [])
    rest = sorted(reports.keys() - hidden, key=lambda name: (reports[name], name))
    is_at_risk = 0 < unpublished < FEWEST_NEW or len(sizes) > bool(unpublished)
    while is_at_risk and rest and (len(sizes) < 2 or sum(sizes) < FEWEST_NEW):
        sizes.append(reports[rest[0]])
        hidden.add(rest.pop(0))
    return frozenset(hidden)


def is_too_few(reports: int, interval: Interval) -> bool:
    """Tell whether a randomised result says too little to be shown as a number (3.5)."""
    return reports < FEWEST_RANDOMISED or interval[1] - interval[0] > WIDEST_INTERVAL


def may_claim_crowd(reports_by_cell: Sequence[int], one_adversary: int) -> bool:
    """Tell whether the crowd may be mentioned at all (6.2); `one_adversary` is the passes that one could hold."""
    return bool(reports_by_cell) and all(
        reports - one_adversary >= FEWEST_REPORTS for reports in reports_by_cell
    )


def _list_extremes(cell: Cell) -> tuple[int, int]:
    low, high = cell.possible_shares
    return math.floor(low * cell.reports), math.ceil(high * cell.reports)


def _compute_wilson(count: int, reports: int) -> Interval:
    square = NORMAL_95**2 / reports
    share = count / reports
    middle = (share + square / 2) / (1 + square)
    half = math.sqrt(square * (share * (1 - share) + square / 4)) / (1 + square)
    return (max(middle - half, 0.0), min(middle + half, 1.0))


def _round_half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
