"""The standing of a holder: which chain is shown, what is refused, and how much work it may be (7.3 to 7.5)."""

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from amanah.core.credentials import chains
from amanah.core.credentials.authorisations import Authorisation, Strength
from amanah.core.credentials.chains import Question
from amanah.core.credentials.foreign import Foreign
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.standing import (
    compute_standings,
    find_own_root,
    list_held_scopes,
)
from tests.core.credentials.by_the_book import NOW
from tests.core.credentials.lines import (
    AMINA,
    ASKED,
    BILAL,
    COMMUNITY,
    DAWUD,
    ROOT,
    STRANGER,
    TODAY,
    ask,
    grant,
    hash_of,
    line,
    listed,
    notice,
    on,
    papers_of,
    reasons,
    recorded,
    root,
    root_list,
    shown,
    status_list,
)

SIGNED, WITNESSED, RECORDED = Strength.SIGNED, Strength.WITNESSED, Strength.RECORDED


def build_line(name: str, *strengths: Strength) -> list[Authorisation]:
    """Give a line from the root down to Dawud with these strengths, the root's grant last in the arguments."""
    made: list[Authorisation] = []
    for height, strength in enumerate(reversed(strengths)):
        giver = made[-1].holder if made else ROOT
        is_last = height == len(strengths) - 1
        link = grant(
            f"{name}-{height}",
            giver,
            DAWUD if is_last else f"did:key:{name}-{height}",
            "quran/hafs",
            on(2016 + height),
            parent=made[-1] if made else None,
        )
        made.append(link if strength == SIGNED else recorded(link, strength))
    return made


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ((SIGNED,) * 6, (SIGNED, WITNESSED)),
        ((WITNESSED,) * 3, (SIGNED, SIGNED, RECORDED)),
        ((SIGNED, SIGNED, RECORDED), (RECORDED, RECORDED)),
        ((RECORDED, SIGNED, SIGNED), (RECORDED, WITNESSED)),
        ((SIGNED, WITNESSED, SIGNED), (WITNESSED, WITNESSED)),
        ((SIGNED, SIGNED), (SIGNED, SIGNED, SIGNED)),
    ],
)
def test_the_stronger_of_two_lines_is_shown(
    stronger: tuple[Strength, ...], weaker: tuple[Strength, ...]
) -> None:
    for names in (("a", "z"), ("z", "a")):
        one, other = build_line(names[0], *stronger), build_line(names[1], *weaker)
        standing = ask(papers_of(*other, *one))
        assert [chain.is_good for chain in standing.chains] == [True, True]
        assert shown(standing).links[0].authorisation == one[-1]


def test_of_equal_lines_the_smaller_names_come_first() -> None:
    one, other = build_line("a", SIGNED, SIGNED), build_line("b", SIGNED, SIGNED)
    for papers in (papers_of(*one, *other), papers_of(*other, *one)):
        assert shown(ask(papers)).links[0].authorisation == one[-1]


def test_a_good_line_is_shown_before_stronger_ones_that_break_a_rule() -> None:
    weak, strong = build_line("weak", RECORDED), build_line("strong", SIGNED)
    broken = replace(strong[0], valid_until=on(2020))
    standing = ask(papers_of(*weak, broken))
    assert shown(standing).links[0].authorisation == weak[0]
    assert [chain.rules for chain in standing.chains] == [(), (6,)]


def test_where_none_is_good_the_one_that_breaks_fewest_rules_is_shown() -> None:
    one = replace(build_line("one", SIGNED)[0], valid_until=on(2020))
    two = replace(build_line("two", SIGNED)[0], valid_until=on(2020), suites=())
    standing = ask(papers_of(two, one))
    assert (standing.strongest, standing.best_failed) == (None, standing.chains[0])
    assert [chain.rules for chain in standing.chains] == [(6,), (1, 6)]


def test_one_rule_broken_often_is_fewer_than_two_rules_broken_once() -> None:
    top, first = build_line("z", SIGNED, SIGNED)
    often = replace(first, valid_until=on(2020))
    papers = papers_of(
        replace(top, valid_until=on(2017)),
        often,
        replace(build_line("a", SIGNED)[0], valid_until=on(2020), suites=()),
        notices=(notice("ended", often),),
    )
    standing = ask(papers)
    assert [(chain.rules, len(chain.breaks)) for chain in standing.chains] == [((6,), 3), ((1, 6), 2)]


