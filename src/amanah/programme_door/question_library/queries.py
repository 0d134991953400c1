"""The library of question templates: words in every language, protection, source and credit, read from `library.json`.

It never hides who translated: texts of a language in `translated_by_us` are ours, also where the source has an
official translation of its own.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from amanah.core.surveys.harm_rule import (
    HarmStanding,
    HarmState,
    SurveyOfHarm,
    compute_next_closing,
    decide_harm,
    list_harm_codes,
)
from amanah.core.surveys.questions import MECHANISMS, WEIGHTS, Question, Sensitivity
from amanah.core.surveys.stated_plan import Season, SeasonLines
from amanah.programme_door.occasions.queries import find_fetch_end, is_announced, list_occasions
from amanah.programme_door.programmes.queries import KeptWords, Words, pick_words
from amanah.programme_door.surveys.queries import (
    SurveyOnShow,
    encode_words,
    find_plan,
    list_asked_questions,
    list_surveys,
)

LIBRARY = Path(__file__).with_name("library.json")
CHOICE_CODES = "abcdefghijklmnopqrstuvwxyz"
HARM_TEMPLATE = "harm"
Wording = Literal["official", "adapted", "ours"]


@dataclass(frozen=True)
class Source:
    """Who asked first: `words` are title, credit and terms."""

    words: KeptWords
    address: str


@dataclass(frozen=True)
class TemplateQuestion:
    """A question as it is added: by its codes, and in the words of every language."""

    asked: Question
    words: KeptWords
    choices: tuple[KeptWords, ...]
    sensitivity: Sensitivity
    wording: Wording
    remark: KeptWords
    source: Source


@dataclass(frozen=True)
class Template:
    """Questions that are added together; `words` are title and about."""

    name: str
    words: KeptWords
    questions: tuple[TemplateQuestion, ...]


@dataclass(frozen=True)
class Written:
    """What a member would read of one question in one language."""

    words: Words
    choices: tuple[Words, ...]
    is_our_translation: bool


@dataclass(frozen=True)
class TemplateQuestionOnShow:
    """A template's question for one reader, in the reader's language first and then in the others."""

    question: TemplateQuestion
    written: tuple[Written, ...]
    remark: Words
    source: Words
    is_in_survey: bool


@dataclass(frozen=True)
class TemplateOnShow:
    """A template for one reader; `is_added` once the survey asks all of it."""

    name: str
    words: Words
    questions: tuple[TemplateQuestionOnShow, ...]

    @property
    def is_added(self) -> bool:
        """Tell whether nothing of it is left to add."""
        return all(question.is_in_survey for question in self.questions)


@functools.cache
def list_templates() -> tuple[Template, ...]:
    """List all templates in the order in which organisers read them."""
    document = _read_library()
    sources = {
        name: Source(source["words"], source["address"]) for name, source in document["sources"].items()
    }
    questions = {item["code"]: _build_question(item, sources) for item in document["questions"]}
    return tuple(
        Template(item["template"], item["words"], tuple(questions[code] for code in item["questions"]))
        for item in document["templates"]
    )


@functools.cache
def list_own_translations() -> frozenset[str]:
    """List the languages whose texts are our own translation."""
    return frozenset(_read_library()["translated_by_us"])


def find_template(name: str) -> Template | None:
    """Find a template by its name."""
    return next((template for template in list_templates() if template.name == name), None)


def list_templates_for(occasion: str, language: str) -> list[TemplateOnShow]:
    """List the templates as an organiser reads them beside one survey."""
    asked = {question.code for question in list_asked_questions(occasion)}
    return [
        TemplateOnShow(
            name=template.name,
            words=pick_words(template.words, wanted=language),
            questions=tuple(
                TemplateQuestionOnShow(
                    question=question,
                    written=_list_written(question, language),
                    remark=pick_words(question.remark, wanted=language),
                    source=pick_words(question.source.words, wanted=language),
                    is_in_survey=question.asked.code in asked,
                )
                for question in template.questions
            ),
        )
        for template in list_templates()
    ]


def list_repeatable_surveys(occasion: str, language: str) -> list[SurveyOnShow]:
    """List the surveys whose questions can be asked again in this one, the latest first."""
    others = [survey for survey in list_surveys(language) if survey.occasion != occasion and survey.questions]
    return sorted(others, key=lambda survey: survey.opens_at, reverse=True)


def list_differing_codes(occasion: str, earlier: str) -> list[str]:
    """List the codes under which two surveys ask something different."""
    own, before = _list_said_by_code(occasion), _list_said_by_code(earlier)
    return [code for code, said in before.items() if code in own and own[code] != said]


def _list_said_by_code(occasion: str) -> dict[str, object]:
    words = json.loads(encode_words(occasion))["questions"]
    return {
        asked.code: (asked, said) for asked, said in zip(list_asked_questions(occasion), words, strict=True)
    }


@dataclass(frozen=True)
class SeasonOfHarm:
    """A season at the desk: how it stands with the questions of harm, and which surveys could still ask them."""

    season: Season
    standing: HarmStanding
    surveys: tuple[SurveyOnShow, ...]

    @property
    def ends_at(self) -> datetime:
        """Give the end of the season as pages write it."""
        return datetime.fromtimestamp(self.season.ends_at, UTC)

    @property
    def is_to_be_said(self) -> bool:
        """Tell whether an organiser has to hear of it."""
        return bool(self.standing.missing)


def list_seasons_of_harm(
    lines: Sequence[SeasonLines], language: str, *, now: int, shortest_fetch_window: int
) -> list[SeasonOfHarm]:
    """List the seasons that are not over: those that run, and later ones that a survey is written down for."""
    announced = list_announced_harm()
    waiting = [
        survey
        for survey in list_surveys(language)
        if survey.closes_at.timestamp() > now and survey.questions and not is_announced(survey.occasion)
    ]
    seasons = []
    for season in (one.season for one in lines if one.season.ends_at > now):
        own = tuple(survey for survey in waiting if _describe_harm(survey).lies_in(season))
        begins = max(now, find_fetch_end() or 0)
        # What is written down goes out together, and whatever comes later has to wait for it.
        fetch_until = begins + shortest_fetch_window if own else begins
        standing = decide_harm(
            season,
            announced=announced,
            planned=[_describe_harm(survey) for survey in own],
            next_closing=compute_next_closing(
                fetch_until=fetch_until, shortest_fetch_window=shortest_fetch_window
            ),
        )
        if season.starts_at <= now or own:
            seasons.append(SeasonOfHarm(season, standing, own))
    return seasons


def list_announced_harm() -> list[SurveyOfHarm]:
    """List what announced surveys ask of harm, as their stated plans have alarms for it."""
    found = []
    for occasion in list_occasions():
        plan = find_plan(occasion.occasion) if occasion.kind == "survey" else None
        if plan is not None:
            codes = list_harm_codes(plan.questions) & {claim.question for claim in plan.alarms}
            found.append(SurveyOfHarm(occasion.opens_at, occasion.closes_at, codes))
    return found


def find_last_chance_missed(
    lines: Sequence[SeasonLines], occasions: Sequence[str], *, fetch_until: int, shortest_fetch_window: int
) -> HarmStanding | None:
    """Find a season whose last surveys these are, and which would end without having asked about harm."""
    surveys = [survey for survey in list_surveys("en") if survey.occasion in set(occasions)]
    planned = [_describe_harm(survey) for survey in surveys]
    for one in lines:
        standing = decide_harm(
            one.season,
            announced=list_announced_harm(),
            planned=planned,
            next_closing=compute_next_closing(
                fetch_until=fetch_until, shortest_fetch_window=shortest_fetch_window
            ),
        )
        if standing.state is HarmState.LAST_CHANCE:
            return standing
    return None


def _describe_harm(survey: SurveyOnShow) -> SurveyOfHarm:
    return SurveyOfHarm(
        int(survey.opens_at.timestamp()),
        int(survey.closes_at.timestamp()),
        list_harm_codes(list_asked_questions(survey.occasion)),
    )


def _read_library() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(LIBRARY.read_text(encoding="utf-8"))
    return document


def _build_question(item: Mapping[str, Any], sources: Mapping[str, Source]) -> TemplateQuestion:
    sensitivity: Sensitivity = item["sensitivity"]
    is_plain = sensitivity == "harmless"
    return TemplateQuestion(
        asked=Question(
            code=item["code"],
            kind=item["kind"],
            choices=tuple(CHOICE_CODES[: len(item["choices"])]),
            lowest=item["lowest"],
            highest=item["highest"],
            mechanism="plain" if is_plain else MECHANISMS[item["kind"]],
            weight=WEIGHTS[sensitivity],
            family=item["family"],
            prefer_not_to_say=item["prefer_not_to_say"],
            is_in_block=item["is_in_block"],
        ),
        words=item["words"],
        choices=tuple(item["choices"]),
        sensitivity=sensitivity,
        wording=item["wording"],
        remark=item["remark"],
        source=sources[item["source"]],
    )


def _list_written(question: TemplateQuestion, language: str) -> tuple[Written, ...]:
    languages = sorted(question.words, key=lambda code: (code != language, code))
    return tuple(
        Written(
            words=pick_words(question.words, wanted=code),
            choices=tuple(pick_words(choice, wanted=code) for choice in question.choices),
            is_our_translation=code in list_own_translations() and question.wording != "ours",
        )
        for code in languages
    )
