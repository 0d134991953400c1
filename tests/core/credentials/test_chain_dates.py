"""Rule 6 of a chain: what was in force, had ended or was void, and who was alive (`spec/credentials.md` 5, 7.2)."""

from datetime import date
from typing import Any

import pytest

from amanah.core.credentials.authorisations import Strength
from tests.core.credentials.lines import (
    AMINA,
    BILAL,
    COMMUNITY,
    DAWUD,
    ROOT,
    STRANGER,
    TODAY,
    WITNESSES,
    ask,
    judge,
    lifetime,
    line,
    listed,
    notice,
    on,
    papers_of,
    reasons,
    recorded,
    status_list,
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bilal": {"valid_from": on(2022, 1, 2)}}, "given-too-early"),
        ({"bilal": {"valid_until": on(2022)}}, "given-too-late"),
        ({"bilal": {"valid_until": on(2021)}}, "given-too-late"),
        ({"dawud": {"valid_from": TODAY + 1}}, "not-begun"),
        ({"dawud": {"valid_until": TODAY}}, "run-out"),
    ],
)
def test_6_dates_that_do_not_fit(changes: dict[str, Any], reason: str) -> None:
    assert judge(**changes) == [(6, reason)]


@pytest.mark.parametrize(
    "changes",
    [
        {"bilal": {"valid_from": on(2022)}},
        {"bilal": {"valid_until": on(2022) + 1}},
        {"amina": {"valid_until": on(2020)}},
        {"dawud": {"valid_from": TODAY}},
        {"dawud": {"valid_until": TODAY + 1}},
    ],
)
def test_6_dates_that_fit_to_the_second(changes: dict[str, Any]) -> None:
    assert judge(**changes) == []


def test_6_a_parent_that_ended_before_the_grant_gave_nothing() -> None:
    ended = notice("ended", line()["bilal"], valid_from=on(2021))
    assert judge(notices=[ended]) == [(6, "parent-ended")]


def test_6_a_parent_ends_at_the_very_second_of_its_notice() -> None:
    assert judge(notices=[notice("ended", line()["bilal"], valid_from=on(2022))]) == [(6, "parent-ended")]


@pytest.mark.parametrize("who", ["amina", "bilal"])
def test_6_a_parent_that_ended_after_the_grant_leaves_it_standing(who: str) -> None:
    assert judge(notices=[notice("ended", line()[who], valid_from=on(2023))]) == []


@pytest.mark.parametrize("who", ["amina", "bilal"])
def test_6_a_void_parent_takes_everything_below_with_it(who: str) -> None:
    assert judge(notices=[notice("void", line()[who], valid_from=on(2025))]) == [(6, "parent-void")]


def test_6_a_void_notice_counts_before_one_that_only_ends() -> None:
    paper = line()["bilal"]
    both = [notice("ended", paper, valid_from=on(2023)), notice("void", paper, valid_from=on(2025))]
    assert judge(notices=both) == judge(notices=both[::-1]) == [(6, "parent-void")]


def test_6_of_two_ends_the_earlier_counts() -> None:
    paper = line()["bilal"]
    both = [notice("ended", paper, valid_from=on(2023)), notice("ended", paper, BILAL, valid_from=on(2021))]
    assert judge(notices=both) == []
    own = [both[0], notice("ended", paper, AMINA, valid_from=on(2021))]
    assert judge(notices=own) == judge(notices=own[::-1]) == [(6, "parent-ended")]


@pytest.mark.parametrize(("kind", "reason"), [("void", "void"), ("ended", "ended")])
def test_6_what_has_ended_itself_is_no_longer_in_force(kind: str, reason: str) -> None:
    assert judge(notices=[notice(kind, line()["dawud"])]) == [(6, reason)]


def test_6_what_ends_later_is_still_in_force() -> None:
    assert judge(notices=[notice("ended", line()["dawud"], valid_from=TODAY + 1)]) == []
    assert judge(notices=[notice("ended", line()["dawud"], valid_from=TODAY)]) == [(6, "ended")]


@pytest.mark.parametrize("who", ["amina", "bilal", "dawud"])
@pytest.mark.parametrize("kind", ["void", "ended"])
def test_6_nobody_but_issuer_and_recorder_ends_a_paper(who: str, kind: str) -> None:
    early = on(2016, 2)
    strangers = [
        notice(kind, line()[who], by, valid_from=early)
        for by in (STRANGER, BILAL, DAWUD)
        if by != line()[who].issuer
    ]
    assert judge(notices=strangers) == []


