"""Recounts: an outsider counts what was counted, and every way of cheating that 9.4 names is seen."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import encode_base64url, encode_canonical_json
from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.passes.cards import compute_public_key, compute_signature
from amanah.core.passes.messages import compute_answer_bytes
from amanah.core.passes.recount import (
    BundleFormatError,
    RecountBundle,
    RecountError,
    SpentPass,
    encode_in_parts,
    encode_recount_bundle,
    iterate_payloads,
    parse_recount_bundle,
    verify_counts,
    verify_recount_bundle,
)
from tests.core.passes.material import (
    SESSION,
    SURVEY,
    fill,
    make_answered,
    make_survey_bundle,
    make_token,
    open_issuer,
)
from tests.core.passes.vectors import build_entries

BUNDLE = make_survey_bundle()
DATA = encode_recount_bundle(BUNDLE)
ENTRIES = build_entries(DATA)
PAYLOAD = b'{"answers":{"q1":"no"},"occasion":"a1b2c3d4e5f60718","v":1}'


def make_session_bundle() -> RecountBundle:
    tokens = [make_token(2, SESSION, fill(f"key {place}", 32), f"pass {place}") for place in range(3)]
    spent = sorted(
        (SpentPass(token.nonce, token.authenticator) for token in tokens), key=lambda item: item.nonce
    )
    return RecountBundle(SESSION, open_issuer(2).public_key, "origin", "vkey", tuple(spent))


def test_a_survey_is_counted_again_choice_by_choice() -> None:
    result = verify_recount_bundle(parse_recount_bundle(DATA))
    assert result.redeemed == 3
    assert result.counts == {"q1": {"yes": 2, "no": 1}, "q2": {"a": 1, "c": 2}, "q3": {7: 2}}


def test_a_session_is_counted_again_and_an_empty_one_too() -> None:
    bundle = make_session_bundle()
    assert parse_recount_bundle(encode_recount_bundle(bundle)) == bundle
    result = verify_recount_bundle(bundle)
    assert (result.redeemed, result.counts) == (3, {})
    assert verify_recount_bundle(replace(bundle, spent=())).redeemed == 0


def test_the_published_order_is_the_same_whatever_order_passes_came_in() -> None:
    assert encode_recount_bundle(replace(BUNDLE, spent=BUNDLE.spent[::-1])) == DATA


def test_doubled_and_unsorted_passes_are_seen() -> None:
    first, second, third = BUNDLE.spent
    for spent in ((first, first, second), (second, first, third), (first, third, second)):
        with pytest.raises(RecountError):
            verify_recount_bundle(replace(BUNDLE, spent=spent))


def change_answer(place: int = 0, **changes: bytes) -> RecountBundle:
    spent = list(BUNDLE.spent)
    answer = spent[place].answer
    assert answer is not None
    spent[place] = replace(spent[place], answer=replace(answer, **changes))
    return replace(BUNDLE, spent=tuple(spent))


def test_a_swapped_answer_key_or_signature_is_seen() -> None:
    other = BUNDLE.spent[1].answer
    assert other is not None
    seed = fill("thief", 32)
    thief = compute_public_key(seed)
    signature = compute_signature(seed, compute_answer_bytes(SURVEY.hash(), PAYLOAD))
    cheats = (
        change_answer(payload=PAYLOAD),
        change_answer(signature=bytes(64)),
        change_answer(payload=other.payload, public_key=other.public_key, signature=other.signature),
        change_answer(payload=PAYLOAD, public_key=thief, signature=signature),
        replace(BUNDLE, spent=(replace(BUNDLE.spent[0], answer=None),)),
    )
    for cheat in cheats:
        with pytest.raises(RecountError):
            verify_recount_bundle(cheat)


@pytest.mark.parametrize("payload", [b"{}", PAYLOAD.replace(b"a1b2", b"0000")])
def test_a_signed_answer_to_nothing_or_to_another_survey_is_seen(payload: bytes) -> None:
    spent = make_answered(1, SURVEY, payload, "strange")
    with pytest.raises(RecountError):
        verify_recount_bundle(replace(BUNDLE, spent=(spent,)))


def test_a_pass_under_another_key_or_for_another_occasion_is_seen() -> None:
    with pytest.raises(RecountError):
        verify_recount_bundle(replace(BUNDLE, public_key=open_issuer(2).public_key))
    with pytest.raises(RecountError):
        verify_recount_bundle(replace(BUNDLE, occasion=replace(SURVEY, closes_at=SURVEY.closes_at + 1)))
    stuffed = SpentPass(BUNDLE.spent[0].nonce, bytes(256), BUNDLE.spent[0].answer)
    with pytest.raises(RecountError):
        verify_recount_bundle(replace(BUNDLE, spent=(stuffed,)))


def change_document(change: Callable[[Any], None], data: bytes = DATA) -> bytes:
    value = json.loads(data)
    change(value)
    return encode_canonical_json(value)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.pop("issuer"),
        lambda value: value.update(extra=1),
        lambda value: value.update(kind="other"),
        lambda value: value.update(v=True),
        lambda value: value.update(v=2),
        lambda value: value.update(issuer="hillside.amanah"),
        lambda value: value.update(log=None),
        lambda value: value.update(log={"origin": 1, "vkey": "x"}),
        lambda value: value.update(log={"origin": "x"}),
        lambda value: value.update(spent={}),
        lambda value: value.update(spki="AAAA"),
        lambda value: value.update(spki=1),
        lambda value: value["descriptor"].update(v=2),
        lambda value: value["spent"].append(None),
        lambda value: value["spent"][0].pop("signature"),
        lambda value: value["spent"][0].update(name="x"),
        lambda value: value["spent"][0].update(nonce="AAAA"),
        lambda value: value["spent"][0].update(signature="A"),
    ],
)
def test_a_bundle_of_any_other_form_is_refused(change: Callable[[Any], None]) -> None:
    with pytest.raises(InvalidInputError):
        parse_recount_bundle(change_document(change))


def test_presence_carries_no_answer_and_a_bundle_is_an_object() -> None:
    session = encode_recount_bundle(make_session_bundle())
    with pytest.raises(BundleFormatError):
        parse_recount_bundle(change_document(lambda value: value["spent"][0].update(payload=""), session))
    for data in (b"[]", b"null", b"", DATA + b"\n"):
        with pytest.raises(InvalidInputError):
            parse_recount_bundle(data)


@given(st.integers(0, len(DATA) - 1), st.integers(1, 127))
def test_a_bundle_with_any_byte_changed_is_refused_or_fails_or_is_not_the_logged_one(
    place: int, change: int
) -> None:
    data = bytearray(DATA)
    data[place] ^= change
    with pytest.raises((InvalidInputError, VerificationError)):
        recount(bytes(data))


def recount(data: bytes) -> None:
    bundle = parse_recount_bundle(data)
    verify_recount_bundle(bundle)
    verify_counts(bundle, data, ENTRIES)


def test_the_counts_hold_against_the_log() -> None:
    counts = verify_counts(BUNDLE, DATA, ENTRIES)
    assert (counts.redeemed, counts.served, counts.cards) == (3, 4, 5)
    assert (counts.invitations_used, counts.invitations_printed, counts.replacements) == (5, 6, 1)


def get_body(entries: list[dict[str, Any]], kind: str) -> Any:
    return next(entry["body"] for entry in entries if entry["kind"] == kind)


def drop(kind: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda entries: entries.remove(next(entry for entry in entries if entry["kind"] == kind))


def double(kind: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda entries: entries.append(next(entry for entry in entries if entry["kind"] == kind))


def write(kind: str, **changes: Any) -> Callable[[list[dict[str, Any]]], None]:
    return lambda entries: get_body(entries, kind).update(changes)


OTHER_SPKI = encode_base64url(open_issuer(0).public_key.spki)


@pytest.mark.parametrize(
    "change",
    [
        *(
            drop(kind)
            for kind in ("wave_planned", "wave_opened", "occasion_closed", "occasion_key_destroyed")
        ),
        *(
            double(kind)
            for kind in ("wave_planned", "wave_opened", "occasion_closed", "occasion_key_destroyed")
        ),
        drop("invitations_printed"),
        write("wave_opened", keys=[[SURVEY.occasion, encode_base64url(open_issuer(2).public_key.spki)]]),
        write("wave_planned", occasions=[SURVEY.descriptor() | {"closes_at": 2_000_000_000}]),
        write("occasion_closed", bundle="0" * 64),
        write("occasion_closed", redeemed=2),
        write("occasion_key_destroyed", served=2),
        write("occasion_key_destroyed", served=6),
        write("occasion_key_destroyed", cards=3),
        write("occasion_key_destroyed", cards=6),
        write("occasion_key_destroyed", invitations_used=7),
        write("occasion_key_destroyed", served="4"),
        write("occasion_key_destroyed", cards=True),
        write("invitations_printed", hashes=["same"] * 6),
        write("invitations_printed", hashes=None),
        write("join_key_opened", descriptor={"occasion": SURVEY.occasion}),
        lambda entries: get_body(entries, "occasion_key_destroyed").pop("replacements"),
        lambda entries: entries.append({"kind": "occasion_closed"}),
    ],
)
def test_a_log_that_does_not_bear_the_bundle_out_is_seen(
    change: Callable[[list[dict[str, Any]]], None],
) -> None:
    entries = copy.deepcopy(ENTRIES)
    change(entries)
    with pytest.raises(VerificationError):
        verify_counts(BUNDLE, DATA, entries)


def test_entries_of_other_occasions_and_kinds_do_not_matter() -> None:
    others: list[dict[str, Any]] = [
        {"body": {"bundle": "0" * 64, "redeemed": 900}, "kind": "occasion_closed", "ref": "9" * 16},
        {"body": {"entries": 7}, "kind": "heartbeat", "ref": None},
    ]
    assert verify_counts(BUNDLE, DATA, ENTRIES + others) == verify_counts(BUNDLE, DATA, ENTRIES)


@given(cuts=st.lists(st.integers(0, len(DATA)), max_size=6))
def test_payloads_are_the_same_however_the_file_is_cut_into_parts(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(DATA)]
    parts = [DATA[start:end] for start, end in pairwise(places)]
    wanted = [item.answer.payload for item in BUNDLE.spent if item.answer]
    assert [*iterate_payloads(parts)] == wanted


@pytest.mark.parametrize("count", [0, 1, 1_023, 1_024, 1_025])
def test_a_bundle_written_in_parts_is_canonical_json(count: int) -> None:
    item = BUNDLE.spent[0]
    spent = [replace(item, nonce=place.to_bytes(32)) for place in range(count)]
    data = b"".join(encode_in_parts(BUNDLE, spent))
    assert encode_canonical_json(json.loads(data)) == data
    assert parse_recount_bundle(data).spent == tuple(spent)
