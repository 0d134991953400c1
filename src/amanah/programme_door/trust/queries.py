"""Seasons that this door stated, and readings of the gate from counts of closed surveys. It never reads an answer."""

from amanah.core.surveys.gate import CountedSurvey, SeasonReading, read_counted, read_season
from amanah.core.surveys.logged_season import LoggedSeason
from amanah.core.surveys.seasons import StatedSeason, Times
from amanah.core.surveys.stated_plan import Season as SeasonTimes
from amanah.core.surveys.stated_plan import SeasonLines
from amanah.programme_door.occasions.queries import list_occasions
from amanah.programme_door.surveys.queries import find_plan
from amanah.programme_door.trust.ledger import parse_claim_counts
from amanah.programme_door.trust.models import ClaimCount, Season


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
