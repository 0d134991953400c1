"""Reads of the request door: one request by its secret link, and the two counts that everybody may see."""

from typing import NamedTuple

from django.db import connection

from amanah.core.encoding import compute_hash
from amanah.request_door.models import DataRequest, State
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


def find_request(secret: bytes) -> DataRequest | None:
    """Find the request that a status link belongs to."""
    return DataRequest.objects.filter(status_hash=compute_status_hash(secret)).first()


def compute_status_hash(secret: bytes) -> bytes:
    """Give the hash under which a status link's secret is stored."""
    return compute_hash("amanah/request-status/v1", secret)


def list_held_columns() -> list[HeldColumn]:
    """List what stands in this door's database now, with its purposes."""
    return list_live_columns(connection, parse_holdings(HOLDINGS_FILE))
