"""What reports are made of: plans, published results, counts of the published answers, and what the log says.

It reads closed surveys only, and what anybody could download; never who answered.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from amanah.core.encoding import encode_canonical_json
from amanah.core.surveys.evaluation import (
    EvaluationReport,
    Place,
    build_evaluation_report,
    read_evaluation_statement,
)
from amanah.core.surveys.evaluation_plan import (
    AnnouncedSurvey,
    EvaluationPlan,
    choose_survey,
    draw_starts,
    parse_evaluation_plan,
)
from amanah.core.surveys.logged_survey import Entry, read_logged_survey
from amanah.core.surveys.report import Batch, Statement, SurveyReport, build_survey_report
from amanah.core.surveys.stated_plan import compute_plan_hash, encode_plan, parse_plan
from amanah.programme_door.occasions.queries import (
    RECOUNTS_FOLDER,
    LogChoice,
    count_logged,
    list_logged,
)
from amanah.programme_door.programmes.queries import Words, find_programme
from amanah.programme_door.reports.models import Evaluation
from amanah.programme_door.surveys.queries import (
    QuestionOnShow,
    SurveyOnShow,
    find_counts,
    find_plan,
    find_plan_bytes,
    find_plan_words,
    find_results_bytes,
    find_survey,
    list_surveys,
)
from amanah.web.settings import get_config

_ABOUT_SURVEYS = ("survey_stated", "wave_planned", "wave_opened", "occasion_closed", "occasion_key_destroyed")
_ABOUT_EVALUATIONS = ("evaluation_stated", "wave_opened")
_ABOUT_SEASONS = ("gate_read", "gate_closed")


@dataclass(frozen=True)
class GateClosing:
    """The trust gate was closed: why, when, and where that stands in the log."""

    reason: str
    at: int
    entry: int


@dataclass(frozen=True)
class SurveyReportOnShow:
    """The report of one closed survey, with the words of its organisers; `programme` is its programme's title."""

    report: SurveyReport
    survey: SurveyOnShow
    programme: Words
    gate_closings: tuple[GateClosing, ...]


@dataclass(frozen=True)
class EvaluationOnShow:
    """An evaluation and its report so far; `programmes` are titles by short name, `questions` those of its surveys."""

    report: EvaluationReport
    programmes: Mapping[str, Words]
    questions: Mapping[str, QuestionOnShow]
    gate_closings: tuple[GateClosing, ...]

    @property
    def question(self) -> QuestionOnShow | None:
        """Give the question that is compared."""
        return self.questions.get(self.plan.question)

    @property
    def plan(self) -> EvaluationPlan:
        """Give what was planned."""
        return self.report.plan


@dataclass(frozen=True)
class AskableQuestion:
    """A question that surveys of some programmes ask, with what of it can be compared."""

    question: QuestionOnShow
    programmes: tuple[str, ...]


@dataclass(frozen=True)
class ListedEvaluation:
    """A planned evaluation for a list; `starts` is the lot, `question` None where no survey asks it yet."""

    plan: EvaluationPlan
    programmes: tuple[Words, ...]
    question: Words | None
    starts: tuple[int, ...]

    @property
    def begins_at(self) -> datetime:
        """Give when its first wave begins."""
        return datetime.fromtimestamp(self.plan.waves[0].starts_at, UTC)

    @property
    def ends_at(self) -> datetime:
        """Give when its last wave ends."""
        return datetime.fromtimestamp(self.plan.waves[-1].ends_at, UTC)


def find_survey_report(occasion: str, language: str) -> SurveyReportOnShow | None:
    """Find the report of a survey; None until its results are published."""
    survey = find_survey(occasion, language)
    batch = find_batch(survey, _list_entries(_ABOUT_SURVEYS)) if survey else None
    if survey is None or batch is None:
        return None
    return SurveyReportOnShow(
        report=build_survey_report(batch),
        survey=survey,
        programme=_find_title(survey.programme, language),
        gate_closings=_list_gate_closings([batch]),
    )


def list_evaluations() -> list[EvaluationPlan]:
    """List every stated evaluation by the start of its first wave."""
    plans = [parse_evaluation_plan(bytes(row.plan)) for row in Evaluation.objects.all()]
    return sorted(plans, key=lambda plan: (plan.waves[0].starts_at, plan.evaluation))


def list_evaluations_on_show(language: str) -> list[ListedEvaluation]:
    """List every stated evaluation with the titles of its programmes and the question's words, where it was asked."""
    words = {one.question.code: one.question.words for one in list_askable_questions(language)}
    return [
        ListedEvaluation(
            plan=plan,
            programmes=tuple(_find_title(site, language) for site in plan.sites),
            question=words.get(plan.question),
            starts=draw_starts(plan),
        )
        for plan in list_evaluations()
    ]


def find_evaluation_bytes(evaluation: str) -> bytes | None:
    """Find the plan of an evaluation, byte for byte as its hash stands in the public log."""
    row = Evaluation.objects.filter(evaluation=evaluation).first()
    return bytes(row.plan) if row else None


def find_evaluation(evaluation: str, language: str) -> EvaluationOnShow | None:
    """Find an evaluation with its report so far; it exists from the moment it is stated."""
    data = find_evaluation_bytes(evaluation)
    if data is None:
        return None
    plan = parse_evaluation_plan(data)
    chosen = _choose_surveys(plan, language)
    batches, waiting = _find_batches(plan, chosen)
    occasions = {survey.occasion for survey in chosen.values()}
    statement = read_evaluation_statement(_list_entries(_ABOUT_EVALUATIONS), plan, occasions)
    questions: dict[str, QuestionOnShow] = {}
    for survey in chosen.values():
        for question in survey.questions:
            questions.setdefault(question.code, question)
    return EvaluationOnShow(
        report=build_evaluation_report(plan, statement, batches, waiting),
        programmes={site: _find_title(site, language) for site in plan.sites},
        questions=questions,
        gate_closings=_list_gate_closings(batches.values()),
    )


