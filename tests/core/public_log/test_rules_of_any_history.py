"""Whatever legal order a history takes it breaks no rule, and whatever single thing is changed in it is named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amanah.core.public_log.entries import Entry
from tests.core.public_log.histories import (
    HEARTBEAT,
    Log,
    close,
    destroy,
    judge,
    number_heartbeats,
    open_join,
    open_wave,
    plan,
    print_invitations,
    say,
    state_policy,
)


@st.composite
def good_histories(draw: st.DrawFn) -> Log:
    """Give a history in which waves are planned, opened, closed and destroyed in any order that is allowed."""
    log = [
        state_policy(),
        open_join(),
        print_invitations("first", 5),
        plan("w0", "w0.0"),
        open_wave("w0", "w0.0"),
    ]
    waves: dict[str, tuple[str, ...]] = {"w0": ("w0.0",)}
    planned, opened, closed, cards, printed = [], ["w0.0"], [], 0, 5
    for step in range(draw(st.integers(6, 30))):
        choice = draw(st.sampled_from(("plan", "open", "close", "destroy", "print", "beat")))
        if choice == "plan":
            wave = f"w{step + 1}"
            waves[wave] = tuple(f"{wave}.{place}" for place in range(draw(st.integers(1, 3))))
            log.append(plan(wave, *waves[wave]))
            planned.append(wave)
        elif choice == "open" and planned:
            wave = planned.pop(draw(st.integers(0, len(planned) - 1)))
            log.append(open_wave(wave, *waves[wave]))
            opened += waves[wave]
        elif choice == "close" and opened:
            occasion = opened.pop(draw(st.integers(0, len(opened) - 1)))
            redeemed = draw(st.integers(0, cards))
            log.append(close(occasion, redeemed))
            closed.append((occasion, redeemed))
        elif choice == "destroy" and closed:
            occasion, redeemed = closed.pop(draw(st.integers(0, len(closed) - 1)))
            cards = draw(st.integers(cards, printed))
            served = draw(st.integers(redeemed, cards))
            log.append(destroy(occasion, served=served, cards=cards, replacements=0, invitations_used=cards))
        elif choice == "print":
            count = draw(st.integers(1, 4))
            log.append(print_invitations(f"batch {step}", count))
            printed += count
        else:
            log.append(say(HEARTBEAT, None, entries=0))
    return number_heartbeats(log)


def find(log: Log, kind: str) -> tuple[int, Entry]:
    place = next((place for place, entry in enumerate(log) if entry.kind == kind), None)
    assume(place is not None)
    assert place is not None
    return place, log[place]


def repeat(kind: str) -> Callable[[Log], Log]:
    return lambda log: [*log, find(log, kind)[1]]


def leave_out(kind: str) -> Callable[[Log], Log]:
    def change(log: Log) -> Log:
        place = find(log, kind)[0]
        return log[:place] + log[place + 1 :]

    return change


def alter(kind: str, alter_body: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Log], Log]:
    def change(log: Log) -> Log:
        place, entry = find(log, kind)
        changed = replace(entry, body=dict(entry.body) | alter_body(dict(entry.body)))
        return [*log[:place], changed, *log[place + 1 :]]

    return change


def swap_keys(log: Log) -> Log:
    wide = next(
        (
            place
            for place, entry in enumerate(log)
            if entry.kind == "wave_opened" and len(entry.body["keys"]) > 1
        ),
        None,
    )
    assume(wide is not None)
    assert wide is not None
    keys = log[wide].body["keys"]
    return [*log[:wide], replace(log[wide], body={"keys": [*keys[1:], keys[0]]}), *log[wide + 1 :]]


def leave_out_a_closing(log: Log) -> Log:
    destroyed = find(log, "occasion_key_destroyed")[1]
    return [entry for entry in log if (entry.kind, entry.ref) != ("occasion_closed", destroyed.ref)]


def give_a_key_to_another_occasion(log: Log) -> Log:
    return [*log, open_join("again", spki="join")]


def let_the_cards_fall(log: Log) -> Log:
    fallen = destroy("new", cards=0, served=0, replacements=0, invitations_used=0)
    more = alter("occasion_key_destroyed", lambda body: {"cards": 10_000})(log)
    return [*more, open_join("new"), close("new", 0), fallen]


def name_strangers(body: dict[str, Any]) -> dict[str, Any]:
    return {"occasions": [item | {"community": "strangers"} for item in body["occasions"]]}


MUTATIONS: dict[str, tuple[str, Callable[[Log], Log]]] = {
    "repeat the key for joining": ("one-key", repeat("join_key_opened")),
    "repeat a plan": ("one-plan", repeat("wave_planned")),
    "repeat an opening": ("one-plan", repeat("wave_opened")),
    "repeat a batch": ("one-plan", repeat("invitations_printed")),
    "repeat a closing": ("close-once", repeat("occasion_closed")),
    "repeat a destruction": ("destroy-after-close", repeat("occasion_key_destroyed")),
    "leave out a plan": ("plan-before-keys", leave_out("wave_planned")),
    "leave out a closing": ("destroy-after-close", leave_out_a_closing),
    "give the keys in another order": ("plan-before-keys", swap_keys),
    "give one key to two occasions": ("one-key", give_a_key_to_another_occasion),
    "name another community": ("one-community", alter("wave_planned", name_strangers)),
    "serve more than there are cards": (
        "counts",
        alter("occasion_key_destroyed", lambda body: {"served": body["cards"] + 1}),
    ),
    "use more invitations than were printed": (
        "counts",
        alter("occasion_key_destroyed", lambda body: {"invitations_used": 10_000}),
    ),
    "let the cards fall": ("counts-grow", let_the_cards_fall),
    "let a heartbeat count wrongly": (
        "heartbeat-counts",
        alter("heartbeat", lambda body: {"entries": body["entries"] + 1}),
    ),
}


@given(good_histories())
def test_no_history_that_follows_the_rules_is_called_broken(log: Log) -> None:
    assert judge(log, policy_file=b"policy") == []


@pytest.mark.parametrize("mutation", MUTATIONS)
@settings(max_examples=20)
@given(log=good_histories())
def test_a_single_change_to_any_good_history_is_named(mutation: str, log: Log) -> None:
    rule, change = MUTATIONS[mutation]
    changed = change(log)
    if rule != "heartbeat-counts":
        changed = number_heartbeats(changed)
    assert rule in {found.rule for found in judge(changed) if found.is_breach}
