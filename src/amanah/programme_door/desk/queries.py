"""What an organiser has to know today, from what is written down. It never counts people before closing."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache

from django.conf import settings

from amanah.core.errors import InvalidInputError
from amanah.core.passes.occasions import Occasion
from amanah.core.surveys.budget import DAYS, MOST_ODDS, compute_odds
from amanah.core.surveys.drawing import MOST_BALLS
from amanah.core.surveys.planning import (
    Prospect,
    compute_prospect,
    find_fewest_members,
    find_members_for_change,
    find_members_for_precision,
    find_smallest_change,
)
from amanah.core.surveys.questions import Question as AskedQuestion
from amanah.core.surveys.questions import QuestionnaireError, choose_mechanism
from amanah.programme_door.occasions.queries import OccasionOnShow, find_fetch_end, list_occasions
from amanah.programme_door.occasions.states import CLOSED
from amanah.programme_door.programmes.queries import has_programmes
from amanah.programme_door.sessions.queries import SessionOnShow, list_sessions
from amanah.programme_door.surveys.queries import (
    QuestionOnShow,
    SurveyOnShow,
    encode_words,
    list_asked_questions,
    list_surveys,
)

SOON = timedelta(days=3)
MEANS = frozenset({"scale", "index", "change"})
SENSITIVITIES = {0: "harmless", 7: "sensitive", 3: "gravest"}


@dataclass(frozen=True)
class Planned:
    """A session or a survey beside what the public log says of it; `facts` is None until it is announced."""

    plan: SessionOnShow | SurveyOnShow
    facts: OccasionOnShow | None

    @property
    def kind(self) -> str:
        """Give `session` or `survey`."""
        return "session" if isinstance(self.plan, SessionOnShow) else "survey"

    @property
    def begins_at(self) -> datetime:
        """Give the time that people read: the start of a session, the opening of a survey."""
        return self.plan.starts_at if isinstance(self.plan, SessionOnShow) else self.plan.opens_at

    @property
    def closes_at(self) -> datetime:
        """Give the time after which no pass is taken."""
        return self.plan.ends_at if isinstance(self.plan, SessionOnShow) else self.plan.closes_at

    @property
    def is_askable(self) -> bool:
        """Tell whether it could be announced: a survey needs a question."""
        return isinstance(self.plan, SessionOnShow) or bool(self.plan.questions)


@dataclass(frozen=True)
class DeskDay:
    """The three lists of the first page."""

    today: Sequence[Planned]
    to_announce: Sequence[Planned]
    without_questions: Sequence[Planned]
    to_close: Sequence[Planned]
    without_keys: Sequence[Planned]
    soon: Sequence[Planned]
    has_programme: bool

    @property
    def is_anything_waiting(self) -> bool:
        """Tell whether the middle list holds anything."""
        lists = (self.to_announce, self.without_questions, self.to_close, self.without_keys)
        return not self.has_programme or any(lists)


@dataclass(frozen=True)
class SeasonBefore:
    """What was announced before and is still on; `fetching_until` is None once nobody may be fetching any more."""

    running: Sequence[Planned]
    fetching_until: datetime | None

    @property
    def has_missing_keys(self) -> bool:
        """Tell whether the card door has not made every key yet."""
        return any(planned.facts and not planned.facts.spki for planned in self.running)


def list_planned(language: str) -> list[Planned]:
    """List everything written down, by beginning."""
    announced = {occasion.occasion: occasion for occasion in list_occasions()}
    plans: list[SessionOnShow | SurveyOnShow] = [*list_sessions(language), *list_surveys(language)]
    everything = [Planned(plan, announced.get(plan.occasion)) for plan in plans]
    return sorted(everything, key=lambda planned: (planned.begins_at, planned.plan.occasion))


def get_desk_day(language: str, *, now: datetime, midnight: datetime) -> DeskDay:
    """Sort what is written down into today, waiting and soon; `midnight` is the end of the local day."""
    everything = list_planned(language)
    announced = [planned for planned in everything if planned.facts]
    unannounced = [planned for planned in everything if not planned.facts and planned.closes_at > now]
    unfinished = [planned for planned in announced if planned.facts and planned.facts.state != CLOSED]
    return DeskDay(
        today=[p for p in everything if p.begins_at < midnight and p.closes_at > now],
        to_announce=[p for p in unannounced if p.is_askable],
        without_questions=[p for p in unannounced if not p.is_askable],
        to_close=[p for p in unfinished if p.closes_at <= now],
        without_keys=[p for p in unfinished if p.facts and not p.facts.spki and p.closes_at > now],
        soon=[p for p in unfinished if now < p.closes_at <= now + SOON],
        has_programme=has_programmes(),
    )


def list_to_announce(language: str, *, now: datetime) -> list[Planned]:
    """List what the next season would announce."""
    return [p for p in list_planned(language) if not p.facts and p.is_askable and p.closes_at > now]


def get_season_before(language: str, *, now: datetime) -> SeasonBefore:
    """Give what a new season would end fetching for: what was announced, is not over and not closed."""
    end = find_fetch_end()
    return SeasonBefore(
        running=[
            p for p in list_planned(language) if p.facts and p.facts.state != CLOSED and p.closes_at > now
        ],
        fetching_until=datetime.fromtimestamp(end, UTC) if end and end > now.timestamp() else None,
    )


def build_descriptor(planned: Planned, *, community: str) -> Occasion:
    """Give what will be signed for a session or a survey (`spec/passes.md` 1.1)."""
    return Occasion(
        occasion=planned.plan.occasion,
        kind="session" if planned.kind == "session" else "survey",
        community=community,
        programme=planned.plan.programme,
        opens_at=int(planned.plan.opens_at.timestamp()),
        closes_at=int(planned.closes_at.timestamp()),
    )


@dataclass(frozen=True)
class ProspectOnShow:
    """What a question will tell where so many people answer, in units that people read: points in 100, or steps."""

    question: AskedQuestion
    people: int

    @property
    def sensitivity(self) -> str:
        """Give harmless, sensitive, gravest, or own for a weight of the organiser's."""
        return SENSITIVITIES.get(self.question.weight, "own")

    @property
    def is_mean(self) -> bool:
        """Tell whether it is about a mean on a scale, and not about shares."""
        return self.question.kind in MEANS

    @cached_property
    def prospect(self) -> Prospect:
        """Give what the core foresees."""
        return compute_prospect(self.question, self.people)

    @property
    def is_too_few(self) -> bool:
        """Tell whether results would show no number."""
        return self.prospect.is_too_few

    @property
    def within(self) -> float:
        """Give how closely one look at the end will know it, rounded up."""
        return self._tell(self.prospect.one_look)

    @property
    def of_everybody(self) -> "ProspectOnShow":
        """Give what the question would tell if everybody were asked."""
        return replace(self, question=replace(self.question, is_in_block=False))

    @property
    def blurred(self) -> float:
        """Give what the bag alone leaves unsure where everybody is asked, rounded up."""
        return self._tell(self.of_everybody.prospect.bag_alone)

    @property
    def smallest_change(self) -> float | None:
        """Give the smallest change between two such surveys that four of five pairs of them would show."""
        change = find_smallest_change(self.question, self.people)
        return None if change is None else self._tell(change)

    @property
    def fewest(self) -> int:
        """Give how many people have to answer before its results are shown as numbers."""
        return _find_fewest(replace(self.question, code="q", only_if=None, family=""))

    @property
    def length(self) -> int:
        """Give the length of the scale in steps, or 100 points."""
        return self.question.steps - 1 if self.is_mean else 100

    def count_people_for(self, half_width: float) -> int | None:
        """Count the people it takes to know it so closely (as a share of the length); None where nothing suffices."""
        try:
            return find_members_for_precision(self.question, half_width)
        except InvalidInputError:
            return None

    def count_people_to_see(self, change: float) -> int:
        """Count the people it takes, each time, to see such a change (as a share of the length)."""
        # A change that is asked itself is measured on its own five steps.
        steps = self.question.highest - self.question.lowest
        return find_members_for_change(
            self.question, change * steps / 4 if self.question.kind == "change" else change
        )

    def _tell(self, half_width: float) -> float:
        exact = self.length * half_width
        return math.ceil(10 * exact) / 10 if self.is_mean else math.ceil(exact)


