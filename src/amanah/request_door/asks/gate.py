"""The gate of measured trust as the public log alone tells it (`spec/surveys.md` 4.6). It asks no other door.

Where this process has not read the log, or only an old one, the gate is shut.
"""

from dataclasses import dataclass
from typing import Literal

from amanah.core.public_log.reading import LogView, is_stale
from amanah.core.surveys.logged_season import (
    TOLD_KINDS,
    LoggedSeason,
    ShutReason,
    decide_stated_state,
    read_logged_seasons,
)
from amanah.request_door.records.log_copy import get_view

Reason = ShutReason | Literal["no-season", "log-unread", "log-old"]


@dataclass(frozen=True)
class AskGate:
    """Whether outside bodies may ask at a moment, in which season; `reason` is None where they may."""

    season: str
    reason: Reason | None

    @property
    def is_open(self) -> bool:
        """Tell whether they may."""
        return self.reason is None


class _Read:
    """The seasons of the log that was read last: many pages ask, and the log changes rarely."""

    view: LogView | None = None
    seasons: tuple[LoggedSeason, ...] = ()


def get_gate(now: int) -> AskGate:
    """Give the gate of the latest season that has begun."""
    view = get_view()
    if view is None:
        return AskGate("", "log-unread")
    begun = [logged for logged in list_seasons() if logged.season.starts_at <= now]
    if is_stale(view.alive_at, now):
        return AskGate(begun[-1].season.name if begun else "", "log-old")
    if not begun:
        return AskGate("", "no-season")
    return AskGate(begun[-1].season.name, decide_stated_state(begun[-1], now).reason)


def list_seasons() -> tuple[LoggedSeason, ...]:
    """List every season that the log states, by its beginning; none before the log was read."""
    view = get_view()
    if view is not _Read.view:
        # Both in one step: two threads may read the log at the same moment.
        _Read.seasons, _Read.view = _read_seasons(view) if view else (), view
    return _Read.seasons


def find_season(name: str) -> LoggedSeason | None:
    """Find one season of the log."""
    return next((logged for logged in list_seasons() if logged.season.name == name), None)


def find_shut_reason(name: str, now: int) -> Reason | None:
    """Find why the gate of one season is shut, whichever season is the latest; None where it is open."""
    found = find_season(name)
    return decide_stated_state(found, now).reason if found else "no-season"


def _read_seasons(view: LogView) -> tuple[LoggedSeason, ...]:
    return read_logged_seasons(
        [
            (
                index,
                {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "by": entry.by, "body": entry.body},
            )
            for index, entry in enumerate(view.entries)
            if entry.kind in TOLD_KINDS
        ]
    )
