"""Results in sentences that a tired person understands. It never says more than the interval does."""

import math
from collections.abc import Mapping

from django.utils.translation import get_language_bidi, gettext, gettext_noop, ngettext

from amanah.programme_door.results.reading import (
    Interval,
    Line,
    QuestionReading,
    TargetReading,
    Unit,
    UnitKind,
)
from amanah.web.templating import format_number

FINEST_DIGITS = 3
"""As many as `format_number` writes."""
FEWEST_PARTS = 4
SILENT_FEW = 0.005
NOISE = 1e-9
LEFT_TO_RIGHT = "\u200e"

_BETWEEN: Mapping[UnitKind, str] = {
    "share": gettext_noop("Between %(low)s and %(high)s in 100 say this."),
    "chosen": gettext_noop("Between %(low)s and %(high)s in 100 chose this."),
    "order": gettext_noop("Between %(low)s and %(high)s times in 100 it stood before another choice."),
    "scale": gettext_noop(
        "On average between %(low)s and %(high)s, on the scale from %(lowest)s to %(highest)s."
    ),
}
_AT_MOST: Mapping[UnitKind, str] = {
    "share": gettext_noop("At most %(high)s in 100 say this."),
    "chosen": gettext_noop("At most %(high)s in 100 chose this."),
    "order": gettext_noop("At most %(high)s times in 100 it stood before another choice."),
    "scale": gettext_noop("On average at most %(high)s, on the scale from %(lowest)s to %(highest)s."),
}
_AT_LEAST: Mapping[UnitKind, str] = {
    "share": gettext_noop("At least %(low)s in 100 say this."),
    "chosen": gettext_noop("At least %(low)s in 100 chose this."),
    "order": gettext_noop("At least %(low)s times in 100 it stood before another choice."),
    "scale": gettext_noop("On average at least %(low)s, on the scale from %(lowest)s to %(highest)s."),
}
_COUNTED: Mapping[UnitKind, str] = {
    "share": gettext_noop("%(value)s in 100 of those who answered said this."),
    "chosen": gettext_noop("%(value)s in 100 of those who answered chose this."),
    "order": gettext_noop("%(value)s times in 100 it stood before another choice."),
    "scale": gettext_noop(
        "The average of those who answered is %(value)s, on the scale from %(lowest)s to %(highest)s."
    ),
}
_OVER: Mapping[UnitKind, str] = {
    "share": gettext_noop("Over %(value)s in 100 of those who answered said this."),
    "chosen": gettext_noop("Over %(value)s in 100 of those who answered chose this."),
    "order": gettext_noop("Over %(value)s times in 100 it stood before another choice."),
    "scale": gettext_noop(
        "The average of those who answered is over %(value)s, on the scale from %(lowest)s to %(highest)s."
    ),
}
_UNDER: Mapping[UnitKind, str] = {
    "share": gettext_noop("Under %(value)s in 100 of those who answered said this."),
    "chosen": gettext_noop("Under %(value)s in 100 of those who answered chose this."),
    "order": gettext_noop("Under %(value)s times in 100 it stood before another choice."),
    "scale": gettext_noop(
        "The average of those who answered is under %(value)s, on the scale from %(lowest)s to %(highest)s."
    ),
}


def choose_digits(width: float, unit: Unit) -> int:
    """Choose how finely numbers of this width are told: coarse where they are unsure."""
    digits = 0 if unit.is_in_hundred else 1
    while digits < FINEST_DIGITS and 0 < width < FEWEST_PARTS / 10**digits:
        digits += 1
    return digits


def tell_number(value: float, digits: int) -> str:
    """Write a number with at most so many digits; nothing has no sign."""
    rounded = round(value, digits) + 0.0
    # Between words that read leftwards a minus would otherwise jump behind its number.
    mark = LEFT_TO_RIGHT if rounded < 0 and get_language_bidi() else ""
    return mark + format_number(rounded)


def tell_ends(interval: Interval, unit: Unit) -> tuple[str, str]:
    """Write both ends of an interval on its own scale, rounded outwards."""
    low, high = unit.place_all(interval)
    digits = choose_digits(high - low, unit)
    part = 10**digits
    return (
        tell_number(math.floor(low * part + NOISE) / part, digits),
        tell_number(math.ceil(high * part - NOISE) / part, digits),
    )


def tell_interval(interval: Interval | None, unit: Unit) -> str:
    """Write an interval for a table."""
    if interval is None:
        return "–"
    low, high = tell_ends(interval, unit)
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def tell_level(value: float | None, unit: Unit, interval: Interval | None = None) -> str:
    """Write a level on its own scale, as finely as the interval around it."""
    if value is None:
        return "–"
    width = unit.length * (interval[1] - interval[0]) if interval else unit.length
    return tell_number(unit.place(value), choose_digits(width, unit))