@dataclass(frozen=True)
class QuestionLine:
    """One question on a survey's page, with what it will tell and of whom it is asked."""

    question: QuestionOnShow
    foreseen: ProspectOnShow
    depends_on: QuestionOnShow | None
    depends_on_words: tuple[str, ...]


@dataclass(frozen=True)
class FamilyBudget:
    """What a survey asks about one thing through bags, with what other surveys ask about it within 92 days."""

    family: str
    questions: tuple[QuestionOnShow, ...]
    elsewhere: tuple[SurveyOnShow, ...]
    odds: int
    is_repeated: bool

    @property
    def is_exceeded(self) -> bool:
        """Tell whether devices would leave out the last of these."""
        return self.odds > MOST_ODDS


def list_lines(survey: SurveyOnShow, people: int) -> list[QuestionLine]:
    """List a survey's questions with what each will tell."""
    shown = {question.code: question for question in survey.questions}
    lines = []
    for asked in list_asked_questions(survey.occasion):
        earlier = shown.get(asked.only_if.code) if asked.only_if else None
        words = {choice.code: choice.words["wording"] for choice in earlier.choices} if earlier else {}
        chosen = asked.only_if.choices if asked.only_if else ()
        lines.append(
            QuestionLine(
                shown[asked.code],
                ProspectOnShow(asked, people),
                earlier,
                tuple(words.get(choice, choice) for choice in chosen),
            )
        )
    return lines