def test_who_holds_nothing_has_no_chain() -> None:
    standing = ask(papers_of(*line().values()), Question(STRANGER, "quran", TODAY))
    assert (standing.chains, standing.strongest, standing.best_failed) == ((), None, None)


def test_two_documents_with_one_name_are_both_refused_and_named() -> None:
    made = line()
    forged = replace(made["bilal"], document_hash=hash_of("forged"))
    for papers in (papers_of(*made.values(), forged), papers_of(forged, *made.values())):
        standing = ask(papers)
        assert standing.conflicts == (forged.id,)
        assert reasons(standing) == [(3, "parent-twice")]


def test_two_first_documents_with_one_name_are_no_chain_at_all() -> None:
    made = line()
    forged = replace(made["dawud"], document_hash=hash_of("forged"))
    standing = ask(papers_of(*made.values(), forged))
    assert (standing.chains, standing.conflicts) == ((), (forged.id,))
    assert list_held_scopes(papers_of(*made.values(), forged), DAWUD) == ("quran/hafs",)


def test_the_same_document_twice_is_one() -> None:
    made = line()
    assert ask(papers_of(*made.values(), *made.values())) == ask(papers_of(*made.values()))


def test_a_second_notice_with_a_used_name_takes_no_end_back() -> None:
    made = line()
    void = notice("void", made["bilal"])
    other = replace(void, issuer=STRANGER, kind="ended", document_hash=hash_of("another"))
    for both in ((void, other), (other, void)):
        assert reasons(ask(papers_of(*made.values(), notices=both))) == [(6, "parent-void")]


def test_status_is_good_ended_or_not_checked() -> None:
    made = {name: listed(link, 9) for name, link in line().items()}
    lists = (
        status_list(ROOT, 9, valid_from=on(2025)),
        status_list(AMINA, 8, valid_from=on(2024)),
        status_list(AMINA, 8, valid_from=on(2026)),
        status_list(STRANGER, id=f"urn:uuid:list-of-{BILAL}"),
    )
    dated = notice("ended", made["amina"], valid_from=on(2023))
    chain = shown(ask(papers_of(*made.values(), status_lists=lists, notices=(dated,))))
    assert [(link.status.state, link.status.listed_at) for link in chain.links] == [
        ("not-checked", None),
        ("good", on(2026)),
        ("ended", on(2025)),
    ]
    assert chain.is_good, "what ended later leaves what was given before"
    assert chain.links[2].ending is not None
    assert chain.links[2].ending.notice == dated


def test_a_paper_without_a_place_in_any_list_is_not_checked() -> None:
    chain = shown(ask(papers_of(*line().values(), status_lists=(status_list(BILAL),))))
    assert {link.status.state for link in chain.links} == {"not-checked"}


def test_what_ends_later_is_good_until_then() -> None:
    made = line()
    later = notice("ended", made["dawud"], valid_from=TODAY + 9)
    papers = papers_of(made["amina"], made["bilal"], listed(made["dawud"], 9), notices=(later,))
    lists = (status_list(BILAL, 9),)
    link = shown(ask(replace(papers, status_lists=lists))).links[0]
    assert (link.status.state, link.breaks) == ("good", ())
    assert shown(ask(replace(papers, status_lists=lists), replace(ASKED, at=TODAY + 9))).rules == (6,)


def foreign(**changes: Any) -> Foreign:
    values: dict[str, Any] = {
        "id": "https://university.example/badges/1",
        "issuer": "did:key:university",
        "issuer_name": "University (invented)",
        "holder": DAWUD,
        "achievement": "https://university.example/recitation",
        "name": "Recitation",
        "description": "",
        "criteria": "",
        "evidence": (),
        "valid_from": on(2020),
        "valid_until": None,
        "status": None,
        "left_out": (),
        "document_hash": hash_of("foreign"),
        "suites": ("eddsa-rdfc-2022",),
    }
    return Foreign(**values | changes)


MAPPED = root(
    "did:key:university", "quran", achievements={"https://university.example/recitation": "quran/hafs"}
)