def tell_target(target: TargetReading, unit: Unit) -> str:
    """Say what is known of one target."""
    if target.is_hidden or target.anytime is None:
        return tell_hidden()
    if target.is_too_few:
        return _tell_too_few(target.anytime, target.reports, unit)
    if target.shown:
        return _tell_counted(target, unit)
    return _tell_between(target.anytime, unit) if unit.kind != "change" else ""


def tell_hidden() -> str:
    """Say why nothing is said."""
    return gettext("Hidden: fewer than 10 answered here, or the rest would give away so small a group.")


def _tell_too_few(interval: Interval, reports: int, unit: Unit) -> str:
    # A share cannot lie beyond its ends; tables keep the numbers as they are.
    low, high = tell_ends((max(0.0, interval[0]), min(1.0, interval[1])), unit)
    values = {"count": format_number(reports), "low": low, "high": high}
    if unit.is_in_hundred:
        return (
            ngettext(
                "Too few to say. With %(count)s answer it could be anything from %(low)s to %(high)s in 100.",
                "Too few to say. With %(count)s answers it could be anything from %(low)s to %(high)s in 100.",
                reports,
            )
            % values
        )
    return (
        ngettext(
            "Too few to say. With %(count)s answer it could be anything from %(low)s to %(high)s.",
            "Too few to say. With %(count)s answers it could be anything from %(low)s to %(high)s.",
            reports,
        )
        % values
    )


def _tell_counted(target: TargetReading, unit: Unit) -> str:
    """Say what is shown of a plain count."""
    level = (target.percent or 0) / 100
    if unit.kind == "change":
        return _tell_counted_change(target, level, unit)
    words = {"over": _OVER, "under": _UNDER}.get(target.shown, _COUNTED)[unit.kind]
    return gettext(words) % (_name_scale(unit) | {"value": tell_number(unit.place(level), 2)})


def _tell_counted_change(target: TargetReading, level: float, unit: Unit) -> str:
    words = {
        "over": gettext("The average change of those who answered is over %(value)s (0 is no change)."),
        "under": gettext("The average change of those who answered is under %(value)s (0 is no change)."),
        "number": gettext("The average change of those who answered is %(value)s (0 is no change)."),
    }[target.shown]
    return words % {"value": tell_number(unit.place(level), 2)}


def _tell_between(interval: Interval, unit: Unit) -> str:
    low, high = tell_ends(interval, unit)
    # Beyond an end of its scale a number says no more than that end does; tables keep it as it is.
    words = _AT_MOST if interval[0] <= 0 < interval[1] < 1 else _BETWEEN
    words = _AT_LEAST if 0 < interval[0] < 1 <= interval[1] else words
    return gettext(words[unit.kind]) % (_name_scale(unit) | {"low": low, "high": high})


def _name_scale(unit: Unit) -> dict[str, str]:
    return {"lowest": format_number(unit.lowest), "highest": format_number(unit.highest)}


def tell_sample(target: TargetReading, unit: Unit) -> str:
    """Say what a plain count stands for beyond those who gave it; nothing where the interval is the sentence."""
    if not target.shown or target.is_hidden or target.anytime is None:
        return ""
    low, high = tell_ends(target.anytime, unit)
    if unit.is_in_hundred:
        words = gettext("Read as a sample of everybody here, that stands for %(low)s to %(high)s in 100.")
    else:
        words = gettext("Read as a sample of everybody here, that stands for %(low)s to %(high)s.")
    return words % {"low": low, "high": high}


def tell_line(target: TargetReading, unit: Unit) -> str:
    """Say on which side of its line a target lies, if that can be said."""
    line = target.line
    if line is None:
        return ""
    low, high = target.anytime or (-math.inf, math.inf)
    values = {"line": tell_level(line.value, unit)}
    if target.is_too_few or low <= line.value <= high:
        return gettext("We cannot yet say on which side of the line of %(line)s it lies.") % values
    if low > line.value:
        return gettext("It lies above the line of %(line)s.") % values
    return gettext("It lies below the line of %(line)s.") % values


def explain_line(line: Line) -> str:
    """Say who drew a line and what for."""
    if line.is_of_harm:
        return gettext(
            "The line is where the community said, before anybody answered, that so much harm is too much. The alarm"
            " is decided by all surveys together, not by this one alone."
        )
    return gettext(
        "The line is the trust that the community asked for before anybody answered. Whether the gate opens is"
        " decided by all surveys of the season together, not by this one alone."
    )


def tell_nonresponse(target: TargetReading, unit: Unit) -> str:
    """Say how far the silent could move it, if all of them had said the least or the most."""
    if target.nonresponse is None:
        return ""
    if target.nonresponse[1] - target.nonresponse[0] < SILENT_FEW:
        return gettext("Hardly anybody who was asked stayed silent.")
    low, high = tell_ends(target.nonresponse, unit)
    if unit.is_in_hundred:
        words = gettext(
            "If those who got a pass and were silent had all said one thing, it could be anything from %(low)s to"
            " %(high)s in 100."
        )
    else:
        words = gettext(
            "If those who got a pass and were silent had all said one thing, it could be anything from %(low)s to"
            " %(high)s."
        )
    return words % {"low": low, "high": high}


