"""A season of trust as its page shows it: picture, sentences, tables. It computes nothing that the core does not."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import get_language, get_language_bidi

from amanah.core.public_log.schemas import REQUEST_DOOR
from amanah.core.surveys.gate import Reading, SeasonReading
from amanah.core.surveys.logged_season import GateState, LoggedSeason, read_logged_seasons
from amanah.core.surveys.outlook import (
    Foresight,
    compute_season_interval,
    estimate_season,
    foresee_opening,
    foretell_from_nothing,
    round_roughly,
)
from amanah.core.surveys.release import is_too_few
from amanah.core.surveys.seasons import list_void_statements
from amanah.core.surveys.sequences import WaveScores
from amanah.core.surveys.stated_plan import ALPHA, MILLION
from amanah.programme_door.occasions.logged_seasons import list_told_entries
from amanah.programme_door.programmes.queries import Words
from amanah.programme_door.results.drawing import Picture, Row, Tick, draw_picture
from amanah.programme_door.surveys.queries import find_survey
from amanah.programme_door.trust.queries import get_season_reading
from amanah.programme_door.trust.wording import (
    tell_closing,
    tell_foresight,
    tell_reading,
    tell_state,
    tell_strength,
)
from amanah.web.templating import format_number

_IN_100 = MILLION // 100
_CLOSEST = 0.12
_STEPS_ABOVE = (5, 10, 20)
SENSITIVE_WEIGHT = 7


@dataclass(frozen=True)
class HistoryLine:
    """The season after one survey."""

    occasion: str
    title: Words | None
    at: datetime
    index: int
    reports: int
    strength: str
    is_open: bool
    is_waiting: bool
    rang: tuple[str, ...]


@dataclass(frozen=True)
class HarmLine:
    """One question of harm: how loud its detector is, and whether it rang."""

    code: str
    words: Words | None
    loudness: str
    has_rung: bool


@dataclass(frozen=True)
class SeasonOnShow:
    """A season in the reader's language; without `picture` before its first report."""

    name: str
    starts_at: datetime
    ends_at: datetime
    stated_at: datetime
    index: int
    line: int
    harm: int
    state: GateState
    state_sentence: str
    foresight: Foresight
    foresight_sentence: str
    needed: int | None
    strength: str
    sentence: str
    description: str
    picture: Picture | None
    history: tuple[HistoryLine, ...]
    harms: tuple[HarmLine, ...]
    alarm: HistoryLine | None
    closed_index: int | None
    confirmed_index: int | None
    missing: tuple[tuple[str, Words | None], ...]

    @property
    def is_asked(self) -> bool:
        """Tell whether any survey has said anything about trust yet."""
        return self.foresight.reports > 0


@dataclass(frozen=True)
class TrustPage:
    """The latest season that has begun, those stated ahead, and those before it, the newest first.

    `void` are the entries that tried to state a season against the rules.
    """

    current: SeasonOnShow | None
    ahead: tuple[SeasonOnShow, ...]
    before: tuple[SeasonOnShow, ...]
    void: tuple[int, ...] = ()


@dataclass(frozen=True)
class Forecast:
    """How many answers a line takes, by what trust really is; None where no survey here is large enough."""

    line: int
    rows: tuple[tuple[int, int | None], ...]


def get_trust_page(now: datetime) -> TrustPage:
    """Give everything that the public page about trust shows."""
    at = int(now.timestamp())
    entries = list_told_entries()
    logged = read_logged_seasons(entries)
    begun = [one for one in logged if one.season.starts_at <= at]
    shown = [show_season(one, at) for one in begun]
    return TrustPage(
        current=shown[-1] if shown else None,
        ahead=tuple(show_season(one, at) for one in logged if one.season.starts_at > at),
        before=tuple(reversed(shown[:-1])),
        void=tuple(one.index for one in list_void_statements(entries)),
    )


def foretell(line: int) -> Forecast:
    """Foretell what a line of so many of 100 takes, for trust a little, well and far above it."""
    above = [line + step for step in _STEPS_ABOVE if line + step < 100]
    told = [foretell_from_nothing(trust / 100, line / 100, SENSITIVE_WEIGHT) for trust in above]
    rounded = (round_roughly(number) if number else None for number in told)
    return Forecast(line, tuple(zip(above, rounded, strict=True)))


