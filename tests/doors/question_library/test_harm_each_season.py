"""Every trust season asks about harm: the desk says what is missing, and the last chance is not let pass."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from amanah.core.surveys.harm_rule import COMPULSORY, HarmState
from amanah.core.surveys.stated_plan import Season, SeasonLines
from amanah.programme_door.desk.actions import HarmNotAskedError, plan_season
from amanah.programme_door.desk.queries import list_to_announce
from amanah.programme_door.occasions.models import Occasion
from amanah.programme_door.programmes.actions import open_programme
from amanah.programme_door.question_library.actions import append_template
from amanah.programme_door.question_library.queries import (
    SeasonOfHarm,
    find_template,
    list_announced_harm,
    list_seasons_of_harm,
)
from amanah.programme_door.surveys.actions import SurveyPlan, plan_survey
from amanah.web.config import PACINGS

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
SECONDS, DAY = int(NOW.timestamp()), 86_400
PACING = replace(PACINGS["calm"], minimum_age=0)
SEASON = Season(SECONDS - DAY, SECONDS + 30 * DAY)
LINES = (SeasonLines(SEASON, trust=600_000, harm=50_000),)


@pytest.fixture(autouse=True)
def _programme() -> None:
    texts = {"title": "Evening", "summary": "S", "who_teaches": "T", "who_pays": "P"}
    open_programme(slug="evening-circle", language="en", texts=texts, now=SECONDS)


def write_survey(number: int, template: str = "harm", *, days: int = 7) -> str:
    plan = SurveyPlan("en", {"title": f"Survey {number}", "intro": "Why."}, NOW, NOW + timedelta(days=days))
    occasion = plan_survey(
        programme="evening-circle", plan=plan, now=SECONDS, random_bytes=bytes([number]) * 8
    )
    found = find_template(template)
    assert found
    append_template(occasion=occasion, template=found, now=SECONDS)
    return occasion


def announce(days: int = 2, lines: tuple[SeasonLines, ...] = LINES) -> None:
    plan_season(
        list_to_announce("en", now=NOW),
        pacing=PACING,
        fetch_until=SECONDS + days * DAY,
        now=SECONDS,
        random_bytes=bytes(range(64)),
        lines=lines,
    )


def look(now: int = SECONDS, lines: tuple[SeasonLines, ...] = LINES) -> SeasonOfHarm:
    (season,) = list_seasons_of_harm(lines, "en", now=now, shortest_fetch_window=DAY)
    return season


def test_a_running_season_without_any_survey_is_told_what_is_missing() -> None:
    season = look()
    assert (season.standing.state, season.standing.missing) == (HarmState.MISSING, COMPULSORY)
    assert season.is_to_be_said
    assert season.surveys == ()


def test_a_survey_written_down_without_them_is_offered_to_take_them_up() -> None:
    occasion = write_survey(1, "session-feedback")
    assert [survey.occasion for survey in look().surveys] == [occasion]
    found = find_template("harm")
    assert found
    append_template(occasion=occasion, template=found, now=SECONDS)
    assert look().standing.state is HarmState.PLANNED
    assert not look().is_to_be_said


def test_an_announced_survey_counts_by_its_stated_plan() -> None:
    write_survey(1)
    announce()
    assert look().standing.state is HarmState.ASKED
    assert list_announced_harm()[0].codes == set(COMPULSORY)


def test_a_survey_announced_outside_of_any_season_counts_for_none() -> None:
    write_survey(1)
    announce(lines=())
    assert look().standing.state is HarmState.MISSING


def test_announcing_without_them_is_let_pass_while_another_survey_can_follow() -> None:
    write_survey(1, "session-feedback")
    announce(days=2)
    assert Occasion.objects.count() == 1
    assert look().standing.state is HarmState.MISSING


def test_announcing_the_last_survey_without_them_is_refused_and_nothing_is_announced() -> None:
    write_survey(1, "session-feedback", days=30)
    announce_until = 29
    with pytest.raises(HarmNotAskedError):
        announce(days=announce_until)
    assert Occasion.objects.count() == 0
    # One survey that asks is enough, whatever the others ask.
    write_survey(2, days=30)
    announce(days=announce_until)
    assert look().standing.state is HarmState.ASKED


def test_without_a_season_in_force_nothing_is_refused_and_nothing_said() -> None:
    write_survey(1, "session-feedback", days=30)
    announce(days=29, lines=())
    assert list_seasons_of_harm((), "en", now=SECONDS, shortest_fetch_window=DAY) == []


def test_when_nothing_can_follow_any_more_it_is_said_that_it_is_too_late() -> None:
    assert look(now=SEASON.ends_at - DAY - 1).standing.state is HarmState.MISSING
    assert look(now=SEASON.ends_at - DAY).standing.state is HarmState.TOO_LATE
    assert list_seasons_of_harm(LINES, "en", now=SEASON.ends_at, shortest_fetch_window=DAY) == []


def test_a_season_to_come_is_spoken_of_once_a_survey_is_written_down_for_it() -> None:
    later = (SeasonLines(Season(SECONDS + 5 * DAY, SECONDS + 60 * DAY), trust=600_000, harm=50_000),)
    assert list_seasons_of_harm(later, "en", now=SECONDS, shortest_fetch_window=DAY) == []
    plan = SurveyPlan(
        "en", {"title": "Later", "intro": "Why."}, NOW + timedelta(days=6), NOW + timedelta(days=9)
    )
    occasion = plan_survey(programme="evening-circle", plan=plan, now=SECONDS, random_bytes=b"\x09" * 8)
    found = find_template("impossible")
    assert found
    append_template(occasion=occasion, template=found, now=SECONDS)
    assert look(lines=later).standing.state is HarmState.MISSING
