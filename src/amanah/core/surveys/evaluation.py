"""What a report says about an evaluation over several surveys (`spec/surveys.md` 10.6): changes, and the wedge.

Nobody is followed from wave to wave: it compares counts of closed surveys, and bounds what silence could have hidden.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from amanah.core.surveys.differences import compute_anytime_difference
from amanah.core.surveys.estimates import NORMAL_95, Estimate
from amanah.core.surveys.evaluation_plan import (
    EvaluationPlan,
    compute_seed,
    compute_test_seed,
    draw_starts,
    find_asking,
    is_same_question,
)
from amanah.core.surveys.logged_survey import Entry
from amanah.core.surveys.report import (
    AlarmTold,
    Batch,
    Flow,
    Interval,
    QuestionReport,
    Reading,
    Statement,
    Unmeasured,
    Unreached,
    build_flow,
    check_statement,
    choose_limits,
    compute_spread,
    count_unreached,
    find_counted,
    find_weakness,
    read_question,
    tell_alarms,
)
from amanah.core.surveys.results import compare_waves
from amanah.core.surveys.stated_plan import MILLION
from amanah.core.surveys.targets import estimate_target, score_target
from amanah.core.surveys.wedge import compute_wedge_interval, estimate_wedge, order_from_seed

Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """One site in one wave: its closed survey and what it says about the outcome."""

    site: int
    wave: int
    batch: Batch
    question: QuestionReport
    reading: Reading


@dataclass(frozen=True)
class Change:
    """The outcome in a later wave minus that in an earlier one, in millionths; `sites` of a comparison are two.

    `in_sd` is told in standard deviations of the first wave's answers, in millionths of one. Where `is_told` is false
    one of its waves says too little (3.5): only the interval may be shown.
    """

    sites: tuple[int, ...]
    waves: tuple[int, int]
    estimate: int | None
    anytime: Interval | None
    one_look: Interval | None
    bounds: Interval | None
    in_sd: int | None
    share_due_to_bag: int | None
    is_told: bool


@dataclass(frozen=True)
class WedgeEffect:
    """The effect of having started, its permutation p-value and interval in millionths, and how many lots were seen."""

    estimate: int
    interval: Interval
    p_value: int
    lots: int
    in_sd: int | None


@dataclass(frozen=True)
class EvaluationReport:
    """Everything that a report says about an evaluation; `starts` is what the lot gave each site."""

    plan: EvaluationPlan
    statement: Statement
    starts: tuple[int, ...]
    cells: tuple[Cell, ...]
    flow: tuple[Flow, ...]
    changes: tuple[Change, ...]
    difference: Change | None
    wedge: WedgeEffect | None
    alarms: tuple[AlarmTold, ...]
    unmeasured: tuple[Unmeasured, ...]
    unreached: Unreached
    limits: tuple[str, ...]


def build_evaluation_report(
    plan: EvaluationPlan, statement: Statement, batches: Mapping[Place, Batch], waiting: Mapping[Place, str]
) -> EvaluationReport:
    """Give the report of an evaluation from its closed surveys by site and wave.

    `waiting` says for the others why there is none: "no-survey" or "not-closed".
    """
    cells, refused = _fill_cells(plan, batches)
    missing = [
        Unmeasured(reason, programme=plan.sites[site], wave=wave) for (site, wave), reason in waiting.items()
    ]
    changes = tuple(_list_changes(plan, cells))
    difference = _compare_sites(plan, cells)
    wedge = _read_wedge(plan, cells)
    questions = [cell.question.question for cell in cells.values()]
    unmeasured = [*_check_lateness(plan, statement), *missing, *refused, *_list_weak_cells(plan, cells)]
    if plan.design == "stepped-wedge" and wedge is None:
        unmeasured.append(Unmeasured("wedge-gap", plan.question))
    limits = choose_limits(questions, plan.design)
    return EvaluationReport(
        plan=plan,
        statement=statement,
        starts=draw_starts(plan),
        cells=tuple(cells.values()),
        flow=tuple(_list_flow(batches, plan)),
        changes=changes,
        difference=difference,
        wedge=wedge,
        alarms=tell_alarms([*batches.values()]),
        unmeasured=tuple(unmeasured),
        unreached=count_unreached([*batches.values()]),
        limits=(*limits, "lot") if plan.design == "stepped-wedge" else limits,
    )


def read_evaluation_statement(
    entries: Sequence[Entry], plan: EvaluationPlan, occasions: Collection[str]
) -> Statement:
    """Read the log's entries, in their order, for where a plan stands; each is a plain object with its `index`.

    Nobody can have answered before the first key for one of its `occasions` was made.
    """
    digest = compute_seed(plan).hex()
    stated = [one for one in entries if one["kind"] == "evaluation_stated" and one["ref"] == plan.evaluation]
    if len(stated) != 1 or stated[0]["body"]["plan"] != digest:
        return Statement(digest, None, None, was_before=False)
    keys = [
        one["index"]
        for one in entries
        if one["kind"] == "wave_opened" and any(name in occasions for name, _ in one["body"]["keys"])
    ]
    index = stated[0]["index"]
    return Statement(digest, index, stated[0]["at"], was_before=not keys or index < min(keys))


def _fill_cells(
    plan: EvaluationPlan, batches: Mapping[Place, Batch]
) -> tuple[dict[Place, Cell], list[Unmeasured]]:
    """Read each survey's outcome; leave out those that were not planned or asked another question."""
    cells: dict[Place, Cell] = {}
    refused: list[Unmeasured] = []
    for (site, wave), batch in sorted(batches.items()):
        reason = _find_refusal(plan, batch, next(iter(cells.values()), None))
        if reason:
            refused.append(Unmeasured(reason, plan.question, programme=plan.sites[site], wave=wave))
            continue
        cells[site, wave] = _read_cell(plan, site, wave, batch)
    return cells, refused


