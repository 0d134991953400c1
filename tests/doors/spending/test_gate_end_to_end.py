"""Real passes, spent on answers about trust, end in a reading that the door states and anybody computes again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from amanah.core.passes.recount import parse_recount_bundle
from amanah.core.public_log.entries import Entry, parse_entry
from amanah.core.public_log.reading import LogView
from amanah.core.surveys.gate import count_claims, read_counted, read_season
from amanah.core.surveys.logged_season import read_logged_seasons
from amanah.core.surveys.questions import Question
from amanah.core.surveys.results_bundle import count_survey, parse_results_bundle
from amanah.core.surveys.stated_plan import (
    Season,
    SeasonLines,
    build_plan,
    compute_plan_hash,
    encode_plan,
    parse_plan,
)
from amanah.programme_door.spending.process import SpendingDoor
from amanah.programme_door.spending.publishing import Publishing
from amanah.programme_door.trust.ledger import list_told
from amanah.web.config import Config
from amanah.web.database import open_database
from tests.doors.spending.test_closing import close_all, live_once, spend_all
from tests.support.spending import PassPress, ask_for_closing, build_press, place_occasion, place_plan

NOW = 1_800_000_000
OPENS_AT = NOW - 1_000
SEASON = "7" * 16
LINES = SeasonLines(Season(NOW - 2_000, NOW + 80_000), trust=20_000, harm=20_000)
QUESTIONS = [
    Question("programme-trust", "scale", lowest=0, highest=10, mechanism="scale3", weight=7),
    Question("harm-watched", "single", ("a", "b"), mechanism="bag", weight=7),
]
PEOPLE = 12
HIGH, HARMED, NOT_HARMED = 2, 0, 1


def say(kind: str, ref: str, at: int, **body: Any) -> Entry:
    return Entry(at, "programme-door", kind, ref, body, b"")


def draw_lines(config: Config, press: PassPress) -> bytes:
    """Give the survey the plan that announcing it under the season's lines leaves."""
    place_plan(config.database("programme"), press, QUESTIONS)
    occasion = press.occasion.occasion
    with open_database(config.database("programme")) as database, database.transaction():
        (bare,) = database.execute(
            "SELECT plan FROM surveys_survey WHERE occasion = ?", (occasion,)
        ).fetchone()
        plan = encode_plan(build_plan(parse_plan(bytes(bare)), LINES))
        database.execute("UPDATE surveys_survey SET plan = ? WHERE occasion = ?", (plan, occasion))
        database.execute("DELETE FROM outbox_entry")
    return plan


def list_entries(press: PassPress, plan: bytes) -> LogView:
    name, lines = press.occasion.occasion, LINES
    return LogView(
        (
            say(
                "season_stated",
                SEASON,
                NOW - 3_000,
                ends_at=lines.season.ends_at,
                harm=lines.harm,
                line=lines.trust,
                starts_at=lines.season.starts_at,
            ),
            say("survey_stated", name, NOW - 1_500, plan=compute_plan_hash(plan)),
            say("wave_planned", "a" * 16, NOW - 1_500, occasions=[press.occasion.descriptor()]),
            say("wave_opened", "a" * 16, NOW - 1_400, keys=[[name, "key"]]),
            say("occasion_closed", name, NOW + 10, bundle="ab" * 32, redeemed=PEOPLE),
            say("occasion_key_destroyed", name, NOW + 20, served=PEOPLE),
        )
    )


def list_said(config: Config) -> list[tuple[str, dict[str, Any]]]:
    with open_database(config.database("programme")) as database:
        rows = database.execute("SELECT entry FROM outbox_entry").fetchall()
    entries = [parse_entry(bytes(row[0])) for row in rows]
    return [(entry.kind, dict(entry.body)) for entry in entries if entry.ref == SEASON]


def run_season(config: Config, harm: int, work: Callable[[SpendingDoor, PassPress, LogView], Any]) -> None:
    """Let twelve members answer, close, publish, and hand the door to the work."""
    press = build_press("survey", opens_at=OPENS_AT, closes_at=NOW)
    place_occasion(config.database("programme"), press)
    plan = draw_lines(config, press)

    async def live(door: SpendingDoor) -> None:
        door._clock = lambda: NOW - 5
        door.look()
        answers = {"harm-watched": harm, "programme-trust": HIGH}
        await spend_all(door, [press.make_answer({**answers}) for _ in range(PEOPLE)])
        ask_for_closing(config.database("programme"), press)
        await close_all(door)
        view = list_entries(press, plan)
        assert len(await door._publishing.publish_due(view)) == 1
        await work(door, press, view)

    asyncio.run(live_once(config, live))


@pytest.mark.parametrize(("harm", "kinds"), [(NOT_HARMED, 1), (HARMED, 2)])
def test_what_the_door_states_follows_from_the_published_bundle(
    config: Config, harm: int, kinds: int
) -> None:
    async def work(door: SpendingDoor, press: PassPress, view: LogView) -> None:
        find_counted = door._publishing.find_counted
        assert await door._seasons.record_due(view, find_counted, now=NOW + 30, has_new_results=True)
        said = list_said(config)
        assert len(said) == kinds
        stated = next(body for kind, body in said if kind == "gate_read")
        path = config.folder("programme") / "recounts" / f"{press.occasion.occasion}.bundle.json"
        bundle = parse_results_bundle(path.read_bytes())
        spent = parse_recount_bundle(bundle.recount).spent
        plan = parse_plan(bundle.plan)
        counted = count_survey(plan, bundle.words, [one.answer.payload for one in spent if one.answer])
        (logged,) = read_logged_seasons(list_told(view))
        read = read_counted(plan, count_claims(plan, counted), logged.counted[0], logged.season)
        (reading,) = read_season(logged, {plan.occasion: read}).readings
        assert (stated["evidence"], stated["detector"]) == (reading.evidence, reading.detector)
        assert stated["state"] == ("shut" if harm == HARMED else "open")
        assert {"reason": "alarm"} in [body for _, body in said] or harm == NOT_HARMED

    run_season(config, harm, work)


def test_after_a_restart_the_survey_is_counted_again_from_its_file_and_stated_once(
    sqlite_config: Config,
) -> None:
    async def work(door: SpendingDoor, press: PassPress, view: LogView) -> None:
        restarted = Publishing(sqlite_config.folder("programme") / "recounts", door._ledger)
        find_counted = restarted.find_counted
        assert await door._seasons.record_due(view, find_counted, now=NOW + 30, has_new_results=True)
        assert not await door._seasons.record_due(view, find_counted, now=NOW + 40, has_new_results=True)
        assert [kind for kind, _ in list_said(sqlite_config)] == ["gate_read"]

    run_season(sqlite_config, NOT_HARMED, work)
