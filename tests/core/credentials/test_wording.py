"""Standing in plain words: every reason has a sentence with every place filled, in the reader's way (6.4, 7.1)."""

import ast
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from amanah.core.credentials import chains, links
from amanah.core.credentials.authorisations import Evidence, Strength
from amanah.core.credentials.breaks import RULE_NAMES, build_break
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.standing import Standing
from amanah.core.credentials.teller import Teller, tell_utc
from amanah.core.credentials.wording import (
    BREAK_WORDS,
    RULE_WORDS,
    STRENGTH_NAMES,
    describe_break,
    describe_grant,
    describe_proof,
    describe_root,
    describe_standing,
    describe_status,
)
from tests.core.credentials.lines import (
    AMINA,
    ASKED,
    BILAL,
    DAWUD,
    ROOT,
    STRANGER,
    TODAY,
    WITNESSES,
    ask,
    line,
    listed,
    notice,
    on,
    papers_of,
    recorded,
    root,
    root_list,
    shown,
    status_list,
)

NAMES = {AMINA: "Amina", BILAL: "Bilal", DAWUD: "Dawud", ROOT: "Rashida", STRANGER: "a stranger"}
TELLER = Teller(
    tell_party=lambda one: NAMES.get(one, one),
    tell_scope=str.upper,
    tell_time=lambda at: tell_utc(at)[:10],
    tell_number=lambda number: f"<{number}>",
)


def list_built_breaks() -> dict[str, tuple[int, set[str]]]:
    """Read off the source which reasons are ever given, with their rule and the names of their places."""
    found: dict[str, tuple[int, set[str]]] = {}
    for module in (links, chains):
        assert module.__file__ is not None
        for call in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == build_break.__name__:
                rule, reason = call.args
                assert isinstance(rule, ast.Constant)
                for text in _list_reasons(reason):
                    found[text] = (int(str(rule.value)), {str(item.arg) for item in call.keywords})
    return found


