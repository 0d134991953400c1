"""How root lists are said to a reader: whom a community recognises, by which vote and why. It decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from amanah.core.credentials.root_lists import Root, RootList
from amanah.core.credentials.teller import Teller
from amanah.core.credentials.wording import describe_root


@dataclass(frozen=True)
class RootOnShow:
    """One root in words; `is_in_term` says whether the term holds today."""

    id: str
    name: str
    sentences: Sequence[str]
    history: Sequence[str]
    occasion: str
    is_in_term: bool


@dataclass(frozen=True)
class ListOnShow:
    """One list of one community; `recorders` are those beside the community itself."""

    document_hash: str
    community: str
    name: str
    number: int
    dated: datetime
    longest_chain: int
    recorders: Sequence[str]
    roots: Sequence[RootOnShow]


def show_list(listed: RootList, teller: Teller, *, at: int) -> ListOnShow:
    """Put a list into words."""
    return ListOnShow(
        document_hash=listed.document_hash.hex(),
        community=listed.community,
        name=listed.name,
        number=listed.number,
        dated=datetime.fromtimestamp(listed.dated, UTC),
        longest_chain=listed.longest_chain,
        recorders=[one for one in listed.recorders if one != listed.community],
        roots=[show_root(root, listed, teller, at=at) for root in listed.roots],
    )


def show_root(root: Root, listed: RootList, teller: Teller, *, at: int) -> RootOnShow:
    """Put one root into words."""
    return RootOnShow(
        id=root.id,
        name=root.name,
        sentences=describe_root(root, listed, teller),
        history=root.history,
        occasion=root.vote.occasion or "",
        is_in_term=root.is_in_term(at),
    )
