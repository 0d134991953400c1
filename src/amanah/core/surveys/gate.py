"""The trust gate and the harm alarm of one season (`spec/surveys.md` 4.5 to 4.8): counts of balls in, readings out.

Everything is a function of what is public, so that anybody computes the same. It never looks at a person or an hour.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from amanah.core.surveys.counting import QuestionCount, SurveyCount
from amanah.core.surveys.evidence import (
    ALARM_EVIDENCE,
    GATE_EVIDENCE,
    AlarmReading,
    read_alarm,
    read_gate,
)
from amanah.core.surveys.logged_season import GateState, LoggedSeason, SeasonSurvey, decide_state
from amanah.core.surveys.questions import list_labels
from amanah.core.surveys.seasons import StatedSeason
from amanah.core.surveys.sequences import WaveScores, link_scale, score_scale
from amanah.core.surveys.stated_plan import (
    MILLION,
    Claim,
    StatedPlan,
    build_plan,
    compute_plan_hash,
    encode_plan,
)
from amanah.core.surveys.targets import score_target

ENOUGH = math.ceil(MILLION * math.log(GATE_EVIDENCE))
LOUD = math.ceil(MILLION * math.log(ALARM_EVIDENCE))
"""What opens and what rings, as published: logarithms in whole millionths, so that all who compute decide alike."""

_NOTHING = WaveScores(score_scale((0, 0, 0)), link_scale(2))

ClaimCounts = Mapping[str, tuple[int, ...]]
"""How often each ball came, for every question that a line of the plan is about."""


@dataclass(frozen=True)
class CountedSurvey:
    """What one counted survey says about the season's lines; nothing where its plan draws none of them."""

    occasion: str
    trust: WaveScores | None = None
    harm: Mapping[str, WaveScores] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """The season after one counted survey: logarithms in millionths; a detector without a report is None.

    `is_open` tells what the gate is after it, `is_waiting` that the evidence is enough and another survey is missing.
    """

    occasion: str
    index: int
    at: int
    batches: int
    evidence: int
    detectors: Mapping[str, int | None]
    rang: tuple[str, ...]
    is_open: bool
    is_waiting: bool

    @property
    def detector(self) -> int | None:
        """Give the loudest detector."""
        return max((one for one in self.detectors.values() if one is not None), default=None)

    @property
    def state(self) -> str:
        """Give the word that the log has for it."""
        return "open" if self.is_open else "shut"


@dataclass(frozen=True)
class SeasonReading:
    """A season read from its beginning: every reading, and what has been counted."""

    logged: LoggedSeason
    readings: tuple[Reading, ...]
    counted: tuple[CountedSurvey, ...]

    @property
    def trust(self) -> list[WaveScores]:
        """List the batches of the trust question that have reports."""
        return [one.trust for one in self.counted if one.trust and one.trust.scores.total]

    @property
    def reports(self) -> int:
        """Count the reports about trust."""
        return sum(batch.scores.total for batch in self.trust)

    @property
    def rang_at(self) -> Reading | None:
        """Give the reading at which the alarm rang first."""
        return next((reading for reading in self.readings if reading.rang), None)

    @property
    def opened_at(self) -> Reading | None:
        """Give the reading at which the gate opened."""
        return next((reading for reading in self.readings if reading.is_open), None)

    def decide_state(self, at: int) -> GateState:
        """Decide the state of the gate at a moment (4.6)."""
        last = self.readings[-1] if self.readings else None
        if self.rang_at is not None:
            return GateState("alarm")
        return decide_state(
            self.logged,
            read={reading.occasion for reading in self.readings},
            opened=bool(last and last.is_open),
            is_waiting=bool(last and last.is_waiting),
            at=at,
        )


def count_claims(plan: StatedPlan, counted: SurveyCount) -> dict[str, tuple[int, ...]]:
    """Take out of a survey's counts what the plan's lines are about."""
    claimed = {claim.question for claim in _list_claims(plan)}
    return {one.question.code: one.numbers for one in counted.questions if one.question.code in claimed}