def _list_reasons(node: ast.expr) -> list[str]:
    """Give the reason that stands there; two calls take it from a variable, whose values are known."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    return [
        "parent-missing",
        "parent-twice",
        "giver-outside-life",
        "holder-outside-life",
        "witness-outside-life",
    ]


BUILT = list_built_breaks()
VARIABLE = {
    "parent-missing": (3, {"paper"}),
    "parent-twice": (3, {"paper"}),
    "giver-outside-life": (6, {"person", "given_at"}),
    "holder-outside-life": (6, {"person", "given_at"}),
    "witness-outside-life": (6, {"person", "given_at"}),
}


def test_every_reason_that_is_ever_given_has_a_sentence_and_no_other_has() -> None:
    assert set(BUILT) == set(BREAK_WORDS)


@pytest.mark.parametrize("reason", sorted(BREAK_WORDS))
def test_a_sentence_says_no_place_that_its_break_does_not_fill(reason: str) -> None:
    _, places = VARIABLE.get(reason, BUILT[reason])
    named = set(re.findall(r"%\((\w+)\)s", BREAK_WORDS[reason]))
    assert named <= places
    filled = describe_break(build_break(1, reason, **dict.fromkeys(places, "x")), TELLER)
    assert "%" not in filled
    assert filled[0].isupper() or named
    assert filled.endswith(".")


def test_every_rule_has_its_name_and_its_words() -> None:
    assert set(RULE_WORDS) == set(RULE_NAMES) == set(range(1, 9))
    assert build_break(6, "void").name == "dates"
    assert set(STRENGTH_NAMES) == set(Strength)


def tell_breaks(standing: Standing) -> list[str]:
    return [describe_break(item, TELLER) for item in shown(standing).breaks]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"dawud": {"giver": STRANGER, "issuer": STRANGER}},
            "It was given by a stranger, but the paper on which it",
        ),
        ({"bilal": {"may_authorise": False}}, "does not let Bilal authorise others"),
        ({"bilal": {"scope": "quran/hafs/one"}}, "QURAN/HAFS does not lie within QURAN/HAFS/ONE"),
        (
            {"bilal": {"valid_until": on(2021)}},
            "on 2022-01-01. The giver's own authority had run out on 2021-01-01",
        ),
    ],
)
def test_what_breaks_is_told_with_people_scopes_and_times_in_the_readers_way(
    changes: dict[str, Any], words: str
) -> None:
    assert words in " ".join(tell_breaks(ask(papers_of(*line(**changes).values()))))


def test_numbers_are_told_in_the_readers_way() -> None:
    told = tell_breaks(ask(papers_of(*line().values(), root_list=root_list(longest_chain=2))))
    assert told == ["The line is longer than the list allows. Most links: <2>."]


def test_a_grant_says_who_gave_what_to_whom_and_how_it_is_held_up() -> None:
    made = line(dawud={"valid_until": on(2030)})
    papers = papers_of(made["amina"], recorded(made["bilal"], Strength.WITNESSED), made["dawud"])
    first, middle, top = shown(ask(papers)).links
    assert describe_grant(first, TELLER) == [
        "Bilal gave Dawud the authority to teach QURAN/HAFS on 2022-01-01.",
        "It runs out by itself on 2030-01-01.",
        "Signed by Bilal, with a key of their own.",
    ]
    assert describe_grant(middle, TELLER)[1] == (
        f"Witnessed: did:key:community signed what people saw when Amina gave it. Witnesses: {', '.join(WITNESSES)}."
    )
    assert "and to authorise others" in describe_grant(top, TELLER)[0]
    plain = recorded(made["dawud"])
    assert describe_grant(replace(first, authorisation=plain), TELLER)[-1].endswith("Bilal signed nothing.")


def test_a_paper_whose_key_is_nobodys_is_not_said_to_be_signed_or_recorded() -> None:
    made = line(amina={"suites": ("jwt-header-key",), "strength": Strength.RECORDED})
    top = shown(ask(papers_of(*made.values()))).links[2]
    assert len(describe_grant(top, TELLER)) == 1
    assert "not that Rashida signed it" in describe_break(top.breaks[0], TELLER)


def test_what_holds_a_paper_up_and_what_is_said_to_show_it_is_told() -> None:
    made = line(dawud={"evidence": (Evidence("Heard", "The whole."),)})
    first = shown(ask(papers_of(*made.values()))).links[0]
    assert describe_proof(first, TELLER) == [
        "What holds the paper up: eddsa-jcs-2022, eddsa-rdfc-2022.",
        "Said to show it: Heard. The whole.",
    ]


def test_status_is_told_as_not_ended_ended_or_not_checked() -> None:
    made = line()
    first = listed(made["dawud"], 9)
    ended = notice("ended", first, valid_from=TODAY + 86_400)

    def tell(papers: Papers) -> list[str]:
        return describe_status(shown(ask(papers)).links[0], TELLER)

    papers = papers_of(made["amina"], made["bilal"], first)
    assert "was not checked" in tell(papers)[0]
    assert "names no list" in tell(papers_of(*made.values()))[0]
    good = replace(papers, status_lists=(status_list(BILAL),))
    assert tell(good) == ["Not ended, says the list of whoever signed it, dated 2026-11-01."]
    assert tell(replace(good, notices=(ended,)))[1:] == [
        "It ends on 2026-11-26.",
        "Reason given: Left. Moved away.",
    ]
    assert "nothing here says when" in tell(replace(papers, status_lists=(status_list(BILAL, 9),)))[0]
    past = replace(papers, notices=(notice("ended", first),))
    assert tell(past) == ["It ended on 2024-01-01.", "Reason given: Left. Moved away."]
    void = replace(papers, notices=(notice("void", first),))
    assert tell(void)[0] == "It was declared void from its start."


@pytest.mark.parametrize("way", ["meeting", "survey", "panel"])
def test_a_root_is_told_with_term_vote_and_reasons(way: str) -> None:
    one = root(until_day=date(2030, 12, 31))
    one = replace(one, vote=replace(one.vote, way=way))  # type: ignore[arg-type]
    recognised, vote, reasons = describe_root(one, root_list(one), TELLER)
    assert recognised == (
        "Rashida Invented is recognised by Example House (invented), in list 3 of 2026-01-01, from 2015-01-01 to "
        "2030-12-31, for: QURAN."
    )
    assert way in vote
    assert "2014-12-01. For: <31>; against: <2>; abstained: <4>." in vote
    assert reasons == "She has taught here for thirty years."
    assert "2030" not in describe_root(root(), root_list(), TELLER)[0]


def test_the_headline_says_by_whom_and_never_that_anything_is_valid() -> None:
    good, bad = (
        ask(papers_of(*line().values())),
        ask(papers_of(*line().values()), replace(ASKED, scope="fiqh")),
    )
    assert describe_standing(good, root_list(), TELLER) == [
        "Dawud may teach QURAN/HAFS: recognised by Example House (invented)."
    ]
    assert "do not show that Dawud may teach FIQH" in describe_standing(bad, root_list(), TELLER)[0]
    assert "cannot be told" in describe_standing(bad, None, TELLER)[0]
    everything = " ".join([*BREAK_WORDS.values(), *RULE_WORDS.values()]).lower()
    assert not re.search(r"\b(valid|certified|verified|trusted)\b", everything)


def test_papers_refused_for_their_name_are_said() -> None:
    made = line()
    forged = replace(made["bilal"], document_hash=b"other")
    told = describe_standing(ask(papers_of(*made.values(), forged)), root_list(), TELLER)
    assert told[1] == "Two different papers bear the same name, and neither is believed: urn:uuid:bilal."


def test_every_sentence_goes_through_the_translator() -> None:
    asked: list[str] = []

    def translate(sentence: str) -> str:
        asked.append(sentence)
        return f"«{sentence}»"

    teller = Teller(translate)
    standing = ask(papers_of(*line(bilal={"valid_until": on(2021)}).values()))
    link = shown(standing).links[0]
    told = [
        *describe_standing(standing, root_list(), teller),
        *describe_grant(link, teller),
        *describe_status(link, teller),
        *(describe_break(item, teller) for item in link.breaks),
        *describe_root(root(), root_list(), teller)[:2],
    ]
    assert all(sentence.startswith("«") for sentence in told)
    assert len(asked) == len(told)


@pytest.mark.parametrize(
    ("at", "told"),
    [(0, "1970-01-01 00:00 UTC"), (on(1258, 2, 10), "1258-02-10 00:00 UTC"), (10**15, "1000000000000000")],
)
def test_times_long_ago_and_beyond_all_calendars_are_told(at: int, told: str) -> None:
    assert tell_utc(at) == told
