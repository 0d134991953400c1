"""Proposing and withdrawing roots, and publishing the numbered list of them. It never changes a published list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from amanah.core.credentials.proofs import JCS, sign_document
from amanah.core.credentials.reading import parse_json
from amanah.core.credentials.root_lists import Root as ListedRoot
from amanah.core.credentials.root_lists import RootList, RootListDraft, build_root_list, parse_root_list
from amanah.core.credentials.times import encode_time
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.actions import record_name
from amanah.programme_door.credentials.actions.papers import Facts, record_document
from amanah.programme_door.credentials.keys import get_community_did, get_community_key
from amanah.programme_door.occasions.actions import record_public_entry
from amanah.programme_door.programmes.actions import record_content_change
from amanah.programme_door.roots.models import Root
from amanah.programme_door.roots.queries import get_next_list, get_own_list, list_other_lists
from amanah.web.settings import get_config

ROOT_ID_SIZE = 8


class RootListRefusedError(RefusedError):
    """There is nothing new to publish, or the list is ours, or older than the one that is here."""

    code = "root-list-refused"


@dataclass(frozen=True)
class ListRules:
    """What a list says besides its roots: who else may record, and how long a chain may be."""

    recorders: Sequence[str]
    longest_chain: int


def record_root(listed: ListedRoot, *, root: str = "", random_bytes: bytes = b"") -> str:
    """Write down whom the next list names, by which vote and why; give the row's name."""
    name = root or random_bytes[:ROOT_ID_SIZE].hex()
    with transaction.atomic():
        Root.objects.update_or_create(
            root=name,
            defaults={
                "identifier": listed.id,
                "name": listed.name,
                "scopes": list(listed.scopes),
                "from_day": listed.from_day,
                "until_day": listed.until_day,
                "held_on": listed.vote.held_on,
                "votes_for": listed.vote.votes_for,
                "votes_against": listed.vote.votes_against,
                "abstained": listed.vote.abstained,
                "way": listed.vote.way,
                "occasion": listed.vote.occasion or "",
                "reasons": listed.reasons,
                "history": list(listed.history),
                "achievements": dict(listed.achievements),
            },
        )
        # The community has its name already; as one of the people it would be offered twice, and as a lost key.
        if listed.id != get_community_did():
            record_name(listed.id, listed.name)
    return name


def withdraw_root(root: str) -> None:
    """Leave somebody out of the next list; the lists that named them stay published."""
    with transaction.atomic():
        Root.objects.filter(root=root).delete()


def record_achievement(root: str, achievement: str, scope: str) -> None:
    """Map what another body calls an achievement to one of our scopes, under the root who gives it (4.4)."""
    with transaction.atomic():
        row = Root.objects.select_for_update().get(root=root)
        row.achievements = {**row.achievements, achievement: scope}
        row.save(update_fields=["achievements"])


def publish_roots(rules: ListRules, *, now: int) -> str:
    """Sign the next numbered list, keep it, and state it in the public log; give its hash."""
    with transaction.atomic():
        before = get_own_list()
        community = get_community_did()
        others = tuple(dict.fromkeys(one for one in rules.recorders if one != community))
        roots = get_next_list().roots
        if before is not None and (before.roots, before.recorders, before.longest_chain) == (
            roots,
            (community, *others),
            rules.longest_chain,
        ):
            raise RootListRefusedError("Nothing has changed since the last list.")
        draft = RootListDraft(
            community=community,
            name=get_config().community_name,
            number=before.number + 1 if before else 1,
            dated=now,
            previous=before.document_hash if before else None,
            recorders=others,
            longest_chain=rules.longest_chain,
            roots=roots,
        )
        signed = sign_document(
            build_root_list(draft),
            get_community_key(),
            created=encode_time(now),
            suites=(JCS,),
            issuer=community,
        )
        digest = _keep(parse_root_list(signed), now=now)
        record_public_entry(
            kind="roots_stated",
            ref=None,
            body={"list": digest, "number": draft.number, "roots": len(roots)},
            now=now,
        )
        record_content_change()
    return digest


def record_other_list(data: bytes, *, now: int) -> RootList:
    """Keep the list of another community beside ours; it changes nothing about ours."""
    brought = parse_root_list(parse_json(data))
    if brought.community == get_community_did():
        raise RootListRefusedError("This is a list of this community. Its lists are published here already.")
    before = next((one for one in list_other_lists() if one.community == brought.community), None)
    if before is not None:
        _verify_later(before, brought)
    with transaction.atomic():
        _keep(brought, now=now)
        record_content_change()
    return brought


def _verify_later(before: RootList, brought: RootList) -> None:
    """Refuse an older list, and a second one with the same number: a community that signs two says two things."""
    is_same = before.document_hash == brought.document_hash
    if not is_same and brought.number <= before.number:
        raise RootListRefusedError("A list of that community with this number, or a later one, is here.")


def _keep(listed: RootList, *, now: int) -> str:
    facts = Facts(kind="roots", id=f"{listed.community}#{listed.number}", issuer=listed.community)
    return record_document(listed.document, facts, now=now)