def _find_refusal(plan: EvaluationPlan, batch: Batch, first: Cell | None) -> str | None:
    late = check_statement(batch)
    if late:
        return late[0].reason
    question = find_asking(batch.plan, plan.question, plan.target)
    if question is None or (first and not is_same_question(first.question.question, question)):
        return "other-question"
    if first and first.batch.words.get(plan.question) != batch.words.get(plan.question):
        return "reworded"
    return None


def _read_cell(plan: EvaluationPlan, site: int, wave: int, batch: Batch) -> Cell:
    asked = next(one for one in batch.plan.questions if one.code == plan.question)
    document = next(one for one in batch.results["questions"] if one["code"] == plan.question)
    question = read_question(asked, document)
    reading = next(
        (one for one in question.readings if one.target == plan.target), Reading(plan.target, "nobody", 0)
    )
    return Cell(site, wave, batch, question, reading)


def _list_flow(batches: Mapping[Place, Batch], plan: EvaluationPlan) -> list[Flow]:
    return [
        build_flow(batch, wave, _count_answered(batch, plan.question))
        for (_, wave), batch in sorted(batches.items())
    ]


def _count_answered(batch: Batch, code: str) -> int:
    """Count as published: of a hidden plain question not even how many answered."""
    said = [one["reports"] for one in batch.results["questions"] if one["code"] == code]
    return int(said[0]) if said else 0


def _check_lateness(plan: EvaluationPlan, statement: Statement) -> list[Unmeasured]:
    if statement.entry is None:
        return [Unmeasured("evaluation-not-planned", plan.question)]
    return [] if statement.was_before else [Unmeasured("evaluation-planned-late", plan.question)]


def _list_weak_cells(plan: EvaluationPlan, cells: Mapping[Place, Cell]) -> list[Unmeasured]:
    """Name the cells that say too little; of a wedge only the empty ones, because it is read as a whole."""
    return [
        Unmeasured(reason, plan.question, numbers, plan.sites[site], wave)
        for (site, wave), cell in cells.items()
        if not cell.reading.is_told
        for reason, numbers in find_weakness(cell.question)
        if plan.design != "stepped-wedge" or reason != "too-few"
    ]


