"""Numbers of reports as people read them: shares in 100, means on their own scale, intervals rounded outwards."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel import Locale, numbers
from django.utils.translation import get_language, get_language_bidi, to_locale
from django.utils.translation import gettext as _

from amanah.core.surveys.drawing import WIDEST_CHANGE
from amanah.core.surveys.questions import Question
from amanah.core.surveys.report import Interval

MILLION = 1_000_000
_LEFT_TO_RIGHT_MARK = "\u200e"


@dataclass(frozen=True)
class Scale:
    """How 0..1 is told: `lowest` + `length` times the value, with so many decimals; a share is told in 100."""

    lowest: int
    length: int
    decimals: int
    is_share: bool

    def tell_level(self, value: int) -> str:
        """Tell an estimate, as it was computed."""
        return self._show(self._round(self.lowest * MILLION + value * self.length))

    def tell_interval(self, interval: Interval) -> str:
        """Tell an interval of a level, cut to what is possible, rounded outwards."""
        low, high = max(interval[0], 0), min(interval[1], MILLION)
        return _("%(low)s to %(high)s") % {
            "low": self._show(self._floor(self.lowest * MILLION + low * self.length)),
            "high": self._show(self._ceil(self.lowest * MILLION + high * self.length)),
        }

    def tell_change(self, value: int) -> str:
        """Tell a change with its sign."""
        return self._show(self._round(value * self.length), is_signed=True)

    def tell_change_interval(self, interval: Interval) -> str:
        """Tell an interval of a change, rounded outwards."""
        low, high = max(interval[0], -2 * MILLION), min(interval[1], 2 * MILLION)
        return _("%(low)s to %(high)s") % {
            "low": self._show(self._floor(low * self.length), is_signed=True),
            "high": self._show(self._ceil(high * self.length), is_signed=True),
        }

    def describe(self) -> str:
        """Say in which unit levels are told."""
        if self.is_share:
            return _("Numbers are shares in 100.")
        return _("Numbers are on a scale from %(low)s to %(high)s.") % self._name_ends()

    def describe_points(self, change: str) -> str:
        """Say a change with its unit, inside a sentence."""
        if self.is_share:
            return _("%(change)s points in 100") % {"change": change}
        ends = self._name_ends()
        return _("%(change)s points on a scale from %(low)s to %(high)s") % {"change": change, **ends}

    def _name_ends(self) -> dict[str, str]:
        return {"low": show_number(self.lowest), "high": show_number(self.lowest + self.length)}

    def _floor(self, millionths: int) -> Decimal:
        return self._scale(millionths * 10**self.decimals // MILLION)

    def _ceil(self, millionths: int) -> Decimal:
        return self._scale(-(-millionths * 10**self.decimals // MILLION))

    def _round(self, millionths: int) -> Decimal:
        return self._scale(round(Fraction(millionths * 10**self.decimals, MILLION)))

    def _scale(self, whole: int) -> Decimal:
        return Decimal(whole).scaleb(-self.decimals)

    def _show(self, number: Decimal, *, is_signed: bool = False) -> str:
        return show_number(number, self.decimals, is_signed=is_signed)


def find_scale(question: Question) -> Scale:
    """Find how levels of a question are told: an index by the steps of its items."""
    if question.kind == "change":
        return Scale(-WIDEST_CHANGE, 2 * WIDEST_CHANGE, 2, is_share=False)
    if question.kind in {"scale", "index"}:
        return Scale(question.lowest, question.highest - question.lowest, 2, is_share=False)
    return Scale(0, 100, 0, is_share=True)


def show_count(rounded: int) -> str:
    """Write a number of people that was rounded down to 5."""
    return show_number(rounded) if rounded else _("fewer than 5")


def show_number(number: Decimal | int, decimals: int = 0, *, is_signed: bool = False) -> str:
    """Write a number as the language does; a sign stands before it in every direction of writing."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    locale = Locale.parse(to_locale(get_language() or "en"))
    text = numbers.format_decimal(Decimal(number).copy_abs(), format=pattern, locale=locale)
    sign = "-" if number < 0 else "+" if is_signed and number > 0 else ""
    if not sign:
        return text
    return f"{_LEFT_TO_RIGHT_MARK if get_language_bidi() else ''}{sign}{text}"
