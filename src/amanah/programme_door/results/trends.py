"""Changes between waves as sentences, pictures and rows of a table. It never computes a change: the core does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language_bidi, gettext

from amanah.programme_door.programmes.queries import Words
from amanah.programme_door.results.change_wording import tell_difference, tell_range
from amanah.programme_door.results.drawing import Picture, Row, Tick, draw_picture
from amanah.programme_door.results.reading import Interval, Line, TargetReading, Unit
from amanah.programme_door.results.showing import build_row, list_ticks
from amanah.programme_door.results.waves import Change
from amanah.programme_door.results.wording import tell_interval, tell_level, tell_number

AXES = (0.1, 0.2, 0.4, 1.0)
"""How far a picture of changes reaches to either side, as a part of the scale."""


@dataclass(frozen=True)
class ChangeOnShow:
    """The change of one target between two waves, in words and numbers."""

    sentence: str
    range_sentence: str
    cells: tuple[str, ...]
    picture: Picture | None = None
    description: str = ""
    one_look: str = ""


@dataclass(frozen=True)
class WaveOnShow:
    """One wave of a trend, and the change since the one before it; `occasion` names its own page."""

    occasion: str
    label: str
    level: str
    change: ChangeOnShow | None = None


@dataclass(frozen=True)
class Trend:
    """One target over waves, the newest last."""

    words: Words | None
    picture: Picture
    description: str
    waves: tuple[WaveOnShow, ...]


def draw_waves(waves: Sequence[tuple[str, TargetReading]], unit: Unit, line: Line | None) -> Picture:
    """Draw one target over several waves, one row each."""
    rows = [
        replace(build_row(target), label=label, value=tell_interval(target.anytime, unit))
        for label, target in waves
    ]
    return draw_picture(
        rows, list_ticks(unit), line=line.value if line else None, is_mirrored=get_language_bidi()
    )


def show_change(change: Change, unit: Unit) -> ChangeOnShow:
    """Show the change of one target between two waves."""
    if change.anytime is None:
        return ChangeOnShow(gettext("Hidden in one of the two, so nothing can be said of a change."), "", ())
    length = unit.length
    anytime = _stretch(change.anytime, length)
    once = _stretch(change.one_look, length) if change.one_look else None
    as_change = replace(unit, lowest=0.0, highest=length)
    cells = (
        tell_level(change.estimate, as_change, change.anytime),
        tell_interval(change.anytime, as_change),
        tell_interval(change.one_look, as_change),
    )
    return ChangeOnShow(
        sentence=tell_difference(anytime, unit),
        range_sentence=tell_range(anytime, unit),
        cells=cells,
        picture=draw_change(change, unit),
        description=gettext("No change is in the middle. The band: %(interval)s.") % {"interval": cells[1]},
        one_look=f"{tell_difference(once, unit)} {tell_range(once, unit)}".strip() if once else "",
    )


def list_change_columns() -> tuple[str, ...]:
    """List the columns of a table of changes."""
    return (
        gettext("Best estimate of the change"),
        gettext("Interval, however often one looks"),
        gettext("Interval for one look"),
    )


def draw_change(change: Change, unit: Unit) -> Picture | None:
    """Draw a change around nothing, on the narrowest of a few scales that holds its interval."""
    if change.anytime is None:
        return None
    farthest = max(abs(end) for end in change.anytime)
    reach = next((axis for axis in AXES if farthest <= axis), AXES[-1])

    def place(value: float) -> float:
        return (value / reach + 1) / 2

    def place_all(interval: Interval | None) -> Interval | None:
        return None if interval is None else (place(interval[0]), place(interval[1]))

    row = Row(
        place_all(change.anytime),
        place_all(change.one_look),
        None if change.estimate is None else place(change.estimate),
    )
    ends = [-reach, -reach / 2, 0.0, reach / 2, reach]
    ticks = [Tick(place(end), tell_number(unit.length * end, 2)) for end in ends]
    return draw_picture([row], ticks, zero=0.5, is_mirrored=get_language_bidi())


def _stretch(interval: Interval, length: float) -> Interval:
    return (length * interval[0], length * interval[1])
