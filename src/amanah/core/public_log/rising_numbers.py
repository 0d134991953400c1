"""Numbers under which lists are stated, as a part of the rule book: from 1 on, each one more; it keeps the last."""

from collections.abc import Callable

from amanah.core.public_log.entries import Entry

Report = Callable[[str, int, str], None]
"""Takes a rule, the index of the entry at which it shows, and what to tell a person."""


class RisingNumber:
    """One row of numbers: who states another than the next one breaks the rule that is named."""

    def __init__(self, rule: str, noun: str, report: Report) -> None:
        self._rule = rule
        self._noun = noun
        self._report = report
        self._last: tuple[int, int] | None = None

    def take(self, entry: Entry, index: int) -> None:
        """Judge the number of an entry by the one before it."""
        number: int = entry.body["number"]
        wanted = 1 if self._last is None else self._last[0] + 1
        if number != wanted:
            before = f"no {self._noun} stands before it" if self._last is None else tell_number(self._last)
            sentence = f"Entry {index} states the {self._noun} {number}, where {wanted} must stand: {before}."
            self._report(self._rule, index, sentence)
        self._last = (number, index)


def tell_number(numbered: tuple[int, int]) -> str:
    """Say which number stands in which entry."""
    number, index = numbered
    return f"the {number} of entry {index}"
