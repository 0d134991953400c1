"""The rules of a chain (`spec/credentials.md` 7.2), each broken alone and told by its number; 6 stands beside."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from amanah.core.credentials.authorisations import Authorisation, Strength
from amanah.core.credentials.breaks import RULE_NAMES
from amanah.core.credentials.chains import Question
from amanah.core.credentials.papers import Papers
from tests.core.credentials.lines import (
    AMINA,
    ASKED,
    BILAL,
    COMMUNITY,
    DAWUD,
    ROOT,
    STRANGER,
    TODAY,
    WITNESSES,
    ask,
    grant,
    hash_of,
    judge,
    line,
    on,
    papers_of,
    reasons,
    recorded,
    root,
    root_list,
    shown,
)


def test_a_whole_line_breaks_nothing_and_reaches_its_root() -> None:
    standing = ask(papers_of(*line().values()))
    assert standing.is_good
    chain = shown(standing)
    assert [link.authorisation.holder for link in chain.links] == [DAWUD, BILAL, AMINA]
    assert chain.root == root()
    assert chain.strength == Strength.SIGNED
    assert (standing.best_failed, chain.rules, standing.conflicts) == (None, (), ())


def test_what_a_root_gave_itself_needs_no_parent() -> None:
    assert ask(papers_of(line()["amina"]), Question(AMINA, "quran", TODAY)).is_good


@pytest.mark.parametrize("who", ["amina", "bilal", "dawud"])
def test_1_a_paper_that_nothing_holds_up_breaks_the_line_at_any_height(who: str) -> None:
    assert judge(**{who: {"suites": ()}}) == [(1, "proof-missing")]


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "eddsa-rdfc-2022", "jwt"])
def test_1_one_suite_of_the_issuers_own_key_is_enough(suite: str) -> None:
    assert judge(bilal={"suites": (suite,)}) == []


def test_2_a_grant_by_somebody_who_does_not_hold_the_paper_above() -> None:
    assert judge(dawud={"giver": STRANGER, "issuer": STRANGER}) == [(2, "giver-not-holder")]


def test_2_a_stranger_may_not_sign_in_the_place_of_the_giver() -> None:
    assert judge(dawud={"issuer": STRANGER, "strength": Strength.RECORDED}) == [(2, "issuer-not-recorder")]


def test_2_whoever_holds_the_paper_above_may_not_record_for_another_giver() -> None:
    changes = {"issuer": BILAL, "giver": AMINA, "strength": Strength.RECORDED}
    assert judge(dawud=changes) == [(2, "issuer-not-recorder"), (2, "giver-not-holder")]


def test_2_a_recorder_of_the_list_signs_in_the_place_of_the_giver() -> None:
    made = line()
    papers = papers_of(made["amina"], made["bilal"], recorded(made["dawud"]))
    standing = ask(papers)
    assert standing.is_good
    assert shown(standing).strength == Strength.RECORDED


def test_2_who_is_a_recorder_is_for_the_list_to_say() -> None:
    made = line(dawud={"issuer": STRANGER, "strength": Strength.RECORDED})
    assert ask(papers_of(*made.values(), root_list=root_list(recorders=(COMMUNITY, STRANGER)))).is_good
    assert not ask(papers_of(*made.values(), root_list=root_list(recorders=(COMMUNITY,)))).is_good


def test_2_one_witness_named_twice_is_one_witness() -> None:
    made = line()
    twice = recorded(made["dawud"], Strength.WITNESSED, witnesses=(WITNESSES[0], WITNESSES[0]))
    assert reasons(ask(papers_of(made["amina"], made["bilal"], twice))) == [(2, "witnesses-too-few")]


def test_2_two_witnesses_make_a_witnessed_link() -> None:
    made = line()
    standing = ask(papers_of(made["amina"], made["bilal"], recorded(made["dawud"], Strength.WITNESSED)))
    assert standing.is_good
    assert shown(standing).links[0].strength == Strength.WITNESSED


@pytest.mark.parametrize("party", [BILAL, DAWUD])
def test_2_nobody_witnesses_their_own_grant(party: str) -> None:
    made = line()
    own = recorded(made["dawud"], Strength.WITNESSED, witnesses=(*WITNESSES, party))
    assert reasons(ask(papers_of(made["amina"], made["bilal"], own))) == [(2, "witness-is-party")]


def test_2_a_key_that_stands_in_the_file_alone_is_nobodys() -> None:
    changes = {"suites": ("jwt-header-key",), "strength": Strength.RECORDED}
    assert judge(amina=changes) == [(2, "key-of-nobody")]


def test_3_a_parent_of_other_bytes_is_not_the_one_that_was_meant() -> None:
    assert judge(dawud={"parent_hash": hash_of("another")}) == [(3, "parent-changed")]


def test_3_a_parent_named_without_its_hash_is_not_believed() -> None:
    assert judge(dawud={"parent_hash": None}) == [(3, "parent-changed")]


def test_3_a_line_whose_middle_is_missing_ends_there() -> None:
    made = line()
    standing = ask(papers_of(made["dawud"], made["amina"]))
    assert reasons(standing) == [(3, "parent-missing")]
    assert shown(standing).root is None


def test_4_who_may_only_teach_gives_nothing_on() -> None:
    assert judge(bilal={"may_authorise": False}) == [(4, "may-not-authorise")]


def test_5_nobody_gives_a_wider_scope_than_they_have() -> None:
    assert judge(bilal={"scope": "quran/hafs/first-part"}) == [(5, "scope-wider")]


def test_5_a_scope_that_only_begins_with_the_same_letters_is_another() -> None:
    assert judge(bilal={"scope": "quran-studies"}, lists=root_list(root(ROOT, "quran"))) == [
        (5, "scope-wider"),
        (5, "scope-wider"),
    ]


@pytest.mark.parametrize("asked", ["quran", "quran/warsh", "fiqh"])
def test_5_what_was_asked_about_must_lie_within_what_was_given(asked: str) -> None:
    standing = ask(papers_of(*line().values()), replace(ASKED, scope=asked))
    assert reasons(standing) == [(5, "asked-outside")]


def test_7_a_circle_of_papers_is_seen_and_left() -> None:
    people = {"a": AMINA, "b": BILAL, "c": DAWUD}
    circle = [
        grant(
            name,
            people[above],
            people[name],
            "quran",
            on(2020),
            parent=f"urn:uuid:{above}",
            parent_hash=hash_of(above),
        )
        for name, above in (("a", "c"), ("b", "a"), ("c", "b"))
    ]
    standing = ask(papers_of(*circle))
    assert reasons(standing) == [(7, "paper-twice")]
    assert len(shown(standing).links) == 3


def test_7_a_paper_that_rests_on_itself_is_a_circle() -> None:
    own = grant(
        "dawud", BILAL, DAWUD, "quran/hafs", on(2022), parent="urn:uuid:dawud", parent_hash=hash_of("dawud")
    )
    assert (7, "paper-twice") in judge_papers(own)


def judge_papers(*papers: Authorisation, **others: Any) -> list[tuple[int, str]]:
    return reasons(ask(papers_of(*papers, **others)))


def test_7_nobody_gives_to_themselves() -> None:
    made = line(dawud={"may_authorise": True})
    again = grant("again", DAWUD, DAWUD, "quran/hafs", on(2023), parent=made["dawud"])
    standing = ask(papers_of(made["amina"], made["bilal"], made["dawud"], again))
    assert standing.is_good
    assert [(item.rule, item.reason) for item in standing.chains[1].breaks] == [(7, "person-twice")]


def test_7_a_root_that_names_itself_holder_gives_to_itself() -> None:
    own = grant("own", ROOT, ROOT, "quran", on(2016))
    assert reasons(ask(papers_of(own), Question(ROOT, "quran", TODAY))) == [(7, "person-twice")]


def test_7_nobody_stands_above_themselves_by_a_detour() -> None:
    made = line(bilal={"holder": DAWUD}, dawud={"giver": DAWUD, "issuer": DAWUD, "holder": AMINA})
    standing = ask(
        papers_of(made["amina"], made["bilal"], made["dawud"]), Question(AMINA, "quran/hafs", TODAY)
    )
    assert standing.is_good, "her own paper from the root stands"
    assert standing.chains[1].rules == (7,)


@pytest.mark.parametrize(("longest", "is_good"), [(3, True), (2, False), (1, False)])
def test_7_a_line_is_as_long_as_the_list_admits(longest: int, is_good: bool) -> None:
    standing = ask(papers_of(*line().values(), root_list=root_list(longest_chain=longest)))
    assert standing.is_good is is_good
    assert is_good or reasons(standing) == [(7, "too-long")]
    assert len(shown(standing).links) == min(3, longest + 1)


def test_2_without_a_list_nobody_is_said_to_record_without_leave() -> None:
    papers = Papers(tuple(line(dawud={"issuer": STRANGER, "strength": Strength.RECORDED}).values()))
    assert reasons(ask(papers)) == [(2, "recorders-unknown"), (8, "no-root-list")]


def test_8_without_a_list_nobody_is_recognised() -> None:
    assert reasons(ask(Papers(tuple(line().values())))) == [(8, "no-root-list")]


ROOT_CASES: list[tuple[dict[str, Any], str]] = [
    ({"root_id": AMINA}, "not-a-root"),
    ({"root_id": COMMUNITY}, "not-a-root"),
    ({"scopes": ("fiqh",)}, "root-for-other"),
    ({"scopes": ("quran/hafs",)}, "root-for-other"),
    ({"from_day": date(2016, 1, 2)}, "not-a-root-then"),
    ({"until_day": date(2026, 11, 24)}, "not-a-root-now"),
]


@pytest.mark.parametrize(("changes", "reason"), ROOT_CASES)
def test_8_the_line_begins_with_a_root_for_its_scope_then_and_now(
    changes: dict[str, Any], reason: str
) -> None:
    changes = dict(changes)
    one = root(changes.pop("root_id", ROOT), *changes.pop("scopes", ()), **changes)
    assert judge(lists=root_list(one)) == [(8, reason)]


def test_8_the_days_of_a_term_are_both_within_it() -> None:
    assert judge(lists=root_list(root(from_day=date(2016, 1, 1), until_day=date(2026, 11, 25)))) == []


def test_8_a_root_that_was_chosen_again_is_recognised_then_and_now() -> None:
    terms = (root(until_day=date(2018, 1, 1)), root(from_day=date(2024, 1, 1)))
    assert judge(lists=root_list(*terms)) == judge(lists=root_list(*terms[::-1])) == []
    standing = ask(papers_of(*line().values(), root_list=root_list(*terms)))
    assert shown(standing).root == terms[1], "the vote that counts today is shown"


def test_8_one_list_recognises_what_another_does_not() -> None:
    papers = line().values()
    assert ask(papers_of(*papers, root_list=root_list(root(ROOT)))).is_good
    assert not ask(papers_of(*papers, root_list=root_list(root(STRANGER)))).is_good


BREAKING: dict[int, Callable[[], list[tuple[int, str]]]] = {
    1: lambda: judge(bilal={"suites": ()}),
    2: lambda: judge(dawud={"giver": STRANGER, "issuer": STRANGER}),
    3: lambda: judge(dawud={"parent_hash": hash_of("another")}),
    4: lambda: judge(bilal={"may_authorise": False}),
    5: lambda: judge(bilal={"scope": "quran/hafs/first-part"}),
    6: lambda: judge(bilal={"valid_until": on(2021)}),
    7: lambda: judge(lists=root_list(longest_chain=2)),
    8: lambda: judge(lists=root_list(root(AMINA))),
}


@pytest.mark.parametrize("rule", RULE_NAMES)
def test_each_rule_can_be_broken_alone_and_is_told_by_its_number(rule: int) -> None:
    assert {broken for broken, _ in BREAKING[rule]()} == {rule}


def test_everything_that_is_wrong_is_said_not_only_the_first() -> None:
    found = judge(
        dawud={"parent_hash": None, "valid_until": on(2023), "suites": ()},
        bilal={"may_authorise": False, "valid_from": on(2023)},
        lists=root_list(root(STRANGER), longest_chain=2),
    )
    assert {rule for rule, _ in found} == {1, 3, 4, 6, 7, 8}
