"""Stating a season's lines in public, and closing the gate. It never moves a line under which somebody may answer.

Each act and the entry that tells of it are one transaction.
"""

from django.db import transaction

from amanah.core.errors import RefusedError
from amanah.core.surveys.seasons import StatedSeason, verify_season
from amanah.core.surveys.stated_plan import SeasonLines
from amanah.programme_door.occasions.actions import record_public_entry
from amanah.programme_door.programmes.actions import record_content_change
from amanah.programme_door.trust.models import Season
from amanah.programme_door.trust.queries import list_announced_times, list_own_seasons

SEASON_ID_SIZE = 8


class GateNotClosableError(RefusedError):
    """There is no running season whose gate could be closed."""

    code = "gate-not-closable"


def publish_season(lines: SeasonLines, *, now: int, random_bytes: bytes, season: str = "") -> str:
    """State a season, or state one again that nothing hangs on yet; give its id."""
    name = season or random_bytes[:SEASON_ID_SIZE].hex()
    with transaction.atomic():
        stated = list_own_seasons()
        verify_season(StatedSeason(name, len(stated), now, lines), stated, list_announced_times())
        Season.objects.update_or_create(
            season=name,
            defaults={
                "stated_at": now,
                "starts_at": lines.season.starts_at,
                "ends_at": lines.season.ends_at,
                "line": lines.trust,
                "harm": lines.harm,
            },
        )
        record_public_entry(
            kind="season_stated",
            ref=name,
            body={
                "ends_at": lines.season.ends_at,
                "harm": lines.harm,
                "line": lines.trust,
                "starts_at": lines.season.starts_at,
            },
            now=now,
        )
        record_content_change()
    return name


def close_gate(season: str, *, now: int) -> None:
    """Close the gate for the rest of a season that is running; once it is closed it stays closed."""
    with transaction.atomic():
        row = Season.objects.select_for_update().filter(season=season).first()
        if row is None or not row.starts_at <= now < row.ends_at or row.gate_closed_at is not None:
            raise GateNotClosableError("Only the gate of the running season can be closed, and only once.")
        row.gate_closed_at = now
        row.save(update_fields=["gate_closed_at"])
        record_public_entry(kind="gate_closed", ref=season, body={"reason": "trustees"}, now=now)
        record_content_change()
