"""Published results with their plans and words, earlier waves and changes; nothing of a survey that is open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from amanah.core.public_log.entries import parse_entry
from amanah.core.surveys.counting import QuestionCount
from amanah.core.surveys.logged_survey import Entry, LoggedSurvey, read_logged_survey
from amanah.core.surveys.stated_plan import MILLION, StatedPlan
from amanah.core.surveys.targets import list_targets
from amanah.programme_door.occasions.queries import (
    CopiedEntry,
    LogChoice,
    OccasionOnShow,
    find_occasion,
    list_logged,
)
from amanah.programme_door.programmes.queries import Words, find_programme, pick_words
from amanah.programme_door.results.change_wording import tell_waves
from amanah.programme_door.results.reading import QuestionReading, SurveyReading, TargetReading, read_results
from amanah.programme_door.results.showing import (
    Key,
    QuestionOnShow,
    SaidQuestion,
    draw_key,
    show_breakdowns,
    show_question,
)
from amanah.programme_door.results.trends import (
    ChangeOnShow,
    Trend,
    WaveOnShow,
    draw_waves,
    list_change_columns,
    show_change,
)
from amanah.programme_door.results.waves import QuestionWords, compute_change, is_same_question, read_words
from amanah.programme_door.results.wording import tell_interval
from amanah.programme_door.surveys import queries as surveys
from amanah.programme_door.surveys.queries import SurveyOnShow
from amanah.web.templating import format_day

MOST_WAVES = 8
_MOST_ENTRIES = 10_000
_TOLD_BY_WAVE = ("wave_planned", "wave_opened")
_TOLD_BY_OCCASION = ("survey_stated", "occasion_closed", "occasion_key_destroyed")

State = Literal["running", "counting", "published"]


@dataclass(frozen=True)
class Wave:
    """A survey whose results are published, with all that they are read by."""

    survey: SurveyOnShow
    plan: StatedPlan
    reading: SurveyReading
    said: Mapping[str, SaidQuestion]
    words: Mapping[str, QuestionWords]

    @property
    def occasion(self) -> str:
        """Give the name of the survey's occasion."""
        return self.survey.occasion

    @property
    def label(self) -> str:
        """Give what a picture calls it: the day it opened."""
        return format_day(self.survey.opens_at, "long")

    def asks(self, code: str) -> tuple[QuestionReading, QuestionWords] | None:
        """Find a question and its words."""
        found = self.reading.find_question(code)
        return (found, self.words[code]) if found and code in self.words else None


@dataclass(frozen=True)
class Planned:
    """Whether the log held this plan before anybody could answer, and where."""

    was_planned: bool
    index: int | None


@dataclass(frozen=True)
class ResultsPage:
    """The page of one survey; without `reading` before its results are published."""

    survey: SurveyOnShow
    facts: OccasionOnShow
    state: State
    programme_title: Words | None
    planned: Planned | None = None
    reading: SurveyReading | None = None
    alpha: int = 0
    questions: tuple[QuestionOnShow, ...] = ()
    trends: Mapping[str, tuple[Trend, ...]] = field(default_factory=dict)
    change_columns: tuple[str, ...] = ()
    key: Key | None = None
    earlier: tuple[SurveyOnShow, ...] = ()


@dataclass(frozen=True)
class ComparedTarget:
    """One target in two waves, and what can be said of the change."""

    words: Words | None
    trend: Trend
    change: ChangeOnShow


@dataclass(frozen=True)
class ComparedQuestion:
    """A question that both waves asked."""

    code: str
    words: Words
    columns: tuple[str, ...]
    targets: tuple[ComparedTarget, ...]


@dataclass(frozen=True)
class Comparison:
    """Two waves of one programme, the earlier one first."""

    before: SurveyOnShow
    after: SurveyOnShow
    questions: tuple[ComparedQuestion, ...]
    was_timed: bool


def find_results_page(occasion: str, language: str) -> ResultsPage | None:
    """Find the page of a survey that was announced."""
    facts = find_occasion(occasion)
    survey = surveys.find_survey(occasion, language) if facts else None
    if facts is None or survey is None:
        return None
    programme = find_programme(survey.programme, language)
    title = programme.words if programme else None
    wave = _find_wave(survey, language)
    if wave is None:
        state: State = "counting" if facts.bundle_sha256 else "running"
        return ResultsPage(survey, facts, state, title)
    earlier = _list_earlier(wave, language)
    chains = {one.question.code: _follow(one, wave, earlier) for one in wave.reading.questions}
    compared = [one.survey for one in earlier if any(one in chain for chain in chains.values())]
    lines = [target.line for one in wave.reading.questions for target in one.targets]
    return ResultsPage(
        survey=survey,
        facts=facts,
        state="published",
        programme_title=title,
        planned=find_planned(wave.plan),
        reading=wave.reading,
        alpha=wave.plan.alpha,
        questions=tuple(_show(reading, wave) for reading in wave.reading.questions),
        trends={
            one.question.code: _list_trends(one, [*chains[one.question.code], wave])
            for one in wave.reading.questions
        },
        change_columns=list_change_columns(),
        key=draw_key(has_line=any(lines)),
        earlier=tuple(compared),
    )


def find_comparison(occasion: str, other: str, language: str) -> Comparison | None:
    """Find two published waves of one programme and how each question that both asked has changed."""
    found = [surveys.find_survey(name, language) for name in {occasion, other}]
    waves = [wave for survey in found if survey and (wave := _find_wave(survey, language))]
    if len(waves) < 2 or waves[0].survey.programme != waves[1].survey.programme:
        return None
    before, after = sorted(waves, key=lambda wave: (wave.survey.opens_at, wave.occasion))
    shared = [(reading, _follow(reading, after, [before])) for reading in after.reading.questions]
    return Comparison(
        before=before.survey,
        after=after.survey,
        questions=tuple(_compare(reading, after, chain[0]) for reading, chain in shared if chain),
        was_timed=before.reading.was_timed and after.reading.was_timed,
    )


