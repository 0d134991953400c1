"""Pictures of estimates as plain shapes: along the scale in percent, across it in lines of text, mirrored where needed.

So a picture is as wide as its column and its words are as large as the page's. It knows no language and no page.
An interval is told from another by height and outline, a line by its head: nothing hangs on colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

INSET = 3.0
_SPAN = 100 - 2 * INSET
_TRACK = 1.5
_LABEL = 1.35
_AXIS = 1.45
_TOP = 0.55
_GAP = 0.3
_BAND, _INNER, _DOT = 1.2, 0.5, 0.4
_HEAD = 0.3

Interval = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One line of a picture, in levels from 0 to 1 along its scale; what lies outside is drawn to the edge."""

    band: Interval | None = None
    inner: Interval | None = None
    point: float | None = None
    label: str = ""
    value: str = ""


@dataclass(frozen=True)
class Tick:
    """A mark on the scale; one without words is only a mark."""

    at: float
    label: str = ""


@dataclass(frozen=True)
class Box:
    """An upright rectangle: x and width in percent, y and height in lines."""

    tag: ClassVar = "rect"
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    tag: ClassVar = "line"
    name: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Dot:
    """A disc."""

    tag: ClassVar = "circle"
    name: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Text:
    """Words; `anchor` is start, middle or end as the language reads."""

    tag: ClassVar = "text"
    name: str
    x: float
    y: float
    anchor: str
    words: str


Shape = Box | Stroke | Dot | Text


@dataclass(frozen=True)
class Picture:
    """Shapes from back to front and the height of the whole, in lines of text."""

    height: float
    shapes: tuple[Shape, ...]

    def list_shapes(self, kind: type) -> list[Shape]:
        """List the shapes of one kind."""
        return [shape for shape in self.shapes if isinstance(shape, kind)]


def draw_picture(
    rows: Sequence[Row],
    ticks: Sequence[Tick],
    *,
    line: float | None = None,
    zero: float | None = None,
    is_mirrored: bool = False,
) -> Picture:
    """Draw rows over one scale, with a line through all of them; a language that reads leftwards has it mirrored.

    `zero` is where nothing has changed, in a picture of changes.
    """
    shapes: list[Shape] = []
    top = _TOP
    for row in rows:
        top += _LABEL if row.label or row.value else 0
        shapes += _draw_row(row, top)
        top += _TRACK + (_GAP if len(rows) > 1 else 0)
    behind = _draw_scale(ticks, top) if ticks else []
    if zero is not None:
        behind.append(_stroke("zero", _along(zero), _TOP, _along(zero), top))
    if line is not None:
        behind += _draw_line(line, top)
    picture = Picture(round(top + (_AXIS if ticks else _TOP), 3), (*behind, *shapes))
    return _mirror(picture) if is_mirrored else picture


def _along(level: float) -> float:
    return round(INSET + _SPAN * min(max(level, 0.0), 1.0), 3)


def _draw_row(row: Row, top: float) -> list[Shape]:
    middle = top + _TRACK / 2
    shapes: list[Shape] = []
    if row.label:
        shapes.append(Text("row-label", INSET, round(top - 0.3, 3), "start", row.label))
    if row.value:
        shapes.append(Text("row-value", 100 - INSET, round(top - 0.3, 3), "end", row.value))
    shapes.append(_stroke("scale-track", INSET, middle, 100 - INSET, middle))
    if row.band:
        shapes.append(_box("band", row.band, middle, _BAND))
        shapes += _draw_edges(row.band, middle)
    if row.inner:
        shapes.append(_box("inner", row.inner, middle, _INNER))
    if row.point is not None:
        # Beyond the end of the scale there is no place for it; hollow, it says that it is not where it stands.
        name = "dot" if 0 <= row.point <= 1 else "dot-beyond"
        shapes.append(Dot(name, _along(row.point), round(middle, 3), _DOT))
    return shapes


def _draw_edges(band: Interval, middle: float) -> list[Shape]:
    """Close the band where it ends; where it goes on beyond the scale it stays open."""
    half = _BAND / 2
    ends = [_along(level) for level in band if 0 <= level <= 1]
    return [_stroke("band-end", end, middle - half, end, middle + half) for end in ends]


def _draw_line(level: float, bottom: float) -> list[Shape]:
    at = _along(level)
    return [
        _stroke("line", at, _HEAD, at, bottom),
        Dot("line-head", at, _HEAD + 0.05, _HEAD),
    ]


def _draw_scale(ticks: Sequence[Tick], bottom: float) -> list[Shape]:
    shapes: list[Shape] = [_stroke("axis", INSET, bottom, 100 - INSET, bottom)]
    for tick in ticks:
        at = _along(tick.at)
        shapes.append(_stroke("tick", at, bottom, at, bottom + 0.25))
        if tick.label:
            shapes.append(Text("tick-label", at, round(bottom + 1.1, 3), "middle", tick.label))
    return shapes


def _box(name: str, interval: Interval, middle: float, height: float) -> Box:
    start, end = _along(interval[0]), _along(interval[1])
    return Box(name, start, round(middle - height / 2, 3), round(end - start, 3), height)


def _stroke(name: str, x1: float, y1: float, x2: float, y2: float) -> Stroke:
    return Stroke(name, round(x1, 3), round(y1, 3), round(x2, 3), round(y2, 3))


def _mirror(picture: Picture) -> Picture:
    return replace(picture, shapes=tuple(_mirror_shape(shape) for shape in picture.shapes))


def _mirror_shape(shape: Shape) -> Shape:
    if isinstance(shape, Box):
        return replace(shape, x=round(100 - shape.x - shape.width, 3))
    if isinstance(shape, Stroke):
        return replace(shape, x1=round(100 - shape.x1, 3), x2=round(100 - shape.x2, 3))
    # `start` and `end` of words turn with the language by themselves.
    return replace(shape, x=round(100 - shape.x, 3))
