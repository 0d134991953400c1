"""What must hold for all papers: judged by the book, in any order, and never made good by what ends things (7)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.chains import Question
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.standing import (
    Standing,
    compute_standing,
    compute_standings,
)
from tests.core.credentials.by_the_book import MANY, PEOPLE, holds, questions, worlds
from tests.core.credentials.lines import (
    ROOT,
    grant,
    hash_of,
    lifetime,
    notice,
    on,
    status_list,
)

SIGNED, WITNESSED, RECORDED = Strength.SIGNED, Strength.WITNESSED, Strength.RECORDED


def list_good(standing: Standing) -> set[tuple[str, ...]]:
    """Give the good chains by the names of their papers."""
    return {
        tuple(link.authorisation.id for link in chain.links) for chain in standing.chains if chain.is_good
    }


@MANY
@given(worlds(), questions())
def test_any_papers_are_judged_as_the_book_says(papers: Papers, question: Question) -> None:
    standing = compute_standing(question, papers)
    event("good" if standing.is_good else "not good")
    forged = set(standing.conflicts)
    for chain in standing.chains:
        assert chain.is_good == holds(papers, question, chain.links[0].authorisation)
    held = {one.id for one in papers.authorisations if one.holder == question.holder} - forged
    assert {chain.links[0].authorisation.id for chain in standing.chains} == held


@MANY
@given(worlds(), questions(), st.randoms())
def test_the_order_of_papers_never_matters(papers: Papers, question: Question, random: Random) -> None:
    def shuffle(items: Iterable[Any]) -> tuple[Any, ...]:
        shuffled = list(items)
        random.shuffle(shuffled)
        return tuple(shuffled)

    mixed = replace(
        papers,
        authorisations=shuffle(papers.authorisations),
        notices=shuffle(papers.notices),
        status_lists=shuffle(papers.status_lists),
    )
    assert compute_standing(question, mixed) == compute_standing(question, papers)


@MANY
@given(worlds(), st.lists(questions(), max_size=4))
def test_many_questions_get_the_answers_that_each_gets_alone(papers: Papers, asked: list[Question]) -> None:
    assert compute_standings(asked, papers) == [compute_standing(question, papers) for question in asked]


@MANY
@given(worlds(), questions(), st.data())
def test_a_strangers_papers_never_make_a_broken_line_good(
    papers: Papers, question: Question, data: st.DataObject
) -> None:
    about = data.draw(st.sampled_from(papers.authorisations))
    added = [
        replace(
            papers, notices=(*papers.notices, notice(kind, about, "did:key:outsider", valid_from=on(year)))
        )
        for kind in ("ended", "void")
        for year in (2016, 2026)
    ]
    added.append(replace(papers, status_lists=(*papers.status_lists, status_list("did:key:outsider", 1))))
    forged = (
        replace(about, document_hash=hash_of("other bytes"), suites=("eddsa-jcs-2022",)),
        grant("new", "did:key:outsider", question.holder, "quran", on(2020)),
        grant("new", "did:key:outsider", question.holder, "quran", on(2020), parent=about),
        replace(grant("new", ROOT, question.holder, "quran", on(2020)), issuer="did:key:outsider"),
    )
    added += [replace(papers, authorisations=(*papers.authorisations, one)) for one in forged]
    before = list_good(compute_standing(question, papers))
    for more in added:
        assert list_good(compute_standing(question, more)) <= before


@MANY
@given(worlds(), questions(), st.data())
def test_what_ends_things_never_makes_a_broken_line_good(
    papers: Papers, question: Question, data: st.DataObject
) -> None:
    about = data.draw(st.sampled_from(papers.authorisations))
    before = compute_standing(question, papers)
    ending = [
        notice("void", about),
        lifetime(data.draw(st.sampled_from([ROOT, *PEOPLE])), date(2018, 1, 1), date(2024, 1, 1)),
    ]
    # An end without a date that gets one is the only thing that a notice can make better (5.4).
    undated = {"parent-undated", "ended-undated"}
    if not undated & {item.reason for chain in before.chains for item in chain.breaks}:
        ending.append(notice("ended", about, valid_from=on(data.draw(st.integers(2015, 2027)))))
    for one in ending:
        more = replace(papers, notices=(*papers.notices, one))
        assert list_good(compute_standing(question, more)) <= list_good(before)
    revoking = status_list(about.issuer, *range(8), valid_from=on(2027))
    more = replace(papers, status_lists=(*papers.status_lists, revoking))
    assert list_good(compute_standing(question, more)) <= list_good(before)


@MANY
@given(worlds(), questions(), st.data())
def test_to_recognise_fewer_roots_never_makes_anything_good(
    papers: Papers, question: Question, data: st.DataObject
) -> None:
    known = papers.root_list
    assert known is not None
    kept = data.draw(st.lists(st.sampled_from(known.roots), unique_by=id))
    fewer = replace(papers, root_list=replace(known, roots=tuple(kept)))
    before = list_good(compute_standing(question, papers))
    assert list_good(compute_standing(question, fewer)) <= before
    assert not list_good(compute_standing(question, replace(papers, root_list=None)))


@MANY
@given(worlds(), questions())
def test_to_ask_for_less_never_loses_a_good_line(papers: Papers, question: Question) -> None:
    narrower = replace(question, scope=question.scope + "/one-chapter")
    before = list_good(compute_standing(question, papers))
    assert before <= list_good(compute_standing(narrower, papers))


@MANY
@given(worlds(), questions(), st.data())
def test_a_void_notice_anywhere_above_takes_the_line_with_it(
    papers: Papers, question: Question, data: st.DataObject
) -> None:
    standing = compute_standing(question, papers)
    if standing.strongest is None:
        return
    event(f"links: {len(standing.strongest.links)}")
    hit = data.draw(st.sampled_from(standing.strongest.links)).authorisation
    more = replace(papers, notices=(*papers.notices, notice("void", hit, valid_from=on(2030))))
    for chain in compute_standing(question, more).chains:
        assert not (chain.is_good and hit in [link.authorisation for link in chain.links])


@MANY
@given(worlds(), questions())
def test_the_line_shown_is_as_strong_as_its_weakest_link_and_none_is_stronger(
    papers: Papers, question: Question
) -> None:
    standing = compute_standing(question, papers)
    good = [chain for chain in standing.chains if chain.is_good]
    for chain in standing.chains:
        assert chain.strength == min(link.strength for link in chain.links)
    if good:
        assert standing.strongest is not None
        assert standing.strongest.strength == max(chain.strength for chain in good)
        assert list(standing.chains[: len(good)]) == good, "good ones come first"
    elif standing.chains:
        assert standing.best_failed is not None
        assert len(standing.best_failed.rules) == min(len(chain.rules) for chain in standing.chains)
