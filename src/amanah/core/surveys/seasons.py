"""Seasons of trust (`spec/surveys.md` 4.4): which lines a community drew for which time, from the public log alone.

It never believes a season that was stated after it began, or that moves a line once somebody could answer under it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from amanah.core.errors import RefusedError
from amanah.core.surveys.stated_plan import MILLION, Season, SeasonLines

SEASON_STATED = "season_stated"
LONGEST_SEASON = 400 * 86_400

Entry = Mapping[str, Any]
"""A verified entry as a plain object with `kind`, `ref`, `at` and `body`."""
PlacedEntry = tuple[int, Entry]
"""An entry with its place in the log."""
Times = tuple[int, int]
"""When a survey opens and closes."""
Reason = Literal["backwards", "too-long", "line-unfit", "begun", "asked", "overlap"]

_WORDS: Mapping[Reason, str] = {
    "backwards": "A season ends after it starts.",
    "too-long": "A season lasts 400 days at most: trust that is never earned again is no trust.",
    "line-unfit": "A line lies between 0 and 100 in 100, and at neither end.",
    "begun": "A season is stated before it begins; its lines stay until it ends.",
    "asked": "A survey was announced under these lines; they stay.",
    "overlap": "Seasons do not overlap: a survey has one line of trust and one of harm.",
}


class SeasonError(RefusedError):
    """A season that may not be stated; `reason` says which rule it breaks."""

    code = "season-refused"

    def __init__(self, reason: Reason) -> None:
        super().__init__(_WORDS[reason])
        self.reason = reason


@dataclass(frozen=True)
class StatedSeason:
    """A season as an entry of the log states it; `name` is the entry's ref, `index` its place."""

    name: str
    index: int
    stated_at: int
    lines: SeasonLines

    @property
    def starts_at(self) -> int:
        """Give when it begins."""
        return self.lines.season.starts_at

    @property
    def ends_at(self) -> int:
        """Give when it is over."""
        return self.lines.season.ends_at

    def is_running(self, at: int) -> bool:
        """Tell whether a moment lies in it."""
        return self.starts_at <= at < self.ends_at

    def covers(self, times: Times) -> bool:
        """Tell whether a survey lies wholly in it."""
        return self.lines.covers(opens_at=times[0], closes_at=times[1])


def verify_season(new: StatedSeason, stated: Iterable[StatedSeason], asked: Iterable[Times]) -> None:
    """Refuse a season that breaks a rule; `stated` are the seasons before it, `asked` the surveys before it."""
    _verify_lines(new.lines)
    others = [season for season in stated if season.name != new.name]
    before = next((season for season in stated if season.name == new.name), None)
    if new.stated_at > new.starts_at or (before and new.stated_at > before.starts_at):
        raise SeasonError("begun")
    if before and any(before.covers(times) for times in asked):
        raise SeasonError("asked")
    if any(season.starts_at < new.ends_at and new.starts_at < season.ends_at for season in others):
        raise SeasonError("overlap")


@dataclass(frozen=True)
class VoidStatement:
    """An entry that states a season and breaks a rule; it changes nothing, and an honest door writes none."""

    index: int
    name: str
    reason: Reason


def list_seasons(entries: Sequence[PlacedEntry]) -> tuple[StatedSeason, ...]:
    """List the seasons in force by their beginning; a statement that breaks a rule changes nothing (4.4)."""
    stated, _ = _read_statements(entries)
    return tuple(sorted(stated.values(), key=lambda season: season.starts_at))


def list_void_statements(entries: Sequence[PlacedEntry]) -> tuple[VoidStatement, ...]:
    """List the statements that break a rule: somebody tried to move a line, or stated one too late."""
    return tuple(_read_statements(entries)[1])


def _read_statements(
    entries: Sequence[PlacedEntry],
) -> tuple[dict[str, StatedSeason], list[VoidStatement]]:
    times = list_survey_times(entries)
    stated: dict[str, StatedSeason] = {}
    void: list[VoidStatement] = []
    asked: list[Times] = []
    for index, entry in entries:
        if entry["kind"] == "survey_stated" and entry["ref"] in times:
            asked.append(times[entry["ref"]])
        elif entry["kind"] == SEASON_STATED:
            new = _read_season(index, entry)
            try:
                verify_season(new, tuple(stated.values()), asked)
            except SeasonError as error:
                void.append(VoidStatement(index, new.name, error.reason))
            else:
                stated[new.name] = new
    return stated, void


def list_survey_times(entries: Iterable[PlacedEntry]) -> dict[str, Times]:
    """List when each announced survey opens and closes, as its first announcement says."""
    times: dict[str, Times] = {}
    for _, entry in entries:
        if entry["kind"] == "wave_planned":
            for descriptor in entry["body"]["occasions"]:
                if descriptor["kind"] == "survey":
                    times.setdefault(
                        descriptor["occasion"], (descriptor["opens_at"], descriptor["closes_at"])
                    )
    return times


def find_season(seasons: Iterable[StatedSeason], at: int) -> StatedSeason | None:
    """Find the season that a moment lies in; no two overlap."""
    return next((season for season in seasons if season.is_running(at)), None)


def _verify_lines(lines: SeasonLines) -> None:
    season = lines.season
    if not 0 < season.starts_at < season.ends_at:
        raise SeasonError("backwards")
    if season.ends_at - season.starts_at > LONGEST_SEASON:
        raise SeasonError("too-long")
    if not all(0 < line < MILLION for line in (lines.trust, lines.harm)):
        raise SeasonError("line-unfit")


def _read_season(index: int, entry: Entry) -> StatedSeason:
    body = entry["body"]
    season = Season(body["starts_at"], body["ends_at"])
    return StatedSeason(
        entry["ref"], index, entry["at"], SeasonLines(season, trust=body["line"], harm=body["harm"])
    )
