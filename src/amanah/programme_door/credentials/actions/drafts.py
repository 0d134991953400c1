"""What waits for a giver's own signature, behind an address that works once. No key of a giver ever comes here."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from amanah.core.credentials.authorisations import Strength, build_authorisation, parse_authorisation
from amanah.core.credentials.possession import verify_possession
from amanah.core.credentials.proofs import JCS, RDFC, attach_proofs, verify_document
from amanah.core.credentials.reading import encode_jcs
from amanah.core.credentials.times import parse_time
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.actions.issuing import Grant, GrantRefusedError, build_draft
from amanah.programme_door.credentials.actions.papers import Facts, record_document, record_name
from amanah.programme_door.credentials.actions.statuses import build_document_id
from amanah.programme_door.credentials.models import Draft
from amanah.programme_door.credentials.queries.drafts import compute_secret_hash, find_draft

SECRET_SIZE = 24
DRAFT_RANDOM_SIZE = 16 + SECRET_SIZE
WORKS_FOR = timedelta(days=30)
CLOCKS_DIFFER = 86_400
# A key that stands in for the giver's while a draft is checked; nobody holds its private half.
_NOBODY = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


class DraftNotOpenError(RefusedError):
    """The address was used, was withdrawn, or is too old."""

    code = "draft-not-open"


class DraftClockWrongError(RefusedError):
    """The giver's device signed at another time than it is."""

    code = "draft-clock-wrong"


class DraftNotForKeyError(RefusedError):
    """The draft is for another giver's key."""

    code = "draft-not-for-key"


def open_draft(grant: Grant, *, giver_name: str, now: int, random_bytes: bytes) -> str:
    """Keep an unsigned authorisation for its giver and give the secret of its one-time address.

    `grant.giver` is the giver's identifier; where it is empty, whoever opens the address signs with a key of their own.
    """
    if grant.strength is not Strength.SIGNED:
        raise GrantRefusedError("A giver signs what they give themselves.")
    if not giver_name:
        raise GrantRefusedError("Say what the giver is called: the name is signed with the rest.")
    secret = random_bytes[16:DRAFT_RANDOM_SIZE].hex()
    with transaction.atomic():
        draft = build_draft(
            grant,
            issuer=grant.giver or _NOBODY,
            issuer_name=giver_name,
            document_id=build_document_id(random_bytes),
        )
        document = build_authorisation(draft)
        if not grant.giver:
            document["issuer"]["id"] = ""
        Draft.objects.create(
            secret_hash=compute_secret_hash(secret),
            kind="grant",
            name=giver_name,
            document=encode_jcs(document).decode(),
            giver=grant.giver,
            closes_on=_find_last_day(now),
        )
    return secret


def open_key_request(name: str, *, now: int, random_bytes: bytes) -> str:
    """Ask somebody to make a key of their own, and give the secret of the one-time address for it."""
    secret = random_bytes[16:DRAFT_RANDOM_SIZE].hex()
    with transaction.atomic():
        Draft.objects.create(
            secret_hash=compute_secret_hash(secret),
            kind="key",
            name=name,
            document="{}",
            closes_on=_find_last_day(now),
        )
    return secret


def answer_key_request(secret: str, did: str, signature: bytes, *, now: int) -> None:
    """Write down whose key it is, once the key has signed for this very address."""
    with transaction.atomic():
        found = find_draft(secret, today=_find_day(now))
        if found is None or found.kind != "key":
            raise DraftNotOpenError("This address works no more.")
        verify_possession(did, secret, signature)
        record_name(did, found.name)
        Draft.objects.filter(secret_hash=compute_secret_hash(secret)).delete()


def answer_draft(secret: str, did: str, created: str, signatures: Mapping[str, bytes], *, now: int) -> str:
    """Take in a giver's two signatures, made at `created`, and keep the authorisation; give its hash."""
    with transaction.atomic():
        found = find_draft(secret, today=_find_day(now))
        if found is None or found.kind != "grant":
            raise DraftNotOpenError("This address works no more.")
        if abs(parse_time(created) - now) > CLOCKS_DIFFER:
            raise DraftClockWrongError("The clock of the device is wrong by more than a day.")
        if found.giver not in {"", did}:
            raise DraftNotForKeyError("This authority is to be given with another key.")
        document = json.loads(json.dumps(found.document))
        document["issuer"]["id"] = did
        signed = attach_proofs(document, did, created, {suite: signatures[suite] for suite in (JCS, RDFC)})
        read = parse_authorisation(signed, verify_document(signed))
        facts = Facts(
            kind="authorisation",
            id=read.id,
            issuer=read.issuer,
            giver=read.giver,
            holder=read.holder,
            scope=read.scope,
            parent=read.parent or "",
        )
        digest = record_document(signed, facts, now=now)
        record_name(did, found.name)
        Draft.objects.filter(secret_hash=compute_secret_hash(secret)).delete()
    return digest


def withdraw_draft(secret_hash: str) -> None:
    """Take back what nobody has signed yet; its address works no more."""
    with transaction.atomic():
        Draft.objects.filter(secret_hash=secret_hash).delete()


def destroy_old_drafts(*, now: int) -> None:
    """Forget what nobody signed in thirty days."""
    with transaction.atomic():
        Draft.objects.filter(closes_on__lt=_find_day(now)).delete()


def _find_day(now: int) -> date:
    return datetime.fromtimestamp(now, UTC).date()


def _find_last_day(now: int) -> date:
    return _find_day(now) + WORKS_FOR