def test_6_the_issuer_ends_what_they_signed() -> None:
    assert judge(notices=[notice("ended", line()["bilal"], AMINA, valid_from=on(2021))]) == [
        (6, "parent-ended")
    ]


def test_6_the_giver_of_a_recorded_grant_is_not_its_issuer() -> None:
    made = line()
    papers = papers_of(
        made["amina"],
        made["bilal"],
        recorded(made["dawud"]),
        notices=(notice("void", made["dawud"], BILAL),),
    )
    assert ask(papers).is_good


def judge_bit(
    who: str, *, by: str | None = None, revoked: bool = True, notices: Any = ()
) -> list[tuple[int, str]]:
    """Give what the line breaks when the bit of one grant is set in the list of `by`."""
    made = line()
    issuer = made[who].issuer
    made[who] = listed(made[who], 9)
    one = status_list(by or issuer, *((9,) if revoked else ()), id=f"urn:uuid:list-of-{issuer}")
    return reasons(ask(papers_of(*made.values(), status_lists=(one,), notices=tuple(notices))))


@pytest.mark.parametrize(
    ("who", "reason"), [("amina", "parent-undated"), ("bilal", "parent-undated"), ("dawud", "ended-undated")]
)
def test_6_a_set_bit_without_a_notice_has_no_date(who: str, reason: str) -> None:
    assert judge_bit(who) == [(6, reason)]


def test_6_a_notice_gives_the_bit_its_date() -> None:
    paper = line()["bilal"]
    assert judge_bit("bilal", notices=[notice("ended", paper, valid_from=on(2023))]) == []
    assert judge_bit("bilal", notices=[notice("ended", paper, valid_from=on(2021))]) == [(6, "parent-ended")]


def test_6_a_strangers_notice_gives_the_bit_no_date() -> None:
    late = notice("ended", line()["bilal"], STRANGER, valid_from=on(2023))
    assert judge_bit("bilal", notices=[late]) == [(6, "parent-undated")]


@pytest.mark.parametrize("by", [STRANGER, COMMUNITY, BILAL])
def test_6_a_list_of_another_issuer_is_not_believed(by: str) -> None:
    assert judge_bit("bilal", by=by) == []


def test_6_a_newer_list_does_not_take_an_end_back() -> None:
    made = line()
    made["dawud"] = listed(made["dawud"], 9)
    lists = (
        status_list(BILAL, 9, valid_from=on(2024)),
        status_list(BILAL, valid_from=on(2025)),
    )
    assert reasons(ask(papers_of(*made.values(), status_lists=lists))) == [(6, "ended-undated")]


@pytest.mark.parametrize(
    ("person", "reason"),
    [(AMINA, "giver-outside-life"), (ROOT, "giver-outside-life")],
)
def test_6_a_giver_who_was_dead_gave_nothing(person: str, reason: str) -> None:
    died = lifetime(person, date(1940, 1, 1), date(2015, 6, 1))
    assert (6, reason) in judge(notices=[died])


def test_6_the_dead_receive_nothing_and_witness_nothing() -> None:
    made = line()
    witnessed = recorded(made["dawud"], Strength.WITNESSED)
    for person, reason in ((DAWUD, "holder-outside-life"), (WITNESSES[1], "witness-outside-life")):
        unborn = lifetime(person, date(2022, 1, 2))
        papers = papers_of(made["amina"], made["bilal"], witnessed, notices=(unborn,))
        assert reasons(ask(papers)) == [(6, reason)]


def test_6_the_day_of_death_is_a_day_of_life() -> None:
    first, last = date(1940, 1, 1), date(2022, 1, 1)
    assert judge(notices=[lifetime(BILAL, first, last)]) == []
    assert judge(notices=[lifetime(BILAL, first, date(2021, 12, 31))]) == [(6, "giver-outside-life")]


def test_6_what_a_giver_gave_outlives_them() -> None:
    assert judge(notices=[lifetime(AMINA, date(1940, 1, 1), date(2023, 1, 1))]) == []


def test_6_the_dead_teach_no_more() -> None:
    assert judge(notices=[lifetime(DAWUD, date(1940, 1, 1), date(2023, 1, 1))]) == [(6, "not-alive")]


def test_6_only_a_recorder_dates_a_life() -> None:
    assert judge(notices=[lifetime(BILAL, date(1940, 1, 1), date(2000, 1, 1), issuer=AMINA)]) == []
