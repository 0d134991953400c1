"""A reader believes only what is signed, whole, and a continuation of what it saw."""

import random
from typing import Any

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.errors import AmanahError
from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.merkle import EMPTY_ROOT
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import (
    EMPTY_VIEW,
    BadLogEntryError,
    ForkedLogError,
    IncompleteLogError,
    ShrunkenLogError,
    extend_view,
    verify_log,
)
from amanah.core.public_log.tiles import encode_bundle
from tests.core.public_log.build import (
    BODIES,
    NOW,
    OCCASION,
    ORIGIN,
    WAVE,
    admissions,
    bundle,
    heartbeats,
    log_key,
    make_entry,
    public_key,
    rewrite,
    seed,
    sign_anything,
    sign_leaves,
)

KINDS = [kind for kind in BODIES if kind != "door_admitted"]


def whole_log() -> list[bytes]:
    return admissions() + [encode_entry(make_entry(kind)) for kind in KINDS]


def verify(leaves: list[bytes], last_seen: Any = None) -> Any:
    return verify_log(sign_leaves(leaves), bundle(leaves), Policy(log_key()), last_seen)


def test_a_verified_log_gives_its_entries_by_kind_and_subject() -> None:
    view = verify(whole_log())
    assert view.size == 4 + len(KINDS)
    assert [entry.kind for entry in view.list_entries("door_admitted")] == ["door_admitted"] * 4
    closed = view.find_entry("occasion_closed", OCCASION)
    assert closed is not None
    assert closed.body["redeemed"] == 7
    assert view.find_entry("occasion_closed", WAVE) is None
    assert len(view.list_entries_about("wave_opened", WAVE)) == 1
    assert view.list_entries("nothing") == ()
    assert view.keys["card-door"] == public_key("card-door")