def _list_changes(plan: EvaluationPlan, cells: Mapping[Place, Cell]) -> list[Change]:
    """Give each site's change from its first wave to each later one; a wedge has one effect instead."""
    if plan.design == "stepped-wedge":
        return []
    return [
        _compare(plan, cells[site, 0], cells[site, wave])
        for site in range(len(plan.sites))
        for wave in range(1, len(plan.waves))
        if (site, 0) in cells and (site, wave) in cells
    ]


def _compare(plan: EvaluationPlan, before: Cell, after: Cell) -> Change:
    first, second = find_counted(before.batch, plan.question), find_counted(after.batch, plan.question)
    was_timed = before.batch.was_timed and after.batch.was_timed
    said = compare_waves(first, second, plan.target, was_timed=was_timed, alpha=plan.alpha / MILLION)
    estimate = said["estimate"]
    return Change(
        sites=(before.site,),
        waves=(before.wave, after.wave),
        estimate=estimate if isinstance(estimate, int) else None,
        anytime=_as_interval(said["anytime"]),
        one_look=_as_interval(said["one_look"]),
        bounds=_subtract(after.reading.nonresponse, before.reading.nonresponse),
        in_sd=_tell_in_sd(estimate if isinstance(estimate, int) else None, plan, before),
        share_due_to_bag=_find_bag_share(plan, [before, after]),
        is_told=before.reading.is_told and after.reading.is_told,
    )


def _compare_sites(plan: EvaluationPlan, cells: Mapping[Place, Cell]) -> Change | None:
    """Give the change of the first site minus that of the second, from the first wave to the last (10.6).

    Each of the two intervals takes half of alpha, so that both hold at once.
    """
    last = len(plan.waves) - 1
    places = [(0, 0), (0, last), (1, 0), (1, last)]
    if plan.design != "comparison" or not all(place in cells for place in places):
        return None
    four = [cells[place] for place in places]
    if not all(cell.question.question.is_randomised for cell in four):
        return _compare_plain_sites(plan, four)
    estimates = [estimate_target(find_counted(cell.batch, plan.question), plan.target) for cell in four]
    known = [estimate for estimate in estimates if estimate is not None]
    scores = [score_target(find_counted(cell.batch, plan.question), plan.target) for cell in four]
    alpha = plan.alpha / MILLION / 2
    own = compute_anytime_difference(scores[0], scores[1], alpha)
    other = compute_anytime_difference(scores[2], scores[3], alpha)
    value = _sum_signed(known) if len(known) == len(four) else None
    return Change(
        sites=(0, 1),
        waves=(0, last),
        estimate=None if value is None else round(MILLION * value),
        anytime=_outwards(max(own[0] - other[1], -2.0), min(own[1] - other[0], 2.0)),
        one_look=_tell_one_look(value, known) if all(cell.batch.was_timed for cell in four) else None,
        bounds=_subtract(
            _subtract(four[1].reading.nonresponse, four[0].reading.nonresponse),
            _subtract(four[3].reading.nonresponse, four[2].reading.nonresponse),
        ),
        in_sd=_tell_in_sd(None if value is None else round(MILLION * value), plan, four[0]),
        share_due_to_bag=_find_bag_share(plan, four),
        is_told=all(cell.reading.is_told for cell in four),
    )


def _compare_plain_sites(plan: EvaluationPlan, four: Sequence[Cell]) -> Change:
    """Compare the changes of plain answers: from what is shown of the cells alone (7.5)."""
    counts = [find_counted(cell.batch, plan.question) for cell in four]
    alpha = plan.alpha / MILLION / 2
    own = compare_waves(counts[0], counts[1], plan.target, was_timed=False, alpha=alpha)
    other = compare_waves(counts[2], counts[3], plan.target, was_timed=False, alpha=alpha)
    first, second = own["estimate"], other["estimate"]
    both = first - second if isinstance(first, int) and isinstance(second, int) else None
    return Change(
        sites=(0, 1),
        waves=(0, len(plan.waves) - 1),
        estimate=both,
        anytime=_subtract(_as_interval(own["anytime"]), _as_interval(other["anytime"])),
        one_look=None,
        bounds=_subtract(
            _subtract(four[1].reading.nonresponse, four[0].reading.nonresponse),
            _subtract(four[3].reading.nonresponse, four[2].reading.nonresponse),
        ),
        in_sd=_tell_in_sd(both, plan, four[0]),
        share_due_to_bag=None,
        is_told=all(cell.reading.is_told for cell in four),
    )


