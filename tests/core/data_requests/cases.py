"""Requests of every kind for the tests of the rules: drawn by Hypothesis, or written down one by one."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from amanah.core.data_requests.facts import CHANNELS, SECRECIES, RequestFacts
from amanah.core.data_requests.rules import RuleSet
from amanah.core.data_requests.scopes import CATEGORIES, Scope, build_scope

REFERENCE = "0A1B-2C3D-4E5F"
SALT = bytes(range(32))
DOCUMENT = "5f" * 32
PEOPLE = ("Ada Invented", "Bilal Invented", "Chen Invented", "Dara Invented", "Edo Invented", "Fay Invented")
FIRST = date(2026, 1, 1)
DAYS = tuple(FIRST + timedelta(days=number) for number in range(-1, 12))
FORCES = ("compulsory", "voluntary", "contract", "unknown")
SIGNERS = ("judge", "police-officer", "nobody")
RULES_IN_FORCE = RuleSet("commons", 14, 365, 5)


@dataclass(frozen=True)
class Paper:
    """An instrument as the rules see it."""

    force: str = "compulsory"
    signed_by: tuple[str, ...] = field(default=("judge",))
    bulk: str = "no"


def has_day(scope: Scope, day: date) -> bool:
    """Tell whether a day is among those of a scope, counted and not compared."""
    return not (scope.since and day < scope.since) and not (scope.until and day > scope.until)


@st.composite
def scopes(draw: st.DrawFn, *, least_categories: int = 0) -> Scope:
    """Draw scopes that often overlap: few names, few kinds; the outermost days lie in open ends alone."""
    people = draw(st.lists(st.sampled_from(PEOPLE), max_size=6))
    categories = draw(st.lists(st.sampled_from(CATEGORIES), min_size=least_categories, max_size=4))
    ends = sorted(draw(st.lists(st.sampled_from(DAYS[1:-1]), min_size=2, max_size=2)))
    since = draw(st.sampled_from([ends[0], None]))
    until = draw(st.sampled_from([ends[1], None]))
    return build_scope(people, categories, since, until)


@st.composite
def facts(draw: st.DrawFn) -> RequestFacts:
    """Draw the facts of a request; most are papers that could bind somebody."""
    asks_collection = draw(st.booleans())
    return RequestFacts(
        asked=draw(scopes(least_categories=0 if asks_collection else 1)),
        asks_collection=asks_collection,
        channel=draw(st.sampled_from([*CHANNELS, "letter", "letter", "form"])),
        document=draw(st.sampled_from([DOCUMENT, DOCUMENT, DOCUMENT, None])),
        instrument="order",
        jurisdiction="uk",
        ordered=draw(st.none() | scopes(least_categories=1) | scopes(least_categories=1)),
        reference=REFERENCE,
        salt=draw(st.binary(min_size=32, max_size=32)),
        secrecy=draw(st.sampled_from(SECRECIES)),
        signed_by=draw(st.sampled_from([*SIGNERS, "judge", "judge"])),
    )


@st.composite
def papers(draw: st.DrawFn) -> Paper | None:
    """Draw instruments, known and unknown; most of them bind."""
    if draw(st.integers(0, 9)) == 0:
        return None
    return Paper(
        force=draw(st.sampled_from([*FORCES, "compulsory", "compulsory", "compulsory"])),
        signed_by=tuple(draw(st.lists(st.sampled_from(SIGNERS), unique=True)) or ["judge"]),
        bulk=draw(st.sampled_from(["no", "no", "material", "yes"])),
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Draw the numbers of a community."""
    return RuleSet(
        "commons",
        draw(st.integers(1, 30)),
        draw(st.integers(30, 2_557)),
        draw(st.integers(1, 8)),
    )
