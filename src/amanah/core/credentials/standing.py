"""The standing of a holder: every chain of theirs, and the strongest that breaks no rule (`spec/credentials.md` 7).

One pure function of the papers, the question and the moment: the page, the command and everybody else get the same.
It knows no money and no vouch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from amanah.core.credentials.authorisations import Authorisation, Strength
from amanah.core.credentials.chains import Chain, ChainWalk, Question
from amanah.core.credentials.foreign import as_authorisation, find_scope
from amanah.core.credentials.papers import PaperIndex, Papers
from amanah.core.credentials.root_lists import Root, RootList, find_roots


@dataclass(frozen=True, slots=True)
class Standing:
    """All chains of a holder, good ones first and the strongest before others; what was refused for its name."""

    question: Question
    chains: tuple[Chain, ...]
    conflicts: tuple[str, ...]

    @property
    def strongest(self) -> Chain | None:
        """Give the good chain to show."""
        return self.chains[0] if self.is_good else None

    @property
    def best_failed(self) -> Chain | None:
        """Give, where none is good, the chain that breaks the fewest rules."""
        return self.chains[0] if self.chains and not self.is_good else None

    @property
    def is_good(self) -> bool:
        """Tell whether some chain breaks no rule."""
        return bool(self.chains) and self.chains[0].is_good


def compute_standing(question: Question, papers: Papers) -> Standing:
    """Compute who stands behind a holder, for a scope and a moment."""
    return compute_standings([question], papers)[0]


def compute_standings(questions: Iterable[Question], papers: Papers) -> list[Standing]:
    """Compute the standings of many, in the order of the questions; the papers are put in order once."""
    index = build_index(papers)
    walks: dict[int, ChainWalk] = {}
    standings = []
    for question in questions:
        walk = walks.setdefault(question.at, ChainWalk(index, question.at))
        chains = (walk.follow(first, question.scope) for first in index.list_held(question.holder))
        standings.append(Standing(question, tuple(sorted(chains, key=_rank)), index.conflicts))
    return standings


def find_own_root(question: Question, root_list: RootList | None) -> Root | None:
    """Give the entry by which a list names the holder themselves: a root needs no paper for its own scopes (6.2)."""
    if root_list is None:
        return None
    roots = find_roots(root_list, question.holder, question.scope)
    return next((root for root in roots if root.is_in_term(question.at)), None)


def build_index(papers: Papers) -> PaperIndex:
    """Put the papers in order; what comes from outside is what the list in force makes of it, or nothing (4.4)."""
    return PaperIndex(papers, _map_foreign(papers))


def list_held_scopes(papers: Papers, holder: str) -> tuple[str, ...]:
    """List what somebody's papers speak of, whether or not they hold."""
    known = [*papers.authorisations, *_map_foreign(papers)]
    return tuple(sorted({one.scope for one in known if one.holder == holder}))


def _map_foreign(papers: Papers) -> Iterator[Authorisation]:
    if papers.root_list is None:
        return
    for foreign in papers.foreign:
        scope = find_scope(foreign, papers.root_list)
        if scope is not None and foreign.holder is not None:
            yield as_authorisation(foreign, scope)


def _rank(chain: Chain) -> tuple[Any, ...]:
    """Order as 7.4 says: what breaks fewest rules, and then what is strongest."""
    strengths = [link.strength for link in chain.links]
    return (
        len(chain.rules),
        len(chain.breaks),
        -min(strengths),
        strengths.count(Strength.RECORDED),
        strengths.count(Strength.WITNESSED),
        len(strengths),
        [link.authorisation.id for link in chain.links],
    )
