"""What must hold for all facts (`spec/data_requests.md` 5.2 to 5.4), whatever anybody asks for."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amanah.core.data_requests.deciding import (
    ChoiceBeyondRulesError,
    Verdict,
    decide_request,
    list_answers,
    needs_signatures,
    verify_answer,
)
from amanah.core.data_requests.facts import CHANNELS, SECRECIES, RequestFacts, encode_facts, parse_facts
from amanah.core.data_requests.rules import RULES, RuleSet
from amanah.core.data_requests.scopes import PUBLIC_RECORDS, Scope, build_scope, is_within
from tests.core.data_requests.cases import (
    DAYS,
    DOCUMENT,
    FORCES,
    MANY,
    PEOPLE,
    RULES_IN_FORCE,
    SIGNERS,
    Paper,
    facts,
    has_day,
    papers,
    rule_sets,
    scopes,
)

Pieces = set[tuple[str, str, date]]

ANSWERS = ("refuse", "contest", "narrow", "comply")


def list_pieces(scope: Scope | None) -> Pieces:
    """Give a scope as single pieces of paper: one person, one kind, one day."""
    if scope is None:
        return set()
    days = [day for day in DAYS if has_day(scope, day)]
    return set(product(scope.people, scope.categories, days))


def list_secrets(scope: Scope | None) -> Pieces:
    """Give the pieces that are not public anyway."""
    return {piece for piece in list_pieces(scope) if piece[1] != PUBLIC_RECORDS}


@MANY
@given(facts(), papers(), rule_sets())
def test_any_facts_give_exactly_one_verdict_with_its_reasons(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    verdict = decide_request(drawn, paper, rules)
    assert verdict.outcome in {"refuse", "narrow", "comply", "panel"}
    assert verdict.reasons
    assert [*verdict.reasons] == [rule for rule in RULES if rule in verdict.reasons]


@MANY
@given(facts(), papers(), rule_sets())
def test_the_same_facts_always_give_the_same_decision(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    again = parse_facts(encode_facts(drawn))
    assert decide_request(drawn, paper, rules) == decide_request(again, paper, rules)


@MANY
@given(facts(), papers(), rule_sets())
def test_nothing_bulk_ever_passes(drawn: RequestFacts, paper: Paper | None, rules: RuleSet) -> None:
    verdict = decide_request(drawn, paper, rules)
    if verdict.scope is not None:
        assert verdict.scope.people
        assert drawn.asked.people
        assert drawn.ordered is not None
        assert drawn.ordered.people
    if drawn.asked.is_class or (drawn.ordered is not None and drawn.ordered.is_class):
        assert verdict.scope is None
        assert verdict.outcome in {"refuse", "panel"}


@MANY
@given(facts(), papers(), rule_sets())
def test_nothing_beyond_the_instrument_and_the_request_ever_passes(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    scope = decide_request(drawn, paper, rules).scope
    assert list_pieces(scope) <= list_pieces(drawn.asked) & list_pieces(drawn.ordered)
    if scope is not None:
        assert drawn.ordered is not None
        assert is_within(scope, drawn.asked)
        assert is_within(scope, drawn.ordered)


@MANY
@given(facts(), rule_sets(), st.sampled_from([("judge",), ("police-officer",), ()]))
def test_a_class_is_refused_by_the_rules_where_people_must_be_named(
    drawn: RequestFacts, rules: RuleSet, signed_by: tuple[str, ...]
) -> None:
    paper = Paper(signed_by=signed_by)
    everybody = replace(drawn, asked=replace(drawn.asked, people=(), categories=("identity",)))
    assert decide_request(everybody, paper, rules).outcome == "refuse"


@MANY
@given(facts(), papers(), rule_sets())
def test_what_is_public_anyway_is_no_reason_to_refuse_the_rest(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    more = widen(drawn.asked, Scope((), ("identity", PUBLIC_RECORDS)))
    assert "already-public" not in decide_request(replace(drawn, asked=more), paper, rules).reasons


@MANY
@given(facts(), papers(), rule_sets())
def test_without_force_nothing_is_disclosed(drawn: RequestFacts, paper: Paper | None, rules: RuleSet) -> None:
    assume(paper is None or paper.force != "compulsory")
    verdict = decide_request(drawn, paper, rules)
    assert verdict.scope is None
    assert verdict.outcome in {"refuse", "panel"}
    if paper is not None and paper.force in {"voluntary", "contract"}:
        assert verdict.outcome == "refuse"


@MANY
@given(facts(), papers(), rule_sets())
def test_a_collection_never_starts(drawn: RequestFacts, paper: Paper | None, rules: RuleSet) -> None:
    asking = replace(drawn, asks_collection=True)
    verdict = decide_request(asking, paper, rules)
    assert verdict.reasons[0] == "no-collection"
    assert verdict.outcome != "comply"
    if asking.asked.is_empty:
        assert verdict.scope is None
        assert verdict.outcome in {"refuse", "panel"}
    else:
        without = decide_request(replace(drawn, asks_collection=False), paper, rules)
        assert verdict.scope == without.scope


@MANY
@given(facts(), papers(), rule_sets(), scopes())
def test_asking_for_more_gives_nothing_but_what_was_added_and_is_ordered(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet, more: Scope
) -> None:
    asked = widen(drawn.asked, more)
    before = decide_request(drawn, paper, rules)
    after = decide_request(replace(drawn, asked=asked), paper, rules)
    added = list_secrets(asked) - list_secrets(drawn.asked)
    assert list_secrets(after.scope) - list_secrets(before.scope) <= added & list_pieces(drawn.ordered)


@MANY
@given(facts(), papers(), rule_sets(), st.sets(st.sampled_from(["Zoe Invented", "Yan Invented"])))
def test_asking_about_people_whom_no_order_names_gives_nothing_more(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet, names: set[str]
) -> None:
    assume(drawn.asked.people)
    asked = replace(drawn.asked, people=tuple(sorted({*drawn.asked.people, *names})))
    before = decide_request(drawn, paper, rules)
    after = decide_request(replace(drawn, asked=asked), paper, rules)
    assert after.scope == before.scope


@MANY
@given(facts(), papers(), rule_sets(), st.sampled_from(SECRECIES), st.binary(min_size=32, max_size=32))
def test_secrecy_and_salt_decide_nothing(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet, secrecy: str, salt: bytes
) -> None:
    other = replace(drawn, secrecy=secrecy, salt=salt)  # type: ignore[arg-type]
    assert decide_request(other, paper, rules) == decide_request(drawn, paper, rules)


@MANY
@given(facts(), papers(), rule_sets(), scopes())
def test_a_narrower_paper_never_gives_more(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet, more: Scope
) -> None:
    assume(drawn.ordered is not None and not drawn.ordered.is_class)
    assert drawn.ordered is not None
    wider = decide_request(replace(drawn, ordered=widen(drawn.ordered, more)), paper, rules)
    assert list_pieces(decide_request(drawn, paper, rules).scope) <= list_pieces(wider.scope)


@MANY
@given(facts(), papers(), rule_sets())
def test_only_a_signed_and_read_paper_gives_anything(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    verdict = decide_request(drawn, paper, rules)
    if verdict.scope is not None or verdict.outcome in {"comply", "narrow"}:
        assert paper is not None
        assert paper.force == "compulsory"
        assert drawn.signed_by in paper.signed_by
        assert drawn.channel in {"form", "letter"}
        assert drawn.document is not None
        assert drawn.ordered is not None


@MANY
@given(facts(), papers(), rule_sets())
def test_software_proposes_nothing_about_more_people_than_the_rules_allow(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    verdict = decide_request(drawn, paper, rules)
    if verdict.outcome in {"comply", "narrow"}:
        assert verdict.scope is not None
        assert len(verdict.scope.people) <= rules.most_people


@MANY
@given(facts(), papers(), rule_sets())
def test_everything_that_was_asked_for_and_ordered_is_complied_with(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    verdict = decide_request(drawn, paper, rules)
    if verdict.outcome == "comply":
        assert verdict.scope == drawn.asked
        assert verdict.reasons == ("only-what-exists",)
    elif verdict.outcome == "narrow":
        assert verdict.scope != drawn.asked or drawn.asks_collection


@MANY
@given(facts(), papers(), rule_sets(), scopes())
def test_no_answer_gives_more_than_the_verdict(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet, chosen: Scope
) -> None:
    verdict = decide_request(drawn, paper, rules)
    for answer in ANSWERS:
        for scope in (chosen, verdict.scope, None):
            try:
                verify_answer(verdict, answer, scope)  # type: ignore[arg-type]
            except ChoiceBeyondRulesError:
                continue
            assert list_pieces(scope) <= list_pieces(verdict.scope)
            assert (scope is None) or answer in {"narrow", "comply"}


@MANY
@given(facts(), papers(), rule_sets())
def test_nothing_is_given_and_no_paper_that_was_read_is_refused_without_signatures(
    drawn: RequestFacts, paper: Paper | None, rules: RuleSet
) -> None:
    verdict = decide_request(drawn, paper, rules)
    if not needs_signatures(verdict, drawn):
        assert verdict.outcome == "refuse"
        assert verdict.scope is None
        assert drawn.ordered is None
    unread = replace(drawn, ordered=None)
    refused = decide_request(unread, paper, rules)
    assert needs_signatures(refused, unread) == (refused.outcome != "refuse")


def test_trustees_can_always_give_less_and_never_more() -> None:
    wide = Scope(PEOPLE[:2], ("answers", "identity"))
    narrow = Scope(PEOPLE[:1], ("identity",))
    for outcome in ("narrow", "comply", "panel"):
        verdict = Verdict(outcome, ("only-what-exists",), wide)  # type: ignore[arg-type]
        verify_answer(verdict, "refuse", None)
        verify_answer(verdict, "contest", None)
        verify_answer(verdict, "narrow", narrow)
        for beyond in (Scope(PEOPLE, ("identity",)), Scope((), ("identity",)), Scope(PEOPLE[:1], ()), None):
            with pytest.raises(ChoiceBeyondRulesError):
                verify_answer(verdict, "narrow", beyond)


def test_complying_gives_all_that_the_rules_allow_and_narrowing_says_that_it_is_less() -> None:
    wide = Scope(PEOPLE[:2], ("answers", "identity"))
    verdict = Verdict("comply", ("only-what-exists",), wide)
    verify_answer(verdict, "comply", wide)
    for other in (Scope(PEOPLE[:1], ("identity",)), None):
        with pytest.raises(ChoiceBeyondRulesError):
            verify_answer(verdict, "comply", other)


def test_where_the_rules_leave_nothing_trustees_refuse_contest_or_say_that_nothing_exists() -> None:
    verdict = Verdict("panel", ("paper-read",), None)
    assert list_answers(verdict) == ("refuse", "contest", "comply")
    for answer in list_answers(verdict):
        verify_answer(verdict, answer, None)
    with pytest.raises(ChoiceBeyondRulesError):
        verify_answer(verdict, "comply", Scope(PEOPLE[:1], ("identity",)))


def test_what_the_rules_refuse_stays_refused() -> None:
    verdict = Verdict("refuse", ("bring-an-order",), None)
    verify_answer(verdict, "refuse", None)
    for answer in ("contest", "narrow", "comply"):
        with pytest.raises(ChoiceBeyondRulesError):
            verify_answer(verdict, answer, None)  # type: ignore[arg-type]


def test_every_rule_can_end_a_request_or_be_its_reason() -> None:
    """Walk a grid of requests, so that no rule stands in the table without ever being applied."""
    applied: set[str] = set()
    names = Scope(PEOPLE[:2], ("identity",))
    askings = (
        names,
        Scope((), ("identity",)),
        Scope(PEOPLE[:2], (PUBLIC_RECORDS,)),
        Scope(PEOPLE, ("identity",)),
    )
    orders = (None, names, Scope((), ("identity",)), Scope(PEOPLE[1:], ("identity",)))
    instruments = (None, *(Paper(force=force) for force in FORCES))
    for asked, ordered, paper, channel, signer in product(askings, orders, instruments, CHANNELS, SIGNERS):
        request = RequestFacts(
            asked=asked,
            asks_collection=signer == "police-officer",
            channel=channel,
            document=DOCUMENT,
            instrument="order",
            jurisdiction="uk",
            ordered=ordered,
            reference="0A1B-2C3D-4E5F",
            salt=bytes(32),
            secrecy="none",
            signed_by=signer,
        )
        applied |= {*decide_request(request, paper, replace(RULES_IN_FORCE, most_people=1)).reasons}
    assert applied == {*RULES}


def widen(asked: Scope, more: Scope) -> Scope:
    """Give a scope that asks for everything that one asks for and for more."""
    return build_scope(
        (*asked.people, *more.people),
        (*asked.categories, *more.categories),
        None if asked.since is None or more.since is None else min(asked.since, more.since),
        None if asked.until is None or more.until is None else max(asked.until, more.until),
    )