def show_season(logged: LoggedSeason, at: int) -> SeasonOnShow:
    """Give one season as it stands at a moment."""
    reading = get_season_reading(logged)
    season, lines = logged.season, logged.season.lines
    state = reading.decide_state(at)
    foresight = foresee_opening(reading.trust, lines.trust / MILLION)
    history = _list_history(reading)
    rang = reading.rang_at
    interval = compute_season_interval(reading.trust, ALPHA / MILLION)
    sentence = tell_reading(interval, is_too_few=is_too_few(reading.reports, interval))
    return SeasonOnShow(
        name=season.name,
        starts_at=_moment(season.starts_at),
        ends_at=_moment(season.ends_at),
        stated_at=_moment(season.stated_at),
        index=season.index,
        line=lines.trust // _IN_100,
        harm=lines.harm // _IN_100,
        state=state,
        state_sentence=_tell_state(logged, state),
        foresight=foresight,
        foresight_sentence=tell_foresight(foresight),
        needed=round_roughly(foresight.needed) if foresight.needed else None,
        strength=_tell_log(reading.readings[-1].evidence if reading.readings else 0),
        sentence=sentence,
        description=sentence,
        picture=_draw(reading, interval, lines.trust / MILLION) if reading.reports else None,
        history=history,
        harms=_list_harms(reading),
        alarm=next((one for one in history if rang and one.occasion == rang.occasion), None),
        closed_index=logged.closings[0].index if logged.closings else None,
        confirmed_index=logged.confirmations[0].index if logged.confirmations else None,
        missing=_list_missing(reading, at),
    )


def _tell_state(logged: LoggedSeason, state: GateState) -> str:
    if state.reason != "trustees":
        return tell_state(state.reason)
    return tell_closing(by_trustees=any(closing.by == REQUEST_DOOR for closing in logged.closings))


def _draw(reading: SeasonReading, interval: tuple[float, float], line: float) -> Picture:
    # Beside an end of the scale the line's number would lie on the end's own.
    ends = (0.0, line, 1.0) if _CLOSEST <= line <= 1 - _CLOSEST else (0.0, 1.0)
    shown_point = None if is_too_few(reading.reports, interval) else estimate_season(reading.trust)
    return draw_picture(
        [Row(band=interval, point=shown_point)],
        [Tick(end, format_number(round(100 * end))) for end in ends],
        line=line,
        is_mirrored=get_language_bidi(),
    )


def _list_history(reading: SeasonReading) -> tuple[HistoryLine, ...]:
    counted = {one.occasion: one for one in reading.counted}
    return tuple(_show_reading(one, counted[one.occasion].trust) for one in reading.readings)


def _show_reading(one: Reading, trust: WaveScores | None) -> HistoryLine:
    return HistoryLine(
        occasion=one.occasion,
        title=_find_title(one.occasion),
        at=_moment(one.at),
        index=one.index,
        reports=trust.scores.total if trust else 0,
        strength=_tell_log(one.evidence),
        is_open=one.is_open,
        is_waiting=one.is_waiting,
        rang=one.rang,
    )


def _list_harms(reading: SeasonReading) -> tuple[HarmLine, ...]:
    if not reading.readings:
        return ()
    words = _find_harm_words(reading)
    rang = {code for one in reading.readings for code in one.rang}
    return tuple(
        HarmLine(code, words.get(code), _tell_log(log), code in rang)
        for code, log in reading.readings[-1].detectors.items()
        if log is not None
    )


def _find_harm_words(reading: SeasonReading) -> Mapping[str, Words]:
    """Find how the questions of harm are worded, in the survey that asked last."""
    words: dict[str, Words] = {}
    for one in reading.counted:
        survey = find_survey(one.occasion, get_language() or "en") if one.harm else None
        if survey:
            words |= {question.code: question.words for question in survey.questions}
    return words


def _list_missing(reading: SeasonReading, at: int) -> tuple[tuple[str, Words | None], ...]:
    read = {one.occasion for one in reading.readings}
    missing = reading.logged.list_missing(at, read)
    return tuple((one.occasion, _find_title(one.occasion)) for one in missing)


def _find_title(occasion: str) -> Words | None:
    survey = find_survey(occasion, get_language() or "en")
    return survey.words if survey else None


def _tell_log(millionths: int) -> str:
    return tell_strength(math.exp(min(millionths / MILLION, 700)))


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
