"""Who holds what, whether it stands under a list, and what would fall with it. Every judgement is the core's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from amanah.core.credentials.authorisations import Authorisation
from amanah.core.credentials.chains import Chain, Question
from amanah.core.credentials.foreign import find_scope
from amanah.core.credentials.notices import Notice
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import RootList
from amanah.core.credentials.standing import compute_standings
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.queries.papers import find_names
from amanah.programme_door.credentials.queries.standing import find_root_list, load_all_papers


@dataclass(frozen=True)
class Held:
    """One authorisation and its chain under the list that was asked about."""

    authorisation: Authorisation
    chain: Chain

    @property
    def document_hash(self) -> str:
        """Give the hash by which its page is found."""
        return self.authorisation.document_hash.hex()


@dataclass(frozen=True)
class HolderOnShow:
    """Somebody and all that they hold."""

    identifier: str
    name: str
    held: tuple[Held, ...]


def list_chains(papers: Papers, *, at: int) -> list[Held]:
    """Give each authorisation its chain, judged for what it says itself."""
    questions = {(one.holder, one.scope) for one in papers.authorisations} | _list_mapped(papers)
    standings = compute_standings(
        [Question(holder, scope, at) for holder, scope in sorted(questions)], papers
    )
    return [
        Held(chain.links[0].authorisation, chain)
        for standing in standings
        for chain in standing.chains
        if chain.links[0].authorisation.scope == standing.question.scope
    ]


def _list_mapped(papers: Papers) -> set[tuple[str, str]]:
    """List whom the list in force lets stand by the badge of another body, and for what (4.4)."""
    if papers.root_list is None:
        return set()
    mapped = ((one.holder, find_scope(one, papers.root_list)) for one in papers.foreign)
    return {(holder, scope) for holder, scope in mapped if holder and scope}


def list_holders(root_list: RootList | None, *, at: int) -> list[HolderOnShow]:
    """List everybody who holds something, by name."""
    chains = list_chains(load_all_papers(root_list), at=at)
    names = find_names(one.authorisation.holder for one in chains)
    holders: dict[str, list[Held]] = {}
    for one in chains:
        holders.setdefault(one.authorisation.holder, []).append(one)
    shown = [
        HolderOnShow(identifier, names.get(identifier, ""), tuple(sorted(held, key=_by_scope)))
        for identifier, held in holders.items()
    ]
    return sorted(shown, key=lambda one: (one.name, one.identifier))


def find_chain(document_hash: str, papers: Papers, *, at: int) -> Chain | None:
    """Give the chain of one authorisation."""
    chains = list_chains(papers, at=at)
    return next((one.chain for one in chains if one.document_hash == document_hash), None)


def list_fallen(notices: Iterable[Notice], root_list: RootList | None, *, at: int) -> list[Held]:
    """List whose chains would break more rules than today if these notices were signed, as they would be then."""
    papers = load_all_papers(root_list)
    before = {one.document_hash: one.chain.breaks for one in list_chains(papers, at=at)}
    after = list_chains(replace(papers, notices=(*papers.notices, *notices)), at=at)
    return [one for one in after if len(one.chain.breaks) > len(before[one.document_hash])]


def list_fallen_with(
    document_id: str, *, kind: Literal["ended", "void"], valid_from: int, at: int
) -> list[Held]:
    """List what would fall under our own list if the community ended one authority so."""
    own = get_community_did()
    notice = Notice(
        id="urn:uuid:00000000-0000-4000-8000-000000000000",
        kind=kind,
        subject=document_id,
        issuer=own,
        valid_from=valid_from,
        name="",
        reason="",
        lived_from=None,
        lived_until=None,
        document_hash=bytes(32),
        suites=(),
    )
    return list_fallen([notice], find_root_list(own), at=at)


def _by_scope(held: Held) -> tuple[str, str]:
    return held.authorisation.scope, held.authorisation.id
