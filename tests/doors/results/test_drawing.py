"""Pictures of estimates stay inside their frame, keep their order, and are mirrored where people read leftwards."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.programme_door.results.drawing import (
    INSET,
    Box,
    Dot,
    Picture,
    Row,
    Shape,
    Stroke,
    Text,
    Tick,
    draw_picture,
)

TICKS = (Tick(0.0, "0"), Tick(0.5), Tick(1.0, "100"))
levels = st.floats(-3, 4, allow_nan=False)
inside = st.floats(0, 1)


@st.composite
def rows(draw: st.DrawFn, level: st.SearchStrategy[float] = levels) -> Row:
    low, inner_low, point, inner_high, high = sorted(draw(st.tuples(level, level, level, level, level)))
    label = draw(st.sampled_from(["", "3 March 2026"]))
    return Row((low, high), (inner_low, inner_high), point, label, "61 to 74" if label else "")


def list_named(picture: Picture, name: str) -> list[Shape]:
    return [shape for shape in picture.shapes if shape.name == name]


def list_corners(shape: Shape) -> list[tuple[float, float]]:
    if isinstance(shape, Box):
        return [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
    if isinstance(shape, Stroke):
        return [(shape.x1, shape.y1), (shape.x2, shape.y2)]
    if isinstance(shape, Dot):
        return [(shape.x, shape.y - shape.radius), (shape.x, shape.y + shape.radius)]
    return [(shape.x, shape.y)]


def list_places(picture: Picture, *, is_turned: bool = False) -> list[float]:
    """Give where every shape begins and ends, seen from the front or from behind."""
    places: list[float] = []
    for shape in picture.shapes:
        corners = list_corners(shape)
        places += sorted(100 - x if is_turned else x for x, _ in corners)
        places += sorted(y for _, y in corners)
    return places


@given(st.lists(rows(), min_size=1, max_size=6), st.none() | levels, st.none() | inside, st.booleans())
def test_everything_stays_inside_the_frame_whatever_the_numbers_are(
    drawn: list[Row], line: float | None, zero: float | None, is_mirrored: bool
) -> None:
    picture = draw_picture(drawn, TICKS, line=line, zero=zero, is_mirrored=is_mirrored)
    for shape in picture.shapes:
        for x, y in list_corners(shape):
            assert INSET - 0.001 <= x <= 100 - INSET + 0.001, shape
            assert -0.001 <= y <= picture.height, shape
            assert math.isfinite(x)
            assert math.isfinite(y)


@given(rows(inside))
def test_the_dot_lies_in_the_bar_and_the_bar_in_the_band(row: Row) -> None:
    picture = draw_picture([row], TICKS)
    (band,), (inner,), (dot,) = (list_named(picture, name) for name in ("band", "inner", "dot"))
    assert isinstance(band, Box)
    assert isinstance(inner, Box)
    assert isinstance(dot, Dot)
    assert band.x - 0.002 <= inner.x <= dot.x + 0.002
    assert dot.x - 0.002 <= inner.x + inner.width <= band.x + band.width + 0.004
    assert band.y < inner.y < dot.y < inner.y + inner.height < band.y + band.height
    assert dot.radius < band.height / 2


@given(st.lists(rows(), min_size=1, max_size=4), st.none() | levels)
def test_a_mirrored_picture_is_the_same_picture_seen_from_the_other_side(
    drawn: list[Row], line: float | None
) -> None:
    straight = draw_picture(drawn, TICKS, line=line)
    turned = draw_picture(drawn, TICKS, line=line, is_mirrored=True)
    assert turned.height == straight.height
    assert [shape.name for shape in turned.shapes] == [shape.name for shape in straight.shapes]
    assert list_places(turned) == pytest.approx(list_places(straight, is_turned=True), abs=0.002)
    anchors = [shape.anchor for shape in straight.shapes if isinstance(shape, Text)]
    assert [shape.anchor for shape in turned.shapes if isinstance(shape, Text)] == anchors


@given(inside, inside)
def test_what_is_more_stands_further_along(one: float, other: float) -> None:
    places = [
        shape.x
        for level in (one, other)
        for shape in draw_picture([Row(point=level)], TICKS).shapes
        if isinstance(shape, Dot)
    ]
    assert (places[0] < places[1] - 0.001) <= (one < other)
    assert abs((places[1] - places[0]) - (100 - 2 * INSET) * (other - one)) < 0.002


@pytest.mark.parametrize(
    ("band", "ends"), [((0.2, 0.4), 2), ((-0.1, 0.4), 1), ((0.2, 1.3), 1), ((-0.5, 1.5), 0)]
)
def test_a_band_that_goes_on_beyond_the_scale_is_left_open_there(
    band: tuple[float, float], ends: int
) -> None:
    assert len(list_named(draw_picture([Row(band)], TICKS), "band-end")) == ends


def test_a_dot_beyond_the_scale_is_hollow() -> None:
    picture = draw_picture([Row((-0.2, 0.1), point=-0.04)], TICKS)
    assert list_named(picture, "dot") == []
    (dot,) = list_named(picture, "dot-beyond")
    assert isinstance(dot, Dot)
    assert dot.x == INSET


def test_waves_stand_one_below_the_other_and_the_line_goes_through_all_of_them() -> None:
    drawn = [Row((0.1, 0.5), point=0.3, label=f"wave {number}", value="10 to 50") for number in range(3)]
    picture = draw_picture(drawn, TICKS, line=0.6)
    dots = list_named(picture, "dot")
    assert [dot.y for dot in dots if isinstance(dot, Dot)] == sorted(
        {dot.y for dot in dots if isinstance(dot, Dot)}
    )
    (line,) = list_named(picture, "line")
    assert isinstance(line, Stroke)
    assert all(line.y1 < dot.y < line.y2 for dot in dots if isinstance(dot, Dot))
    assert [text.words for text in picture.shapes if isinstance(text, Text) and text.name == "row-label"] == [
        "wave 0", "wave 1", "wave 2"
    ]  # fmt: skip


def test_what_is_told_apart_is_told_apart_without_colour() -> None:
    row = Row((0.1, 0.9), (0.3, 0.7), 0.5)
    picture = draw_picture([row], TICKS, line=0.2)
    (band,), (inner,) = list_named(picture, "band"), list_named(picture, "inner")
    assert isinstance(band, Box)
    assert isinstance(inner, Box)
    assert inner.height < band.height / 2
    assert len(list_named(picture, "band-end")) == 2
    assert len(list_named(picture, "line-head")) == 1