def list_prospects(
    question: AskedQuestion, people: int, *, own_weight: int | None = None
) -> list[ProspectOnShow]:
    """List what each way of protecting a question would tell: plainly, and through bags of everybody or of a third."""
    ways: list[AskedQuestion] = []
    choices: list[tuple[str, int | None]] = [("harmless", None), ("sensitive", None), ("gravest", None)]
    if own_weight is not None and own_weight not in SENSITIVITIES:
        choices.append(("sensitive", own_weight))
    for sensitivity, weight in choices:
        try:
            mechanism, chosen = choose_mechanism(question.kind, sensitivity, weight)  # type: ignore[arg-type]
        except QuestionnaireError:
            continue
        way = replace(question, mechanism=mechanism, weight=chosen, is_in_block=False)
        ways += [way, replace(way, is_in_block=True)] if chosen else [way]
    return [
        ProspectOnShow(way, people)
        for way in ways
        if way.mechanism != "bag" or len(way.choices) <= MOST_BALLS
    ]


def list_budgets(survey: SurveyOnShow, language: str) -> list[FamilyBudget]:
    """List what a survey asks through bags by what it is about, where more than one question is about it (1.6)."""
    near = [
        other
        for other in list_surveys(language)
        if other.occasion != survey.occasion
        and abs((other.opens_at - survey.opens_at).total_seconds()) < DAYS * 86_400
    ]
    budgets = []
    for family, questions in _group_by_family(survey.questions).items():
        others = {other.occasion: _group_by_family(other.questions).get(family, ()) for other in near}
        elsewhere = tuple(other for other in near if others[other.occasion])
        further = [question for one in elsewhere for question in others[one.occasion]]
        if len(questions) + len(further) < 2:
            continue
        # Devices refuse the same question again by themselves; it counts once.
        once = {question.code: question for question in (*further, *questions)}
        budgets.append(
            FamilyBudget(
                family,
                tuple(questions),
                elsewhere,
                compute_odds(question.weight for question in once.values()),
                is_repeated=len(once) < len(questions) + len(further),
            )
        )
    return budgets


def list_missing_languages(occasion: str) -> list[str]:
    """List the languages, by their own names, in which something of a survey is not written yet."""
    document = json.loads(encode_words(occasion))
    questions = document["questions"]
    written = [
        document["words"],
        *(question["words"] for question in questions),
        *(choice["words"] for question in questions for choice in question["choices"]),
    ]
    return [name for code, name in settings.LANGUAGES if not all(code in words for words in written)]


def list_families(language: str) -> list[str]:
    """List the short names that questions of any survey here are about."""
    surveys = list_surveys(language)
    return sorted({question.family for survey in surveys for question in survey.questions if question.family})


def _group_by_family(questions: Iterable[QuestionOnShow]) -> dict[str, list[QuestionOnShow]]:
    families: dict[str, list[QuestionOnShow]] = {}
    for question in questions:
        if question.is_randomised:
            families.setdefault(question.family or question.code, []).append(question)
    return families


@lru_cache(maxsize=512)
def _find_fewest(question: AskedQuestion) -> int:
    return find_fewest_members(question)