@pytest.mark.parametrize("size", [0, 1, 4, 255, 256, 257, 511, 512, 513])
def test_a_log_of_every_size_around_a_bundle_is_read_whole_and_in_steps(size: int) -> None:
    leaves = heartbeats(size)
    view = verify(leaves)
    assert view.size == size
    for old in (0, size // 2, max(size - 1, 0)):
        first = verify(leaves[:old])
        rest = bundle(leaves)[old // 256 :] if size > old else []
        assert extend_view(first, sign_leaves(leaves), rest, Policy(log_key()), first.seen).seen == view.seen
    assert view.root == (EMPTY_ROOT if size == 0 else view.root)


def test_a_full_bundle_may_stand_in_for_a_partial_one() -> None:
    leaves = heartbeats(256)
    view = verify_log(sign_leaves(leaves[:200]), bundle(leaves), Policy(log_key()))
    assert view.size == 200


def test_the_same_checkpoint_again_changes_nothing() -> None:
    leaves = heartbeats(6)
    view = verify(leaves)
    assert extend_view(view, sign_leaves(leaves), [], Policy(log_key()), view.seen).seen == view.seen


def test_a_log_that_shrinks_is_refused() -> None:
    leaves = heartbeats(10)
    view = verify(leaves)
    with pytest.raises(ShrunkenLogError):
        verify(leaves[:9], view.seen)
    with pytest.raises(ShrunkenLogError):
        extend_view(view, sign_leaves(leaves[:9]), [], Policy(log_key()))


@pytest.mark.parametrize("size", [10, 11, 300])
def test_a_log_with_another_past_is_refused(size: int) -> None:
    seen = verify(heartbeats(10)).seen
    other = heartbeats(size)
    other[7] = encode_entry(make_entry("heartbeat", at=NOW + 99))
    with pytest.raises(ForkedLogError):
        verify(other, seen)
    with pytest.raises(ForkedLogError):
        extend_view(
            verify(heartbeats(10)), sign_leaves(other), bundle(other) if size > 10 else [], Policy(log_key())
        )


def test_bundles_that_do_not_fit_the_checkpoint_are_refused() -> None:
    leaves = heartbeats(300)
    note = sign_leaves(leaves)
    with pytest.raises(IncompleteLogError):
        verify_log(note, bundle(leaves[:299]), Policy(log_key()))
    with pytest.raises(IncompleteLogError):
        verify_log(note, [encode_bundle(leaves[:200]), encode_bundle(leaves[200:])], Policy(log_key()))
    with pytest.raises(ForkedLogError):
        verify_log(note, bundle([*leaves[:-1], leaves[0]]), Policy(log_key()))
    with pytest.raises(AmanahError):
        verify_log(note, [], Policy(log_key()))


def test_a_checkpoint_by_another_key_is_refused() -> None:
    leaves = heartbeats(5)
    with pytest.raises(AmanahError):
        verify_log(
            sign_leaves(leaves), bundle(leaves), Policy(compute_verifier_key(ORIGIN, seed("stranger")))
        )


def bad_logs() -> dict[str, list[bytes]]:
    good = admissions()
    heartbeat = make_entry("heartbeat")
    by_stranger = sign_anything(
        "card-door", "occasion_key_destroyed", OCCASION, dict(BODIES["occasion_key_destroyed"][2])
    )
    return {
        "entry whose signature was made by nobody": [*good, rewrite(heartbeat, at=NOW + 1)],
        "entry by an office that was not admitted": [*good[:1], encode_entry(by_stranger)],
        "entry by an office that was admitted only afterwards": [
            good[0],
            encode_entry(by_stranger),
            *good[1:],
        ],
        "first entry admits somebody else": [good[1], good[0]],
        "first entry is no admission": [encode_entry(heartbeat), *good],
        "known kind with a member too many": [
            *good,
            encode_entry(sign_anything("log", "heartbeat", None, {"entries": 4, "note": "x"})),
        ],
        "known kind by the wrong office": [
            *good,
            encode_entry(sign_anything("request-door", "heartbeat", None, {"entries": 4})),
        ],
        "entry that is not canonical": [*good, encode_entry(heartbeat) + b" "],
        "entry that is not JSON": [*good, b"hello"],
    }


@pytest.mark.parametrize("name", bad_logs())
def test_a_correctly_signed_tree_with_a_bad_entry_is_refused(name: str) -> None:
    with pytest.raises(BadLogEntryError):
        verify(bad_logs()[name])


def test_an_entry_of_an_unknown_kind_is_kept() -> None:
    leaves = [*admissions(), encode_entry(sign_anything("card-door", "new_kind", None, {"x": 1}))]
    assert verify(leaves).list_entries("new_kind")[0].body == {"x": 1}


def test_after_a_change_of_key_only_the_new_key_signs_for_the_door() -> None:
    old = encode_entry(make_entry("door_started"))
    body = {"door": "card-door", "key": encode_base64url(public_key("somebody"))}
    change = encode_entry(sign_anything("log", "door_admitted", None, body))
    view = verify([*admissions(), old, change])
    assert view.keys["card-door"] == public_key("somebody")
    with pytest.raises(BadLogEntryError):
        verify([*admissions(), old, change, encode_entry(make_entry("occasion_key_destroyed"))])


def test_a_second_admission_of_the_log_does_not_change_its_key() -> None:
    body = {"door": "log", "key": encode_base64url(public_key("somebody"))}
    change = encode_entry(sign_anything("log", "door_admitted", None, body))
    assert verify([*admissions(), change, encode_entry(make_entry("heartbeat"))]).keys["log"] == public_key(
        "log"
    )


def test_random_damage_to_what_the_log_serves_is_always_noticed() -> None:
    leaves = whole_log()
    files = [sign_leaves(leaves), *bundle(leaves)]
    chance = random.Random(7)
    for _ in range(150):
        damaged = [bytearray(file) for file in files]
        target = chance.choice(damaged)
        target[chance.randrange(len(target))] ^= 1 << chance.randrange(8)
        with pytest.raises(AmanahError):
            verify_log(bytes(damaged[0]), [bytes(file) for file in damaged[1:]], Policy(log_key()))


def test_a_view_that_holds_nothing_has_the_empty_root() -> None:
    assert EMPTY_VIEW.seen == (0, EMPTY_ROOT)
