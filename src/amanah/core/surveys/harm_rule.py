"""That every season asks once whether the programme did harm: what is missing, and when it can no longer be made up.

It never guesses what an organiser will do: an announcement is refused only where no later one could ask in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import HARMED, Season
from amanah.core.surveys.targets import list_targets

COMPULSORY = ("harm-alienated", "harm-stigmatised", "harm-watched", "harm-opposite")
"""The questions that each season must ask; each has an alarm of its own."""


class HarmState(Enum):
    """How a season stands with them."""

    ASKED = "asked"
    """Announced surveys ask them all."""
    PLANNED = "planned"
    """They will, once what is written down is announced."""
    MISSING = "missing"
    """Nothing asks them all yet, and a later announcement still could."""
    LAST_CHANCE = "last chance"
    """What is to be announced holds the last survey that the season can have, and does not ask them all."""
    TOO_LATE = "too late"
    """No survey can be announced any more that lies in the season."""


@dataclass(frozen=True)
class SurveyOfHarm:
    """When a survey opens and closes, and which of the compulsory questions it asks."""

    opens_at: int
    closes_at: int
    codes: frozenset[str]

    def lies_in(self, season: Season) -> bool:
        """Tell whether it counts for a season: only then its plan has the season's alarms."""
        return season.starts_at <= self.opens_at and self.closes_at <= season.ends_at


@dataclass(frozen=True)
class HarmStanding:
    """How a season stands, and what nobody asks yet, in the fixed order."""

    state: HarmState
    missing: tuple[str, ...]


def list_harm_codes(questions: Iterable[Question]) -> frozenset[str]:
    """List the compulsory questions among these that an alarm can listen to: randomised, with a yes, for all."""
    return frozenset(
        question.code
        for question in questions
        if question.code in COMPULSORY
        and question.is_randomised
        and question.only_if is None
        and HARMED in list_targets(question)
    )


def compute_next_closing(*, fetch_until: int, shortest_fetch_window: int) -> int:
    """Give the earliest second at which a survey can close that is announced after a wave.

    Devices must be done with that wave, then have the shortest time for the next one, and a survey outlasts it.
    """
    return fetch_until + shortest_fetch_window + 1


def decide_harm(
    season: Season,
    *,
    announced: Sequence[SurveyOfHarm],
    planned: Sequence[SurveyOfHarm],
    next_closing: int,
) -> HarmStanding:
    """Decide how a season stands; no survey that is announced after `planned` can close before `next_closing`."""
    asked = _join(announced, season)
    if asked >= set(COMPULSORY):
        return HarmStanding(HarmState.ASKED, ())
    will_be = asked | _join(planned, season)
    missing = tuple(code for code in COMPULSORY if code not in will_be)
    if not missing:
        return HarmStanding(HarmState.PLANNED, ())
    if next_closing <= season.ends_at:
        return HarmStanding(HarmState.MISSING, missing)
    is_among = any(survey.lies_in(season) for survey in planned)
    return HarmStanding(HarmState.LAST_CHANCE if is_among else HarmState.TOO_LATE, missing)


def _join(surveys: Iterable[SurveyOfHarm], season: Season) -> frozenset[str]:
    return frozenset().union(*(survey.codes for survey in surveys if survey.lies_in(season)))