def _read_wedge(plan: EvaluationPlan, cells: Mapping[Place, Cell]) -> WedgeEffect | None:
    """Estimate the effect from what is published of each cell; nothing where one of them is missing."""
    if plan.design != "stepped-wedge":
        return None
    rows = [[cells.get((site, wave)) for wave in range(len(plan.waves))] for site in range(len(plan.sites))]
    full = [[cell for cell in row if cell and cell.reading.estimate is not None] for row in rows]
    if any(len(row) < len(plan.waves) for row in full):
        return None
    means = [[(cell.reading.estimate or 0) / MILLION for cell in row] for row in full]
    weights = [[max(cell.reading.reports, 1) for cell in row] for row in full]
    starts, seed, alpha = draw_starts(plan), compute_test_seed(plan), plan.alpha / MILLION
    seen = estimate_wedge(means, weights, starts, order_from_seed(seed))
    low, high = compute_wedge_interval(means, weights, starts, order_from_seed(seed), alpha)
    return WedgeEffect(
        estimate=round(MILLION * seen.effect),
        interval=_outwards(low, high),
        p_value=math.ceil(MILLION * seen.p_value - 1e-6),
        lots=seen.lots,
        in_sd=_tell_in_sd(round(MILLION * seen.effect), plan, full[0][0]),
    )


def _tell_in_sd(estimate: int | None, plan: EvaluationPlan, first: Cell) -> int | None:
    """Give an effect in standard deviations of single answers in the first wave of the first site."""
    if estimate is None or first.reading.estimate is None:
        return None
    count = find_counted(first.batch, plan.question)
    value = min(max(first.reading.estimate / MILLION, 0.0), 1.0)
    seen = estimate_target(count, plan.target) if count.question.is_randomised else None
    plain = seen.plain_variance * seen.reports if seen else 0.0
    spread = compute_spread(count, plan.target, value, plain)
    return None if spread is None else round(estimate / spread)


def _find_bag_share(plan: EvaluationPlan, cells: Sequence[Cell]) -> int | None:
    """Give which part of a change's interval is the bag's doing (2.5), of all its waves together."""
    found: list[Estimate] = []
    for cell in cells:
        count = find_counted(cell.batch, plan.question)
        estimate = estimate_target(count, plan.target) if count.question.is_randomised else None
        if estimate is None:
            return None
        found.append(estimate)
    whole = sum(estimate.variance for estimate in found)
    plain = sum(estimate.plain_variance for estimate in found)
    return round(MILLION * max(0.0, 1 - math.sqrt(plain / whole))) if whole > 0 else None


def _sum_signed(four: Sequence[Estimate]) -> float:
    return (four[1].value - four[0].value) - (four[3].value - four[2].value)


def _tell_one_look(value: float | None, four: Sequence[Estimate]) -> Interval | None:
    if value is None:
        return None
    half = NORMAL_95 * math.sqrt(sum(estimate.cautious_variance for estimate in four))
    return _outwards(value - half, value + half)


def _subtract(after: Interval | None, before: Interval | None) -> Interval | None:
    """Give the widest difference of two intervals."""
    return None if after is None or before is None else (after[0] - before[1], after[1] - before[0])


def _outwards(low: float, high: float) -> Interval:
    return (math.floor(MILLION * low + 1e-4), math.ceil(MILLION * high - 1e-4))


def _as_interval(value: object) -> Interval | None:
    return (value[0], value[1]) if isinstance(value, list) else None
