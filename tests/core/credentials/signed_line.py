"""A line of three signed papers with fixed keys, what can go wrong with it, and the papers beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from amanah.core.credentials.authorisations import Draft, StatusPlace, Strength, build_authorisation
from amanah.core.credentials.bundles import build_bundle
from amanah.core.credentials.notices import NoticeDraft, build_notice
from amanah.core.credentials.reading import compute_document_hash
from amanah.core.credentials.root_lists import Root, RootListDraft, build_root_list
from amanah.core.credentials.status_lists import StatusListDraft, build_status_list
from tests.core.credentials.written import (
    COMMUNITY,
    ROOT,
    STUDENT,
    TEACHER,
    VOTE,
    WITNESSES,
    build_did,
    build_uuid,
    count_seconds,
    sign,
    sign_list,
)

NOBODY = 9
PUPIL = 6
AT = count_seconds(2026, 11, 25)
TOP, MIDDLE, FIRST = build_uuid(11), build_uuid(12), build_uuid(13)
LISTS = {number: build_uuid(400 + number) for number in (COMMUNITY, ROOT, TEACHER, STUDENT)}

TOP_DRAFT = Draft(
    id=TOP,
    issuer=build_did(ROOT),
    issuer_name="Shaykha Zaynab Invented",
    giver=build_did(ROOT),
    holder=build_did(TEACHER),
    scope="quran",
    may_authorise=True,
    valid_from=count_seconds(2016),
    name="Quran",
    description="May teach the Quran.",
    criteria="Recited the whole.",
    status=StatusPlace(LISTS[ROOT], 11),
)
MIDDLE_DRAFT = replace(
    TOP_DRAFT,
    id=MIDDLE,
    issuer=build_did(TEACHER),
    issuer_name="Amina Invented",
    giver=build_did(TEACHER),
    holder=build_did(STUDENT),
    scope="quran/hafs",
    valid_from=count_seconds(2019),
    status=StatusPlace(LISTS[TEACHER], 12),
)
FIRST_DRAFT = replace(
    MIDDLE_DRAFT,
    id=FIRST,
    issuer=build_did(STUDENT),
    issuer_name="Bilal Invented",
    giver=build_did(STUDENT),
    holder=build_did(PUPIL),
    may_authorise=False,
    valid_from=count_seconds(2022),
    status=StatusPlace(LISTS[STUDENT], 13),
)
KEYS = {build_did(number): number for number in range(1, 10)}
ROOTED = Root(
    id=build_did(ROOT),
    name="Shaykha Zaynab Invented",
    scopes=("quran",),
    from_day=date(2015, 1, 1),
    vote=VOTE,
    reasons="Taught here for eleven years.",
    history=("Zaynab from Yusuf, as the book says.",),
)
ROOT_LIST = RootListDraft(
    community=build_did(COMMUNITY),
    name="Invented Commons",
    number=1,
    dated=count_seconds(2026, 11),
    longest_chain=8,
    roots=(ROOTED,),
)
RECORDED = {"issuer": build_did(COMMUNITY), "strength": Strength.RECORDED, "status": None}
WITNESSED = {**RECORDED, "strength": Strength.WITNESSED, "witnesses": WITNESSES}
STRANGERS = {"issuer": build_did(NOBODY), "giver": build_did(NOBODY)}


@dataclass(frozen=True)
class Line:
    """Signed documents, the holder's own first."""

    first: dict[str, Any]
    middle: dict[str, Any]
    top: dict[str, Any]

    @property
    def papers(self) -> list[dict[str, Any]]:
        return [self.first, self.middle, self.top]


def sign_draft(draft: Draft) -> dict[str, Any]:
    return sign(build_authorisation(draft), KEYS[draft.issuer])


def build_line(
    *,
    first: dict[str, Any] | None = None,
    middle: dict[str, Any] | None = None,
    top: dict[str, Any] | None = None,
) -> Line:
    """Sign the line anew with changes; each names the one above by its true hash, unless changed."""
    above = sign_draft(replace(TOP_DRAFT, **top or {}))
    between = sign_draft(replace(MIDDLE_DRAFT, **{**name_parent(above), **(middle or {})}))
    below = sign_draft(replace(FIRST_DRAFT, **{**name_parent(between), **(first or {})}))
    return Line(below, between, above)


def name_parent(document: dict[str, Any]) -> dict[str, Any]:
    return {"parent": document["id"], "parent_hash": compute_document_hash(document)}


def end(kind: str, subject: str, by: int = COMMUNITY, *, at: int = AT, number: int = 1) -> dict[str, Any]:
    draft = NoticeDraft(
        id=build_uuid(500 + number),
        kind=kind,  # type: ignore[arg-type]
        subject=subject,
        issuer=build_did(by),
        valid_from=at,
        name="Left",
        reason="Stopped teaching.",
    )
    return sign(build_notice(draft), by)


def date_life(person: str, first: date, last: date | None, by: int = COMMUNITY) -> dict[str, Any]:
    draft = NoticeDraft(
        id=build_uuid(600),
        kind="lifetime",
        subject=person,
        issuer=build_did(by),
        valid_from=AT,
        name="Years",
        reason="As the book says.",
        lived_from=first,
        lived_until=last,
    )
    return sign(build_notice(draft), by)


def list_status(by: int, *revoked: int, list_of: int | None = None) -> dict[str, Any]:
    draft = StatusListDraft(
        id=LISTS[list_of or by], issuer=build_did(by), revoked=frozenset(revoked), valid_from=AT
    )
    return sign(build_status_list(draft), by)


def list_good_status() -> list[dict[str, Any]]:
    return [list_status(number) for number in (ROOT, TEACHER, STUDENT)]


def list_roots(*roots: Root, by: int = COMMUNITY, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"roots": roots or (ROOTED,), "community": build_did(by), **changes}
    return sign_list(build_root_list(replace(ROOT_LIST, **values)), by)


def wrap(papers: Iterable[dict[str, Any] | str], roots: dict[str, Any] | None = None) -> dict[str, Any]:
    return build_bundle(papers, roots or list_roots())
