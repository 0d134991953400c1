"""Letters say what was decided, in every case, and never name a person."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.data_requests.deciding import decide_request
from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.held import HELD_UNDER, OFFICES, Holdings, build_holdings, list_absent
from amanah.core.data_requests.jurisdictions import Challenge, Instrument, Source
from amanah.core.data_requests.letters import (
    PARAGRAPHS,
    Decided,
    Paragraph,
    Request,
    Section,
    build_letter,
    build_receipt,
)
from amanah.core.data_requests.rules import DEFAULTS, RULES, RuleSet
from amanah.core.data_requests.scopes import CATEGORIES, Scope
from amanah.web.holdings import PURPOSES

TODAY = date(2026, 11, 25)
NAMES = ("Invented Person", "Nobody Atall")
ASKED = Scope(NAMES, ("attendance", "identity"), date(2005, 1, 1), date(2008, 12, 31))
LESS = replace(ASKED, people=NAMES[:1])
FACTS = RequestFacts(
    asked=ASKED,
    asks_collection=False,
    channel="letter",
    document="ab" * 32,
    instrument="xx-order",
    jurisdiction="xx",
    ordered=ASKED,
    reference="0A1B-2C3D-4E5F",
    salt=bytes(32),
    secrecy="none",
    signed_by="judge",
)
ORDER = Instrument(
    code="xx-order",
    names={"en": "An invented order"},
    law="Invented Act, section 1",
    force="compulsory",
    signed_by=("judge",),
    bulk="no",
    telling="yes",
    secrecy=None,
    challenge=Challenge(("holder",), {"en": "Before the judge."}),
    answer_within_days=7,
    reaches=(),
    must_not_destroy=True,
    sentences={"en": "A judge orders it."},
    note=None,
    sources=(Source("Invented", None),),
    check_with_counsel=(),
)
ASK = replace(ORDER, code="xx-ask", force="voluntary", signed_by=(), challenge=None)
ROWS = {
    "card-door": [("card", "public_key", "card-key", "until-left")],
    "log": [("entry", "entry", "log-entry", "public-record")],
    "programme-door": [("staff", "name", "organiser-name", "until-removed")],
    "request-door": [("data_request", "body_name", "request-body", "until-case-closed")],
}
HOLDINGS = build_holdings(ROWS)


def make_request(facts: RequestFacts = FACTS, instrument: Instrument | None = ORDER) -> Request:
    return Request(facts, instrument, TODAY, date(2026, 12, 2))


def make_decided(outcome: Any, scope: Scope | None, *reasons: str, **changes: Any) -> Decided:
    decided = Decided(
        outcome=outcome,
        reasons=reasons or ("only-what-exists",),
        scope=scope,
        decided_on=TODAY,
        decision="0123456789abcdef",
        document="cd" * 32,
        facts="01" * 32,
        rules="02" * 32,
        pack="03" * 32,
        sealed=7,
    )
    return replace(decided, **changes)


def list_codes(sections: Iterable[Section], section: str = "") -> list[str]:
    return [paragraph.code for one in sections if section in {"", one.code} for paragraph in one.paragraphs]


def find(sections: Iterable[Section], code: str) -> Paragraph:
    return next(one for section in sections for one in section.paragraphs if one.code == code)


def test_a_receipt_says_by_when_an_answer_comes_and_decides_nothing() -> None:
    receipt = build_receipt(make_request())
    assert find(receipt, "answer-by").values == {"day": date(2026, 12, 2)}
    assert not {"refused", "contested", "narrowed", "complied", "nothing-exists"} & {*list_codes(receipt)}


@pytest.mark.parametrize(
    ("outcome", "scope", "code"),
    [
        ("refuse", None, "refused"),
        ("contest", None, "contested"),
        ("narrow", LESS, "narrowed"),
        ("comply", ASKED, "complied"),
        ("comply", LESS, "narrowed"),
        ("comply", None, "nothing-exists"),
    ],
)
def test_every_outcome_has_its_own_answer(outcome: str, scope: Scope | None, code: str) -> None:
    letter = build_letter(make_request(), make_decided(outcome, scope), HOLDINGS)
    assert list_codes(letter, "decision")[0] == code
    assert ("scope" in list_codes(letter)) == (scope is not None)
    assert ("package-apart" in list_codes(letter)) == (scope is not None)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_that_was_applied_is_told(rule: str) -> None:
    letter = build_letter(make_request(), make_decided("refuse", None, rule), HOLDINGS)
    assert find(letter, "rule").values == {"rule": rule}


def test_what_is_held_and_what_is_not_is_said_of_every_kind_that_was_asked_for() -> None:
    letter = build_letter(make_request(), make_decided("comply", ASKED), HOLDINGS)
    assert find(letter, "not-held-kind").values == {"category": "attendance"}
    held = find(letter, "held-kind").values
    assert held == {"category": "identity", "held": (("programme-door", "organiser-name"),)}


def test_nothing_is_called_absent_before_every_office_has_declared() -> None:
    for missing in OFFICES:
        holdings = build_holdings({office: rows for office, rows in ROWS.items() if office != missing})
        letter = build_letter(make_request(), make_decided("comply", ASKED), holdings)
        assert not {"not-held-kind", "no-names"} & {*list_codes(letter)}
        assert find(letter, "office-silent").values == {"office": missing}
        assert list_absent(holdings) == ()


def test_nothing_is_called_absent_where_a_purpose_is_unknown() -> None:
    unknown = build_holdings(ROWS | {"log": [("entry", "entry", "something-new", "public-record")]})
    letter = build_letter(make_request(), make_decided("comply", ASKED), unknown)
    assert not {"not-held-kind", "no-names"} & {*list_codes(letter)}


def test_an_order_is_answered_with_everything_that_is_held_and_an_ask_is_not() -> None:
    order = build_letter(make_request(), make_decided("refuse", None), HOLDINGS)
    assert list_codes(order, "annex") == ["office-holds"] * len(OFFICES)
    ask = build_letter(make_request(instrument=ASK), make_decided("refuse", None), HOLDINGS)
    assert list_codes(ask, "annex") == []
    unknown = build_letter(make_request(instrument=None), make_decided("refuse", None), HOLDINGS)
    assert list_codes(unknown, "annex")


def test_a_letter_says_how_it_can_be_taken_further_and_checked() -> None:
    refused = build_letter(make_request(), make_decided("refuse", None), HOLDINGS)
    assert {"better-paper", "rules-again", "court-alone", "instrument-challenge"} <= {*list_codes(refused)}
    assert find(refused, "check-signed").values == {"decision": "0123456789abcdef", "document": "cd" * 32}
    assert find(refused, "check-sealed").values == {"number": 7}
    by_rule = make_decided("refuse", None, decision=None, document=None)
    assert "check-by-rule" in list_codes(build_letter(make_request(), by_rule, HOLDINGS))
    contested = build_letter(make_request(), make_decided("contest", None), HOLDINGS)
    assert "challenge-begun" in list_codes(contested)


def test_secrecy_is_told_to_the_body_with_its_end() -> None:
    secret = make_decided("refuse", None, telling_reason="xx-law", telling_until=date(2027, 1, 1))
    letter = build_letter(make_request(), secret, HOLDINGS)
    values = find(letter, "telling-withheld").values
    assert values == {"reason": "xx-law", "until": date(2027, 1, 1)}
    assert "people-told" not in list_codes(letter)


@given(
    asked=st.builds(
        Scope,
        st.lists(st.sampled_from(NAMES), unique=True).map(lambda names: tuple(sorted(names))),
        st.lists(st.sampled_from(CATEGORIES), unique=True, min_size=1).map(
            lambda kinds: tuple(sorted(kinds))
        ),
    ),
    outcome=st.sampled_from(["refuse", "contest", "comply"]),
    asks_collection=st.booleans(),
    instrument=st.sampled_from([ORDER, ASK, None]),
    offices=st.sets(st.sampled_from(OFFICES)),
)
def test_no_letter_names_a_person_and_all_its_paragraphs_are_known(
    asked: Scope, outcome: str, asks_collection: bool, instrument: Instrument | None, offices: set[str]
) -> None:
    request = make_request(replace(FACTS, asked=asked, asks_collection=asks_collection), instrument)
    scope = asked if outcome == "comply" and not asked.is_class else None
    holdings = build_holdings({office: ROWS[office] for office in offices})
    sections = build_letter(request, make_decided(outcome, scope), holdings)
    assert {*list_codes(sections)} <= {*PARAGRAPHS}
    assert {*list_codes(build_receipt(request))} <= {*PARAGRAPHS}
    for name in NAMES:
        assert name not in repr(sections)
        assert name not in repr(build_receipt(request))


def test_what_the_rules_decide_fits_into_a_letter() -> None:
    verdict = decide_request(FACTS, ORDER, RuleSet("commons", **DEFAULTS))
    letter = build_letter(
        make_request(), make_decided(verdict.outcome, verdict.scope, *verdict.reasons), HOLDINGS
    )
    assert list_codes(letter, "decision") == ["complied", "scope"]
    assert find(letter, "scope").values["people"] == len(NAMES)


def test_every_purpose_of_every_door_is_in_the_table_of_what_it_means() -> None:
    assert PURPOSES.keys() == HELD_UNDER.keys()
    assert {kind for kinds in HELD_UNDER.values() for kind in kinds} <= {*CATEGORIES}


def test_holdings_are_listed_once_for_each_purpose() -> None:
    twice = [("card", "one", "card-key", "until-left"), ("card", "two", "card-key", "until-left")]
    holdings = build_holdings(ROWS | {"card-door": twice})
    assert holdings.list_purposes("card-door") == (("card-key", "until-left"),)
    assert isinstance(holdings, Holdings)
