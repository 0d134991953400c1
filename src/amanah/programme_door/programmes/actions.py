"""Writing down programmes and community words, and publishing invitation hashes. It never stores a hash or a code."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

from django.db import transaction
from django.db.models import F

from amanah.core.encoding import encode_base64url
from amanah.core.errors import RefusedError
from amanah.programme_door.occasions.actions import record_public_entry, withdraw_waiting_entries
from amanah.programme_door.programmes.models import Community, ContentVersion, InvitationBatch, Programme
from amanah.programme_door.programmes.queries import encode_facts

Medium = Literal["sheet", "sealed"]
BATCH_ID_SIZE = 8
HASH_SIZE = 32
MOST_IN_A_BATCH = 500
PROGRAMME_STATED = "programme_stated"


class InvitationsRefusedError(RefusedError):
    """A batch is empty, too large or repeats itself."""

    code = "invitations-refused"


class ProgrammeExistsError(RefusedError):
    """The name in the address is taken."""

    code = "programme-exists"


def record_content_change() -> None:
    """Make every public page be drawn again; call it in the transaction of the change."""
    ContentVersion.objects.get_or_create(content=1)
    ContentVersion.objects.filter(content=1).update(version=F("version") + 1)


def publish_facts(slug: str, *, now: int) -> None:
    """Show the pages anew, and say in the public log what now stands there, if it differs from what was said last.

    Call it in the transaction of the change.
    """
    record_content_change()
    facts = encode_facts(slug)
    digest = hashlib.sha256(facts).hexdigest() if facts else ""
    programme = Programme.objects.select_for_update().get(slug=slug)
    if digest == programme.stated_facts:
        return
    # Entries of one second stand in the log in no order: of two statements the later one might come first.
    withdraw_waiting_entries(kind=PROGRAMME_STATED, ref=slug, at=now)
    record_public_entry(kind=PROGRAMME_STATED, ref=slug, body={"facts": digest or None}, now=now)
    programme.stated_facts = digest
    programme.save(update_fields=["stated_facts"])


def record_community_words(language: str, texts: Mapping[str, str]) -> None:
    """Write down the community's words in one language."""
    with transaction.atomic():
        community, _ = Community.objects.get_or_create(community=1)
        community.words = {**community.words, language: dict(texts)}
        community.save()
        record_content_change()


def open_programme(*, slug: str, language: str, texts: Mapping[str, str], now: int) -> None:
    """Write down a new programme in its first language."""
    with transaction.atomic():
        if Programme.objects.filter(slug=slug).exists():
            raise ProgrammeExistsError("There is a programme with this short name; choose another.")
        Programme.objects.create(slug=slug, language=language, words={language: dict(texts)})
        publish_facts(slug, now=now)


def record_programme_words(
    *, slug: str, language: str, texts: Mapping[str, str], is_shown: bool, now: int
) -> None:
    """Write down a programme's words in one language, and whether it is on the public pages."""
    with transaction.atomic():
        programme = Programme.objects.select_for_update().get(slug=slug)
        programme.words = {**programme.words, language: dict(texts)}
        programme.is_shown = is_shown
        programme.save()
        publish_facts(slug, now=now)


def print_invitations(
    *, hashes: Sequence[bytes], medium: Medium, is_replacement: bool, now: int, random_bytes: bytes
) -> str:
    """Publish the hashes of codes that an organiser's browser has drawn, and give the batch id."""
    if not 1 <= len(hashes) <= MOST_IN_A_BATCH:
        raise InvitationsRefusedError(f"A batch holds 1 to {MOST_IN_A_BATCH} invitations.")
    if any(len(digest) != HASH_SIZE for digest in hashes) or len(set(hashes)) < len(hashes):
        raise InvitationsRefusedError("Each hash has 32 bytes and stands in a batch once.")
    batch = random_bytes[:BATCH_ID_SIZE].hex()
    with transaction.atomic():
        InvitationBatch.objects.create(
            batch=batch, printed=len(hashes), medium=medium, is_replacement=is_replacement
        )
        record_public_entry(
            kind="invitations_printed",
            ref=batch,
            body={
                "hashes": [*sorted(encode_base64url(digest) for digest in hashes)],
                "medium": medium,
                "replacement": is_replacement,
            },
            now=now,
        )
        record_content_change()
    return batch
