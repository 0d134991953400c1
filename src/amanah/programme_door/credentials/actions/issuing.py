"""Issuing an authorisation with the community's key: as its giver, or as the recorder of what others gave (2.3)."""

from dataclasses import dataclass, fields

from django.db import transaction

from amanah.core.credentials.authorisations import (
    Authorisation,
    Draft,
    Evidence,
    Strength,
    build_authorisation,
)
from amanah.core.credentials.breaks import Break
from amanah.core.credentials.links import list_breaks_of_grant
from amanah.core.credentials.papers import PaperIndex
from amanah.core.credentials.proofs import JCS, RDFC, sign_document
from amanah.core.credentials.status_lists import StatusPlace
from amanah.core.credentials.times import encode_time
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.actions.papers import Facts, record_document
from amanah.programme_door.credentials.actions.statuses import (
    build_document_id,
    has_status_list,
    publish_status_list,
    record_status_place,
)
from amanah.programme_door.credentials.keys import get_community_did, get_community_key
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.credentials.queries.standing import find_root_list, load_papers_behind
from amanah.web.settings import get_config

ISSUING_RANDOM_SIZE = 16 + 192


class GrantRefusedError(RefusedError):
    """What would be signed breaks a rule at once; `breaks` says which, where the chain's own rules do (7.2)."""

    code = "grant-refused"

    def __init__(self, sentence: str, breaks: tuple[Break, ...] = ()) -> None:
        self.breaks = breaks
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What somebody gives to somebody; `giver` is empty where a giver's own key is not known yet."""

    giver: str
    holder: str
    scope: str
    may_authorise: bool
    valid_from: int
    valid_until: int | None = None
    parent: str | None = None
    strength: Strength = Strength.SIGNED
    witnesses: tuple[str, ...] = ()
    name: str
    description: str
    criteria: str
    evidence: tuple[Evidence, ...] = ()


def issue_authorisation(grant: Grant, *, now: int, random_bytes: bytes) -> str:
    """Sign an authorisation as the community and keep it; give its hash. `random_bytes` are never used again.

    A grant of the strength `SIGNED` is the community's own; any other is recorded as what somebody else gave.
    """
    issuer = get_community_did()
    with transaction.atomic():
        draft = build_draft(
            grant,
            issuer=issuer,
            issuer_name=get_config().community_name,
            document_id=build_document_id(random_bytes),
            status=record_status_place(random_bytes[16:]),
        )
        signed = sign_document(build_authorisation(draft), get_community_key(), created=encode_time(now))
        digest = record_document(signed, build_facts(draft), now=now)
        if not has_status_list():
            publish_status_list(now=now)
    return digest


def build_draft(
    grant: Grant, *, issuer: str, issuer_name: str, document_id: str, status: StatusPlace | None = None
) -> Draft:
    """Give what will be signed, with the hash of the authority under which it is given (2.4)."""
    draft = Draft(
        id=document_id,
        issuer=issuer,
        issuer_name=issuer_name,
        giver=issuer if grant.strength is Strength.SIGNED else grant.giver,
        holder=grant.holder,
        scope=grant.scope,
        may_authorise=grant.may_authorise,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        parent=grant.parent,
        parent_hash=_find_parent_hash(grant.parent),
        strength=grant.strength,
        witnesses=grant.witnesses,
        name=grant.name,
        description=grant.description,
        criteria=grant.criteria,
        evidence=grant.evidence,
        status=status,
    )
    _verify_grant(draft)
    return draft


def build_facts(draft: Draft) -> Facts:
    """Give by what an authorisation is found."""
    return Facts(
        kind="authorisation",
        id=draft.id,
        issuer=draft.issuer,
        giver=draft.giver,
        holder=draft.holder,
        scope=draft.scope,
        parent=draft.parent or "",
    )


def _verify_grant(draft: Draft) -> None:
    """Refuse what the chain's own rules would find broken at once; who is recognised is asked when it is read."""
    values = {one.name: getattr(draft, one.name) for one in fields(draft)}
    child = Authorisation(**values, document_hash=bytes(32), suites=(JCS, RDFC))
    people = (child.giver, child.holder, *child.witnesses)
    papers = load_papers_behind(child.parent, people, find_root_list(get_community_did()))
    broken = tuple(
        one
        for one in list_breaks_of_grant(child, PaperIndex(papers))
        # The community records for its own list, also before it has published one.
        if one.reason not in {"issuer-not-recorder", "recorders-unknown"}
        or child.issuer != get_community_did()
    )
    if broken:
        raise GrantRefusedError("This would break a rule of the chain at once.", broken)


def _find_parent_hash(parent: str | None) -> bytes | None:
    if parent is None:
        return None
    row = Document.objects.filter(document_id=parent, kind="authorisation").first()
    if row is None:
        raise GrantRefusedError("The authority under which this is given is not here. Take it in first.")
    return bytes.fromhex(row.document_hash)
