"""A public log of seasons and surveys, entry by entry, as a test tells it; and what its surveys counted."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from amanah.core.surveys.counting import QuestionCount, SurveyCount
from amanah.core.surveys.gate import CountedSurvey, SeasonReading, read_counted, read_season
from amanah.core.surveys.logged_season import LoggedSeason, read_logged_seasons
from amanah.core.surveys.questions import Question, list_labels
from amanah.core.surveys.seasons import PlacedEntry, StatedSeason, list_seasons
from amanah.core.surveys.stated_plan import StatedPlan, build_plan, compute_plan_hash, encode_plan

SEASON = "5" * 16
STARTS_AT, ENDS_AT = 1_000_000, 9_000_000
THETA, HARM = 600_000, 50_000
DAY = 86_400
TRUST = Question(
    "programme-trust", "index", ("a", "b", "c", "d", "e"), highest=4, mechanism="scale3", weight=7
)
HARMED = Question("harm-watched", "single", ("a", "b"), mechanism="bag", weight=7)
OPPOSITE = Question("harm-opposite", "single", ("a", "b"), mechanism="bag", weight=7)
WORDS = hashlib.sha256(b"{}").hexdigest()


def name_survey(number: int) -> str:
    return f"{number:016x}"


@dataclass
class SeasonLog:
    """Entries in the order in which they are told; plans and counts of the surveys in it."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    plans: dict[str, StatedPlan] = field(default_factory=dict)
    counts: dict[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)

    @property
    def placed(self) -> Sequence[PlacedEntry]:
        return tuple(enumerate(self.entries))

    @property
    def logged(self) -> LoggedSeason:
        (season,) = (one for one in read_logged_seasons(self.placed) if one.season.name == SEASON)
        return season

    def say(self, kind: str, ref: str, at: int, **body: Any) -> None:
        self.entries.append({"kind": kind, "ref": ref, "at": at, "body": body})

    def state_season(
        self,
        name: str = SEASON,
        *,
        at: int = STARTS_AT - 10,
        starts_at: int = STARTS_AT,
        ends_at: int = ENDS_AT,
        line: int = THETA,
        harm: int = HARM,
    ) -> None:
        self.say("season_stated", name, at, starts_at=starts_at, ends_at=ends_at, line=line, harm=harm)

    def plan_survey(
        self,
        number: int,
        questions: Sequence[Question] = (TRUST, HARMED),
        *,
        opens_at: int = STARTS_AT,
        closes_at: int = STARTS_AT + DAY,
        plan: StatedPlan | None = None,
    ) -> str:
        """State a survey's plan under the season's lines, announce it, and give it a key."""
        occasion = name_survey(number)
        if plan is None:
            covering = [season for season in self._list_seasons() if season.covers((opens_at, closes_at))]
            bare = StatedPlan(occasion, closes_at, tuple(questions), WORDS)
            plan = build_plan(bare, covering[0].lines if covering else None)
        self.plans[occasion] = plan
        descriptor = {
            "occasion": occasion,
            "kind": "survey",
            "opens_at": opens_at,
            "closes_at": closes_at,
        }
        self.say("survey_stated", occasion, STARTS_AT - 5, plan=compute_plan_hash(encode_plan(plan)))
        self.say("wave_planned", occasion, STARTS_AT - 5, occasions=[descriptor])
        self.say("wave_opened", occasion, STARTS_AT - 4, keys=[[occasion, "key"]])
        return occasion

    def count_survey(
        self, number: int, trust: tuple[int, int, int] = (0, 0, 0), *, at: int | None = None, **harm: int
    ) -> None:
        """Say that a survey is counted; `harm` are how many of 100 balls say that it happened."""
        occasion = name_survey(number)
        plan = self.plans[occasion]
        counts: dict[str, tuple[int, ...]] = {TRUST.code: trust}
        counts |= {f"harm-{code}": (balls, 100 - balls) for code, balls in harm.items()}
        asked = {question.code: question for question in plan.questions}
        self.counts[occasion] = {
            code: counts.get(code, (0,) * (3 if code == TRUST.code else 2)) for code in asked
        }
        self.say("occasion_key_destroyed", occasion, at or plan.closes_at + 60, served=100)

    def add_survey(self, number: int, trust: tuple[int, int, int] = (0, 0, 0), **harm: int) -> None:
        """Plan and count a survey, each a day later than the one before."""
        opens_at = STARTS_AT + number * DAY
        self.plan_survey(
            number, (TRUST, HARMED, OPPOSITE), opens_at=opens_at, closes_at=opens_at + DAY - 1000
        )
        self.count_survey(number, trust, **harm)

    def read(self, *, without: Sequence[int] = ()) -> SeasonReading:
        logged = self.logged
        left_out = {name_survey(number) for number in without}
        counted: dict[str, CountedSurvey | None] = {
            survey.occasion: read_counted(
                self.plans[survey.occasion], self.counts[survey.occasion], survey, logged.season
            )
            for survey in logged.counted
            if survey.occasion not in left_out
        }
        return read_season(logged, counted)

    def count_answers(self, occasion: str) -> SurveyCount:
        """Give the counts of a survey as counting its answers gives them."""
        questions = self.plans[occasion].questions
        counts = self.counts[occasion]
        return SurveyCount(
            readable=100,
            unreadable=0,
            questions=tuple(
                QuestionCount(
                    question,
                    tuple(zip(list_labels(question), counts[question.code], strict=True)),
                    answered=sum(counts[question.code]),
                    foreign=0,
                    left_out=0,
                )
                for question in questions
            ),
        )

    def _list_seasons(self) -> tuple[StatedSeason, ...]:
        return list_seasons(self.placed)


def move_line(plan: StatedPlan, line: int) -> StatedPlan:
    assert plan.gate
    return replace(plan, gate=replace(plan.gate, line=line))
