"""An invented programme that shows everything at work, in English and Arabic. It never stands in for real people."""

from datetime import datetime, timedelta

from django.db import transaction

from amanah.core.surveys.stated_plan import Season, SeasonLines
from amanah.programme_door.desk.actions import plan_season
from amanah.programme_door.desk.queries import list_to_announce
from amanah.programme_door.programmes.actions import (
    open_programme,
    record_community_words,
    record_programme_words,
)
from amanah.programme_door.programmes.queries import has_programmes
from amanah.programme_door.question_library.actions import append_template
from amanah.programme_door.question_library.queries import find_template
from amanah.programme_door.sessions.actions import OFFICIAL, SessionPlan, plan_session, record_session
from amanah.programme_door.surveys.actions import (
    QuestionPlan,
    SurveyPlan,
    append_question,
    plan_survey,
    record_question_words,
    record_survey,
)
from amanah.programme_door.trust.actions import publish_season
from amanah.programme_door.worked_example.words import (
    COMMUNITY,
    FEEDBACK,
    PROGRAMME,
    SESSIONS,
    SURVEY,
    TEMPLATES,
)
from amanah.web.config import Config

SLUG = "solid-ground"
FIRST, SECOND = "en", "ar"
EXAMPLE_RANDOM_SIZE = 5 * 8 + 64
_STARTS: tuple[timedelta, ...] = (timedelta(minutes=-5), timedelta(hours=5), timedelta(days=1))
_MINUTES = (180, 90, 90)
_SURVEY_OPEN_FOR = timedelta(days=7)
_SEASON_SECONDS = 92 * 86_400
_TRUST_LINE, _HARM_LINE = 600_000, 50_000


def open_worked_example(config: Config, *, now: datetime, random_bytes: bytes) -> bool:
    """Write the example down and announce it, unless there is a programme already; tell whether it was written."""
    if len(random_bytes) < EXAMPLE_RANDOM_SIZE:
        raise ValueError(f"The example needs {EXAMPLE_RANDOM_SIZE} random bytes.")
    if has_programmes():
        return False
    minute = now.replace(second=0, microsecond=0)
    with transaction.atomic():
        for language in (FIRST, SECOND):
            record_community_words(language, COMMUNITY[language])
        seconds = int(now.timestamp())
        open_programme(slug=SLUG, language=FIRST, texts=PROGRAMME[FIRST], now=seconds)
        record_programme_words(
            slug=SLUG, language=SECOND, texts=PROGRAMME[SECOND], is_shown=True, now=seconds
        )
        for place in range(len(SESSIONS)):
            _plan_session(place, minute, now=seconds, random_bytes=random_bytes[place * 8 :])
        _plan_survey(now.replace(microsecond=0), random_bytes=random_bytes[len(SESSIONS) * 8 :])
        lines = _open_season(seconds, random_bytes=random_bytes[(len(SESSIONS) + 1) * 8 :])
        _announce(config, lines, now=now, random_bytes=random_bytes[(len(SESSIONS) + 2) * 8 :])
    return True


def _plan_session(place: int, minute: datetime, *, now: int, random_bytes: bytes) -> None:
    starts_at = minute + _STARTS[place]
    plans = [
        SessionPlan(
            language=language,
            texts={name: text for name, text in SESSIONS[place][language].items() if name != OFFICIAL},
            official=SESSIONS[place][language].get(OFFICIAL, ""),
            starts_at=starts_at,
            minutes=_MINUTES[place],
            duty="none" if OFFICIAL in SESSIONS[place][language] else "",
        )
        for language in (FIRST, SECOND)
    ]
    occasion = plan_session(programme=SLUG, plan=plans[0], now=now, random_bytes=random_bytes)
    record_session(occasion=occasion, plan=plans[1], now=now)


def _plan_survey(opens_at: datetime, *, random_bytes: bytes) -> None:
    now = int(opens_at.timestamp())
    first, second = (
        SurveyPlan(language, SURVEY[language], opens_at, opens_at + _SURVEY_OPEN_FOR)
        for language in (FIRST, SECOND)
    )
    occasion = plan_survey(programme=SLUG, plan=first, now=now, random_bytes=random_bytes)
    record_survey(occasion=occasion, plan=second, now=now)
    code = append_question(occasion=occasion, plan=_build_feedback(FIRST), now=now)
    record_question_words(occasion=occasion, code=code, plan=_build_feedback(SECOND))
    for name in TEMPLATES:
        template = find_template(name)
        if template is None:
            raise ValueError(f"The question library has no template {name}.")
        append_template(occasion=occasion, template=template, now=now)


def _build_feedback(language: str) -> QuestionPlan:
    texts = dict(FEEDBACK[language])
    choices = texts.pop("choices").splitlines()
    return QuestionPlan(language, "multiple", texts, choices, is_required=False, highest=0)


def _open_season(now: int, *, random_bytes: bytes) -> SeasonLines:
    """State a season that begins now, a second ago: within one second the log keeps no order, and a survey counts only
    under lines that stand before its plan.
    """
    lines = SeasonLines(Season(now, now + _SEASON_SECONDS), trust=_TRUST_LINE, harm=_HARM_LINE)
    publish_season(lines, now=now - 1, random_bytes=random_bytes)
    return lines


def _announce(config: Config, lines: SeasonLines, *, now: datetime, random_bytes: bytes) -> None:
    """Devices get twice the shortest time of the pace, because the example's doors may still be starting."""
    window = timedelta(seconds=2 * config.pacing.shortest_fetch_window)
    plan_season(
        list_to_announce(FIRST, now=now),
        pacing=config.pacing,
        fetch_until=int((now + window).timestamp()),
        now=int(now.timestamp()),
        random_bytes=random_bytes,
        lines=[lines],
    )