def follows_lines(plan: StatedPlan, season: StatedSeason) -> bool:
    """Tell whether a plan draws exactly the lines of the season: none moved, and none left out (4.5)."""
    bare = replace(plan, season=None, gate=None, alarms=())
    return build_plan(bare, season.lines) == plan


def read_counted(
    plan: StatedPlan, counts: ClaimCounts, survey: SeasonSurvey, season: StatedSeason
) -> CountedSurvey | None:
    """Read what a counted survey says; None where it cannot be evidence for or against anything (4.5).

    A survey whose plan was stated before the season could draw no line, and says nothing.
    """
    if not survey.is_clear or compute_plan_hash(encode_plan(plan)) != survey.plan:
        return None
    if survey.stated_index < season.index:
        return CountedSurvey(plan.occasion)
    if not follows_lines(plan, season):
        return None
    return CountedSurvey(
        plan.occasion,
        _score(plan, plan.gate, counts) if plan.gate else None,
        {claim.question: _score(plan, claim, counts) for claim in plan.alarms},
    )


def read_season(logged: LoggedSeason, counted: Mapping[str, CountedSurvey | None]) -> SeasonReading:
    """Read a season in the log's order (4.5); it stops before the first counted survey that nobody can read.

    `counted` holds every counted survey that is known. One that cannot be evidence is None: no reading takes it in, so
    that the gate stays shut, but it silences no alarm about the others.
    """
    read: list[tuple[SeasonSurvey, CountedSurvey]] = []
    for survey in logged.counted:
        if survey.occasion not in counted:
            break
        found = counted[survey.occasion]
        if found is not None:
            read.append((survey, found))
    known = tuple(found for _, found in read)
    gate = read_gate([one.trust or _NOTHING for one in known], logged.season.lines.trust / MILLION)
    alarms = _read_alarms(known, logged.season.lines.harm / MILLION)
    readings: list[Reading] = []
    for place, (survey, _) in enumerate(read):
        evidence = round(MILLION * gate.logs[place])
        detectors = {code: _millionths(reading.logs[place]) for code, reading in alarms.items()}
        readings.append(_build_reading(logged, readings, survey, evidence, detectors))
    return SeasonReading(logged, tuple(readings), known)


def _build_reading(
    logged: LoggedSeason,
    before: Sequence[Reading],
    survey: SeasonSurvey,
    evidence: int,
    detectors: Mapping[str, int | None],
) -> Reading:
    index, at = survey.counted_index or 0, survey.counted_at or 0
    rang = tuple(code for code, value in detectors.items() if value is not None and value >= LOUD)
    is_closed = (
        bool(rang)
        or any(reading.rang for reading in before)
        or any(closing.index < index for closing in logged.closings)
        or at >= logged.season.ends_at
    )
    is_enough = evidence >= ENOUGH and not is_closed
    is_missing = bool(logged.list_missing(at, {survey.occasion, *(one.occasion for one in before)}))
    was_open = bool(before) and before[-1].is_open
    return Reading(
        occasion=survey.occasion,
        index=index,
        at=at,
        batches=len(before) + 1,
        evidence=evidence,
        detectors=detectors,
        rang=rang,
        is_open=not is_closed and (was_open or (is_enough and not is_missing)),
        is_waiting=not was_open and is_enough and is_missing,
    )


def _read_alarms(known: Sequence[CountedSurvey], harmed: float) -> dict[str, AlarmReading]:
    codes = sorted({code for one in known for code in one.harm})
    return {code: read_alarm([one.harm.get(code, _NOTHING) for one in known], harmed) for code in codes}


def _score(plan: StatedPlan, claim: Claim, counts: ClaimCounts) -> WaveScores:
    question = next(question for question in plan.questions if question.code == claim.question)
    numbers = counts[claim.question]
    labels = zip(list_labels(question), numbers, strict=True)
    count = QuestionCount(question, tuple(labels), answered=sum(numbers), foreign=0, left_out=0)
    return score_target(count, claim.target)


def _list_claims(plan: StatedPlan) -> list[Claim]:
    return [*plan.alarms, *([plan.gate] if plan.gate else [])]


def _millionths(log: float) -> int | None:
    return None if math.isinf(log) else round(MILLION * log)
