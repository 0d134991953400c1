"""The eight rules once more, as one reads them in `spec/credentials.md` 7.2: slow, literal and shared with nothing.

And random papers: lines that mostly hold, with a fault here and there.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from amanah.core.credentials.authorisations import Authorisation, StatusPlace, Strength
from amanah.core.credentials.chains import Question
from amanah.core.credentials.notices import Notice
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import RootList
from tests.core.credentials.lines import (
    COMMUNITY,
    LIST,
    ROOT,
    STRANGER,
    WITNESSES,
    grant,
    hash_of,
    lifetime,
    notice,
    on,
    root,
    root_list,
    status_list,
)

MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PEOPLE = [f"did:key:person-{number}" for number in range(5)]
SCOPES = ["quran", "quran/hafs", "quran/hafs/first-part", "fiqh"]
YEARS = list(range(2016, 2027))
NOW = on(2026, 6)


def may_end(paper: Authorisation, issuer: str, root_list: RootList) -> bool:
    return issuer == paper.issuer or issuer in root_list.recorders


def day_of(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def is_alive(person: str, at: int, papers: Papers, recorders: tuple[str, ...]) -> bool:
    for one in papers.notices:
        if one.kind == "lifetime" and one.subject == person and one.issuer in recorders:
            assert one.lived_from is not None
            if day_of(at) < one.lived_from:
                return False
            if one.lived_until is not None and day_of(at) > one.lived_until:
                return False
    return True


def had_ended(paper: Authorisation, at: int, papers: Papers) -> bool:
    """Tell whether it is void, had ended by then, or has ended without anybody saying when."""
    assert papers.root_list is not None
    words = [
        one
        for one in papers.notices
        if one.kind != "lifetime" and one.subject == paper.id and may_end(paper, one.issuer, papers.root_list)
    ]
    if any(one.kind == "void" for one in words):
        return True
    if words:
        return min(one.valid_from for one in words) <= at
    return any(
        paper.status is not None
        and (one.id, one.issuer) == (paper.status.list, paper.issuer)
        and f"{int.from_bytes(one.bits):0131072b}"[paper.status.index] == "1"
        for one in papers.status_lists
    )


def holds(papers: Papers, question: Question, first: Authorisation) -> bool:
    """Tell whether the chain of one paper is good for a question."""
    known = papers.root_list
    if known is None:
        return False
    chain: list[Authorisation] = [first]
    while chain[-1].parent is not None:
        above = {one.document_hash: one for one in papers.authorisations if one.id == chain[-1].parent}
        if len(above) != 1 or len(chain) > known.longest_chain:
            return False
        chain.extend(above.values())
    if len({one.id for one in chain}) < len(chain) or len(chain) > known.longest_chain:
        return False
    people = [one.holder for one in chain] + [chain[-1].giver]
    if len(set(people)) < len(people):
        return False
    top = chain[-1]
    entries = [
        entry
        for entry in known.roots
        if entry.id == top.giver and any(f"{top.scope}/".startswith(f"{scope}/") for scope in entry.scopes)
    ]
    for at in (top.valid_from, question.at):
        if not any(
            entry.from_day <= day_of(at) and (entry.until_day is None or day_of(at) <= entry.until_day)
            for entry in entries
        ):
            return False
    return (
        f"{question.scope}/".startswith(f"{first.scope}/")
        and first.valid_from <= question.at
        and (first.valid_until is None or question.at < first.valid_until)
        and not had_ended(first, question.at, papers)
        and is_alive(first.holder, question.at, papers, known.recorders)
        and all(link_holds(one, papers, known) for one in chain)
        and all(pair_holds(*pair, papers) for pair in pairwise(chain))
    )


def link_holds(link: Authorisation, papers: Papers, known: RootList) -> bool:
    people = [link.giver, link.holder, *link.witnesses]
    return (
        bool(link.suites)
        and (link.issuer == link.giver or link.issuer in known.recorders)
        and (link.strength != Strength.WITNESSED or len(set(link.witnesses)) >= 2)
        and not {link.giver, link.holder} & set(link.witnesses)
        and all(is_alive(person, link.valid_from, papers, known.recorders) for person in people)
    )


def pair_holds(child: Authorisation, parent: Authorisation, papers: Papers) -> bool:
    return (
        child.giver == parent.holder
        and child.parent_hash == parent.document_hash
        and parent.may_authorise
        and f"{child.scope}/".startswith(f"{parent.scope}/")
        and parent.valid_from <= child.valid_from
        and (parent.valid_until is None or child.valid_from < parent.valid_until)
        and not had_ended(parent, child.valid_from, papers)
    )


def moments() -> st.SearchStrategy[int]:
    return st.sampled_from([on(year) for year in YEARS])


@st.composite
def links(draw: st.DrawFn, number: int, above: list[Authorisation]) -> Authorisation:
    """Give one more grant under some grant above, or under a root; one in a few has a fault."""
    parent = draw(st.sampled_from(above[-3:])) if above and draw(st.integers(0, 4)) else None
    if parent is None:
        link = grant(f"p{number}", ROOT, draw(st.sampled_from(PEOPLE)), "quran", draw(moments()))
    else:
        scope = draw(st.sampled_from([one for one in SCOPES if f"{one}/".startswith(f"{parent.scope}/")]))
        later = [parent.valid_from, *(on(year) for year in YEARS if on(year) >= parent.valid_from)]
        others = [person for person in PEOPLE if person not in (parent.holder, parent.giver)]
        link = grant(
            f"p{number}",
            parent.holder,
            draw(st.sampled_from(others)),
            scope,
            draw(st.sampled_from(later)),
            parent=parent,
        )
    strength = draw(st.sampled_from(list(Strength)))
    if strength != Strength.SIGNED:
        witnesses = WITNESSES if strength == Strength.WITNESSED else ()
        link = replace(link, issuer=COMMUNITY, strength=strength, witnesses=witnesses)
    if draw(st.booleans()):
        link = replace(link, status=StatusPlace(LIST + link.issuer, number))
    return replace(link, **draw(faults(above)))


@st.composite
def faults(draw: st.DrawFn, above: list[Authorisation]) -> dict[str, Any]:
    if draw(st.integers(0, 9)):
        return {}
    name, values = draw(
        st.sampled_from(
            [
                ("suites", [()]),
                ("issuer", [STRANGER, COMMUNITY]),
                ("giver", [*PEOPLE, STRANGER]),
                ("holder", [*PEOPLE, ROOT]),
                ("parent_hash", [hash_of("another"), None]),
                ("parent", ["urn:uuid:nothing", None, *(one.id for one in above)]),
                ("may_authorise", [False]),
                ("scope", SCOPES),
                ("valid_from", [on(2015), NOW, NOW + 1]),
                ("valid_until", [on(2020), NOW, NOW + 1]),
                ("witnesses", [(WITNESSES[0],), (PEOPLE[0], *WITNESSES)]),
            ]
        )
    )
    return {name: draw(st.sampled_from(values))}


@st.composite
def notices(draw: st.DrawFn, about: list[Authorisation]) -> Notice:
    issuer = draw(st.sampled_from([COMMUNITY, STRANGER, ROOT, *PEOPLE]))
    kind = draw(st.sampled_from(["ended", "ended", "void", "lifetime"]))
    if kind == "lifetime":
        first = draw(st.sampled_from([date(1940, 1, 1), date(2017, 1, 1)]))
        last = draw(st.sampled_from([None, None, date(2022, 1, 1), date(2025, 1, 1)]))
        return lifetime(draw(st.sampled_from([ROOT, *PEOPLE, *WITNESSES])), first, last, issuer=issuer)
    return notice(kind, draw(st.sampled_from(about)), issuer, valid_from=draw(moments()))


@st.composite
def root_lists(draw: st.DrawFn) -> RootList:
    entries = [root(ROOT, *draw(st.sampled_from([("quran",), ("quran", "fiqh"), ("quran/hafs",)])))]
    if not draw(st.integers(0, 3)):
        entries = [
            replace(
                entries[0],
                from_day=draw(st.sampled_from([date(2015, 1, 1), date(2018, 1, 1)])),
                until_day=draw(st.sampled_from([None, date(2020, 1, 1), date(2026, 6, 1)])),
            ),
            root(draw(st.sampled_from([STRANGER, *PEOPLE]))),
        ]
    return root_list(*entries, longest_chain=draw(st.sampled_from([8, 8, 3])))


@st.composite
def worlds(draw: st.DrawFn) -> Papers:
    """Give papers of which many are good and some are not."""
    made: list[Authorisation] = []
    for number in range(draw(st.integers(2, 7))):
        made.append(draw(links(number, made)))
    if not draw(st.integers(0, 5)):
        # Another document with a name that is taken, or the same one once more.
        one = draw(st.sampled_from(made))
        made.append(draw(st.sampled_from([one, replace(one, document_hash=hash_of("forged"))])))
    lists = [
        status_list(issuer, *draw(st.sets(st.integers(0, 7), max_size=1)))
        for issuer in draw(st.sets(st.sampled_from([COMMUNITY, ROOT, STRANGER, *PEOPLE]), max_size=2))
    ]
    return Papers(
        tuple(made),
        tuple(draw(st.lists(notices(made), max_size=2))),
        tuple(lists),
        draw(root_lists()),
    )


def questions() -> st.SearchStrategy[Question]:
    return st.builds(Question, st.sampled_from(PEOPLE), st.sampled_from(SCOPES[:3]), st.just(NOW))
