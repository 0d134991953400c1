"""What a network, a disk or an attacker makes of bytes: cut, flipped, doubled, reordered and foreign ones."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from amanah.core.errors import AmanahError

STRANGE_BYTES = (0x00, 0x0A, 0x0D, 0x20, 0x2B, 0x30, 0x3D, 0x7F, 0x80, 0xE2, 0xFF)


@st.composite
def mangle(draw: st.DrawFn, documents: list[bytes]) -> bytes:
    """Give one of the documents after one to three accidents, or bytes that are none at all."""
    data = draw(st.sampled_from(documents) | st.binary(max_size=300))
    for _ in range(draw(st.integers(1, 3))):
        data = draw(st.sampled_from(ACCIDENTS))(draw, data)
    return data


def change_byte(draw: st.DrawFn, data: bytes) -> bytes:
    place = draw(st.integers(0, max(0, len(data) - 1)))
    return data[:place] + bytes([draw(st.sampled_from(STRANGE_BYTES))]) + data[place + 1 :]


def insert_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    place = draw(st.integers(0, len(data)))
    return data[:place] + draw(st.binary(min_size=1, max_size=5)) + data[place:]


def cut_off(draw: st.DrawFn, data: bytes) -> bytes:
    start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
    return draw(st.sampled_from([data[:start], data[end:], data[:start] + data[end:]]))


def move_lines(draw: st.DrawFn, data: bytes) -> bytes:
    """Double, drop or move a line."""
    lines = data.split(b"\n")
    taken, place = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    line = lines[taken]
    if draw(st.booleans()):
        del lines[taken]
    if draw(st.booleans()):
        lines.insert(place, line)
    return b"\n".join(lines)


ACCIDENTS = (change_byte, insert_bytes, cut_off, move_lines)


def only_foreseen(read: Callable[..., Any], *arguments: Any) -> Any:
    """Call a reader; what is not one of our errors ends the test. None is a refusal."""
    try:
        return read(*arguments)
    except AmanahError:
        return None
