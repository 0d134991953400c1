"""Opening the season: everything written down is announced at once. It never announces anything twice."""

from collections.abc import Sequence

from django.db import transaction

from amanah.core.errors import RefusedError
from amanah.core.passes.occasions import Occasion
from amanah.core.public_log.schemas import MOST_OCCASIONS
from amanah.core.surveys.stated_plan import SeasonLines
from amanah.programme_door.desk.queries import Planned, build_descriptor
from amanah.programme_door.occasions.actions import plan_wave
from amanah.programme_door.question_library.queries import find_last_chance_missed
from amanah.programme_door.surveys.actions import record_plan
from amanah.web.config import Pacing
from amanah.web.settings import get_config


class NothingToAnnounceError(RefusedError):
    """A season announces 1 to 60 sessions and surveys."""

    code = "nothing-to-announce"


class HarmNotAskedError(RefusedError):
    """A season would end without having asked whether the programme did harm."""

    code = "harm-not-asked"


def plan_season(
    planned: Sequence[Planned],
    *,
    pacing: Pacing,
    fetch_until: int,
    now: int,
    random_bytes: bytes,
    lines: Sequence[SeasonLines] = (),
) -> str:
    """Plan one wave of all that is given and give the wave id; the card door makes the keys when it reads it.

    Each survey's plan is stated with it, under the `lines` of the season that covers it. Where these are the last
    surveys that such a season can have, and nothing in it asks about harm, nothing is announced.
    """
    if not 1 <= len(planned) <= MOST_OCCASIONS:
        raise NothingToAnnounceError(f"A season announces 1 to {MOST_OCCASIONS} sessions and surveys.")
    missed = find_last_chance_missed(
        lines,
        [item.plan.occasion for item in planned],
        fetch_until=fetch_until,
        shortest_fetch_window=pacing.shortest_fetch_window,
    )
    if missed is not None:
        raise HarmNotAskedError(f"These questions are asked once a season: {', '.join(missed.missing)}.")
    occasions = [build_descriptor(item, community=get_config().community) for item in planned]
    with transaction.atomic():
        for occasion in occasions:
            if occasion.kind == "survey":
                covering = [
                    one
                    for one in lines
                    if one.covers(opens_at=occasion.opens_at, closes_at=occasion.closes_at)
                ]
                record_plan(occasion.occasion, covering[0] if covering else None, now=now)
        return plan_wave(
            occasions=occasions,
            fetch_from=now,
            fetch_until=fetch_until,
            minimum_age=pacing.minimum_age,
            now=now,
            random_bytes=random_bytes,
        )


def _find_covering(lines: Sequence[SeasonLines], occasion: Occasion) -> SeasonLines | None:
    """Find the season that a survey lies in; seasons never overlap."""
    covering = (one for one in lines if one.covers(opens_at=occasion.opens_at, closes_at=occasion.closes_at))
    return next(covering, None)
