"""How an entry is told: sentences that are translated late, with times and numbers in the reader's way.

It never tells more of an entry than the sentence has places for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from amanah.core.public_log.entries import Entry

SHORT_HASH = 16
_UNIT_SECONDS = {"h": 3_600, "min": 60}

Translate = Callable[[str], str]
Values = dict[str, str]


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translators; it is translated when it is told."""
    return sentence


def tell_utc(at: int) -> str:
    """Write a time as every reader of every language can check it."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, ValueError, OSError):
        return str(at)


_DURATIONS: Mapping[str, str] = {
    "h": gettext_noop("%(count)s h"),
    "min": gettext_noop("%(count)s min"),
    "s": gettext_noop("%(count)s s"),
}


@dataclass(frozen=True)
class Teller:
    """How sentences, times and numbers are written for whoever reads them."""

    translate: Translate = str
    tell_time: Callable[[int], str] = tell_utc
    tell_number: Callable[[int], str] = str

    def tell(self, sentence: str, **values: str) -> str:
        """Translate one sentence and fill its places; the name of an office may open it."""
        translated = self.translate(sentence)
        filled = translated % values if values else translated
        return filled[:1].upper() + filled[1:]

    def tell_duration(self, seconds: int) -> str:
        """Write a waiting time in the largest unit that gives it exactly; days are told in hours."""
        unit = next((name for name in ("h", "min") if seconds and seconds % _UNIT_SECONDS[name] == 0), "s")
        return self.tell(_DURATIONS[unit], count=self.tell_number(seconds // _UNIT_SECONDS.get(unit, 1)))


Describe = Callable[[Entry, Teller], list[str]]
"""Says in sentences what an entry says."""


def tell_counts(body: Mapping[str, Any], teller: Teller, *names: str) -> Values:
    """Give some numbers of a body as the reader writes them."""
    return {name: teller.tell_number(body[name]) for name in names}
