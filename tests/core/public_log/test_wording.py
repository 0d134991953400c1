"""Every kind of entry is told in words that mention all its counts, and never as raw JSON."""

import re
from typing import Any

import pytest

from amanah.core.public_log.entries import Entry
from amanah.core.public_log.schemas import ENTRY_SCHEMAS, PARTIES
from amanah.core.public_log.teller import Teller
from amanah.core.public_log.wording import describe_entry, name_kind, name_office
from tests.core.public_log.build import BODIES, NOW, make_entry, sign_anything

COUNTED_NUMBERS = {
    "holdings_declared": (1,),
    "invitations_printed": (2,),
    "wave_planned": (1, 1),
    "wave_opened": (2,),
}
TOLD_OTHERWISE = {
    "rules_stated": 3,
    "request_rules_stated": 1,
    "wave_planned": 3,
    "season_stated": 4,
    "gate_read": 3,
}


def list_counts(body: dict[str, Any]) -> list[int]:
    return [value for value in body.values() if type(value) is int]


@pytest.mark.parametrize("kind", sorted(ENTRY_SCHEMAS))
def test_every_kind_has_a_name_and_a_sentence(kind: str) -> None:
    sentence = describe_entry(make_entry(kind))

    assert name_kind(kind) != name_kind("no-such-kind")
    assert sentence.endswith(".")
    assert len(sentence) < 420


@pytest.mark.parametrize("kind", sorted(ENTRY_SCHEMAS))
def test_a_sentence_holds_no_raw_json_no_place_left_open_and_no_code_word(kind: str) -> None:
    entry = make_entry(kind)
    sentence = describe_entry(entry).replace(str(entry.body.get("key"))[:16], "")

    assert not re.search(r'[{}\[\]"_%]|null|None|True|False', sentence), sentence


@pytest.mark.parametrize("kind", sorted(set(ENTRY_SCHEMAS) - set(TOLD_OTHERWISE)))
def test_a_sentence_mentions_every_count_of_its_entry(kind: str) -> None:
    sentence = describe_entry(make_entry(kind))
    counts = list_counts(BODIES[kind][2]) + list(COUNTED_NUMBERS.get(kind, ()))

    numbers = [int(found) for found in re.findall(r"(?<![\w.])\d+(?![\w])", sentence)]

    for count in set(counts):
        assert numbers.count(count) >= counts.count(count), (sentence, count)


def test_a_count_that_differs_is_told_differently() -> None:
    by, ref, body = BODIES["occasion_key_destroyed"]
    told = {describe_entry(make_entry("occasion_key_destroyed"))}
    for name in body:
        told.add(describe_entry(sign_anything(by, "occasion_key_destroyed", ref, body | {name: 4_321})))

    assert len(told) == 1 + len(body)


def test_waiting_times_and_the_short_pace_are_told_in_words_of_time() -> None:
    by, ref, _ = BODIES["rules_stated"]
    calm = describe_entry(make_entry("rules_stated"))
    demo = describe_entry(
        sign_anything(
            by,
            "rules_stated",
            ref,
            {"fetch_window": 20, "minimum_age": 60, "register_window": 0, "pace": "demo"},
        )
    )

    assert calm.count("24 h") == 3
    assert "20 s" in demo
    assert "1 min" in demo
    assert "0 s" in demo
    assert "protects nobody" in demo
    assert "protects nobody" not in calm


def test_a_plan_is_told_with_its_times_in_the_reader_s_way() -> None:
    entry = make_entry("wave_planned")

    assert "2026-09-21 14:13 UTC" in describe_entry(entry)
    assert f"from <{NOW}> to <{NOW + 86_400}>" in describe_entry(
        entry, teller=Teller(tell_time=lambda at: f"<{at}>")
    )


def test_a_season_is_told_with_its_lines_in_people_of_a_hundred() -> None:
    by, ref, body = BODIES["season_stated"]
    sentence = describe_entry(make_entry("season_stated"))
    finer = describe_entry(sign_anything(by, "season_stated", ref, body | {"line": 612_500}))

    assert "above 60 in 100" in sentence
    assert "above 5 in 100" in sentence
    assert "2026-12-20 14:13 UTC" in sentence
    assert "above 61.25 in 100" in finer


