"""Requests of every kind for the tests of the rules: drawn by Hypothesis, or written down one by one."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from amanah.core.data_requests.facts import CHANNELS, SECRECIES, RequestFacts
from amanah.core.data_requests.rules import RuleSet
from amanah.core.data_requests.scopes import PUBLIC_RECORDS, Scope, build_scope

MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to draw fewer requests."""
REFERENCE = "0A1B-2C3D-4E5F"
SALT = bytes(range(32))
DOCUMENT = "5f" * 32
PEOPLE = ("Ada Invented", "Bilal Invented", "Chen Invented", "Dara Invented", "Edo Invented", "Fay Invented")
DRAWN = ("answers", "contact-details", "identity", PUBLIC_RECORDS)
FIRST = date(2026, 1, 1)
DAYS = tuple(FIRST + timedelta(days=number) for number in range(-1, 12))
FORCES = ("compulsory", "voluntary", "contract", "unknown", "duty-on-everyone")
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
def scopes(draw: st.DrawFn, *, least_people: int = 0, least_categories: int = 0) -> Scope:
    """Draw scopes that often overlap: few names, few kinds; the outermost days lie in open ends alone."""
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=least_people, max_size=6))
    categories = draw(st.lists(st.sampled_from(DRAWN), min_size=least_categories, max_size=4))
    ends = sorted(draw(st.lists(st.sampled_from(DAYS[1:-1]), min_size=2, max_size=2)))
    since = draw(st.sampled_from([ends[0], None]))
    until = draw(st.sampled_from([ends[1], None]))
    return build_scope(people, categories, since, until)


@st.composite
def facts(draw: st.DrawFn) -> RequestFacts:
    """Draw the facts of a request: as an order should be, or with one thing about it drawn freely."""
    free = draw(st.sampled_from([None, None, "channel", "document", "signed_by", "ordered", "asked", "all"]))
    asks_collection = draw(st.integers(0, 3)) == 0
    is_any_ask = free in {"asked", "all"}
    asked = scopes(
        least_people=int(not is_any_ask), least_categories=int(not is_any_ask or not asks_collection)
    )
    orders = st.none() | scopes(least_categories=1)
    return RequestFacts(
        asked=draw(asked),
        asks_collection=asks_collection,
        channel=draw(st.sampled_from(CHANNELS)) if free in {"channel", "all"} else "letter",
        document=draw(st.sampled_from([DOCUMENT, None])) if free in {"document", "all"} else DOCUMENT,
        instrument="order",
        jurisdiction="uk",
        ordered=draw(orders if free in {"ordered", "all"} else scopes(least_people=1, least_categories=1)),
        reference=REFERENCE,
        salt=draw(st.sampled_from([SALT, bytes(32)])),
        secrecy=draw(st.sampled_from(SECRECIES)),
        signed_by=draw(st.sampled_from(SIGNERS)) if free in {"signed_by", "all"} else "judge",
    )


@st.composite
def papers(draw: st.DrawFn) -> Paper | None:
    """Draw instruments, known and unknown; of every two one binds whatever a judge signed."""
    if draw(st.booleans()):
        return Paper(bulk=draw(st.sampled_from(["no", "described-material"])))
    if draw(st.integers(0, 5)) == 0:
        return None
    return Paper(
        force=draw(st.sampled_from(FORCES)),
        signed_by=tuple(draw(st.lists(st.sampled_from(SIGNERS), unique=True))),
        bulk=draw(st.sampled_from(["no", "hard-to-justify", "possible", "not-checked"])),
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
