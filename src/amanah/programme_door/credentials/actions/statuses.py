"""The community's one status list: places drawn at random, and the list signed anew whenever a bit is set (5.1)."""

import uuid

from django.db import transaction

from amanah.core.credentials.proofs import sign_document
from amanah.core.credentials.status_lists import BITS, StatusListDraft, StatusPlace, build_status_list
from amanah.core.credentials.times import encode_time
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.actions.papers import Facts, record_document
from amanah.programme_door.credentials.keys import get_community_did, get_community_key
from amanah.programme_door.credentials.models import Document, StatusIndex
from amanah.programme_door.credentials.queries.addresses import build_status_list_id

# Of a list so full that chance rarely finds a free place, none is given out any more.
MOST_GIVEN_OUT = BITS * 9 // 10
TRIES = 64
PLACE_SIZE = 3


class StatusListFullError(RefusedError):
    """Nearly every place of the one list is given out."""

    code = "status-list-full"


def record_status_place(random_bytes: bytes) -> StatusPlace:
    """Give out a place that nobody had, drawn by chance; `random_bytes` are 192, never used again."""
    if StatusIndex.objects.count() >= MOST_GIVEN_OUT:
        raise StatusListFullError("The status list of this community is full.")
    for start in range(0, TRIES * PLACE_SIZE, PLACE_SIZE):
        position = int.from_bytes(random_bytes[start : start + PLACE_SIZE]) % BITS
        _, is_new = StatusIndex.objects.get_or_create(position=position)
        if is_new:
            return StatusPlace(build_status_list_id(), position)
    raise StatusListFullError("The status list of this community is full.")


def publish_status_list(*, now: int) -> str:
    """Sign the list as it is now and keep it beside the earlier ones; give its hash."""
    with transaction.atomic():
        ended = set(StatusIndex.objects.filter(is_ended=True).values_list("position", flat=True))
        list_id, issuer = build_status_list_id(), get_community_did()
        unsigned = build_status_list(
            StatusListDraft(id=list_id, issuer=issuer, revoked=frozenset(ended), valid_from=now)
        )
        signed = sign_document(unsigned, get_community_key(), created=encode_time(now))
        return record_document(signed, Facts(kind="status", id=list_id, issuer=issuer), now=now)


def record_end(place: StatusPlace) -> bool:
    """Set the bit of a place of our own list; tell whether it is ours and was not set."""
    if place.list != build_status_list_id():
        return False
    return bool(StatusIndex.objects.filter(position=place.index, is_ended=False).update(is_ended=True))


def has_status_list() -> bool:
    """Tell whether a list was ever signed."""
    return Document.objects.filter(kind="status", issuer=get_community_did()).exists()


def build_document_id(random_bytes: bytes) -> str:
    """Give `urn:uuid:` of a random UUID."""
    return f"urn:uuid:{uuid.UUID(bytes=random_bytes[:16], version=4)}"
