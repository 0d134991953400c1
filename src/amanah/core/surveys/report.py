"""What a report says about one survey (`spec/surveys.md` 10.5): readings, flow, what was not measured, and limits.

It holds no words, only codes and numbers, and nothing that is not published already: never a row, never a sheet.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from amanah.core.surveys.counting import QuestionCount, SurveyCount
from amanah.core.surveys.evidence import AlarmReading, read_alarm
from amanah.core.surveys.planning import compute_prospect, find_members_for_precision
from amanah.core.surveys.questions import Question
from amanah.core.surveys.release import STEP
from amanah.core.surveys.stated_plan import MILLION, Claim, StatedPlan
from amanah.core.surveys.targets import MEAN, score_target

Design = Literal["once", "before-after", "comparison", "stepped-wedge"]
Shown = Literal["estimate", "too-few", "number", "over", "under", "hidden", "nobody"]
Interval = tuple[int, int]

CLASS = 30
WANTED_HALF_WIDTH = 0.1


@dataclass(frozen=True)
class Statement:
    """Where the hash of a plan stands in the public log; `entry` is None where it does not stand there, or another one.

    `was_before` where it stood there before a key was made, so before anybody could answer (8.3).
    """

    plan: str
    entry: int | None
    stated_at: int | None
    was_before: bool


@dataclass(frozen=True)
class Batch:
    """One closed survey: its plan, what was published about it, the counts behind that, and what the log says.

    `words` is for each question the hash of what members read; a question that was reworded is another one.
    """

    occasion: str
    programme: str
    plan: StatedPlan
    statement: Statement
    results: Mapping[str, Any]
    counted: SurveyCount
    redeemed: int
    cards: int | None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def issued(self) -> int | None:
        """Give how many cards were served passes; None where the card door did not say so yet."""
        served: int | None = self.results["served"]
        return served

    @property
    def was_timed(self) -> bool:
        """Tell whether the survey closed when the log said beforehand."""
        return bool(self.results["was_timed"])


@dataclass(frozen=True)
class Flow:
    """How many passes were handed out and used, and how many sheets answered the question, rounded down to 5."""

    programme: str
    wave: int
    occasion: str
    issued: int | None
    used: int
    answered: int


@dataclass(frozen=True)
class Reading:
    """What is published about one target, in millionths; `percent` is that of a plain cell."""

    target: str
    shown: Shown
    reports: int
    estimate: int | None = None
    percent: int | None = None
    anytime: Interval | None = None
    one_look: Interval | None = None
    nonresponse: Interval | None = None
    share_due_to_bag: int | None = None

    @property
    def is_told(self) -> bool:
        """Tell whether a number may be read."""
        return self.shown in {"estimate", "number", "over", "under"}


@dataclass(frozen=True)
class QuestionReport:
    """One question: how it was protected, and a reading of each target. `gain` is in millionths."""

    question: Question
    gain: int
    reports: int
    foreign: int
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Unmeasured:
    """Something that could not be measured, and why; numbers that say how far away it was, in millionths or counts."""

    reason: str
    question: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)
    programme: str = ""
    wave: int | None = None


@dataclass(frozen=True)
class AlarmTold:
    """A line of harm that was drawn beforehand, and whether the detector crossed it in these surveys."""

    question: str
    line: int
    batches: int
    rang: bool


@dataclass(frozen=True)
class Unreached:
    """Who is in no number: cards that fetched no pass, passes that were not used, rounded down to 5."""

    cards_without_pass: int | None
    passes_unused: int | None


@dataclass(frozen=True)
class SurveyReport:
    """Everything that a report says about one survey; `design` is always "once"."""

    batch: Batch
    flow: Flow
    questions: tuple[QuestionReport, ...]
    alarms: tuple[AlarmTold, ...]
    unmeasured: tuple[Unmeasured, ...]
    unreached: Unreached
    limits: tuple[str, ...]
    design: Design = "once"


def build_survey_report(batch: Batch) -> SurveyReport:
    """Give the report of one survey that was asked once."""
    questions = tuple(read_questions(batch))
    return SurveyReport(
        batch=batch,
        flow=build_flow(batch, 0, batch.counted.readable),
        questions=questions,
        alarms=tell_alarms([batch]),
        unmeasured=tuple(_list_unmeasured(batch, questions)),
        unreached=count_unreached([batch]),
        limits=choose_limits([one.question for one in questions], "once"),
    )


def round_down(number: int) -> int:
    """Round a count down to 5, as every count of people in a report is."""
    return number // STEP * STEP


def read_questions(batch: Batch) -> list[QuestionReport]:
    """Read what was published about each question of a survey, in the order asked."""
    by_code = {document["code"]: document for document in batch.results["questions"]}
    return [read_question(question, by_code[question.code]) for question in batch.plan.questions]


def read_question(question: Question, document: Mapping[str, Any]) -> QuestionReport:
    """Read what was published about one question."""
    reports: int = document["reports"]
    return QuestionReport(
        question=question,
        gain=document["gain"],
        reports=round_down(reports),
        foreign=document["foreign"] or 0,
        readings=tuple(_read_target(question, reports, target) for target in document["targets"]),
    )


def find_counted(batch: Batch, code: str) -> QuestionCount:
    """Find the counts of one question."""
    return next(one for one in batch.counted.questions if one.question.code == code)


def build_flow(batch: Batch, wave: int, answered: int) -> Flow:
    """Give how far people came in one survey."""
    return Flow(
        programme=batch.programme,
        wave=wave,
        occasion=batch.occasion,
        issued=None if batch.issued is None else round_down(batch.issued),
        used=round_down(batch.redeemed),
        answered=round_down(answered),
    )


def count_unreached(batches: Sequence[Batch]) -> Unreached:
    """Count who is in no number; nothing where the card door has not said it of every survey."""
    cards, issued = [one.cards for one in batches], [one.issued for one in batches]
    if None in issued or None in cards or not batches:
        return Unreached(None, None)
    served = sum(filter(None, issued))
    return Unreached(
        max(round_down(sum(filter(None, cards)) - served), 0),
        max(round_down(served - sum(one.redeemed for one in batches)), 0),
    )


def tell_alarms(batches: Sequence[Batch]) -> tuple[AlarmTold, ...]:
    """Read every line of harm that these surveys drew, over those of them that drew it, in the order they closed."""
    ordered = sorted(batches, key=lambda one: (one.plan.closes_at, one.occasion))
    claims: dict[Claim, list[Batch]] = {}
    for batch in ordered:
        for claim in batch.plan.alarms:
            claims.setdefault(claim, []).append(batch)
    return tuple(_tell_alarm(claim, drawn) for claim, drawn in claims.items())


def choose_limits(questions: Sequence[Question], design: Design) -> tuple[str, ...]:
    """Choose which limits a report has to name."""
    limits = [f"design-{design}", "who-answered", "one-in-twenty"]
    if design != "once":
        limits.append("nobody-followed")
    if any(question.is_randomised for question in questions):
        limits += ["coached", "not-more-honest"]
    if any(not question.is_randomised for question in questions):
        limits.append("plain-recount")
    if any(question.is_in_block for question in questions):
        limits.append("asked-by-lot")
    return tuple(limits)


def tell_reach(question: Question, reports: int) -> Mapping[str, int]:
    """Give what a bag leaves unsure for a class of 30, and how many would have to answer to know it within 10 points.

    `alone` is what the bag leaves unsure of that very class where all of it answered. Half widths are in millionths.
    """
    of_class = compute_prospect(question, CLASS)
    return {
        "alone": _millionths(of_class.bag_alone),
        "class": _millionths(of_class.one_look),
        "needed": find_members_for_precision(question, WANTED_HALF_WIDTH),
        "reports": reports,
        "weight": question.weight,
    }


def _millionths(half_width: float) -> int:
    return round(MILLION * min(half_width, 1.0))


def _read_target(question: Question, reports: int, target: Mapping[str, Any]) -> Reading:
    if question.is_randomised:
        shown: Shown = "too-few" if target["too_few"] else "estimate"
        return Reading(
            target=target["target"],
            shown=shown if target["estimate"] is not None else "nobody",
            reports=round_down(target["reports"]),
            estimate=target["estimate"],
            anytime=_pair(target["anytime"]),
            one_look=_pair(target["one_look"]),
            nonresponse=_pair(target["nonresponse"]),
            share_due_to_bag=target["share_due_to_bag"],
        )
    return Reading(
        target=target["target"],
        shown=target["shown"],
        reports=reports,
        percent=target["percent"],
        estimate=target["percent"] * MILLION // 100 if target["shown"] == "number" else None,
        anytime=_pair(target["anytime"]),
        one_look=_pair(target["one_look"]),
        nonresponse=_pair(target["nonresponse"]),
    )


def _list_unmeasured(batch: Batch, questions: Sequence[QuestionReport]) -> list[Unmeasured]:
    found = list(check_statement(batch))
    if not batch.was_timed:
        found.append(Unmeasured("not-timed"))
    for one in questions:
        found += [Unmeasured(reason, one.question.code, numbers) for reason, numbers in find_weakness(one)]
    found += _list_hidden_groups(batch)
    if batch.counted.unreadable:
        found.append(Unmeasured("unreadable", numbers={"count": round_down(batch.counted.unreadable)}))
    return found


def check_statement(batch: Batch) -> list[Unmeasured]:
    """Tell where a survey cannot count as planned (8.3)."""
    if batch.statement.entry is None:
        return [Unmeasured("not-planned", programme=batch.programme)]
    return [] if batch.statement.was_before else [Unmeasured("planned-late", programme=batch.programme)]


def find_weakness(one: QuestionReport) -> list[tuple[str, Mapping[str, int]]]:
    """Tell why a question gives no number, or not all of them."""
    shown = {reading.shown for reading in one.readings}
    if not one.question.is_randomised:
        return [("hidden", {})] if "hidden" in shown else []
    if not one.readings or shown == {"nobody"}:
        return [("nobody", tell_reach(one.question, 0))]
    if shown & {"too-few", "nobody"}:
        return [("too-few", tell_reach(one.question, one.reports))]
    return []


def _list_hidden_groups(batch: Batch) -> list[Unmeasured]:
    hidden: dict[str, int] = {}
    for group in batch.results["groups"]:
        is_hidden = any(
            not document["reports"] or any(target.get("shown") == "hidden" for target in document["targets"])
            for document in group["questions"]
        )
        hidden[group["breakdown"]] = hidden.get(group["breakdown"], 0) + is_hidden
    return [Unmeasured("hidden-groups", code, {"count": count}) for code, count in hidden.items() if count]


def _tell_alarm(claim: Claim, batches: Sequence[Batch]) -> AlarmTold:
    scores = [score_target(find_counted(batch, claim.question), claim.target) for batch in batches]
    reading: AlarmReading = read_alarm(scores, claim.line / MILLION)
    return AlarmTold(claim.question, claim.line, len(batches), rang=reading.rang_at is not None)


def compute_spread(count: QuestionCount, target: str, value: float, plain_variance: float) -> float | None:
    """Give the standard deviation of one answer on 0..1; None where it cannot be told from what is published."""
    square = plain_variance if target == MEAN else value * (1 - value)
    if count.question.kind in {"scale", "index", "change", "ranking"} and not count.question.is_randomised:
        return None
    return math.sqrt(square) if square > 0 else None


def _pair(value: Sequence[int] | None) -> Interval | None:
    return None if value is None else (value[0], value[1])
