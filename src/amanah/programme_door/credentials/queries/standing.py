"""The papers from which somebody's standing is worked out, and the root lists under which it is. It decides nothing.

A paper that cannot be read any more is left out, and the nightly check says so where it is shown.
"""

import json
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import RootList
from amanah.core.errors import AmanahError
from amanah.programme_door.credentials.kept_papers import (
    read_authorisation,
    read_foreign,
    read_notice,
    read_root_list,
    read_status_list,
)
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.models import Document

LINKS = ("authorisation", "foreign")
LONGEST_CLIMB = 64
Read = TypeVar("Read")


def load_papers(holder: str, root_list: RootList | None) -> Papers:
    """Load what can matter for one holder: their papers, everything above them, and what was said about all of it."""
    return build_papers(_climb(Document.objects.filter(kind__in=LINKS, holder=holder)), root_list)


def load_all_papers(root_list: RootList | None) -> Papers:
    """Load every authorisation, with everything that was said about any."""
    return build_papers(list(Document.objects.filter(kind__in=LINKS)), root_list)


def load_papers_behind(parent: str | None, people: Iterable[str], root_list: RootList | None) -> Papers:
    """Load what can matter for a grant that is not signed yet: what is above it, and the lives of the people in it."""
    above = Document.objects.filter(kind="authorisation", document_id=parent or "")
    return build_papers(_climb(above), root_list, people)


def build_papers(
    rows: Collection[Document], root_list: RootList | None, people: Iterable[str] = ()
) -> Papers:
    """Read authorisations with the notices, lifetimes and status lists that speak of them."""
    authorisations = _read_all(
        (row for row in rows if row.kind == "authorisation"), lambda row: read_authorisation(row.original)
    )
    foreign = _read_all(
        (row for row in rows if row.kind == "foreign"), lambda row: read_foreign(row.original)
    )
    subjects = {*people, *(one.id for one in authorisations), *(one.id for one in foreign)}
    for one in authorisations:
        subjects |= {one.holder, one.giver, *one.witnesses}
    subjects |= {person for one in foreign for person in (one.holder, one.issuer) if person}
    issuers = {one.issuer for one in authorisations} | {one.issuer for one in foreign}
    notices = (row for row in Document.objects.filter(kind="notice") if row.subject in subjects)
    lists = list_status_lists(issuers)
    return Papers(
        authorisations=tuple(authorisations),
        foreign=tuple(foreign),
        notices=tuple(_read_all(notices, lambda row: read_notice(row.original))),
        status_lists=tuple(_read_all(lists, lambda row: read_status_list(row.original))),
        root_list=root_list,
    )


def list_status_lists(issuers: Iterable[str]) -> list[Document]:
    """List the status lists of some issuers; of ours the newest alone, because no bit of it is ever taken back."""
    own = get_community_did()
    rows = list(Document.objects.filter(kind="status", issuer__in=set(issuers)))
    newest = max((row for row in rows if row.issuer == own), key=_tell_age, default=None)
    return [row for row in rows if row.issuer != own or row is newest]


def find_root_list(community: str) -> RootList | None:
    """Give the newest root list of a community that is kept here."""
    return max(_list_root_lists(community), key=lambda one: one.number, default=None)


def list_own_root_lists(community: str) -> list[RootList]:
    """List every list of the community, the newest first."""
    return sorted(_list_root_lists(community), key=lambda one: -one.number)


def list_other_root_lists(community: str) -> list[RootList]:
    """List the newest list of each other community, by its name."""
    newest: dict[str, RootList] = {}
    others = Document.objects.filter(kind="roots").exclude(issuer=community)
    for one in _read_all(others, lambda row: read_root_list(row.original)):
        if one.community not in newest or newest[one.community].number < one.number:
            newest[one.community] = one
    return sorted(newest.values(), key=lambda one: (one.name, one.community))


def _climb(rows: Iterable[Document]) -> list[Document]:
    """Give papers and everything above them, each once."""
    found: dict[str, Document] = {}
    waiting = list(rows)
    for _ in range(LONGEST_CLIMB):
        found |= {row.document_hash: row for row in waiting}
        wanted = {row.parent for row in waiting if row.parent}
        if not wanted:
            break
        above = Document.objects.filter(kind="authorisation", document_id__in=wanted)
        waiting = [row for row in above if row.document_hash not in found]
    return list(found.values())


def _tell_age(row: Document) -> str:
    return str(json.loads(row.original)["validFrom"])


def _list_root_lists(community: str) -> list[RootList]:
    rows = Document.objects.filter(kind="roots", issuer=community)
    return _read_all(rows, lambda row: read_root_list(row.original))


def _read_all(rows: Iterable[Document], read: Callable[[Document], Read]) -> list[Read]:
    readable = []
    for row in rows:
        try:
            readable.append(read(row))
        except AmanahError:
            continue
    return readable
