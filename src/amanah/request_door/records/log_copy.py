"""The public log as this process last believed it: the clerk's thread keeps it here, and pages read it.

It holds nothing that was not verified, and nothing before the first reading.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from amanah.core.public_log.reading import LogView
from amanah.core.public_log.schemas import REQUEST_DOOR


@dataclass(frozen=True)
class LogCopy:
    """A verified log with what this door asks of it again and again."""

    view: LogView
    roots: Mapping[int, str] = field(default_factory=dict)
    """The root of each sealed period, by its number."""
    reports: Mapping[str, str] = field(default_factory=dict)
    """The hash of each stated report, by its name."""

    @property
    def last_sealed(self) -> int | None:
        """Give the greatest period that the log says was sealed."""
        return max(self.roots, default=None)


_lock = threading.Lock()
_kept: list[LogCopy] = []


def keep_view(view: LogView) -> None:
    """Keep a log that was just verified, in place of the one before."""
    seals = [entry for entry in view.list_entries("slots_sealed") if entry.by == REQUEST_DOOR]
    reports = [entry for entry in view.list_entries("report_stated") if entry.by == REQUEST_DOOR]
    copy = LogCopy(
        view,
        {entry.body["number"]: entry.body["root"] for entry in reversed(seals)},
        {entry.ref or "": entry.body["report"] for entry in reversed(reports)},
    )
    with _lock:
        _kept[:] = [copy]


def get_view() -> LogView | None:
    """Give the log as it was last believed; None before the first reading."""
    copy = find_copy()
    return copy.view if copy else None


def find_copy() -> LogCopy | None:
    """Find the same with its seals and reports at hand."""
    with _lock:
        return _kept[0] if _kept else None


def forget_view() -> None:
    """Forget the log, as a process that starts anew has."""
    with _lock:
        _kept.clear()
