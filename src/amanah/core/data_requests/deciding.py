"""Decides a request from its facts, its instrument and the rules in force (`spec/data_requests.md` 5).

It is total and has no memory: any facts give one verdict, the same facts always the same one.
It never gives a class of people, never more than the paper names, and nothing at all without an order that binds.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.rules import RULES, RuleSet
from amanah.core.data_requests.scopes import PUBLIC_RECORDS, Scope, compute_meet, is_within
from amanah.core.errors import RefusedError

Outcome = Literal["refuse", "narrow", "comply", "panel"]
Answer = Literal["refuse", "contest", "narrow", "comply"]

COMPULSORY = "compulsory"
UNKNOWN = "unknown"
NEVER_BULK = "no"
SPOKEN_CHANNELS = ("oral", "at-door")
_GIVING = ("many-people", "only-what-exists")
"""The two rules that leave anything to give; whatever ends before them gives nothing."""


class ChoiceBeyondRulesError(RefusedError):
    """An answer that gives more than the rules allow, or that the rules have no room for."""

    code = "choice-beyond-rules"


class Instrument(Protocol):
    """What the rules need to know of a legal instrument; the packs say the rest to people."""

    @property
    def force(self) -> str:
        """Give whether it binds a holder: only `compulsory` does."""

    @property
    def signed_by(self) -> Collection[str]:
        """Give who must have signed it, one of them."""

    @property
    def bulk(self) -> str:
        """Give whether it can describe material instead of naming people: `no` where it cannot."""


@dataclass(frozen=True)
class Verdict:
    """What the rules say, by which rules, and what may be given at most; without a scope nothing may."""

    outcome: Outcome
    reasons: tuple[str, ...]
    scope: Scope | None


@dataclass(frozen=True)
class _Case:
    """A request as rules look at it."""

    facts: RequestFacts
    instrument: Instrument | None
    rules: RuleSet

    @property
    def limit(self) -> Scope | None:
        """Give what both the request and the paper name; None where that is nothing."""
        ordered = self.facts.ordered
        return None if ordered is None else compute_meet(self.facts.asked, ordered)

    @property
    def is_beyond(self) -> bool:
        """Tell whether anything was asked for that the paper does not name."""
        ordered = self.facts.ordered
        return ordered is None or not is_within(self.facts.asked, ordered)


_Step = Outcome | Literal["takes-away"] | None
"""A rule ends with an outcome, takes something away and goes on, or does not apply."""


def decide_request(facts: RequestFacts, instrument: Instrument | None, rules: RuleSet) -> Verdict:
    """Try every rule in the order of 5.2; `instrument` is what the pack knows under the code in the facts."""
    case = _Case(facts, instrument, rules)
    reasons: list[str] = []
    for rule in RULES:
        step = _TRIED[rule](case)
        if step is None:
            continue
        reasons.append(rule)
        if step != "takes-away":
            return Verdict(step, tuple(reasons), case.limit if rule in _GIVING else None)
    raise AssertionError("The last rule always ends.")  # pragma: no cover


def needs_signatures(verdict: Verdict, facts: RequestFacts) -> bool:
    """Tell whether trustees sign (5.1): always where anything may be given, and wherever one of them read a paper."""
    return verdict.outcome != "refuse" or facts.ordered is not None


def list_answers(verdict: Verdict) -> tuple[Answer, ...]:
    """Give the answers that trustees can sign: never more than the rules allow, always also less."""
    if verdict.outcome == "refuse":
        return ("refuse",)
    if verdict.outcome == "narrow":
        return ("refuse", "contest", "narrow")
    if verdict.outcome == "panel" and verdict.scope is None:
        return ("refuse", "contest", "comply")
    return ("refuse", "contest", "narrow", "comply")


def verify_answer(verdict: Verdict, answer: Answer, scope: Scope | None) -> None:
    """Refuse an answer beyond the verdict (5.4); complying without a scope says that nothing exists."""
    if answer not in list_answers(verdict):
        raise ChoiceBeyondRulesError("The rules leave no room for this answer.")
    if answer in {"refuse", "contest"}:
        is_allowed = scope is None
    elif answer == "comply":
        is_allowed = scope == verdict.scope
    else:
        is_allowed = (
            scope is not None
            and verdict.scope is not None
            and not scope.is_empty
            and is_within(scope, verdict.scope)
        )
    if not is_allowed:
        raise ChoiceBeyondRulesError("The answer gives more than the rules allow for this request.")


def _refuse_collection(case: _Case) -> _Step:
    if not case.facts.asks_collection:
        return None
    if case.facts.asked.is_empty:
        return "panel" if _may_bind(case.instrument) else "refuse"
    return "takes-away"


def _check_instrument(case: _Case) -> _Step:
    return None if case.instrument is not None and case.instrument.force != UNKNOWN else "panel"


def _check_public(case: _Case) -> _Step:
    return "refuse" if set(case.facts.asked.categories) == {PUBLIC_RECORDS} else None


def _check_force(case: _Case) -> _Step:
    return None if _binds(case.instrument) else "refuse"


def _check_paper(case: _Case) -> _Step:
    return "refuse" if case.facts.channel in SPOKEN_CHANNELS or case.facts.document is None else None


def _check_signature(case: _Case) -> _Step:
    signers = case.instrument.signed_by if case.instrument else ()
    return None if case.facts.signed_by in signers else "refuse"


def _check_people_asked(case: _Case) -> _Step:
    return _decide_class(case.instrument) if case.facts.asked.is_class else None


def _check_paper_read(case: _Case) -> _Step:
    return "panel" if case.facts.ordered is None else None


def _check_people_ordered(case: _Case) -> _Step:
    ordered = case.facts.ordered
    return _decide_class(case.instrument) if ordered is None or ordered.is_class else None


def _take_away_beyond(case: _Case) -> _Step:
    if case.limit is None:
        return "refuse"
    return "takes-away" if case.is_beyond else None


def _count_people(case: _Case) -> _Step:
    return "panel" if case.limit and len(case.limit.people) > case.rules.most_people else None


def _give_what_exists(case: _Case) -> _Step:
    return "narrow" if case.facts.asks_collection or case.is_beyond else "comply"


def _binds(instrument: Instrument | None) -> bool:
    return instrument is not None and instrument.force == COMPULSORY


def _may_bind(instrument: Instrument | None) -> bool:
    return instrument is None or instrument.force in {COMPULSORY, UNKNOWN}


def _decide_class(instrument: Instrument | None) -> Outcome:
    return "panel" if instrument is not None and instrument.bulk != NEVER_BULK else "refuse"


_TRIED: Mapping[str, Callable[[_Case], _Step]] = {
    "no-collection": _refuse_collection,
    "unknown-instrument": _check_instrument,
    "already-public": _check_public,
    "bring-an-order": _check_force,
    "on-paper": _check_paper,
    "right-signature": _check_signature,
    "named-people": _check_people_asked,
    "paper-read": _check_paper_read,
    "named-in-order": _check_people_ordered,
    "nothing-beyond": _take_away_beyond,
    "many-people": _count_people,
    "only-what-exists": _give_what_exists,
}
