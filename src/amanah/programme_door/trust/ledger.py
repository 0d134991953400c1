"""Reads the gate after each counted survey and says so in public, in raw SQL for the gate's process.

It states a reading once: what was counted and what is said of it are one transaction. It never reads a spent pass.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from amanah.core.encoding import JsonValue, encode_canonical_json, parse_canonical_json
from amanah.core.errors import AmanahError
from amanah.core.public_log.entries import sign_entry
from amanah.core.public_log.reading import LogView
from amanah.core.public_log.schemas import PROGRAMME_DOOR
from amanah.core.surveys.counting import SurveyCount
from amanah.core.surveys.gate import (
    ClaimCounts,
    CountedSurvey,
    Reading,
    count_claims,
    read_counted,
    read_season,
)
from amanah.core.surveys.logged_season import TOLD_KINDS, LoggedSeason, SeasonSurvey, read_logged_seasons
from amanah.core.surveys.seasons import PlacedEntry
from amanah.core.surveys.stated_plan import StatedPlan
from amanah.web.database import Database
from amanah.web.outbox import append_entry_raw

LONGEST_COUNTS = 65_535
_log = logging.getLogger("amanah.trust")

Statement = tuple[str, Mapping[str, JsonValue]]
FindCounted = Callable[[str], Awaitable[tuple[StatedPlan, SurveyCount] | None]]
"""Gives the plan and the counts of a survey whose results are published; None where they are not yet."""


@dataclass(frozen=True)
class Held:
    """What is known of one counted survey."""

    plan: StatedPlan
    counts: ClaimCounts


class SeasonLedger:
    """Takes in counted surveys in the log's order; a crash leaves nothing that is not done again."""

    def __init__(
        self, database: Database, seed: bytes, find_plan: Callable[[str], StatedPlan | None]
    ) -> None:
        self._database = database
        self._seed = seed
        self._find_plan = find_plan
        self._held: dict[str, Held] = {}
        self._seen_size = -1

    async def record_due(
        self, view: LogView, find_counted: FindCounted, *, now: int, has_new_results: bool
    ) -> bool:
        """Record and state every reading that is due; tell whether there was one."""
        if view.size == self._seen_size and not has_new_results:
            return False
        self._seen_size = view.size
        is_any = False
        for logged in read_logged_seasons(list_told(view)):
            for survey in logged.counted:
                if self._is_held(survey.occasion):
                    continue
                held = await _count(find_counted, survey.occasion)
                if held is None:
                    break
                self._record(logged, survey, held, now)
                is_any = True
        return is_any

    def _is_held(self, occasion: str) -> bool:
        if occasion not in self._held:
            row = self._database.execute(
                "SELECT counts FROM trust_claimcount WHERE occasion = ?", (occasion,)
            ).fetchone()
            plan = self._find_plan(occasion) if row else None
            if plan is None:
                return False
            self._held[occasion] = Held(plan, parse_claim_counts(bytes(row[0])))
        return True

    def _record(self, logged: LoggedSeason, survey: SeasonSurvey, held: Held, now: int) -> None:
        self._held[survey.occasion] = held
        readings = self._read(logged, survey)
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO trust_claimcount (occasion, counts) VALUES (?, ?)",
                (survey.occasion, encode_claim_counts(held.counts)),
            )
            if not readings or readings[-1].occasion != survey.occasion:
                _log.error("The survey %s is no evidence (spec/surveys.md 4.5).", survey.occasion)
                return
            is_first = bool(readings[-1].rang) and not any(reading.rang for reading in readings[:-1])
            for kind, body in build_statements(readings[-1], is_first_alarm=is_first):
                entry = sign_entry(
                    self._seed, at=now, by=PROGRAMME_DOOR, kind=kind, ref=logged.season.name, body=body
                )
                append_entry_raw(self._database, entry)

    def _read(self, logged: LoggedSeason, until: SeasonSurvey) -> tuple[Reading, ...]:
        counted: dict[str, CountedSurvey | None] = {}
        for survey in logged.counted:
            held = self._held[survey.occasion]
            counted[survey.occasion] = read_counted(held.plan, held.counts, survey, logged.season)
            if survey.occasion == until.occasion:
                break
        return read_season(logged, counted).readings


def build_statements(reading: Reading, *, is_first_alarm: bool) -> list[Statement]:
    """Give what is stated after one survey (4.7)."""
    said: list[Statement] = [
        (
            "gate_read",
            {
                "batches": reading.batches,
                "detector": reading.detector,
                "evidence": reading.evidence,
                "occasion": reading.occasion,
                "state": reading.state,
            },
        )
    ]
    return [*said, ("gate_closed", {"reason": "alarm"})] if is_first_alarm else said


def list_told(view: LogView) -> tuple[PlacedEntry, ...]:
    """List the entries that tell anything about seasons, with their places."""
    return tuple(
        (index, {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "body": entry.body})
        for index, entry in enumerate(view.entries)
        if entry.kind in TOLD_KINDS
    )


def encode_claim_counts(counts: ClaimCounts) -> bytes:
    """Give the bytes that are kept."""
    return encode_canonical_json({code: [*numbers] for code, numbers in counts.items()})


def parse_claim_counts(data: bytes) -> ClaimCounts:
    """Read the bytes that are kept."""
    document: Mapping[str, Iterable[int]] = parse_canonical_json(data, longest=LONGEST_COUNTS)
    return {code: tuple(numbers) for code, numbers in document.items()}


async def _count(find_counted: FindCounted, occasion: str) -> Held | None:
    try:
        found = await find_counted(occasion)
    except (AmanahError, OSError) as error:
        _log.error(
            "The survey %s could not be read for the gate (%s); the next reading of the log tries again.",
            occasion,
            type(error).__name__,
        )
        return None
    return Held(found[0], count_claims(*found)) if found else None
