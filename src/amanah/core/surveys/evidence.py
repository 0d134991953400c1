"""Evidence for decisions (`spec/surveys.md` 4): the trust gate and the harm alarm, both from counts of closed batches.

It never decides by itself what happens: it says how strong the evidence is and whether the line was crossed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.sequences import (
    STAKES,
    Link,
    Scores,
    compute_evidence_above,
    mix_logs,
    sum_log_factors,
)

GATE_EVIDENCE = 20.0
ALARM_EVIDENCE = 100.0


@dataclass(frozen=True)
class GateReading:
    """What a season has shown so far: evidence after each closed batch, and from which one on the gate was open."""

    evidence: tuple[float, ...]
    opened_at: int | None

    @property
    def is_open(self) -> bool:
        """Tell whether the evidence was ever enough; what closes the gate again is not for this reading."""
        return self.opened_at is not None


@dataclass(frozen=True)
class AlarmReading:
    """The detector after each closed batch, and at which one it rang."""

    detector: tuple[float, ...]
    rang_at: int | None


def read_gate(batches: Sequence[Scores], theta: float, link: Link) -> GateReading:
    """Read the gate of a season: evidence against "trust is at most theta" over all its batches (4.1)."""
    _check_share(theta)
    mean = link.to_reports(theta)
    evidence = []
    for place in range(len(batches)):
        log = compute_evidence_above(add_scores(batches[: place + 1]), mean)
        evidence.append(_exp(log))
    opened = next((place for place, value in enumerate(evidence) if value >= GATE_EVIDENCE), None)
    return GateReading(tuple(evidence), opened)


def read_alarm(batches: Sequence[Scores], harmed: float, link: Link) -> AlarmReading:
    """Read the harm alarm: the Shiryaev-Roberts detector of "more than this share is harmed" by batches (4.2)."""
    _check_share(harmed)
    mean = link.to_reports(harmed)
    logs = [-math.inf] * len(STAKES)
    detector = []
    for batch in batches:
        logs = [
            _log_of_sum(log, 0.0) + sum_log_factors(batch, mean, stake)
            for log, stake in zip(logs, STAKES, strict=True)
        ]
        detector.append(_exp(mix_logs(logs)))
    rang = next((place for place, value in enumerate(detector) if value >= ALARM_EVIDENCE), None)
    return AlarmReading(tuple(detector), rang)


def add_scores(batches: Sequence[Scores]) -> Scores:
    """Add batches of the same scores."""
    if not batches or any(batch.values != batches[0].values for batch in batches):
        raise InvalidInputError("Only batches with the same scores can be added.")
    counts = zip(*(batch.counts for batch in batches), strict=True)
    return Scores(batches[0].values, tuple(sum(column) for column in counts))


def compute_alpha(place: int) -> float:
    """Give what the claim registered in this place (from 1) may err, so that all of them together err in 5 % (4.3)."""
    if place < 1:
        raise InvalidInputError("Claims are counted from 1.")
    return 0.05 * 6 / (math.pi**2 * place**2)


def _log_of_sum(first: float, second: float) -> float:
    high, low = max(first, second), min(first, second)
    return high + math.log1p(math.exp(low - high))


def _exp(log: float) -> float:
    return math.inf if log > 700 else math.exp(log)


def _check_share(value: float) -> None:
    if not 0 < value < 1:
        raise InvalidInputError("The line lies between 0 and 1.")