def find_planned(plan: StatedPlan) -> Planned:
    """Find whether, and where, the log held a plan before anybody could answer (`spec/surveys.md` 8.3)."""
    copied = sorted(_list_told(plan.occasion), key=lambda one: one.index)
    entries = [_build_entry(one) for one in copied]
    logged: LoggedSurvey = read_logged_survey(entries, plan)
    index = None if logged.plan_index is None else copied[logged.plan_index].index
    return Planned(logged.was_planned, index)


def find_wave(occasion: str, language: str) -> Wave | None:
    """Find a survey whose results are published."""
    survey = surveys.find_survey(occasion, language)
    return _find_wave(survey, language) if survey else None


def _list_told(occasion: str) -> Iterator[CopiedEntry]:
    for kind in _TOLD_BY_OCCASION:
        yield from list_logged(LogChoice(kind=kind, ref=occasion), most=_MOST_ENTRIES)
    facts = find_occasion(occasion)
    for kind in _TOLD_BY_WAVE:
        if facts:
            yield from list_logged(LogChoice(kind=kind, ref=facts.wave), most=_MOST_ENTRIES)


def _build_entry(copied: CopiedEntry) -> Entry:
    entry = parse_entry(copied.data)
    return {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "body": entry.body}


def _find_wave(survey: SurveyOnShow, language: str) -> Wave | None:
    data = surveys.find_results_bytes(survey.occasion)
    plan = surveys.find_plan(survey.occasion)
    words = surveys.find_plan_words(survey.occasion)
    if data is None or plan is None or words is None:
        return None
    kept = read_words(words)
    said = {
        code: SaidQuestion(
            pick_words(one.words, wanted=language, first=survey.words.language),
            {
                choice: pick_words(texts, wanted=language, first=survey.words.language)
                for choice, texts in one.choices.items()
            },
        )
        for code, one in kept.items()
    }
    return Wave(survey, plan, read_results(data, plan), said, kept)


def _list_earlier(wave: Wave, language: str) -> list[Wave]:
    """List the published waves of the programme before this one, the newest last."""
    asked = surveys.list_surveys(language, programme=wave.survey.programme)
    before = [
        survey
        for survey in asked
        if (survey.opens_at, survey.occasion) < (wave.survey.opens_at, wave.occasion)
    ]
    found = [_find_wave(survey, language) for survey in before]
    return [one for one in found if one is not None][-MOST_WAVES:]


def _show(reading: QuestionReading, wave: Wave) -> QuestionOnShow:
    said = wave.said[reading.question.code]
    breakdowns = show_breakdowns(reading, said, wave.reading, wave.said)
    return replace(show_question(reading, said, wave.said), breakdowns=breakdowns)


def _list_trends(reading: QuestionReading, waves: Sequence[Wave]) -> tuple[Trend, ...]:
    if len(waves) < 2:
        return ()
    return tuple(_build_trend(target, reading, waves) for target in list_targets(reading.question))


def _follow(reading: QuestionReading, wave: Wave, earlier: Sequence[Wave]) -> list[Wave]:
    """List the earlier waves that asked the same question."""
    code = reading.question.code
    own = wave.asks(code)
    same = []
    for one in earlier:
        found = one.asks(code)
        if own and found:
            before, after = (found[0].question, found[1]), (own[0].question, own[1])
            same += [one] if is_same_question(before, after) else []
    return same


def _build_trend(target: str, reading: QuestionReading, waves: Sequence[Wave]) -> Trend:
    code, unit = reading.question.code, reading.unit
    readings = [(wave, _get_target(wave, code, target)) for wave in waves]
    rows = [(wave.label, one) for wave, one in readings]
    line = readings[-1][1].line
    shown = []
    for place, (wave, one) in enumerate(readings):
        change = _compute(waves[place - 1], wave, code, target) if place else None
        level = tell_interval(None if one.is_hidden else one.anytime, unit)
        shown.append(WaveOnShow(wave.occasion, wave.label, level, change))
    return Trend(
        words=waves[-1].said[code].name(target),
        picture=draw_waves(rows, unit, line),
        description=tell_waves([(wave.label, wave.level) for wave in shown]),
        waves=tuple(shown),
    )


def _get_target(wave: Wave, code: str, target: str) -> TargetReading:
    found = wave.reading.find_question(code)
    targets = {one.code: one for one in found.targets} if found else {}
    return targets.get(target) or TargetReading(target, None, None, None, shown="hidden")


def _compute(before: Wave, after: Wave, code: str, target: str) -> ChangeOnShow:
    found = after.reading.find_question(code)
    if found is None:
        raise KeyError(code)
    change = compute_change(
        _count(before)[code],
        _count(after)[code],
        target,
        was_timed=before.reading.was_timed and after.reading.was_timed,
        alpha=after.plan.alpha / MILLION,
    )
    return show_change(change, found.unit)


def _compare(reading: QuestionReading, after: Wave, before: Wave) -> ComparedQuestion:
    said = after.said[reading.question.code]
    targets = []
    for target in list_targets(reading.question):
        trend = _build_trend(target, reading, [before, after])
        change = trend.waves[-1].change
        if change:
            targets.append(ComparedTarget(said.name(target), trend, change))
    return ComparedQuestion(reading.question.code, said.words, list_change_columns(), tuple(targets))


def _count(wave: Wave) -> Mapping[str, QuestionCount]:
    counted = surveys.find_counts(wave.occasion)
    return {one.question.code: one for one in counted.questions} if counted else {}
