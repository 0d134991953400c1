"""How standing is told: sentences that are translated late, with people, scopes, times and numbers in the reader's way.

It fills places and adds nothing; which word stands for an identifier is for whoever shows the sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from amanah.core.credentials.breaks import Place

Translate = Callable[[str], str]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTIES = {"giver", "holder", "issuer", "person"}
_SCOPES = {"scope", "outer", "asked"}
_NUMBERS = {"most", "number", "count"}


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translators; it is translated when it is told."""
    return sentence


def tell_utc(at: int) -> str:
    """Write a time as every reader of every language can check it, long before 1970 too."""
    try:
        return (_EPOCH + timedelta(seconds=at)).isoformat(" ", "minutes").removesuffix("+00:00") + " UTC"
    except OverflowError:
        return str(at)


@dataclass(frozen=True, slots=True)
class Teller:
    """How sentences, people, scopes, times, days and numbers are written for whoever reads them."""

    translate: Translate = str
    tell_party: Callable[[str], str] = str
    tell_scope: Callable[[str], str] = str
    tell_time: Callable[[int], str] = tell_utc
    tell_day: Callable[[date], str] = date.isoformat
    tell_number: Callable[[int], str] = str

    def tell(self, sentence: str, **values: str) -> str:
        """Translate one sentence and fill its places with what is already in words."""
        translated = self.translate(sentence)
        return translated % values if values else translated

    def fill(self, sentence: str, places: Mapping[str, Place]) -> str:
        """Translate one sentence and fill its places, each written as its name says."""
        return self.tell(sentence, **{name: self._write(name, place) for name, place in places.items()})

    def _write(self, name: str, place: Place) -> str:
        if isinstance(place, int):
            return self.tell_number(place) if name in _NUMBERS else self.tell_time(place)
        if name in _PARTIES:
            return self.tell_party(place)
        return self.tell_scope(place) if name in _SCOPES else place