def test_a_reading_of_the_gate_is_told_with_its_evidence() -> None:
    by, ref, body = BODIES["gate_read"]
    shut = describe_entry(sign_anything(by, "gate_read", ref, body | {"state": "shut", "evidence": -693_148}))
    certain = describe_entry(sign_anything(by, "gate_read", ref, body | {"evidence": 900_000_000}))

    assert "is open. Surveys counted: 2." in describe_entry(make_entry("gate_read"))
    assert "22 to 1" in describe_entry(make_entry("gate_read"))
    assert "is shut" in shut
    assert " 0 to 1" in shut
    assert "1000000 to 1" in certain


def test_a_programme_that_is_hidden_is_told_apart_from_one_that_changed() -> None:
    hidden = sign_anything("programme-door", "programme_stated", "solid-ground", {"facts": None})

    assert "no longer shown" in describe_entry(hidden)
    assert "abababababababab" in describe_entry(make_entry("programme_stated"))


def test_a_policy_that_needs_no_witness_says_what_stands_behind_the_log() -> None:
    alone = sign_anything("log", "policy_stated", None, {"least": 0, "policy": "ef" * 32, "witnesses": 1})

    assert "only the log's own signature" in describe_entry(alone)
    assert "only the log's own signature" not in describe_entry(make_entry("policy_stated"))


def test_columns_without_a_purpose_are_counted_aloud() -> None:
    columns = [["case", "answer", "not-stated", "not-stated"], ["case", "body", "request-case", "not-stated"]]
    entry = sign_anything("request-door", "holdings_declared", None, {"columns": columns})

    assert "without a stated purpose: 2." in describe_entry(entry)


def test_rules_for_requests_are_told_with_how_often_they_seal_and_report() -> None:
    by, ref, body = BODIES["request_rules_stated"]
    demo = describe_entry(
        sign_anything(by, "request_rules_stated", ref, body | {"report_every": 120, "seal_every": 20})
    )

    assert "every 24 h. It publishes a report on each quarter" in describe_entry(
        make_entry("request_rules_stated")
    )
    assert "every 20 s. It publishes a report every 2 min." in demo


def test_who_took_an_ask_down_is_told() -> None:
    by, ref, _ = BODIES["ask_withdrawn"]
    told = {
        describe_entry(sign_anything(by, "ask_withdrawn", ref, {"reason": reason}))
        for reason in ("body", "trustees", "gate")
    }

    assert len(told) == 3
    assert all("a5ca5ca5ca5ca5ca" in sentence for sentence in told)


def test_what_kind_of_credential_is_shown_is_told_and_who_is_meant_is_not() -> None:
    by, ref, body = BODIES["credential_stated"]
    kinds = ("authorisation", "endorsement", "notice", "status")
    told = {
        describe_entry(sign_anything(by, "credential_stated", ref, body | {"kind": kind})) for kind in kinds
    }

    assert len(told) == len(kinds)
    assert all(ref in sentence and "abababababababab;" in sentence for sentence in told)


def test_an_unknown_kind_is_said_to_be_unknown_and_nothing_of_it_is_repeated() -> None:
    entry = Entry(NOW, "card-door", "\x1b[2Jnew_kind", "ref", {"words": "\x1b[2J"}, b"")

    sentence = describe_entry(entry)

    assert "does not know" in sentence
    assert "\x1b" not in sentence + name_kind(entry.kind)


def test_an_entry_that_lacks_the_form_of_its_kind_is_not_told_as_if_it_had_it() -> None:
    entry = sign_anything("card-door", "occasion_key_destroyed", "0011223344556677", {"served": 9})

    assert "does not have the form" in describe_entry(entry)


def test_every_office_has_a_name() -> None:
    assert len({name_office(party) for party in PARTIES}) == len(PARTIES)
