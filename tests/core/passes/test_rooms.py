"""Room codes are valid where and while they are shown."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from amanah.core.passes.codes import SYMBOLS
from amanah.core.passes.rooms import (
    compute_room_code,
    compute_screen_slot,
    is_room_code_valid,
    parse_room_code,
)

times = st.integers(600, 2**40)
secrets = st.binary(min_size=16, max_size=16)


@given(secrets, times, st.integers(-3, 5))
def test_a_screen_code_is_valid_in_its_minute_and_the_next_two(secret: bytes, now: int, age: int) -> None:
    code = compute_room_code(secret, compute_screen_slot(now - 60 * age))
    assert is_room_code_valid(secret, code, now) == (0 <= age <= 2)


@given(secrets, times)
def test_posters_and_scanners_are_valid_at_any_time_but_in_no_other_room(secret: bytes, now: int) -> None:
    other = hashlib.sha256(secret).digest()[:16]
    for slot in ("poster", "scanner"):
        code = compute_room_code(secret, slot)
        assert is_room_code_valid(secret, code, now)
        assert is_room_code_valid(secret, code.encode(), now)
        assert not is_room_code_valid(other, code, now)


@given(st.one_of(st.binary(max_size=20), st.text(max_size=20)))
def test_anything_else_is_no_room_code(code: bytes | str) -> None:
    assert not is_room_code_valid(bytes(16), code, 1_763_900_130)


def test_the_code_is_the_first_forty_bits_of_the_mac() -> None:
    mac = hmac.new(bytes(16), b"amanah/room/v1\0screen:29398335", hashlib.sha256).digest()
    bits = "".join(f"{byte:08b}" for byte in mac[:5])
    expected = "".join(SYMBOLS[int(bits[start : start + 5], 2)] for start in range(0, 40, 5))
    assert compute_room_code(bytes(16), compute_screen_slot(29_398_335 * 60 + 59)) == expected


def test_what_a_person_types_becomes_what_the_device_sends() -> None:
    assert parse_room_code(" o1l2-ab cd") == "0112ABCD"
