"""What somebody may teach by which list, asked of the core for every subject that their page answers for.

It decides nothing: it puts what the core says under five words that a page can show. Money and vouches never reach it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from amanah.core.credentials.chains import Chain, Question
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import Root
from amanah.core.credentials.standing import compute_standings, find_own_root

State = Literal["may-teach", "re-examined", "ended", "not-recognised", "no-paper"]
_ORDER: tuple[State, ...] = ("may-teach", "re-examined", "ended", "not-recognised", "no-paper")
_UNDER_A_VOID = {"parent-void"}
_ENDED = {"ended", "ended-undated", "void", "run-out"}


@dataclass(frozen=True)
class ScopeStanding:
    """What one list says about one person and one subject; `root` where the list names the person themselves."""

    scope: str
    state: State
    chain: Chain | None
    others: int
    root: Root | None


def compute_scope_standings(
    holder: str, scopes: Sequence[str], papers: Papers, at: int
) -> list[ScopeStanding]:
    """Answer for every subject, what may be taught first."""
    questions = [Question(holder, scope, at) for scope in scopes]
    answers = []
    for question, standing in zip(questions, compute_standings(questions, papers), strict=True):
        root = find_own_root(question, papers.root_list)
        chain = standing.strongest or standing.best_failed
        good = sum(one.is_good for one in standing.chains)
        answers.append(ScopeStanding(question.scope, _name_state(chain, root), chain, max(good - 1, 0), root))
    return sorted(answers, key=lambda one: (_ORDER.index(one.state), one.scope))


def _name_state(chain: Chain | None, root: Root | None) -> State:
    if root is not None or (chain is not None and chain.is_good):
        return "may-teach"
    if chain is None:
        return "no-paper"
    reasons = {item.reason for item in chain.breaks}
    if "asked-outside" in reasons:
        return "not-recognised"
    if reasons & _UNDER_A_VOID:
        return "re-examined"
    if {item.reason for item in chain.links[0].breaks} & _ENDED:
        return "ended"
    return "not-recognised"
