"""The committed decisions are what this code decides, and what its own reader reads."""

import json
from typing import Any

import pytest

from amanah.core.data_requests.deciding import decide_request, list_answers, needs_signatures
from amanah.core.data_requests.facts import compute_facts_hash, encode_facts, parse_facts
from amanah.core.data_requests.rules import RULES, RuleSet, compute_rules_hash, encode_rules, parse_rules
from amanah.core.data_requests.scopes import compute_meet, encode_scope, is_within, parse_scope
from tests.core.data_requests.cases import Paper
from tests.core.data_requests.write_vectors import FILE, VECTORS, build_vectors, encode_vectors

DECISIONS = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))


def test_the_committed_decisions_are_those_that_the_code_gives() -> None:
    assert (VECTORS / FILE).read_text(encoding="utf-8") == encode_vectors(build_vectors())


@pytest.mark.parametrize("case", DECISIONS["cases"], ids=lambda case: case["name"])
def test_each_written_request_is_decided_from_its_bytes(case: dict[str, Any]) -> None:
    data = case["facts"].encode()
    facts, known = parse_facts(data), case["instrument"]
    paper = None if known is None else Paper(known["force"], tuple(known["signed_by"]), known["bulk"])
    verdict = decide_request(facts, paper, RuleSet("commons", 14, 365, case["most_people"]))
    assert encode_facts(facts) == data
    assert compute_facts_hash(data) == case["hash"]
    assert verdict.outcome == case["outcome"]
    assert [*verdict.reasons] == case["reasons"]
    assert (verdict.scope and encode_scope(verdict.scope)) == case["scope"]
    assert [*list_answers(verdict)] == case["answers"]
    assert needs_signatures(verdict, facts) == case["needs_signatures"]


def test_no_two_written_requests_are_the_same() -> None:
    assert len({case["name"] for case in DECISIONS["cases"]}) == len(DECISIONS["cases"])


def test_every_rule_is_seen_in_the_table() -> None:
    assert {rule for case in DECISIONS["cases"] for rule in case["reasons"]} == {*RULES}


def test_the_universitys_three_asks_are_refused_and_the_judges_order_is_complied_with() -> None:
    outcomes = [(case["outcome"], case["reasons"]) for case in DECISIONS["cases"][:4]]
    assert outcomes[:3] == [("refuse", ["bring-an-order"])] * 3
    assert outcomes[3] == ("comply", ["only-what-exists"])


def test_scopes_meet_as_it_is_written() -> None:
    for item in DECISIONS["meets"]:
        one, other = parse_scope(item["one"]), parse_scope(item["other"])
        meet = compute_meet(one, other)
        assert (meet and encode_scope(meet)) == item["meet"]
        assert is_within(one, other) == item["one_is_within_other"]


def test_the_rules_in_force_come_back_from_their_bytes() -> None:
    data = DECISIONS["rules"]["bytes"].encode()
    assert encode_rules(parse_rules(data)) == data
    assert compute_rules_hash(data) == DECISIONS["rules"]["hash"]
