"""Evidence for decisions (`spec/surveys.md` 4): the trust gate and the harm alarm, both from counts of closed batches.

It never decides by itself what happens: it says how strong the evidence is and whether the line was crossed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.sequences import (
    STAKES,
    Scores,
    WaveScores,
    list_log_wealths,
    mix_logs,
)

GATE_EVIDENCE = 20.0
ALARM_EVIDENCE = 100.0


@dataclass(frozen=True)
class GateReading:
    """What a season has shown so far: evidence after each closed batch, and from which one on the gate was open."""

    logs: tuple[float, ...]
    opened_at: int | None

    @property
    def evidence(self) -> tuple[float, ...]:
        """Give the evidence itself; what is published is its natural logarithm, which no number outgrows."""
        return tuple(_exp(log) for log in self.logs)

    @property
    def is_open(self) -> bool:
        """Tell whether the evidence was ever enough; what closes the gate again is not for this reading."""
        return self.opened_at is not None


@dataclass(frozen=True)
class AlarmReading:
    """The detector after each closed batch, and at which one it rang."""

    logs: tuple[float, ...]
    rang_at: int | None

    @property
    def detector(self) -> tuple[float, ...]:
        """Give the detector itself."""
        return tuple(_exp(log) for log in self.logs)


def read_gate(batches: Sequence[WaveScores], theta: float) -> GateReading:
    """Read the gate of a season: evidence against "trust is at most theta" over all its batches (4.1).

    Each batch bets by its own link, so that a season may change its mechanism between two batches.
    """
    _check_share(theta)
    logs = [0.0] * len(STAKES)
    readings = []
    for batch in batches:
        grown = list_log_wealths(batch.scores, batch.link.to_reports(theta))
        logs = [before + now for before, now in zip(logs, grown, strict=True)]
        readings.append(mix_logs(logs))
    return GateReading(tuple(readings), _find_first(readings, GATE_EVIDENCE))


def read_alarm(batches: Sequence[WaveScores], harmed: float) -> AlarmReading:
    """Read the harm alarm: the Shiryaev-Roberts detector of "more than this share is harmed" by batches (4.2).

    R after t batches is the sum over the starts j <= t of what a bet from batch j on has become. Under the claim, R - t
    has no upward drift, so that the mean number of batches until R >= 100 is at least 100 (Shin, Ramdas and Rinaldo,
    "E-detectors", 2022; the mean over stakes is again such a detector). A batch without a report is none.
    """
    _check_share(harmed)
    logs = [-math.inf] * len(STAKES)
    readings = []
    for batch in batches:
        if batch.scores.total:
            grown = list_log_wealths(batch.scores, batch.link.to_reports(harmed))
            logs = [_log_of_sum(log, 0.0) + now for log, now in zip(logs, grown, strict=True)]
        readings.append(mix_logs(logs))
    return AlarmReading(tuple(readings), _find_first(readings, ALARM_EVIDENCE))


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


def _find_first(logs: Sequence[float], enough: float) -> int | None:
    return next((place for place, log in enumerate(logs) if log >= math.log(enough)), None)


def _log_of_sum(first: float, second: float) -> float:
    high, low = max(first, second), min(first, second)
    return high + math.log1p(math.exp(low - high))


def _exp(log: float) -> float:
    return math.inf if log > 700 else math.exp(log)


def _check_share(value: float) -> None:
    if not 0 < value < 1:
        raise InvalidInputError("The line lies between 0 and 1.")
