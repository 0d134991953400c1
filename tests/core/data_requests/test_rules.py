"""Rules in force are always the whole table, with numbers within their bounds (`spec/data_requests.md` 5.6)."""

import json
from typing import Any

import pytest
from hypothesis import given

from amanah.core.data_requests.rules import (
    BOUNDS,
    DEFAULTS,
    EXPLANATIONS,
    RULES,
    RuleSet,
    RulesUnreadableError,
    build_default_rules,
    compute_rules_hash,
    encode_rules,
    parse_rules,
)
from amanah.core.encoding import encode_canonical_json
from tests.core.data_requests.cases import MANY, rule_sets

STARTING = build_default_rules("commons")


@MANY
@given(rule_sets())
def test_rules_come_back_from_their_bytes(rules: RuleSet) -> None:
    assert parse_rules(encode_rules(rules)) == rules


def test_a_community_starts_with_rules_that_can_be_in_force() -> None:
    assert parse_rules(encode_rules(STARTING)) == STARTING


def test_every_rule_is_told_to_bodies_and_explained_to_members() -> None:
    assert list(EXPLANATIONS) == list(RULES)
    for sentence in (*RULES.values(), *EXPLANATIONS.values()):
        assert sentence.endswith(".")
        assert "  " not in sentence


def test_no_rule_claims_what_no_software_can_keep() -> None:
    words = " ".join((*RULES.values(), *EXPLANATIONS.values())).lower()
    for claim in ("never be made", "police can never", "cannot be made", "impossible"):
        assert claim not in words


def without(rule: str) -> list[str]:
    return [other for other in RULES if other != rule]


TABLES = [
    *(without(rule) for rule in RULES),
    [*reversed(RULES)],
    [*RULES, "be-kind"],
    [*RULES, "only-what-exists"],
    [],
    None,
    "all of them",
]


@pytest.mark.parametrize("table", TABLES)
def test_no_community_can_leave_a_rule_out_add_one_or_move_one(table: Any) -> None:
    document = json.loads(encode_rules(STARTING))
    with pytest.raises(RulesUnreadableError):
        parse_rules(encode_canonical_json(document | {"rules": table}))


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_lie_within_their_bounds(name: str) -> None:
    document = json.loads(encode_rules(STARTING))
    least, most = BOUNDS[name]
    for number in (least, most):
        assert getattr(parse_rules(encode_canonical_json(document | {name: number})), name) == number
    for number in (least - 1, most + 1, True, "7", None):
        with pytest.raises(RulesUnreadableError):
            parse_rules(encode_canonical_json(document | {name: number}))


@pytest.mark.parametrize(
    "changed", [{"v": 2}, {"v": True}, {"community": "The Commons"}, {"community": 7}, {"except": "police"}]
)
def test_rules_in_another_form_are_refused(changed: dict[str, Any]) -> None:
    document = json.loads(encode_rules(STARTING))
    with pytest.raises(RulesUnreadableError):
        parse_rules(encode_canonical_json(document | changed))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b"7", b"\xff"])
def test_other_bytes_are_no_rules(data: bytes) -> None:
    with pytest.raises(RulesUnreadableError):
        parse_rules(data)


def test_rules_with_another_number_have_another_hash() -> None:
    stricter = RuleSet(community="commons", **{**DEFAULTS, "most_people": 1})
    assert compute_rules_hash(encode_rules(stricter)) != compute_rules_hash(encode_rules(STARTING))
