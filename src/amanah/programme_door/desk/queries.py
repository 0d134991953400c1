"""What an organiser has to know today, from what is written down. It never counts people before closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from amanah.core.passes.occasions import Occasion
from amanah.programme_door.occasions.queries import OccasionOnShow, find_fetch_end, list_occasions
from amanah.programme_door.occasions.states import CLOSED
from amanah.programme_door.programmes.queries import has_programmes
from amanah.programme_door.sessions.queries import SessionOnShow, list_sessions
from amanah.programme_door.surveys.queries import SurveyOnShow, list_surveys

SOON = timedelta(days=3)


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