def list_askable_questions(language: str) -> list[AskableQuestion]:
    """List the questions of all surveys, each once by its code, for whoever plans an evaluation."""
    found: dict[str, tuple[QuestionOnShow, set[str]]] = {}
    for survey in list_surveys(language):
        for question in survey.questions:
            found.setdefault(question.code, (question, set()))[1].add(survey.programme)
    return [AskableQuestion(question, tuple(sorted(slugs))) for question, slugs in found.values()]


def count_published() -> int:
    """Count the surveys whose results are published: a report changes with that, and the log may not grow then."""
    return sum(1 for _ in (get_config().folder("programme") / RECOUNTS_FOLDER).glob("*.results.json"))


def list_reported_surveys(language: str) -> list[SurveyOnShow]:
    """List the surveys whose results are published, the newest first."""
    surveys = [survey for survey in list_surveys(language) if find_results_bytes(survey.occasion)]
    return surveys[::-1]


def find_batch(survey: SurveyOnShow, entries: Sequence[Entry]) -> Batch | None:
    """Find everything that is public about a closed survey; None until its results are published.

    `entries` are all those about surveys, in the log's order.
    """
    occasion = survey.occasion
    plan, results = find_plan_bytes(occasion), find_results_bytes(occasion)
    words, counted = find_plan_words(occasion), find_counts(occasion)
    if plan is None or results is None or words is None or counted is None:
        return None
    stated = parse_plan(plan)
    logged = read_logged_survey(entries, stated)
    entry = None if logged.plan_index is None else entries[logged.plan_index]
    about = {one["kind"]: one["body"] for one in entries if one["ref"] == occasion}
    return Batch(
        occasion=occasion,
        programme=survey.programme,
        plan=stated,
        statement=Statement(
            plan=compute_plan_hash(encode_plan(stated)),
            entry=entry["index"] if entry else None,
            stated_at=entry["at"] if entry else None,
            was_before=logged.was_planned,
        ),
        results=json.loads(results),
        counted=counted,
        redeemed=about.get("occasion_closed", {}).get("redeemed", 0),
        cards=about.get("occasion_key_destroyed", {}).get("cards"),
        words=_hash_words(words),
    )


def _choose_surveys(plan: EvaluationPlan, language: str) -> dict[Place, SurveyOnShow]:
    """Choose which survey counts for each site and wave (`spec/surveys.md` 10.4)."""
    shown = {
        survey.occasion: survey for site in plan.sites for survey in list_surveys(language, programme=site)
    }
    stated = [(survey, find_plan(survey.occasion)) for survey in shown.values()]
    announced = [
        AnnouncedSurvey(survey.occasion, survey.programme, int(survey.opens_at.timestamp()), kept)
        for survey, kept in stated
        if kept is not None
    ]
    chosen = {
        (site, wave): choose_survey(plan, slug, window, announced)
        for site, slug in enumerate(plan.sites)
        for wave, window in enumerate(plan.waves)
    }
    return {place: shown[survey.occasion] for place, survey in chosen.items() if survey}


def _find_batches(
    plan: EvaluationPlan, chosen: Mapping[Place, SurveyOnShow]
) -> tuple[dict[Place, Batch], dict[Place, str]]:
    """Find what is published of each chosen survey, and why there is nothing where there is nothing."""
    batches: dict[Place, Batch] = {}
    waiting: dict[Place, str] = {}
    entries = _list_entries(_ABOUT_SURVEYS)
    for site in range(len(plan.sites)):
        for wave in range(len(plan.waves)):
            survey = chosen.get((site, wave))
            batch = find_batch(survey, entries) if survey else None
            if batch:
                batches[site, wave] = batch
            else:
                waiting[site, wave] = "not-closed" if survey else "no-survey"
    return batches, waiting


def _list_gate_closings(batches: Iterable[Batch]) -> tuple[GateClosing, ...]:
    """List the alarms and closings of the seasons that these surveys were read in (`spec/surveys.md` 4.7)."""
    occasions = {one.occasion for one in batches}
    entries = _list_entries(_ABOUT_SEASONS)
    seasons = {
        one["ref"] for one in entries if one["kind"] == "gate_read" and one["body"]["occasion"] in occasions
    }
    return tuple(
        GateClosing(one["body"]["reason"], one["at"], one["index"])
        for one in entries
        if one["kind"] == "gate_closed" and one["ref"] in seasons
    )


def _list_entries(kinds: Iterable[str]) -> list[Entry]:
    """List the copied entries of some kinds in the log's order, as plain objects with their place."""
    found = []
    for kind in kinds:
        choice = LogChoice(kind=kind)
        found += [(row.index, json.loads(row.data)) for row in list_logged(choice, most=count_logged(choice))]
    return [
        {"index": index, "kind": entry["kind"], "ref": entry["ref"], "at": entry["at"], "body": entry["body"]}
        for index, entry in sorted(found, key=lambda pair: pair[0])
    ]


def _hash_words(words: bytes) -> dict[str, str]:
    """Hash what members read in each question, so that a question which was reworded is seen."""
    questions: list[Any] = json.loads(words)["questions"]
    return {one["code"]: hashlib.sha256(encode_canonical_json(one)).hexdigest() for one in questions}


def _find_title(slug: str, language: str) -> Words:
    programme = find_programme(slug, language, with_hidden=True)
    return programme.words if programme else Words(language, "ltr", {"title": slug})
