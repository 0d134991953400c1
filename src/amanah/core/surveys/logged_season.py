"""A season as the public log tells it (`spec/surveys.md` 4.5): its surveys, readings and closings, from entries alone.

It never takes an answer or a plan; whoever has these computes the readings again (`gate.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from amanah.core.surveys.seasons import (
    Entry,
    PlacedEntry,
    StatedSeason,
    Times,
    list_seasons,
    list_survey_times,
)

LONGEST_UNCOUNTED = 7 * 86_400
TOLD_KINDS = frozenset(
    {
        "season_stated",
        "survey_stated",
        "wave_planned",
        "wave_opened",
        "occasion_key_destroyed",
        "gate_read",
        "gate_closed",
        "season_confirmed",
    }
)
"""The kinds of entries that tell anything about a season."""

ShutReason = Literal["not-begun", "not-yet", "waiting", "uncounted", "alarm", "trustees", "ended"]


@dataclass(frozen=True)
class SeasonSurvey:
    """A survey whose plan was stated and that lies in a season; counted where its key's destruction stands in the log.

    `is_clear` where its plan was stated once, and before its key: otherwise nothing it says can be evidence.
    """

    occasion: str
    closes_at: int
    stated_index: int
    plan: str
    is_clear: bool
    counted_index: int | None
    counted_at: int | None


@dataclass(frozen=True)
class StatedReading:
    """What the door said of the gate after one survey; logarithms are in millionths."""

    index: int
    at: int
    occasion: str
    batches: int
    evidence: int
    detector: int | None
    state: str


@dataclass(frozen=True)
class GateClosing:
    """The gate was closed for the rest of its season; `by` is the door that says so, where the reader knows it."""

    index: int
    at: int
    reason: Literal["alarm", "trustees"]
    by: str | None = None


@dataclass(frozen=True)
class Confirmation:
    """Trustees confirmed the lines of a season by their signatures; `decision` is the hash of what they signed."""

    index: int
    at: int
    decision: str


@dataclass(frozen=True)
class LoggedSeason:
    """A season with everything that the log says about it; surveys that are counted stand first, in their order.

    A confirmation counts only for the statement that is in force: what was signed before it named other lines.
    """

    season: StatedSeason
    surveys: tuple[SeasonSurvey, ...]
    readings: tuple[StatedReading, ...]
    closings: tuple[GateClosing, ...]
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def counted(self) -> tuple[SeasonSurvey, ...]:
        """Give the counted surveys in the order in which the log says so: that order decides (4.5)."""
        return tuple(survey for survey in self.surveys if survey.counted_index is not None)

    def list_missing(self, at: int, read: Collection[str], patience: int = 0) -> list[SeasonSurvey]:
        """List the surveys that were over so long ago, and that no reading has taken in."""
        return [
            survey
            for survey in self.surveys
            if survey.closes_at + patience <= at and survey.occasion not in read
        ]


@dataclass(frozen=True)
class GateState:
    """Whether outside bodies may ask at a moment; `reason` is None where they may."""

    reason: ShutReason | None

    @property
    def is_open(self) -> bool:
        """Tell whether the gate is open."""
        return self.reason is None


def read_logged_seasons(entries: Sequence[PlacedEntry]) -> tuple[LoggedSeason, ...]:
    """Read every season in force, by its beginning."""
    times = list_survey_times(entries)
    surveys = _list_surveys(entries, times)
    return tuple(
        LoggedSeason(
            season,
            tuple(one for one in surveys if season.covers(times[one.occasion])),
            tuple(_read(index, entry) for index, entry in _list_about(entries, "gate_read", season)),
            tuple(
                GateClosing(index, entry["at"], entry["body"]["reason"], entry.get("by"))
                for index, entry in _list_about(entries, "gate_closed", season)
            ),
            tuple(
                Confirmation(index, entry["at"], entry["body"]["decision"])
                for index, entry in _list_about(entries, "season_confirmed", season)
                if index > season.index
            ),
        )
        for season in list_seasons(entries)
    )


def decide_state(
    logged: LoggedSeason, *, read: Collection[str], opened: bool, is_waiting: bool, at: int
) -> GateState:
    """Decide the state of the gate at a moment (4.6); `read` are the surveys that readings have taken in.

    Whoever has only the log gives what the last stated reading says (`decide_stated_state`).
    """
    season = logged.season
    reasons = {closing.reason for closing in logged.closings}
    if "alarm" in reasons:
        return GateState("alarm")
    if "trustees" in reasons:
        return GateState("trustees")
    if at >= season.ends_at:
        return GateState("ended")
    if at < season.starts_at:
        return GateState("not-begun")
    if logged.list_missing(at, read, LONGEST_UNCOUNTED):
        return GateState("uncounted")
    if not opened:
        return GateState("waiting" if is_waiting else "not-yet")
    return GateState(None)


def decide_stated_state(logged: LoggedSeason, at: int) -> GateState:
    """Decide the state from the log alone, as a door does that holds neither plans nor answers."""
    return decide_state(
        logged,
        read={reading.occasion for reading in logged.readings},
        opened=bool(logged.readings) and logged.readings[-1].state == "open",
        is_waiting=False,
        at=at,
    )


def _list_surveys(entries: Sequence[PlacedEntry], times: Mapping[str, Times]) -> list[SeasonSurvey]:
    stated: dict[str, list[PlacedEntry]] = {}
    keys: dict[str, int] = {}
    counted: dict[str, PlacedEntry] = {}
    for index, entry in entries:
        if entry["kind"] == "survey_stated":
            stated.setdefault(entry["ref"], []).append((index, entry))
        elif entry["kind"] == "wave_opened":
            for occasion, _ in entry["body"]["keys"]:
                keys.setdefault(occasion, index)
        elif entry["kind"] == "occasion_key_destroyed":
            counted.setdefault(entry["ref"], (index, entry))
    surveys = [
        SeasonSurvey(
            occasion=occasion,
            closes_at=times[occasion][1],
            stated_index=found[0][0],
            plan=found[0][1]["body"]["plan"],
            is_clear=len(found) == 1 and found[0][0] < keys.get(occasion, found[0][0] + 1),
            counted_index=counted[occasion][0] if occasion in counted else None,
            counted_at=counted[occasion][1]["at"] if occasion in counted else None,
        )
        for occasion, found in stated.items()
        if occasion in times
    ]
    return sorted(
        surveys,
        key=lambda one: (one.counted_index is None, one.counted_index or 0, one.closes_at, one.occasion),
    )


def _list_about(entries: Sequence[PlacedEntry], kind: str, season: StatedSeason) -> list[tuple[int, Entry]]:
    return [
        (index, entry) for index, entry in entries if entry["kind"] == kind and entry["ref"] == season.name
    ]


def _read(index: int, entry: Entry) -> StatedReading:
    body = entry["body"]
    return StatedReading(
        index,
        entry["at"],
        body["occasion"],
        body["batches"],
        body["evidence"],
        body["detector"],
        body["state"],
    )
