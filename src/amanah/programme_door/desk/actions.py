"""Opening the season: everything written down is announced at once. It never announces anything twice."""

from collections.abc import Sequence

from amanah.core.errors import RefusedError
from amanah.core.public_log.schemas import MOST_OCCASIONS
from amanah.programme_door.desk.queries import Planned, build_descriptor
from amanah.programme_door.occasions.actions import plan_wave
from amanah.web.config import Pacing


class NothingToAnnounceError(RefusedError):
    """A season announces 1 to 60 sessions and surveys."""

    code = "nothing-to-announce"


def plan_season(
    planned: Sequence[Planned],
    *,
    community: str,
    pacing: Pacing,
    fetch_until: int,
    now: int,
    random_bytes: bytes,
) -> str:
    """Plan one wave of all that is given and give the wave id; the card door makes the keys when it reads it."""
    if not 1 <= len(planned) <= MOST_OCCASIONS:
        raise NothingToAnnounceError(f"A season announces 1 to {MOST_OCCASIONS} sessions and surveys.")
    return plan_wave(
        occasions=[build_descriptor(item, community=community) for item in planned],
        fetch_from=now,
        fetch_until=fetch_until,
        minimum_age=pacing.minimum_age,
        now=now,
        random_bytes=random_bytes,
    )
