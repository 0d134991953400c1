"""Sealed slots: every opening holds and nothing else does; no open record stands where it does because of a secret."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.public_log.sealed_slots import (
    KEY_SIZE,
    MOST_OPEN,
    MOST_SECRET,
    RANDOM_SIZE,
    SLOTS,
    OpeningError,
    compute_unused_slot,
    encode_opening,
    parse_opening,
    seal_records,
    verify_opening,
)
from tests.core.public_log.slot_material import draw, write_record

RECORDS = st.lists(st.integers(0, 10_000).map(write_record), max_size=12)
SEEDS = st.integers(0, 1_000).map(lambda number: draw(f"seed {number}"))


@settings(max_examples=40)
@given(opened=RECORDS, secret=RECORDS, random=SEEDS)
def test_every_used_slot_can_be_opened_and_holds(
    opened: list[bytes], secret: list[bytes], random: bytes
) -> None:
    sealed = seal_records(opened, secret, random)
    root = sealed.compute_root()
    places = [slot.place for slot in sealed.used]
    assert len({*places}) == len(opened) + len(secret)
    openings = sealed.open_slots(7, places)
    assert [one.record for one in openings] == [*opened, *secret]
    for one in openings:
        verify_opening(one, root)
        assert parse_opening(encode_opening(one)) == one


@settings(max_examples=40)
@given(opened=RECORDS.filter(len), secret=RECORDS, random=SEEDS, data=st.data())
def test_no_other_opening_holds(
    opened: list[bytes], secret: list[bytes], random: bytes, data: st.DataObject
) -> None:
    sealed = seal_records(opened, secret, random)
    root = sealed.compute_root()
    (true,) = sealed.open_slots(7, [sealed.used[0].place])
    other_place = data.draw(st.integers(0, SLOTS - 1).filter(lambda place: place != true.place))
    step = data.draw(st.integers(0, 7))
    path = [*true.path]
    path[step] = bytes(32)
    false = [
        replace(true, record=write_record(99_999)),
        replace(true, salt=bytes(32)),
        replace(true, place=other_place),
        replace(true, path=tuple(path)),
        replace(true, path=true.path[:-1]),
        replace(true, path=(*true.path, bytes(32))),
    ]
    for one in false:
        with pytest.raises(OpeningError):
            verify_opening(one, root)
    with pytest.raises(OpeningError):
        verify_opening(true, bytes(32))


@settings(max_examples=60)
@given(opened=RECORDS, secret=RECORDS, random=SEEDS)
def test_secret_records_move_no_open_record_and_no_salt(
    opened: list[bytes], secret: list[bytes], random: bytes
) -> None:
    alone = seal_records(opened, [], random)
    together = seal_records(opened, secret, random)
    assert together.used[: len(opened)] == alone.used
    assert together.key == alone.key
    taken = {slot.place for slot in together.used}
    for place, (before, after) in enumerate(
        zip(alone.compute_slots(), together.compute_slots(), strict=True)
    ):
        assert before == after or place in taken


def test_a_full_period_holds_as_many_of_either_sort_and_never_more() -> None:
    opened = [write_record(number) for number in range(MOST_OPEN)]
    secret = [write_record(1_000 + number) for number in range(MOST_SECRET)]
    sealed = seal_records(opened, secret, draw("full"))
    assert sorted(slot.place for slot in sealed.used) == [*range(SLOTS)]
    for too_many in (([*opened, write_record(5)], []), ([], [*secret, write_record(5)])):
        with pytest.raises(InvalidInputError):
            seal_records(*too_many, draw("full"))
    with pytest.raises(InvalidInputError):
        seal_records(opened, [], draw("full")[:-1])


def test_the_same_record_twice_gives_two_slots_that_nobody_can_match() -> None:
    sealed = seal_records([write_record(1), write_record(1)], [write_record(1)], draw("twice"))
    assert len({*sealed.compute_slots()}) == SLOTS
    assert len({slot.salt for slot in sealed.used}) == 3


def test_all_places_are_taken_equally_often() -> None:
    counts = [0] * SLOTS
    for number in range(2_000):
        sealed = seal_records([write_record(1)], [write_record(2)], draw(f"places {number}"))
        for slot in sealed.used:
            counts[slot.place] += 1
    expected = sum(counts) / SLOTS
    statistic = sum((count - expected) ** 2 / expected for count in counts)
    # Chi-square with 255 degrees of freedom: beyond 355 by chance once in about 50,000; the draws are fixed.
    assert statistic < 355


def test_used_and_unused_slots_have_bits_of_the_same_chance() -> None:
    ones = {True: [0] * 256, False: [0] * 256}
    slots = {True: 0, False: 0}
    for number in range(60):
        opened = [write_record(10 * number + place) for place in range(8)]
        sealed = seal_records(opened[:4], opened[4:], draw(f"bits {number}"))
        used = {slot.place for slot in sealed.used}
        for place, slot in enumerate(sealed.compute_slots()):
            slots[place in used] += 1
            value = int.from_bytes(slot)
            for bit in range(256):
                ones[place in used][bit] += value >> bit & 1
    for is_used, counts in ones.items():
        expected = slots[is_used] / 2
        statistic = sum(2 * (count - expected) ** 2 / expected for count in counts)
        assert 170 < statistic < 355, is_used


def test_an_unused_slot_tells_nothing_without_its_key() -> None:
    key = draw("key")[:KEY_SIZE]
    assert len({compute_unused_slot(key, place) for place in range(SLOTS)}) == SLOTS
    assert compute_unused_slot(key, 0) != compute_unused_slot(bytes(KEY_SIZE), 0)
    assert len(draw("key")) == RANDOM_SIZE


@pytest.mark.parametrize(
    "change",
    [
        {"number": -1},
        {"number": True},
        {"place": 256},
        {"place": "1"},
        {"path": []},
        {"path": ["x"] * 8},
        {"salt": "AA"},
        {"record": 1.5},
        {"extra": 1},
        {"record": {"long": "x" * (1 << 14)}},
    ],
)
def test_what_is_no_opening_is_refused(change: dict[str, object]) -> None:
    sealed = seal_records([write_record(1)], [], draw("form"))
    (opening,) = sealed.open_slots(7, [sealed.used[0].place])
    with pytest.raises(InvalidInputError):
        parse_opening({**encode_opening(opening), **change})
    with pytest.raises(InvalidInputError):
        parse_opening(None)


def test_an_unused_slot_cannot_be_opened_by_whoever_has_only_the_root() -> None:
    sealed = seal_records([write_record(1)], [], draw("shut"))
    root = sealed.compute_root()
    (opening,) = sealed.open_slots(7, [sealed.used[0].place])
    unused = (opening.place + 1) % SLOTS
    with pytest.raises(VerificationError):
        verify_opening(replace(opening, place=unused), root)
    with pytest.raises(KeyError):
        sealed.open_slots(7, [unused])
