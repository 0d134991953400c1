"""When records are sealed and reports are published: fixed times that no event moves (7.2, 8.1).

It reads no clock: whoever asks says what time it is.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from amanah.core.errors import InvalidInputError

MOST_MISSED_SEALS = 400
"""How many missed periods are made up; what is older is left out, and a verifier reports it."""
MOST_MISSED_REPORTS = 40
_QUARTER = re.compile(r"([0-9]{4})-q([1-4])")
_DEMO = re.compile(r"demo-(0|[1-9][0-9]{0,11})")


class ReportNameError(InvalidInputError):
    """There is no report of this name."""

    code = "report-name-unknown"


@dataclass(frozen=True)
class SealPace:
    """How often records are sealed, and how far after the beginning of the day; in seconds."""

    every: int
    offset: int

    def compute_end(self, number: int) -> int:
        """Give when a period ends."""
        return self.every * (number + 1) + self.offset

    def compute_last_ended(self, now: int) -> int:
        """Give the number of the period that ended last."""
        return (now - self.offset) // self.every - 1

    def list_due(self, last_sealed: int | None, now: int) -> list[int]:
        """List the periods that have ended and are not sealed, in their order; the first ever is the one before now."""
        newest = self.compute_last_ended(now)
        first = newest if last_sealed is None else last_sealed + 1
        return [*range(max(first, newest - MOST_MISSED_SEALS + 1, 0), newest + 1)]


@dataclass(frozen=True)
class ReportPeriod:
    """What one report covers, from its beginning up to but without its end, and when it is published."""

    number: int
    name: str
    starts_at: int
    ends_at: int
    published_at: int


@dataclass(frozen=True)
class ReportPace:
    """How long reports cover, in seconds, or None for the quarters of the calendar; and how long after they come."""

    every: int | None
    delay: int

    def build_period(self, number: int) -> ReportPeriod:
        """Give a period by its number; quarters are numbered from the first of the year 0."""
        if self.every is not None:
            starts_at, ends_at = number * self.every, (number + 1) * self.every
            return ReportPeriod(number, f"demo-{number}", starts_at, ends_at, ends_at + self.delay)
        starts_at, ends_at = _compute_quarter(number), _compute_quarter(number + 1)
        name = f"{number // 4:04d}-q{number % 4 + 1}"
        return ReportPeriod(number, name, starts_at, ends_at, ends_at + self.delay)

    def find_number(self, at: int) -> int:
        """Find the period that a moment lies in."""
        if self.every is not None:
            return at // self.every
        day = datetime.fromtimestamp(at, UTC)
        return day.year * 4 + (day.month - 1) // 3

    def list_due(self, first: int, last_published: int | None, now: int) -> list[ReportPeriod]:
        """List the reports that are due and were not published, in their order; `first` is the first ever."""
        newest = self.find_number(now)
        while newest >= 0 and self.build_period(newest).published_at > now:
            newest -= 1
        begin = first if last_published is None else last_published + 1
        numbers = range(max(begin, newest - MOST_MISSED_REPORTS + 1, 0), newest + 1)
        return [self.build_period(number) for number in numbers]


def parse_report_name(name: str) -> int:
    """Give the number of a report by its name."""
    if quarter := _QUARTER.fullmatch(name):
        return int(quarter[1]) * 4 + int(quarter[2]) - 1
    if demo := _DEMO.fullmatch(name):
        return int(demo[1])
    raise ReportNameError("There is no report of this name.")


def _compute_quarter(number: int) -> int:
    return int(datetime(number // 4, number % 4 * 3 + 1, 1, tzinfo=UTC).timestamp())
