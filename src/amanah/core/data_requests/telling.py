"""Whether and when people are told of a request: by the next report, unless a law forbids it (9.5).

It never tells earlier because something happened: reports come on fixed dates, and this only says by which.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from amanah.core.data_requests.periods import ReportPace, ReportPeriod

LOOK_EVERY = 90
"""Days after which trustees look again at secrecy without an end."""


@dataclass(frozen=True)
class Withheld:
    """Why people are not told yet: the code of the law, since when, and until when where that is known."""

    reason: str
    since: date
    until: date | None
    ended_on: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day; it ends with the beginning of its last day, by itself."""
        ends = self.end
        return ends is None or day < ends

    @property
    def end(self) -> date | None:
        """Give the first day on which people may be told, as far as that is known."""
        return min((day for day in (self.until, self.ended_on) if day is not None), default=None)

    def compute_look(self, today: date) -> date | None:
        """Give the next day on which trustees look at secrecy without an end; None where it has one."""
        if self.end is not None:
            return None
        passed = max((today - self.since).days, 0)
        return self.since + timedelta(days=(passed // LOOK_EVERY + 1) * LOOK_EVERY)


def compute_telling(withheld: Withheld | None, decided_on: date, pace: ReportPace) -> ReportPeriod | None:
    """Give the report by which people are told; None while secrecy has no end.

    A report opens what was sealed by the end of its period and is not under secrecy then (8.5).
    """
    if withheld is None:
        return pace.build_period(pace.find_number(_get_begin(decided_on)))
    if withheld.end is None:
        return None
    number = pace.find_number(_get_begin(max(withheld.end, decided_on)))
    return pace.build_period(number)


def _get_begin(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
