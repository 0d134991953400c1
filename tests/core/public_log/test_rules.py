"""A log that breaks one rule is told so by name and index, and a log that keeps all of them is left in peace."""

import sys
from dataclasses import replace

import pytest

from amanah.core.public_log.rules import (
    BREACH_RULES,
    LONGEST_KEPT_SECONDS,
    MOST_KEPT_FINDINGS,
    REPORTED_RULES,
    RuleBook,
)
from tests.core.public_log.build import NOW, sign_anything
from tests.core.public_log.histories import (
    HEARTBEAT,
    Log,
    close,
    destroy,
    judge,
    name,
    number_heartbeats,
    open_join,
    open_wave,
    plan,
    print_invitations,
    say,
    seal_slots,
    state_panel,
    state_plan,
    state_policy,
    state_report,
    state_roots,
)

HOUR = 3_600
GOOD: Log = number_heartbeats(
    [
        state_policy(),
        open_join(),
        print_invitations("batch", 4),
        print_invitations("second batch", 3),
        plan("wave", "a", "b"),
        open_wave("wave", "a", "b"),
        say(HEARTBEAT, None, entries=0),
        close("a"),
        destroy("a"),
        close("b", 3),
        destroy("b", cards=5),
        plan("next", "c"),
        open_wave("next", "c"),
        state_panel(1),
        state_panel(2),
        seal_slots(20_780),
        seal_slots(20_781),
        state_report("2026-q3"),
        state_report("2026-q4"),
        state_roots(1),
        state_roots(2),
    ]
)
LAST = len(GOOD)

# Each adds to, or takes from, the good log what breaks this one rule; the number is the index at which it shows.
BROKEN: dict[str, tuple[str, int, Log]] = {
    "an occasion gets a second key": ("one-key", LAST, [*GOOD, open_join(spki="x")]),
    "a key stands for two occasions": ("one-key", LAST, [*GOOD, open_join("d", spki="a")]),
    "a wave is planned twice": ("one-plan", LAST, [*GOOD, plan("wave")]),
    "a wave is opened twice": (
        "one-plan",
        LAST + 2,
        [*GOOD, plan("empty"), open_wave("empty"), open_wave("empty")],
    ),
    "an occasion is planned twice": ("one-plan", LAST, [*GOOD, plan("other", "a")]),
    "an occasion is planned twice in one wave": ("one-plan", LAST, [*GOOD, plan("other", "d", "d")]),
    "a joining is planned": ("one-plan", LAST, [*GOOD, plan("other", "d", kind="join", programme=None)]),
    "a batch stands twice": ("one-plan", LAST, [*GOOD, print_invitations("batch", 0)]),
    "an invitation stands twice": (
        "one-plan",
        LAST,
        [*GOOD, replace(print_invitations("batch", 1), ref=name("third"))],
    ),
    "a wave is opened without a plan": ("plan-before-keys", LAST, [*GOOD, open_wave("never planned", "d")]),
    "a wave is opened before its plan": (
        "plan-before-keys",
        LAST,
        [*GOOD, open_wave("late", "d"), plan("late", "d")],
    ),
    "a wave is opened in another order": (
        "plan-before-keys",
        LAST + 1,
        [*GOOD, plan("other", "d", "e"), open_wave("other", "e", "d")],
    ),
    "a wave is opened with a key too few": (
        "plan-before-keys",
        LAST + 1,
        [*GOOD, plan("other", "d", "e"), open_wave("other", "d")],
    ),
    "another community is named in a plan": (
        "one-community",
        LAST,
        [*GOOD, plan("other", "d", community="strangers")],
    ),
    "another community is named for joining": (
        "one-community",
        LAST,
        [*GOOD, open_join("d", community="strangers")],
    ),
    "a joining is opened under another name": (
        "one-community",
        LAST,
        [*GOOD, replace(open_join("d"), ref=name("e"))],
    ),
    "a survey gets a second plan": ("stated-once", LAST + 1, [*GOOD, state_plan("a"), state_plan("a")]),
    "an evaluation gets a second plan": (
        "stated-once",
        LAST + 2,
        [
            *GOOD,
            *(state_plan("a", kind) for kind in ("evaluation_stated", "survey_stated", "evaluation_stated")),
        ],
    ),
    "an occasion is closed twice": ("close-once", LAST, [*GOOD, close("a")]),
    "an occasion without a key is closed": ("close-once", LAST, [*GOOD, close("d")]),
    "a key is destroyed twice": ("destroy-after-close", LAST, [*GOOD, destroy("b", cards=5)]),
    "a key is destroyed before the closing": (
        "destroy-after-close",
        LAST,
        [*GOOD, destroy("c", cards=5), close("c")],
    ),
    "more were redeemed than served": ("counts", LAST + 1, [*GOOD, close("c", 4), destroy("c", cards=5)]),
    "more were served than there are cards": (
        "counts",
        LAST + 1,
        [*GOOD, close("c"), destroy("c", served=6, cards=5)],
    ),
    "there are more cards than invitations used": (
        "counts",
        LAST + 1,
        [*GOOD, close("c"), destroy("c", cards=6)],
    ),
    "more invitations were used than printed": (
        "counts",
        LAST + 1,
        [*GOOD, close("c"), destroy("c", cards=5, invitations_used=8)],
    ),
    "there are more replacements than invitations used": (
        "counts",
        LAST + 1,
        [*GOOD, close("c"), destroy("c", cards=5, replacements=6)],
    ),
    "the cards fall": ("counts-grow", LAST + 1, [*GOOD, close("c"), destroy("c", cards=4)]),
    "the replacements fall": (
        "counts-grow",
        LAST + 1,
        [*GOOD, close("c"), destroy("c", cards=5, replacements=0)],
    ),
    "the invitations used fall": (
        "counts-grow",
        10,
        [*GOOD[:8], destroy("a", invitations_used=6), close("b"), destroy("b")],
    ),
    "a period is sealed twice": ("slots-rise", LAST, [*GOOD, seal_slots(20_781)]),
    "a period is sealed after a later one": ("slots-rise", LAST, [*GOOD, seal_slots(20_770)]),
    "a report is stated twice": ("report-once", LAST, [*GOOD, state_report("2026-q3")]),
    "a panel number stands twice": ("panel-rise", LAST, [*GOOD, state_panel(2)]),
    "a panel is left out": ("panel-rise", LAST, [*GOOD, state_panel(4)]),
    "the first panel is not the first": ("panel-rise", 1, [GOOD[0], state_panel(2)]),
    "a root list's number stands twice": ("roots-rise", LAST, [*GOOD, state_roots(2)]),
    "a root list is left out": ("roots-rise", LAST, [*GOOD, state_roots(4)]),
    "the first root list is not the first": ("roots-rise", 1, [GOOD[0], state_roots(0)]),
    "a heartbeat counts wrongly": ("heartbeat-counts", LAST, [*GOOD, say(HEARTBEAT, None, entries=LAST + 1)]),
}

