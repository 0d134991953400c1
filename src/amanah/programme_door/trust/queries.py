"""Seasons, readings of the gate and alarms, from this door's copy of the public log and counts of closed surveys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amanah.core.public_log.entries import parse_entry
from amanah.core.surveys.gate import CountedSurvey, SeasonReading, read_counted, read_season
from amanah.core.surveys.logged_season import (
    TOLD_KINDS,
    GateState,
    LoggedSeason,
    decide_stated_state,
    read_logged_seasons,
)
from amanah.core.surveys.seasons import PlacedEntry, StatedSeason, Times
from amanah.core.surveys.stated_plan import Season as SeasonTimes
from amanah.core.surveys.stated_plan import SeasonLines
from amanah.programme_door.occasions.queries import LogChoice, count_logged, list_logged, list_occasions
from amanah.programme_door.surveys.queries import find_plan
from amanah.programme_door.trust.ledger import parse_claim_counts
from amanah.programme_door.trust.models import ClaimCount, Season

_MOST_ENTRIES = 100_000


@dataclass(frozen=True)
class Alarm:
    """The harm alarm of the latest season that has begun: it is told until the next one begins."""

    season: str
    rang_at: int
    index: int


def list_season_lines() -> list[SeasonLines]:
    """List the lines of every season that this door has stated, by beginning."""
    return [season.lines for season in list_own_seasons()]


def list_own_seasons() -> list[StatedSeason]:
    """List the seasons as this door stated them last, whether or not the log has them already."""
    return [
        StatedSeason(
            row.season,
            place,
            row.stated_at,
            SeasonLines(SeasonTimes(row.starts_at, row.ends_at), trust=row.line, harm=row.harm),
        )
        for place, row in enumerate(Season.objects.all())
    ]


def list_announced_times() -> list[Times]:
    """List when each announced survey opens and closes."""
    return [(one.opens_at, one.closes_at) for one in list_occasions() if one.kind == "survey"]


def is_changeable(season: StatedSeason, *, now: int) -> bool:
    """Tell whether a season may still be stated again: it has not begun, and no announced survey lies in it."""
    return now <= season.starts_at and not any(season.covers(times) for times in list_announced_times())


def list_logged_seasons() -> tuple[LoggedSeason, ...]:
    """List every season in force in the public log, by beginning."""
    return read_logged_seasons(list_told_entries())


def list_told_entries(kinds: Iterable[str] = TOLD_KINDS) -> Sequence[PlacedEntry]:
    """List the copied entries that tell anything about seasons, in the log's order."""
    rows = [row for kind in kinds for row in list_logged(LogChoice(kind=kind), most=_MOST_ENTRIES)]
    entries = []
    for row in sorted(rows, key=lambda one: one.index):
        entry = parse_entry(row.data)
        entries.append(
            (row.index, {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "body": entry.body})
        )
    return entries


def get_season_reading(logged: LoggedSeason) -> SeasonReading:
    """Read a season from its beginning, from what was counted."""
    rows = ClaimCount.objects.filter(occasion__in=[survey.occasion for survey in logged.counted])
    held = {row.occasion: parse_claim_counts(bytes(row.counts)) for row in rows}
    counted: dict[str, CountedSurvey | None] = {}
    for survey in logged.counted:
        plan = find_plan(survey.occasion)
        if plan is not None and survey.occasion in held:
            counted[survey.occasion] = read_counted(plan, held[survey.occasion], survey, logged.season)
    return read_season(logged, counted)


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
