"""Seasons of trust as this door's copy of the public log tells them: lines, stated readings, alarms. It writes nothing.

It needs neither plans nor answers, so that every page can ask it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amanah.core.public_log.entries import parse_entry
from amanah.core.surveys.logged_season import (
    TOLD_KINDS,
    GateState,
    LoggedSeason,
    decide_stated_state,
    read_logged_seasons,
)
from amanah.core.surveys.seasons import PlacedEntry
from amanah.programme_door.occasions.queries import LogChoice, count_logged, list_logged

_MOST_ENTRIES = 100_000


@dataclass(frozen=True)
class Alarm:
    """The harm alarm of the latest season that has begun: it is told until the next one begins."""

    season: str
    rang_at: int
    index: int


def list_logged_seasons() -> tuple[LoggedSeason, ...]:
    """List every season in force in the public log, by beginning."""
    return read_logged_seasons(list_told_entries())


def list_told_entries(kinds: Iterable[str] = TOLD_KINDS) -> Sequence[PlacedEntry]:
    """List the copied entries that tell anything about seasons, in the log's order."""
    rows = [row for kind in kinds for row in list_logged(LogChoice(kind=kind), most=_MOST_ENTRIES)]
    entries = []
    for row in sorted(rows, key=lambda one: one.index):
        entry = parse_entry(row.data)
        told = {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "by": entry.by, "body": entry.body}
        entries.append((row.index, told))
    return entries


def find_latest_season(now: int) -> LoggedSeason | None:
    """Find the season that began last, whether or not it is over."""
    begun = [logged for logged in list_logged_seasons() if logged.season.starts_at <= now]
    return begun[-1] if begun else None


def find_alarm(now: int) -> Alarm | None:
    """Find the alarm that pages have to tell; a log without any costs one count."""
    if not count_logged(LogChoice(kind="gate_closed")):
        return None
    latest = find_latest_season(now)
    if latest is None:
        return None
    return next(
        (
            Alarm(latest.season.name, closing.at, closing.index)
            for closing in latest.closings
            if closing.reason == "alarm"
        ),
        None,
    )


def find_gate_state(now: int) -> GateState | None:
    """Find whether the gate is open, from the log alone; None before the first season has begun."""
    latest = find_latest_season(now)
    return decide_stated_state(latest, now) if latest else None
