"""Single papers, lists of them, and what people in them are called. It works out no standing."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanah.core.credentials.authorisations import Authorisation, Evidence
from amanah.core.credentials.jwt import parse_jwt
from amanah.core.credentials.status_lists import StatusPlace
from amanah.core.errors import AmanahError
from amanah.programme_door.credentials.kept_papers import read_authorisation, read_foreign, read_notice
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.models import Document, Party
from amanah.web.settings import get_config


@dataclass(frozen=True)
class PaperOnShow:
    """A kept paper and what was found when it was checked last."""

    document_hash: str
    id: str
    kind: str
    form: str
    document: dict[str, Any]
    original: str
    issuer: str
    giver: str
    holder: str
    scope: str
    achievement: str
    parent: str
    subject: str
    checked_on: date | None
    problem: str

    @property
    def given_on(self) -> str:
        """Give the day from which it is good, as it stands in the paper."""
        return str(self.document.get("validFrom", ""))[:10]

    @property
    def log_ref(self) -> str:
        """Give what the public log calls it (9.1)."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        """Give the name that stands in the paper."""
        return str(self.document.get("name") or self.scope or self.id)


@dataclass(frozen=True)
class PaperWords:
    """The words of a paper that were signed and that a page may show."""

    texts: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    left_out: tuple[str, ...] = ()


def find_words(paper: PaperOnShow) -> PaperWords:
    """Give the signed words of a paper; of one that holds no more, none."""
    try:
        if paper.kind == "authorisation":
            read = read_authorisation(paper.original)
            return PaperWords((read.description, read.criteria), read.evidence)
        if paper.kind == "foreign":
            badge = read_foreign(paper.original)
            return PaperWords((badge.description, badge.criteria), badge.evidence, badge.left_out)
        if paper.kind == "notice":
            return PaperWords((read_notice(paper.original).reason,))
    except AmanahError:
        return PaperWords(())
    return PaperWords(())


def find_paper(document_hash: str) -> PaperOnShow | None:
    """Find a paper by its hash."""
    row = Document.objects.filter(document_hash=document_hash).first()
    return _show(row) if row else None


def list_papers(*kinds: str) -> list[PaperOnShow]:
    """List papers of some kinds, by the scope that they are about."""
    rows = Document.objects.filter(kind__in=kinds).order_by("scope", "document_hash")
    return [_show(row) for row in rows]


def has_authority_to_give(paper: PaperOnShow) -> bool:
    """Tell whether others can be given something under a paper, by its own words."""
    return read_authorisation(paper.original).may_authorise


def list_children(document_id: str) -> list[PaperOnShow]:
    """List what names a paper as the one under which it was given."""
    return [_show(row) for row in Document.objects.filter(kind="authorisation", parent=document_id)]


def list_notices_about(subject: str) -> list[PaperOnShow]:
    """List what was said about a paper or a person."""
    return [_show(row) for row in Document.objects.filter(kind="notice", subject=subject)]


def find_authorisation(document_hash: str) -> Authorisation | None:
    """Read one authorisation out of its own bytes."""
    row = Document.objects.filter(document_hash=document_hash, kind="authorisation").first()
    return read_authorisation(row.original) if row else None


def find_by_id(document_id: str) -> PaperOnShow | None:
    """Find the authorisation of an id."""
    row = Document.objects.filter(document_id=document_id, kind="authorisation").first()
    return _show(row) if row else None


def list_held_by(holder: str) -> list[str]:
    """List the hashes of all authorisations that somebody holds."""
    held = Document.objects.filter(kind="authorisation", holder=holder)
    return list(held.order_by("document_hash").values_list("document_hash", flat=True))


def find_document_text(document_hash: str) -> str | None:
    """Give the bytes of a paper as everybody may fetch them: JSON, or a JWS that is its own proof."""
    row = Document.objects.filter(document_hash=document_hash).only("original").first()
    return row.original if row else None


def find_newest_status_list(issuer: str) -> str | None:
    """Give the JSON of the newest status list of an issuer."""
    texts = Document.objects.filter(kind="status", issuer=issuer).values_list("original", flat=True)
    return max(texts, key=lambda text: str(json.loads(text)["validFrom"]), default=None)


def list_ended_now(now: int) -> list[StatusPlace]:
    """List the places of what notices of this community have ended by now."""
    said = Document.objects.filter(kind="notice", issuer=get_community_did())
    notices = (read_notice(text) for text in said.values_list("original", flat=True))
    ended = {one.subject for one in notices if one.kind != "lifetime" and one.valid_from <= now}
    rows = Document.objects.filter(kind="authorisation", document_id__in=ended)
    places = (read_authorisation(row.original).status for row in rows)
    return [place for place in places if place is not None]


def find_last_checked(document_hash: str) -> tuple[date | None, str]:
    """Tell when a paper was last checked, and what it broke then; nothing where it held."""
    row = Document.objects.filter(document_hash=document_hash).only("checked_on", "problem").first()
    return (row.checked_on, row.problem) if row else (None, "")


def find_names(identifiers: Iterable[str]) -> dict[str, str]:
    """Give what people are called, for those whom somebody named."""
    wanted = set(identifiers)
    own = get_community_did()
    ours = {own: get_config().community_name} if own in wanted else {}
    rows = Party.objects.filter(identifier__in=wanted)
    return {row.identifier: row.name for row in rows} | ours


def list_parties() -> list[tuple[str, str]]:
    """List everybody who is named, as (identifier, name), by name."""
    return list(Party.objects.values_list("identifier", "name"))


def list_unnamed() -> list[str]:
    """List who holds or gives something here and is not named yet."""
    named = set(Party.objects.values_list("identifier", flat=True)) | {get_community_did(), ""}
    rows = Document.objects.filter(kind__in=["authorisation", "foreign"]).values_list("holder", "giver")
    return sorted({identifier for row in rows for identifier in row} - named)


def _show(row: Document) -> PaperOnShow:
    is_token = row.form == "jwt"
    document = parse_jwt(row.original).document if is_token else json.loads(row.original)
    return PaperOnShow(
        document_hash=row.document_hash,
        id=row.document_id,
        kind=row.kind,
        form=row.form,
        document=dict(document),
        original=row.original,
        issuer=row.issuer,
        giver=row.giver,
        holder=row.holder,
        scope=row.scope,
        achievement=row.achievement,
        parent=row.parent,
        subject=row.subject,
        checked_on=row.checked_on,
        problem=row.problem,
    )
