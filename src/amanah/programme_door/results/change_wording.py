"""Changes in sentences that a tired person understands: up, down, or not yet to be said."""

import math
from collections.abc import Sequence

from django.utils.translation import gettext

from amanah.programme_door.results.reading import Interval, Unit
from amanah.programme_door.results.wording import FINEST_DIGITS, NOISE, choose_digits, tell_number


def tell_difference(interval: Interval, unit: Unit) -> str:
    """Say how something changed from one wave to the next, from an interval on its own scale."""
    if not _has_moved(interval):
        return gettext("We cannot yet say if that has changed.")
    values = _tell_move(interval, unit)
    if unit.is_in_hundred:
        up = gettext("It went up by %(low)s to %(high)s in 100.")
        return (up if interval[0] > 0 else gettext("It went down by %(low)s to %(high)s in 100.")) % values
    up = gettext("It went up by %(low)s to %(high)s.")
    return (up if interval[0] > 0 else gettext("It went down by %(low)s to %(high)s.")) % values


def tell_range(interval: Interval, unit: Unit) -> str:
    """Say which changes are possible where none can be told."""
    if _has_moved(interval):
        return ""
    values = _tell_both(interval, unit)
    if unit.is_in_hundred:
        return gettext("It may be down by up to %(down)s in 100, or up by up to %(up)s in 100.") % values
    return gettext("It may be down by up to %(down)s, or up by up to %(up)s.") % values


def tell_own_change(interval: Interval, unit: Unit) -> str:
    """Say how people themselves told that they changed, from the interval of the average on its own scale."""
    if not _has_moved(interval):
        words = gettext(
            "We cannot say that people moved: on average down by up to %(down)s, or up by up to %(up)s."
        )
        return words % _tell_both(interval, unit)
    up = gettext("On average people moved up by %(low)s to %(high)s.")
    words = up if interval[0] > 0 else gettext("On average people moved down by %(low)s to %(high)s.")
    return words % _tell_move(interval, unit)


def _has_moved(interval: Interval) -> bool:
    return interval[0] > 0 or interval[1] < 0


def _tell_move(interval: Interval, unit: Unit) -> dict[str, str]:
    """Write the least and the most that something moved, so finely that the least is not nothing."""
    low, high = interval if interval[0] > 0 else (-interval[1], -interval[0])
    digits = choose_digits(high - low, unit)
    while digits < FINEST_DIGITS and low * 10**digits < 1:
        digits += 1
    part = 10**digits
    return {
        "low": tell_number(math.floor(low * part + NOISE) / part, digits),
        "high": tell_number(math.ceil(high * part - NOISE) / part, digits),
    }


def _tell_both(interval: Interval, unit: Unit) -> dict[str, str]:
    digits = choose_digits(interval[1] - interval[0], unit)
    part = 10**digits
    return {
        "down": tell_number(math.ceil(-interval[0] * part - NOISE) / part, digits),
        "up": tell_number(math.ceil(interval[1] * part - NOISE) / part, digits),
    }


def tell_waves(levels: Sequence[tuple[str, str]]) -> str:
    """Say what a picture of waves shows to those who do not see it."""
    return " ".join(
        gettext("%(wave)s: %(interval)s.") % {"wave": wave, "interval": told} for wave, told in levels
    )