def tell_bag(share: float | None, *, is_at_least: bool) -> str:
    """Say which part of the uncertainty the bag makes; of scales and rankings it is at least so much."""
    if share is None:
        return ""
    parts = [
        (0.08, gettext("Almost none of this uncertainty is the bag's.")),
        (0.17, gettext("About an eighth of this uncertainty is the bag's.")),
        (0.29, gettext("About a quarter of this uncertainty is the bag's.")),
        (0.42, gettext("About a third of this uncertainty is the bag's.")),
        (0.58, gettext("About half of this uncertainty is the bag's.")),
        (0.71, gettext("About two thirds of this uncertainty are the bag's.")),
        (0.85, gettext("About three quarters of this uncertainty are the bag's.")),
        (math.inf, gettext("Almost all of this uncertainty is the bag's.")),
    ]
    words = next(words for most, words in parts if share < most)
    more = gettext("It may be more.")
    return f"{words} {more}" if is_at_least else words


def tell_gain(gain: float) -> str:
    """Say what ten dishonest reports weigh."""
    many = round(10 * gain)
    words = ngettext(
        "Ten coached or forged answers count like %(count)s honest one.",
        "Ten coached or forged answers count like %(count)s honest ones.",
        many,
    )
    return words % {"count": format_number(many)}


def tell_promise(weight: int) -> str:
    """Say what a ball may tell about the one who sent it."""
    words = gettext(
        "Devices sent balls from a bag, not answers: nobody can become more than %(count)s times surer what one"
        " person thinks."
    )
    return words % {"count": format_number(weight)}


def tell_crowd(epsilon: float, weight: int) -> str:
    """Say what the crowd adds to the bag, where that may be said."""
    words = gettext(
        "In this crowd it is at most %(crowd)s times instead of %(weight)s times, except with a chance of one in a"
        " million (epsilon %(epsilon)s)."
    )
    times = math.ceil(100 * math.exp(epsilon) - NOISE) / 100
    values = {
        "crowd": format_number(times),
        "weight": format_number(weight),
        "epsilon": format_number(round(epsilon, 3)),
    }
    return words % values


def tell_foreign(foreign: int | None) -> str:
    """Say how many said something that is none of the answers."""
    if not foreign:
        return ""
    words = ngettext(
        "%(count)s sheet said something that is none of the answers. It is counted as that, and nowhere else.",
        "%(count)s sheets said something that is none of the answers. They are counted as that, and nowhere else.",
        foreign,
    )
    return words % {"count": format_number(foreign)}


def tell_reports(question: QuestionReading) -> str:
    """Say how many answered; of a plain question the number is rounded."""
    if not question.reports:
        return tell_hidden() if question.foreign is None else gettext("Nobody answered.")
    values = {"count": format_number(question.reports)}
    if question.question.is_randomised:
        return ngettext("%(count)s answer.", "%(count)s answers.", question.reports) % values
    return (
        ngettext(
            "%(count)s answer, or up to four more.",
            "%(count)s answers, or up to four more.",
            question.reports,
        )
        % values
    )


def tell_shown(target: TargetReading, unit: Unit) -> str:
    """Write the best estimate for a table, or what is shown instead of it."""
    if target.is_hidden:
        return gettext("hidden")
    if target.is_too_few:
        return gettext("too few to say")
    if target.percent is not None and target.shown:
        value = tell_number(unit.place(target.percent / 100), 2)
        over, under = gettext("over %(value)s"), gettext("under %(value)s")
        words = {"over": over, "under": under}.get(target.shown, "%(value)s")
        return words % {"value": value}
    return tell_level(target.estimate, unit, target.anytime)


def describe_picture(target: TargetReading, unit: Unit) -> str:
    """Say what a picture shows to those who do not see it."""
    if target.is_hidden or target.anytime is None:
        return ""
    scale = gettext("A scale from %(lowest)s to %(highest)s.") % _name_scale(unit)
    parts = [scale, gettext("The band: %(interval)s.") % {"interval": tell_interval(target.anytime, unit)}]
    if target.one_look:
        inner = tell_interval(target.one_look, unit)
        parts.append(gettext("The bar inside it, for one look: %(interval)s.") % {"interval": inner})
    if target.estimate is not None and not target.is_too_few:
        point = tell_level(target.estimate, unit, target.anytime)
        parts.append(gettext("The dot: %(point)s.") % {"point": point})
    if target.line:
        parts.append(gettext("The line: %(line)s.") % {"line": tell_level(target.line.value, unit)})
    return " ".join(parts)


def is_beyond(target: TargetReading) -> bool:
    """Tell whether a number lies outside its scale, as only noise can."""
    ends = [*(target.anytime or ()), *(target.one_look or ())]
    ends += [] if target.estimate is None else [target.estimate]
    return any(not 0 <= end <= 1 for end in ends)
