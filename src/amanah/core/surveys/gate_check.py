"""Holds what a door stated about the gate against what its surveys give (`spec/surveys.md` 4.8). It believes neither.

A reading that was counted a moment ago may not be stated yet: the door has an hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amanah.core.errors import VerificationError
from amanah.core.surveys.gate import Reading, SeasonReading
from amanah.core.surveys.logged_season import StatedReading
from amanah.core.surveys.seasons import PlacedEntry, SeasonError, list_seasons, list_void_statements

LONGEST_UNSTATED = 3_600
_ROUNDING = 1


class GateError(VerificationError):
    """What was stated about the gate does not follow from the published surveys."""

    code = "gate-does-not-follow"


@dataclass(frozen=True)
class GateCheck:
    """What does not hold, and which readings the door has not stated yet and need not have."""

    problems: tuple[GateError, ...]
    awaited: tuple[str, ...]


def check_gate(season: SeasonReading, *, is_complete: bool, at: int) -> GateCheck:
    """Compare every reading, state and alarm with what stands in the log.

    `is_complete` where every counted survey could be read: only then a statement about another one is wrong.
    `at` is the time of the log's last entry.
    """
    stated: dict[str, list[StatedReading]] = {}
    for one in season.logged.readings:
        stated.setdefault(one.occasion, []).append(one)
    problems: list[GateError] = []
    awaited: list[str] = []
    for reading in season.readings:
        found = stated.pop(reading.occasion, [])
        if not found and at - reading.at <= LONGEST_UNSTATED:
            awaited.append(reading.occasion)
        else:
            problems += _compare(reading, found)
    if is_complete:
        problems += [
            GateError(f"The log states a reading after {occasion}, which gives none in this season.")
            for occasion in stated
        ]
        problems += _check_alarm(season, at)
    return GateCheck(tuple(problems), tuple(awaited))


def check_statements(entries: Sequence[PlacedEntry]) -> tuple[GateError, ...]:
    """List what no honest door writes about seasons: lines moved, and statements about a season that there is not."""
    known = {season.name for season in list_seasons(entries)}
    moved = [
        GateError(
            f"Entry {one.index} states the season {one.name} and changes nothing: {SeasonError(one.reason)}"
        )
        for one in list_void_statements(entries)
    ]
    unknown = [
        GateError(f"Entry {index} speaks of the season {entry['ref']}, which nobody stated in time.")
        for index, entry in entries
        if entry["kind"] in {"gate_read", "gate_closed", "season_confirmed"} and entry["ref"] not in known
    ]
    return (*moved, *unknown)


def _compare(reading: Reading, found: list[StatedReading]) -> Iterator[GateError]:
    if not found:
        yield GateError(f"The reading after {reading.occasion} was never stated.")
    for one in found[1:]:
        yield GateError(f"Entry {one.index} states the reading after {reading.occasion} a second time.")
    for one in found[:1]:
        if not _is_near(one.evidence, reading.evidence) or not _is_near(one.detector, reading.detector):
            yield GateError(
                f"Entry {one.index} states evidence {one.evidence} and alarm {one.detector} after "
                f"{reading.occasion}; its surveys give {reading.evidence} and {reading.detector}."
            )
        if (one.batches, one.state) != (reading.batches, reading.state):
            yield GateError(
                f"Entry {one.index} states that the gate is {one.state} after {one.batches} surveys; "
                f"they give {reading.state} after {reading.batches}."
            )


def _check_alarm(season: SeasonReading, at: int) -> Iterator[GateError]:
    rang = season.rang_at
    closings = [closing for closing in season.logged.closings if closing.reason == "alarm"]
    if rang is not None and not closings and at - rang.at > LONGEST_UNSTATED:
        yield GateError(f"The harm alarm rang after {rang.occasion}, and no entry says so.")
    if rang is None and closings:
        yield GateError(f"Entry {closings[0].index} says that the harm alarm rang; its surveys are quiet.")


def _is_near(stated: int | None, computed: int | None) -> bool:
    if stated is None or computed is None:
        return stated is computed
    return abs(stated - computed) <= _ROUNDING