def test_a_foreign_paper_counts_as_what_the_list_makes_of_it() -> None:
    papers = Papers(root_list=root_list(MAPPED), foreign=(foreign(),))
    standing = ask(papers)
    assert standing.is_good
    assert shown(standing).links[0].authorisation.form == "foreign"
    assert ask(papers, replace(ASKED, scope="quran")).is_good is False
    assert list_held_scopes(papers, DAWUD) == ("quran/hafs",)


@pytest.mark.parametrize(
    "changes",
    [
        {"achievement": "https://university.example/cooking"},
        {"issuer": STRANGER},
        {"holder": None},
    ],
)
def test_a_foreign_paper_that_the_list_does_not_map_stands_for_nothing(changes: dict[str, Any]) -> None:
    assert ask(Papers(root_list=root_list(MAPPED), foreign=(foreign(**changes),))).chains == ()
    assert ask(Papers(root_list=root_list(), foreign=(foreign(),))).chains == ()


def test_a_foreign_paper_lets_nobody_give_it_on() -> None:
    made = grant(
        "amina",
        DAWUD,
        AMINA,
        "quran/hafs",
        on(2021),
        parent="https://university.example/badges/1",
        parent_hash=hash_of("foreign"),
    )
    papers = Papers((made,), root_list=root_list(MAPPED), foreign=(foreign(),))
    assert reasons(ask(papers, Question(AMINA, "quran/hafs", TODAY))) == [(4, "may-not-authorise")]


def build_diamonds(layers: int, width: int) -> list[Authorisation]:
    """Give layers of papers, each layer given by two people who hold the whole layer above between them."""
    made: list[list[Authorisation]] = []
    for layer in range(layers):
        row = []
        for number in range(width):
            parent = made[-1][(number * 7 + layer) % width] if made else None
            holder = f"did:key:layer-{layer}-{number % 2}"
            giver = parent.holder if parent else ROOT
            row.append(grant(f"{layer}-{number}", giver, holder, "quran", on(2016), parent=parent))
        made.append(row)
    return [link for row in made for link in row]


def test_ten_thousand_papers_in_diamonds_are_each_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = papers_of(*build_diamonds(40, 250), root_list=root_list(longest_chain=64))
    looked: list[str] = []
    real = chains.list_breaks_of_grant
    monkeypatch.setattr(
        chains, "list_breaks_of_grant", lambda child, index: looked.append(child.id) or real(child, index)
    )
    begun = time.monotonic()
    holders = sorted({one.holder for one in papers.authorisations})
    standings = compute_standings([Question(holder, "quran", NOW) for holder in holders], papers)
    assert all(standing.is_good for standing in standings)
    assert sum(len(standing.chains) for standing in standings) == 10_000
    assert len(looked) == len(set(looked)) == 10_000
    assert time.monotonic() - begun < 20, "seconds on a machine that others use too"


def test_a_line_of_ten_thousand_is_left_where_the_list_says() -> None:
    made = [grant("0", ROOT, "did:key:0", "quran", on(2016))]
    for number in range(1, 10_000):
        made.append(
            grant(
                f"{number}", f"did:key:{number - 1}", f"did:key:{number}", "quran", on(2016), parent=made[-1]
            )
        )
    question = Question("did:key:9999", "quran", NOW)
    standing = ask(papers_of(*made, root_list=root_list(longest_chain=64)), question)
    assert reasons(standing) == [(7, "too-long")]
    assert len(shown(standing).links) == 65
    assert ask(Papers(tuple(made)), question).chains[0].rules == (7,), (
        "without a list no more are walked either"
    )


def test_a_recorders_notice_is_one_for_one_list_alone() -> None:
    made = line()
    void = (notice("void", made["bilal"], COMMUNITY),)
    other = root_list(community=STRANGER, recorders=(STRANGER,))
    assert not ask(papers_of(*made.values(), notices=void)).is_good
    assert ask(papers_of(*made.values(), notices=void, root_list=other)).is_good


def test_a_root_needs_no_paper_for_its_own_scopes_within_its_term() -> None:
    known = root_list(root(until_day=date(2026, 11, 25)))
    asked = Question(ROOT, "quran/hafs", TODAY)
    assert find_own_root(asked, known) == known.roots[0]
    for other in (
        replace(asked, scope="fiqh"),
        replace(asked, holder=AMINA),
        replace(asked, at=TODAY + 86_400),
    ):
        assert find_own_root(other, known) is None
    assert find_own_root(asked, None) is None
    assert ask(papers_of(root_list=known), asked).chains == ()
