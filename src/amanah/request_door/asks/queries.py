"""Asks as the board, their bodies and the trustees see them. Nothing here counts who read one."""

from dataclasses import dataclass
from datetime import UTC, datetime

from amanah.core.data_requests.asks import Ask, parse_ask
from amanah.core.encoding import compute_hash
from amanah.core.surveys.logged_season import GateState, LoggedSeason, decide_stated_state
from amanah.core.surveys.stated_plan import MILLION
from amanah.request_door.asks import models
from amanah.request_door.asks.gate import AskGate, find_season, get_gate, list_seasons
from amanah.request_door.records.log_copy import get_view

_IN_100 = MILLION // 100


@dataclass(frozen=True)
class AskOnShow:
    """One ask with where it stands; `reason` says why it left."""

    ask: Ask
    ask_hash: str
    state: str
    reason: str


@dataclass(frozen=True)
class SeasonOnShow:
    """One season at the trustees' desk, as the log tells it; lines are of 100."""

    name: str
    index: int
    starts_at: datetime
    ends_at: datetime
    line: int
    harm: int
    state: GateState
    confirmed_index: int | None
    closed_index: int | None
    is_over: bool


def list_shown(gate: AskGate) -> list[AskOnShow]:
    """List the asks on the board: admitted, of this season, and posted in the log that this door has verified."""
    view = get_view()
    if view is None or not gate.is_open:
        return []
    rows = models.Ask.objects.filter(state=models.State.SHOWN, season=gate.season).order_by("ask")
    return [_show(row) for row in rows if view.find_entry("ask_posted", row.ask)]


def find_shown_document(ask: str, now: int) -> bytes | None:
    """Find the bytes of an ask that is on the board now, as their hash stands in the log."""
    on_board = {shown.ask.ask for shown in list_shown(get_gate(now))}
    row = models.Ask.objects.filter(ask=ask).first() if ask in on_board else None
    return bytes(row.document) if row else None


def find_own_ask(secret: bytes) -> AskOnShow | None:
    """Find the ask that a status link belongs to."""
    row = models.Ask.objects.filter(status_hash=compute_status_hash(secret)).first()
    return _show(row) if row else None


def find_ask(ask: str) -> AskOnShow | None:
    """Find an ask by its name, for trustees."""
    row = models.Ask.objects.filter(ask=ask).first()
    return _show(row) if row else None


def find_ask_by_hash(ask_hash: str) -> AskOnShow | None:
    """Find the ask whose bytes have this hash, which is what trustees sign."""
    row = models.Ask.objects.filter(ask_hash=ask_hash).first()
    return _show(row) if row else None


def find_season_on_show(name: str, now: int) -> SeasonOnShow | None:
    """Find one season of the log."""
    found = find_season(name)
    return _show_season(found, now) if found else None


def list_asks(state: str) -> list[AskOnShow]:
    """List the asks in a state, for trustees."""
    return [_show(row) for row in models.Ask.objects.filter(state=state).order_by("handed_in_on", "ask")]


def list_seasons_on_show(now: int) -> list[SeasonOnShow]:
    """List the seasons of the log, the latest first."""
    return [_show_season(logged, now) for logged in reversed(list_seasons())]


def compute_status_hash(secret: bytes) -> bytes:
    """Give the hash under which a status link's secret is stored."""
    return compute_hash("amanah/ask-status/v1", secret)


def _show(row: models.Ask) -> AskOnShow:
    return AskOnShow(parse_ask(bytes(row.document)), row.ask_hash, row.state, row.reason)


def _show_season(logged: LoggedSeason, now: int) -> SeasonOnShow:
    season = logged.season
    return SeasonOnShow(
        name=season.name,
        index=season.index,
        starts_at=datetime.fromtimestamp(season.starts_at, UTC),
        ends_at=datetime.fromtimestamp(season.ends_at, UTC),
        line=season.lines.trust // _IN_100,
        harm=season.lines.harm // _IN_100,
        state=decide_stated_state(logged, now),
        confirmed_index=logged.confirmations[0].index if logged.confirmations else None,
        closed_index=logged.closings[0].index if logged.closings else None,
        is_over=season.ends_at <= now,
    )
