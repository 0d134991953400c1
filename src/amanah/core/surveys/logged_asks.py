"""Asks of outside bodies as the public log tells them, held against the gate (`spec/data_requests.md` 10.2, 10.3).

It never reads what was asked. A door reads the log late: it has ten minutes, and an hour to take an ask down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from amanah.core.errors import VerificationError
from amanah.core.surveys.logged_season import TOLD_KINDS, decide_stated_state, read_logged_seasons
from amanah.core.surveys.seasons import Entry, PlacedEntry

LONGEST_UNREAD = 600
LONGEST_STANDING = 3_600
_SHUT_BY = frozenset({"gate_closed", "gate_read"})


class AskError(VerificationError):
    """An ask stood on the board while the gate was shut."""

    code = "ask-while-shut"


@dataclass(frozen=True)
class LoggedAsk:
    """One ask with the entries that posted it and took it down; `withdrawn_index` is None while it stands."""

    name: str
    season: str
    posted_index: int
    posted_at: int
    withdrawn_index: int | None
    reason: str | None


def list_logged_asks(entries: Sequence[PlacedEntry]) -> tuple[LoggedAsk, ...]:
    """List every ask that the log tells of, in the order in which they were posted."""
    withdrawn: dict[str, tuple[int, Entry]] = {}
    for index, entry in entries:
        if entry["kind"] == "ask_withdrawn":
            withdrawn.setdefault(entry["ref"], (index, entry))
    return tuple(
        LoggedAsk(
            entry["ref"],
            entry["body"]["season"],
            index,
            entry["at"],
            withdrawn[entry["ref"]][0] if entry["ref"] in withdrawn else None,
            withdrawn[entry["ref"]][1]["body"]["reason"] if entry["ref"] in withdrawn else None,
        )
        for index, entry in entries
        if entry["kind"] == "ask_posted"
    )


def check_asks(entries: Sequence[PlacedEntry]) -> tuple[AskError, ...]:
    """List the asks that were posted while the gate was shut, and those that still stand though it is."""
    told = [(index, entry) for index, entry in entries if entry["kind"] in TOLD_KINDS]
    last_at = entries[-1][1]["at"] if entries else 0
    problems = []
    for ask in list_logged_asks(entries):
        before = [(index, entry) for index, entry in told if index < ask.posted_index]
        reason = _find_reason(before, ask.season, ask.posted_at)
        if reason is not None:
            problems.append(
                AskError(
                    f"Entry {ask.posted_index} posts the ask {ask.name} while the gate is shut: {reason}."
                )
            )
        elif ask.withdrawn_index is None and (reason := _find_lasting_reason(told, ask, last_at)):
            problems.append(
                AskError(
                    f"The ask {ask.name} of entry {ask.posted_index} still stands: the gate is shut, {reason}."
                )
            )
    return tuple(problems)


def _find_reason(told: Sequence[PlacedEntry], season: str, at: int) -> str | None:
    """Find why the gate of a season was shut at a moment, leaving out what shut it the moment before."""
    known = [
        (index, entry)
        for index, entry in told
        if entry["kind"] not in _SHUT_BY or entry["at"] <= at - LONGEST_UNREAD or _is_opening(entry)
    ]
    return _read_reason(known, season, at)


def _find_lasting_reason(told: Sequence[PlacedEntry], ask: LoggedAsk, at: int) -> str | None:
    """Find why the gate is shut, where an ask has stood under it for so long that a door must have read it."""
    if ask.posted_at > at - LONGEST_STANDING:
        return None
    earlier = [(index, entry) for index, entry in told if entry["at"] <= at - LONGEST_STANDING]
    return _read_reason(told, ask.season, at) and _read_reason(earlier, ask.season, at - LONGEST_STANDING)


def _read_reason(told: Sequence[PlacedEntry], season: str, at: int) -> str | None:
    found = next((one for one in read_logged_seasons(told) if one.season.name == season), None)
    return "no-season" if found is None else decide_stated_state(found, at).reason


def _is_opening(entry: Entry) -> bool:
    return bool(entry["kind"] == "gate_read" and entry["body"]["state"] == "open")
