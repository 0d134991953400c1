"""Which rules are in force: the defaults until trustees sign others, and then the ones that were drafted last."""

import pytest

from amanah.core.data_requests.rules import DEFAULTS, RuleSet, compute_rules_hash, encode_rules
from amanah.request_door.rules.actions import RulesUnknownError, apply_rules_change, record_rules
from amanah.request_door.rules.queries import find_rules, get_rules_in_force

pytestmark = pytest.mark.django_db


def build_rules(**changes: int) -> RuleSet:
    return RuleSet(community="commons", **{**DEFAULTS, **changes})


def test_a_community_that_signed_nothing_has_the_defaults() -> None:
    rules, document = get_rules_in_force()
    assert rules == build_rules()
    assert find_rules(compute_rules_hash(document)) == document


def test_what_is_written_down_is_not_in_force_before_it_is_signed() -> None:
    rules_hash = record_rules(build_rules(most_people=2))
    assert get_rules_in_force()[0].most_people == DEFAULTS["most_people"]
    apply_rules_change(rules_hash, at=100)
    assert get_rules_in_force() == (build_rules(most_people=2), encode_rules(build_rules(most_people=2)))


def test_carrying_out_an_old_decision_again_brings_no_old_rules_back() -> None:
    old, new = record_rules(build_rules(most_people=2)), record_rules(build_rules(most_people=3))
    apply_rules_change(old, at=100)
    apply_rules_change(new, at=200)
    apply_rules_change(old, at=100)
    assert get_rules_in_force()[0].most_people == 3


def test_rules_that_were_in_force_before_can_be_signed_again() -> None:
    first, second = record_rules(build_rules(most_people=2)), record_rules(build_rules(most_people=3))
    for at, rules_hash in enumerate((first, second, first), start=1):
        apply_rules_change(rules_hash, at=at)
    assert get_rules_in_force()[0].most_people == 2
    assert record_rules(build_rules(most_people=2)) == first


def test_a_hash_that_nobody_wrote_down_is_refused() -> None:
    with pytest.raises(RulesUnknownError, match="at the desk again"):
        apply_rules_change("0" * 64, at=1)
    assert find_rules("0" * 64) is None
