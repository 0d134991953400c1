"""Whether and when people are told of a request: by the next report, unless a law forbids it (9.5).

It never tells earlier because something happened: reports come on fixed dates, and this only says by which.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from amanah.core.data_requests.periods import ReportPace, ReportPeriod

_LAST_YEAR = 9998
"""The calendar of computers ends a year later: a report after it has no name."""

LOOK_EVERY = 90
"""Days after which trustees look again at secrecy without an end."""


@dataclass(frozen=True)
class Withheld:
    """Why people are not told yet: the code of the law, since when, and until when where that is known."""

    reason: str
    since: date
    until: date | None
    ended_on: date | None = None
    looked_on: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day; it ends with the beginning of its last day, by itself."""
        ends = self.end
        return ends is None or day < ends

    @property
    def end(self) -> date | None:
        """Give the first day on which people may be told, as far as that is known."""
        return min((day for day in (self.until, self.ended_on) if day is not None), default=None)

    @property
    def look(self) -> date | None:
        """Give the day by which trustees look at secrecy without an end; it stays due until somebody has looked."""
        if self.end is not None:
            return None
        last = self.since if self.looked_on is None else max(self.since, self.looked_on)
        return last + timedelta(days=LOOK_EVERY)


def compute_telling(withheld: Withheld | None, sealed_at: int, pace: ReportPace) -> ReportPeriod | None:
    """Give the report that opens a record sealed at a time; None while secrecy has no end.

    A report opens what was sealed by the end of its period and is under secrecy neither then nor later (8.5).
    """
    if withheld is None:
        return pace.build_period(pace.find_number(sealed_at - 1))
    if withheld.end is None or withheld.end.year > _LAST_YEAR:
        return None
    free_from = int(datetime.combine(withheld.end, time(), UTC).timestamp())
    return pace.build_period(pace.find_number(max(free_from, sealed_at - 1)))
