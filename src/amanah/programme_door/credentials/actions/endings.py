"""Ending an authority, by a dated and reasoned notice; and dating a life. It never takes a paper away (5.2 to 5.5)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction

from amanah.core.credentials.notices import NoticeDraft, build_notice
from amanah.core.credentials.proofs import sign_document
from amanah.core.credentials.times import encode_time
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.actions.papers import Facts, record_document
from amanah.programme_door.credentials.actions.statuses import (
    build_document_id,
    publish_status_list,
    record_end,
)
from amanah.programme_door.credentials.keys import get_community_did, get_community_key
from amanah.programme_door.credentials.queries.papers import find_authorisation, list_held_by

NOTICE_RANDOM_SIZE = 16


class NoSuchAuthorityError(RefusedError):
    """There is no such authority here, or it was void from the start already."""

    code = "no-such-authority"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an authority ends, from when, and why, in words for everybody."""

    kind: Literal["ended", "void"]
    valid_from: int
    name: str
    reason: str


def end_authority(document_hash: str, ending: Ending, *, now: int, random_bytes: bytes) -> str:
    """Sign a notice that ends an authority, set its bit if it has a place on our list; give the notice's hash."""
    with transaction.atomic():
        ended = find_authorisation(document_hash)
        if ended is None:
            raise NoSuchAuthorityError("There is no such authority here.")
        digest = _sign_notice(
            NoticeDraft(
                id=build_document_id(random_bytes),
                kind=ending.kind,
                subject=ended.id,
                issuer=get_community_did(),
                valid_from=now if ending.kind == "void" else ending.valid_from,
                name=ending.name,
                reason=ending.reason,
            ),
            now=now,
        )
        if ended.status is not None and ending.valid_from <= now and record_end(ended.status):
            publish_status_list(now=now)
    return digest


def record_lost_key(
    holder: str, *, lost_at: int, words: tuple[str, str], now: int, random_bytes: bytes
) -> int:
    """End everything that is held under a key on the day it was lost; give how much that was (5.5).

    `words` are a name and a reason; `random_bytes` are 16 for each authority that is held.
    """
    with transaction.atomic():
        held = list_held_by(holder)
        for number, document_hash in enumerate(held):
            start = number * NOTICE_RANDOM_SIZE
            ending = Ending(kind="ended", valid_from=lost_at, name=words[0], reason=words[1])
            end_authority(
                document_hash,
                ending,
                now=now,
                random_bytes=random_bytes[start : start + NOTICE_RANDOM_SIZE],
            )
    return len(held)


def record_lifetime(
    holder: str,
    *,
    lived: tuple[date, date | None],
    words: tuple[str, str],
    now: int,
    random_bytes: bytes,
) -> str:
    """Sign the first and, if any, the last day of a life; `words` are a name and a reason (5.3)."""
    with transaction.atomic():
        return _sign_notice(
            NoticeDraft(
                id=build_document_id(random_bytes),
                kind="lifetime",
                subject=holder,
                issuer=get_community_did(),
                valid_from=now,
                lived_from=lived[0],
                lived_until=lived[1],
                name=words[0],
                reason=words[1],
            ),
            now=now,
        )


def _sign_notice(draft: NoticeDraft, *, now: int) -> str:
    signed = sign_document(build_notice(draft), get_community_key(), created=encode_time(now))
    facts = Facts(kind="notice", id=draft.id, issuer=draft.issuer, subject=draft.subject)
    return record_document(signed, facts, now=now)
