"""What is due by the day: endings that begin, a status list that grew old, drafts that nobody signed; and the day.

A list is signed anew each week, so that whoever checks offline sees how fresh it is.
"""

import json
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from amanah.core.credentials.times import parse_time
from amanah.programme_door.credentials.actions.drafts import destroy_old_drafts
from amanah.programme_door.credentials.actions.papers import record_check
from amanah.programme_door.credentials.actions.statuses import publish_status_list, record_end
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.queries.papers import find_newest_status_list, list_ended_now

A_WEEK = 7 * 86_400


def publish_due(*, now: int) -> bool:
    """Set the bits of what has ended by now, sign the list anew where it says less or is old; tell whether it was."""
    with transaction.atomic():
        destroy_old_drafts(now=now)
        newest = find_newest_status_list(get_community_did())
        if newest is None:
            return False
        has_ended = [record_end(place) for place in list_ended_now(now)]
        is_old = parse_time(json.loads(newest)["validFrom"]) < now - A_WEEK
        if any(has_ended) or is_old:
            publish_status_list(now=now)
        return any(has_ended) or is_old


def record_day(problems: Mapping[str, str], *, day: date) -> int:
    """Write down the day and what was found; give how many papers are worse than at the check before."""
    return record_check(problems, day=day) if problems else 0
