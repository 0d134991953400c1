"""A chain: the links from a holder up to whom a community recognises, each with every rule that it breaks.

A document names one parent at most, so a document has one chain; walking it is bounded by the length that the root
list admits, however the papers were made (`spec/credentials.md` 7.2, 7.4).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from amanah.core.credentials.authorisations import Authorisation, Strength
from amanah.core.credentials.breaks import Break, build_break
from amanah.core.credentials.links import list_breaks_of_first, list_breaks_of_grant
from amanah.core.credentials.papers import Ending, PaperIndex, StatusCheck
from amanah.core.credentials.root_lists import Root, find_roots

LONGEST_CHAIN = 64
"""What counts where no root list says less (6.1)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, what they would teach, and when."""

    holder: str
    scope: str
    at: int


@dataclass(frozen=True, slots=True)
class Link:
    """One grant of a chain, what it breaks, and what is known of whether it has ended."""

    authorisation: Authorisation
    breaks: tuple[Break, ...]
    status: StatusCheck
    ending: Ending | None

    @property
    def strength(self) -> Strength:
        """Give how this grant is held up."""
        return self.authorisation.strength


@dataclass(frozen=True, slots=True)
class Chain:
    """The links from the holder up, and the root whom its last giver is, where the list in force knows one."""

    links: tuple[Link, ...]
    root: Root | None

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Give everything that any link breaks, from the holder up."""
        return tuple(item for link in self.links for item in link.breaks)

    @property
    def rules(self) -> tuple[int, ...]:
        """Give the numbers of the rules that are broken, each once."""
        return tuple(sorted({item.rule for item in self.breaks}))

    @property
    def is_good(self) -> bool:
        """Tell whether no link breaks any rule."""
        return not self.breaks

    @property
    def strength(self) -> Strength:
        """Give the strength of the weakest link: it is never averaged."""
        return min(link.strength for link in self.links)


class ChainWalk:
    """Follows chains at one moment; what was found out about a link is kept for the next chain through it."""

    def __init__(self, index: PaperIndex, at: int) -> None:
        self._index = index
        self._at = at
        self._longest = index.root_list.longest_chain if index.root_list else LONGEST_CHAIN
        self._links: dict[str, Link] = {}
        self._roots: dict[str, tuple[Root | None, tuple[Break, ...]]] = {}

    def follow(self, first: Authorisation, scope: str) -> Chain:
        """Give the chain of one authorisation, judged for a scope."""
        links = [self._find_link(one) for one in self._climb(first)]
        links[0] = _add_breaks(links[0], *list_breaks_of_first(first, self._index, scope, self._at))
        links[-1] = _add_breaks(links[-1], *self._check_length(links))
        root, breaks = self._find_root_once(links[-1].authorisation)
        links[-1] = _add_breaks(links[-1], *breaks)
        return Chain(tuple(links), root)

    def _climb(self, first: Authorisation) -> Iterator[Authorisation]:
        """Give each authorisation from the first up, to the end, one seen before, or one more than may be."""
        seen: set[str] = set()
        current: Authorisation | None = first
        while current is not None and len(seen) <= self._longest:
            yield current
            seen.add(current.id)
            if current.parent is None or current.parent in seen:
                return
            current = self._index.find(current.parent)

    def _find_link(self, authorisation: Authorisation) -> Link:
        link = self._links.get(authorisation.id)
        if link is None:
            link = Link(
                authorisation,
                tuple(list_breaks_of_grant(authorisation, self._index)),
                self._index.check_status(authorisation, self._at),
                self._index.find_ending(authorisation),
            )
            self._links[authorisation.id] = link
        return link

    def _check_length(self, links: list[Link]) -> Iterator[Break]:
        papers = [link.authorisation for link in links]
        last = papers[-1]
        if last.parent is not None and any(one.id == last.parent for one in papers):
            yield build_break(7, "paper-twice", paper=last.parent)
        # Whoever gave the last link stands in the line too: nobody is above themselves.
        people = [*(one.holder for one in papers), *(() if last.parent else (last.giver,))]
        for person in sorted(one for one, times in Counter(people).items() if times > 1):
            yield build_break(7, "person-twice", person=person)
        if len(papers) > self._longest:
            yield build_break(7, "too-long", most=self._longest)

    def _find_root_once(self, last: Authorisation) -> tuple[Root | None, tuple[Break, ...]]:
        if last.id not in self._roots:
            self._roots[last.id] = self._find_root(last)
        return self._roots[last.id]

    def _find_root(self, last: Authorisation) -> tuple[Root | None, tuple[Break, ...]]:
        """Give the root who gave the last link, or what stands against it (rule 8)."""
        if last.parent is not None:
            return None, ()
        root_list = self._index.root_list
        if root_list is None:
            return None, (build_break(8, "no-root-list"),)
        named = [root for root in root_list.roots if root.id == last.giver]
        if not named:
            return None, (build_break(8, "not-a-root", giver=last.giver, community=root_list.name),)
        holding = find_roots(root_list, last.giver, last.scope)
        if not holding:
            return None, (build_break(8, "root-for-other", giver=last.giver, scope=last.scope),)
        now = [root for root in holding if root.is_in_term(self._at)]
        breaks = []
        if not any(root.is_in_term(last.valid_from) for root in holding):
            breaks.append(build_break(8, "not-a-root-then", giver=last.giver, given_at=last.valid_from))
        if not now:
            breaks.append(build_break(8, "not-a-root-now", giver=last.giver, at=self._at))
        return (now or holding)[0], tuple(breaks)


def _add_breaks(link: Link, *breaks: Break) -> Link:
    return replace(link, breaks=link.breaks + breaks) if breaks else link
