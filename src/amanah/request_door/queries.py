"""Reads of the request door: the two counts that everybody may see, and every column that it keeps."""

from typing import NamedTuple

from django.db import connection

from amanah.request_door.requests.models import DataRequest, State
from amanah.web.assets import WEB
from amanah.web.holdings import HeldColumn, list_live_columns, parse_holdings

HOLDINGS_FILE = WEB.parent / "request_door" / "holdings.json"


class RequestCounts(NamedTuple):
    """How often outside bodies asked here, and how often something was given."""

    asked: int
    given: int


def count_requests() -> RequestCounts:
    """Count the rows themselves, so that no counter can say anything else."""
    return RequestCounts(
        asked=DataRequest.objects.count(), given=DataRequest.objects.filter(state=State.GIVEN).count()
    )


def list_held_columns() -> list[HeldColumn]:
    """List what stands in this door's database now, with its purposes."""
    return list_live_columns(connection, parse_holdings(HOLDINGS_FILE))
