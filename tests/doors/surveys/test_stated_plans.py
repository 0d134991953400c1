"""When a season is opened, each survey's plan is kept, and its hash goes to the public log with the wave."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from amanah.core.encoding import parse_canonical_json
from amanah.core.public_log.entries import parse_entry
from amanah.core.surveys.stated_plan import Claim, Season, SeasonLines, parse_plan
from amanah.programme_door.desk.actions import plan_season
from amanah.programme_door.desk.queries import list_to_announce
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.programmes.models import Programme
from amanah.programme_door.surveys.models import Choice, Question, Survey
from amanah.programme_door.surveys.queries import find_plan, find_plan_bytes, find_plan_words
from amanah.web.settings import get_config

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
DAY = 86_400
LINES = SeasonLines(Season(SECONDS, SECONDS + 90 * DAY), trust=600_000, harm=50_000)


@pytest.fixture
def survey() -> Survey:
    words = {"en": {"title": "Evening", "summary": "", "who_teaches": "", "who_pays": ""}}
    programme = Programme.objects.create(slug="evening-circle", language="en", words=words)
    return Survey.objects.create(
        occasion="00aa11bb22cc33dd",
        programme=programme,
        words={"en": {"title": "How is it?", "intro": "Why."}},
        opens_at=NOW,
        closes_at=NOW + timedelta(days=7),
    )


def ask(survey: Survey, code: str, kind: str, **how: object) -> None:
    place = survey.questions.count()
    question = Question.objects.create(
        question=f"{survey.occasion}.{code}", survey=survey, code=code, position=place, kind=kind,
        words={"en": {"wording": code}}, **how,
    )  # fmt: skip
    if kind in {"single", "index"}:
        for position, choice in enumerate("ab"):
            Choice.objects.create(
                choice=f"{question.question}.{choice}", question=question, code=choice, position=position,
                words={"en": {"wording": choice}},
            )  # fmt: skip


def announce(lines: tuple[SeasonLines, ...] = ()) -> list[dict[str, object]]:
    plan_season(
        list_to_announce("en", now=NOW),
        pacing=get_config().pacing,
        fetch_until=SECONDS + 2 * DAY,
        now=SECONDS,
        random_bytes=bytes(range(64)),
        lines=lines,
    )
    entries = [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    return [{"kind": entry.kind, "ref": entry.ref, "body": entry.body} for entry in entries]


def test_the_hash_of_the_plan_and_of_the_words_are_those_of_what_is_kept(survey: Survey) -> None:
    ask(survey, "q1", "single")
    entries = announce()
    stated = [entry for entry in entries if entry["kind"] == "survey_stated"]
    plan_bytes, words = find_plan_bytes(survey.occasion), find_plan_words(survey.occasion)
    assert plan_bytes
    assert words
    assert stated == [
        {
            "kind": "survey_stated",
            "ref": survey.occasion,
            "body": {"plan": hashlib.sha256(plan_bytes).hexdigest()},
        }
    ]
    assert parse_plan(plan_bytes).words == hashlib.sha256(words).hexdigest()
    said = parse_canonical_json(words)
    assert said["questions"][0]["words"] == {"en": {"wording": "q1"}}
    assert [entry["kind"] for entry in entries].count("wave_planned") == 1


def test_a_season_draws_its_lines_for_the_trust_index_and_for_harm_alone(survey: Survey) -> None:
    ask(survey, "programme-trust", "index", mechanism="scale3", weight=7, highest=4)
    ask(survey, "harm-opposite", "single", mechanism="bag", weight=7)
    ask(survey, "q1", "single", mechanism="bag", weight=7)
    announce((LINES,))
    plan = find_plan(survey.occasion)
    assert plan
    assert plan.season == LINES.season
    assert plan.gate == Claim("programme-trust", "mean", 600_000)
    assert plan.alarms == (Claim("harm-opposite", "a", 50_000),)


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_season_that_does_not_cover_the_whole_survey_draws_no_line(survey: Survey, shift: int) -> None:
    ask(survey, "programme-trust", "index", mechanism="scale3", weight=7, highest=4)
    opens_at, closes_at = int(survey.opens_at.timestamp()), int(survey.closes_at.timestamp())
    season = Season(opens_at + 1, closes_at + DAY) if shift > 0 else Season(opens_at - DAY, closes_at - 1)
    announce((SeasonLines(season, trust=600_000, harm=50_000),))
    plan = find_plan(survey.occasion)
    assert plan
    assert (plan.gate, plan.season, plan.alarms) == (None, None, ())


def test_a_plain_question_of_harm_gets_no_line(survey: Survey) -> None:
    ask(survey, "harm-opposite", "single")
    announce((LINES,))
    plan = find_plan(survey.occasion)
    assert plan
    assert plan.alarms == ()


def test_nothing_is_stated_before_the_season_is_opened(survey: Survey) -> None:
    ask(survey, "q1", "single")
    assert find_plan_bytes(survey.occasion) is None
    assert find_plan(survey.occasion) is None
