"""What a season shows so far, and how many more answers it may take (`spec/surveys.md` 4.9): said, never decided by.

The gate hangs on none of this: its evidence is exact, and this is a forecast that assumes more of the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from amanah.core.surveys.evidence import GATE_EVIDENCE
from amanah.core.surveys.planning import NORMAL_80, find_least
from amanah.core.surveys.release import FEWEST_RANDOMISED
from amanah.core.surveys.sequences import (
    STAKES,
    Link,
    Scores,
    WaveScores,
    compute_evidence_above,
    link_scale,
    list_log_wealths,
    mix_logs,
)

MOST_FORETOLD = 1_000_000
_HALVINGS = 60
_USUAL_MIDDLE = 0.45

Outlook = Literal["too-few", "under", "far", "enough", "about"]


@dataclass(frozen=True)
class Foresight:
    """How many reports a season has, and how many in all would open the gate in four of five cases if it went on so.

    `needed` is None unless the outlook is "about".
    """

    outlook: Outlook
    reports: int
    needed: int | None = None


def estimate_season(batches: Sequence[WaveScores]) -> float | None:
    """Estimate the trust of a season, its batches weighted by their reports; it may lie outside 0..1."""
    total = sum(batch.scores.total for batch in batches)
    if not total:
        return None
    return sum(batch.scores.total * batch.link.to_target(batch.scores.mean) for batch in batches) / total


def compute_season_interval(batches: Sequence[WaveScores], alpha: float) -> tuple[float, float]:
    """Give the anytime interval of a season's trust inside 0..1; batches may have other bags (3.3, 4.5)."""
    threshold = math.log(2 / alpha)
    mirrored = [_mirror(batch) for batch in batches]
    return _find_edge(batches, threshold), 1 - _find_edge(mirrored, threshold)


def foresee_opening(batches: Sequence[WaveScores], theta: float) -> Foresight:
    """Foresee when the evidence is enough, if the reports to come are as those of the last batch's bag so far (4.9)."""
    reports = sum(batch.scores.total for batch in batches)
    if reports < FEWEST_RANDOMISED:
        return Foresight("too-few", reports)
    now = _list_logs(batches, theta)
    if mix_logs(now) >= math.log(GATE_EVIDENCE):
        return Foresight("enough", reports)
    like = _pool_last(batches)
    if like.link.to_target(like.scores.mean) <= theta:
        return Foresight("under", reports)

    def is_open(more: int) -> bool:
        added = list_log_wealths(_foretell(like.scores, more), like.link.to_reports(theta))
        logs = [before + then for before, then in zip(now, added, strict=True)]
        return mix_logs(logs) >= math.log(GATE_EVIDENCE)

    more = find_least(is_open, MOST_FORETOLD)
    return Foresight("far", reports) if more is None else Foresight("about", reports, reports + more)


def foretell_from_nothing(trust: float, theta: float, weight: int) -> int | None:
    """Foretell how many answers a season takes whose trust is this, before anybody has answered; None where too many.

    Answers are assumed to be spread as on a scale of many steps: a little under half of them end up in the middle.
    """
    middle = min(_USUAL_MIDDLE, 2 * trust, 2 * (1 - trust))
    high = trust - middle / 2
    link = link_scale(weight)
    chances = [(1 + (weight - 1) * level) / (weight + 2) for level in (1 - middle - high, middle, high)]
    crowd = Scores((0.0, 0.5, 1.0), tuple(round(MOST_FORETOLD * chance) for chance in chances))
    line = link.to_reports(theta)
    return find_least(
        lambda more: compute_evidence_above(_foretell(crowd, more), line) >= math.log(GATE_EVIDENCE),
        MOST_FORETOLD,
    )


def round_roughly(number: int) -> int:
    """Round up to two leading digits: a forecast has no third."""
    step: int = 10 ** max(0, len(str(number)) - 2)
    return -(-number // step) * step


def _list_logs(batches: Sequence[WaveScores], level: float) -> list[float]:
    """List what each stake has grown to over all batches, each by its own link."""
    logs = [0.0] * len(STAKES)
    for batch in batches:
        grown = list_log_wealths(batch.scores, batch.link.to_reports(level))
        logs = [before + then for before, then in zip(logs, grown, strict=True)]
    return logs


def _mirror(batch: WaveScores) -> WaveScores:
    """Give the same batch counted from the other end: its target is one minus the target."""
    start, slope = batch.link.start, batch.link.slope
    return WaveScores(batch.scores.mirror(), Link(1 - start - slope, slope))


def _find_edge(batches: Sequence[WaveScores], threshold: float) -> float:
    """Find the lowest level that is not excluded from below; the evidence against "at most" falls with the level."""
    if mix_logs(_list_logs(batches, 0.0)) < threshold:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if mix_logs(_list_logs(batches, middle)) >= threshold else (low, middle)
    return low


def _pool_last(batches: Sequence[WaveScores]) -> WaveScores:
    """Pool the batches that were drawn as the last one with reports was."""
    last = next(batch for batch in reversed(batches) if batch.scores.total)
    alike = [
        batch.scores.counts
        for batch in batches
        if (batch.link, batch.scores.values) == (last.link, last.scores.values)
    ]
    counts = tuple(sum(column) for column in zip(*alike, strict=True))
    return WaveScores(Scores(last.scores.values, counts), last.link)


def _foretell(scores: Scores, more: int) -> Scores:
    """Give so many further reports, with a mean so low that four of five such crowds have a higher one."""
    mean, total = scores.mean, scores.total
    spread = sum(n * (v - mean) ** 2 for v, n in zip(scores.values, scores.counts, strict=True)) / total
    below = NORMAL_80 * math.sqrt(spread / more)
    chances = [count / total for count in scores.counts]
    for place in range(len(chances) - 1, 0, -1):
        # The highest scores become the lowest ones first; what is left to take moves on to the next.
        taken = min(chances[place], below / scores.values[place]) if scores.values[place] else 0.0
        chances[place] -= taken
        chances[0] += taken
        below -= taken * scores.values[place]
    counts = [round(more * chance) for chance in chances[1:]]
    return Scores(scores.values, (max(0, more - sum(counts)), *counts))
