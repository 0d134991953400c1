"""What stands on the public pages, put together from the plan, the public log and the live schema. Never a person."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from django.db import connections

from amanah.core.public_log.schemas import PARTIES, PROGRAMME_DOOR, REQUEST_DOOR
from amanah.programme_door.occasions.queries import (
    LogChoice,
    OccasionOnShow,
    count_logged,
    find_logged_body,
    find_occasion,
    list_occasions,
)
from amanah.programme_door.occasions.states import CLOSED
from amanah.programme_door.programmes.queries import (
    ProgrammeOnShow,
    encode_facts,
    get_lasting_version,
    list_programmes,
)
from amanah.programme_door.sessions import queries as sessions
from amanah.programme_door.sessions.queries import SessionOnShow, find_session, list_sessions
from amanah.programme_door.surveys import queries as surveys
from amanah.programme_door.surveys.queries import SurveyOnShow, find_survey, list_surveys
from amanah.web.holdings import HeldColumn, list_live_columns, parse_holdings

HOLDINGS_FILE = Path(__file__).parents[1] / "holdings.json"
_FURTHEST_BACK = 3


@dataclass(frozen=True)
class ProgrammePage:
    """A programme with what is on in it."""

    programme: ProgrammeOnShow
    upcoming: tuple[SessionOnShow, ...]
    past: tuple[SessionOnShow, ...]
    surveys: tuple[SurveyOnShow, ...]
    counted_surveys: tuple[SurveyOnShow, ...]


@dataclass(frozen=True)
class Statements:
    """How often the public log was told what a programme shows, and whether that is what it shows now."""

    count: int
    is_current: bool


@dataclass(frozen=True)
class RequestCounts:
    """What the request door's last report counts (`spec/data_requests.md` 8.9): all reports up to it together."""

    asked: int
    given: int
    people: int


@dataclass(frozen=True)
class HeldTable:
    """A table and why each of its columns is there."""

    name: str
    columns: tuple[HeldColumn, ...]


@dataclass(frozen=True)
class Recount:
    """The numbers that bound each other (`spec/passes.md` 9.4); None where the log does not say it yet."""

    facts: OccasionOnShow
    title: str
    redeemed: int | None
    destroyed: dict[str, int] | None
    survey: SurveyOnShow | None

    @property
    def is_in_order(self) -> bool | None:
        """Tell whether spent <= served <= cards <= invitations used; None while a number is missing."""
        if self.redeemed is None or self.destroyed is None:
            return None
        counts = self.destroyed
        chain = (self.redeemed, counts["served"], counts["cards"], counts["invitations_used"])
        return all(smaller <= larger for smaller, larger in pairwise(chain))


def get_public_version(now: datetime) -> tuple[int, int, int]:
    """Give what public pages are kept under: content, log, and the minute, because "now open" is on them."""
    return (*get_lasting_version(), int(now.timestamp()) // 60)


def get_programme_page(programme: ProgrammeOnShow, language: str, *, now: datetime) -> ProgrammePage:
    """Give a programme with its schedule; a survey is on until it is over or was closed by hand."""
    closed = {occasion.occasion for occasion in list_occasions() if occasion.state == CLOSED}
    evenings = list_sessions(language, programme=programme.slug)
    past = [session for session in evenings if session.ends_at <= now]
    asked = list_surveys(language, programme=programme.slug)
    return ProgrammePage(
        programme=programme,
        upcoming=tuple(session for session in evenings if session.ends_at > now),
        past=tuple(past[-_FURTHEST_BACK:]),
        surveys=tuple(
            survey
            for survey in asked
            if survey.closes_at > now and survey.questions and survey.occasion not in closed
        ),
        counted_surveys=tuple(survey for survey in asked if survey.occasion in closed)[-_FURTHEST_BACK:],
    )


def find_statements(slug: str) -> Statements:
    """Find what the public log says about what a programme shows."""
    said = find_logged_body("programme_stated", ref=slug)
    facts = encode_facts(slug)
    digest = hashlib.sha256(facts).hexdigest() if facts else None
    count = count_logged(LogChoice(kind="programme_stated", ref=slug))
    return Statements(count, is_current=said is not None and said["facts"] == digest)


def find_request_counts() -> RequestCounts | None:
    """Find what the last report that stands in the public log counts; None before the first one."""
    said = find_logged_body("report_stated", by=REQUEST_DOOR)
    return RequestCounts(said["asked"], said["given"], said["people"]) if said else None


def list_programme_pages(language: str, *, now: datetime) -> list[ProgrammePage]:
    """List all programmes on show with what is on in them."""
    return [get_programme_page(programme, language, now=now) for programme in list_programmes(language)]


def list_own_holdings() -> list[HeldTable]:
    """List what stands in this door's databases now; a column that nobody declared is shown as such."""
    declared = parse_holdings(HOLDINGS_FILE)
    live = {
        column
        for alias in ("default", "spending")
        for column in list_live_columns(connections[alias], declared)
    }
    return group_by_table(sorted(live))


def list_declared_holdings() -> list[tuple[str, list[HeldTable]]]:
    """List what the other parties last declared in the public log."""
    others = [party for party in PARTIES if party != PROGRAMME_DOOR]
    declared = [(party, find_logged_body("holdings_declared", by=party)) for party in others]
    return [
        (party, group_by_table(HeldColumn(*row) for row in body["columns"]))
        for party, body in declared
        if body
    ]


def group_by_table(columns: Iterable[HeldColumn]) -> list[HeldTable]:
    """Give columns, sorted by table, as tables."""
    return [
        HeldTable(name, tuple(group)) for name, group in groupby(columns, key=lambda column: column.table)
    ]


def find_recount(occasion: str, language: str) -> Recount | None:
    """Find the counts of an occasion that was announced."""
    facts = find_occasion(occasion)
    if facts is None:
        return None
    closed = find_logged_body("occasion_closed", ref=occasion)
    survey = find_survey(occasion, language)
    session = None if survey else find_session(occasion, language)
    plan = survey or session
    return Recount(
        facts=facts,
        title=plan.words["title"] if plan else "",
        redeemed=closed["redeemed"] if closed else None,
        destroyed=find_logged_body("occasion_key_destroyed", ref=occasion),
        survey=survey,
    )


def encode_occasions() -> bytes:
    """Give the public list of all occasions as JSON: the same bytes for everybody, so that asking tells nothing."""
    titles = sessions.list_kept_titles() | surveys.list_kept_titles()
    begins = {occasion: int(starts_at.timestamp()) for occasion, starts_at in sessions.list_starts()}
    listed = [
        _describe(facts, titles.get(facts.occasion, {}), begins.get(facts.occasion, facts.opens_at))
        for facts in list_occasions()
    ]
    document = {"occasions": listed, "v": 1}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _describe(facts: OccasionOnShow, titles: dict[str, str], begins_at: int) -> dict[str, Any]:
    return {
        "occasion": facts.occasion,
        "kind": facts.kind,
        "programme": facts.programme,
        "begins_at": begins_at,
        "opens_at": facts.opens_at,
        "closes_at": facts.closes_at,
        "state": facts.state,
        "titles": titles,
    }
