"""What must hold across the entries of the request door (`spec/data_requests.md` 11.2), as a part of the rule book.

It keeps three numbers and the names of reports, and no entry.
"""

from collections.abc import Callable, Mapping

from amanah.core.public_log.entries import Entry
from amanah.core.public_log.rising_numbers import Report, RisingNumber, tell_number


class RequestRules:
    """Seals and panels that rise, reports that are stated once, and seals that were left out."""

    def __init__(self, report: Report) -> None:
        self.last_sealed_at: int | None = None
        self.first_promised_at: int | None = None
        self._report = report
        self._last_seal: tuple[int, int] | None = None
        self._reports: dict[str, int] = {}
        self.judges: Mapping[str, Callable[[Entry, int], None]] = {
            "panel_stated": RisingNumber("panel-rise", "panel", report).take,
            "request_rules_stated": self._take_rules,
            "slots_sealed": self._take_seal,
            "report_stated": self._take_report,
        }

    def _take_rules(self, entry: Entry, _index: int) -> None:
        if self.first_promised_at is None:
            self.first_promised_at = entry.at

    def _take_seal(self, entry: Entry, index: int) -> None:
        number: int = entry.body["number"]
        if self._last_seal is not None:
            last = self._last_seal[0]
            if number <= last:
                sentence = f"Entry {index} seals the period {number} after {tell_number(self._last_seal)}."
                self._report("slots-rise", index, sentence)
            elif number > last + 1:
                missed = "period" if number == last + 2 else "periods"
                sentence = (
                    f"Before entry {index} the request door left out {number - last - 1} {missed}: it seals the "
                    f"period {number} after {tell_number(self._last_seal)}."
                )
                self._report("slots-missed", index, sentence)
        self._last_seal = (number, index)
        self.last_sealed_at = entry.at

    def _take_report(self, entry: Entry, index: int) -> None:
        name = entry.ref or ""
        if name in self._reports:
            sentence = f"Entry {index} states the report {name} again; entry {self._reports[name]} stated it."
            self._report("report-once", index, sentence)
        self._reports.setdefault(name, index)