REPORTED: dict[str, tuple[str, int, Log]] = {
    "nothing was said for more than 26 hours": (
        "silence",
        LAST,
        [*GOOD, say(HEARTBEAT, None, NOW + 26 * HOUR + 1, entries=LAST)],
    ),
    "an office's clock falls": ("clock", LAST, [*GOOD, close("c", at=NOW - 1), destroy("c", cards=5)]),
    "a column is held without a purpose": (
        "not-stated",
        LAST,
        [*GOOD, say("holdings_declared", None, columns=[["t", "c", "not-stated", "for-ever"]])],
    ),
    "a column is held without a retention": (
        "not-stated",
        LAST,
        [*GOOD, say("holdings_declared", None, columns=[["t", "c", "answer", "not-stated"]])],
    ),
    "a sealed period is left out": ("slots-missed", LAST, [*GOOD, seal_slots(20_783)]),
    "one witness is enough": ("small-policy", LAST, [*GOOD, state_policy(least=1)]),
    "an entry is of an unknown kind": (
        "unknown-kind",
        LAST,
        [*GOOD, sign_anything("log", "brand_new", None, {})],
    ),
}


def test_a_good_log_breaks_no_rule_and_gives_nothing_to_report() -> None:
    assert judge(GOOD, policy_file=b"policy") == []


@pytest.mark.parametrize("case", BROKEN)
def test_a_log_that_breaks_one_rule_is_told_which_and_where(case: str) -> None:
    rule, index, log = BROKEN[case]
    assert [(found.rule, found.index, found.is_breach) for found in judge(log)] == [(rule, index, True)]


@pytest.mark.parametrize("case", REPORTED)
def test_what_is_only_noticed_does_not_call_the_log_broken(case: str) -> None:
    rule, index, log = REPORTED[case]
    assert [(found.rule, found.index, found.is_breach) for found in judge(log, now=NOW)] == [
        (rule, index, False)
    ]


def test_every_rule_has_a_log_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BROKEN.values()} | {"policy-stated"} == set(BREACH_RULES)
    assert {rule for rule, _, _ in REPORTED.values()} | {"key-kept"} == set(REPORTED_RULES)


def test_a_key_kept_longer_than_a_day_is_reported_until_it_is_destroyed() -> None:
    closed = [*GOOD, close("c")]
    assert judge(closed, now=NOW + LONGEST_KEPT_SECONDS) == []
    (found,) = judge(closed, now=NOW + LONGEST_KEPT_SECONDS + 1)
    assert (found.rule, found.index, found.is_breach) == ("key-kept", LAST, False)
    assert judge([*closed, destroy("c", cards=5)], now=NOW + 99 * LONGEST_KEPT_SECONDS) == []


def test_a_policy_is_the_one_that_was_stated_last() -> None:
    changed = [*GOOD, state_policy(policy=b"new policy")]
    assert judge(changed, policy_file=b"new policy") == []
    (earlier,) = judge(changed, policy_file=b"policy")
    assert (earlier.rule, earlier.index, earlier.is_breach) == ("policy-stated", LAST, True)
    assert "was stated earlier, but entry 21 states another one" in earlier.sentence
    (never,) = judge(GOOD, policy_file=b"somebody's policy")
    assert "was never stated; entry 0 states another one" in never.sentence
    (absent,) = judge(GOOD[1:6], policy_file=b"policy")
    assert "never stated the policy" in absent.sentence


def test_one_rule_that_is_broken_everywhere_does_not_fill_the_memory() -> None:
    book = RuleBook()
    for _ in range(1_000):
        book.take(say(HEARTBEAT, None, entries=5_000))
    assert (len(book.findings), book.counts["heartbeat-counts"]) == (MOST_KEPT_FINDINGS, 1_000)


def test_entries_that_no_rule_needs_leave_nothing_behind() -> None:
    def measure(count: int) -> int:
        book = RuleBook()
        for index in range(count):
            book.take(say(HEARTBEAT, None, NOW + index, entries=2 * index))
            book.take(say("door_started", None, NOW + index, version="0.1.0", client=None))
        held = [value for value in vars(book).values() if isinstance(value, dict | set | list)]
        return sum(sys.getsizeof(value) for value in held)

    assert measure(10) == measure(2_000)
