"""A closed survey's results are published once the log tells how many passes were handed out, from answers alone."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amanah.core.passes.recount import parse_recount_bundle, verify_recount_bundle
from amanah.core.public_log.entries import Entry
from amanah.core.public_log.reading import LogView
from amanah.core.surveys.questions import Question
from amanah.core.surveys.results import Setting
from amanah.core.surveys.results_bundle import count_survey, parse_results_bundle, verify_results
from amanah.core.surveys.stated_plan import compute_plan_hash, parse_plan
from amanah.programme_door.spending import publishing as publishing_module
from amanah.programme_door.spending.process import SpendingDoor
from amanah.programme_door.spending.publishing import Publishing
from amanah.web.config import Config
from tests.doors.spending.test_closing import close_all, live_once, spend_all
from tests.support.spending import PassPress, ask_for_closing, build_press, place_occasion, place_plan

QUESTIONS = [
    Question("q1", "single", ("a", "b"), mechanism="bag", weight=7),
    Question("q2", "scale", lowest=0, highest=4),
]
NOW = 1_800_000_000


def say(kind: str, ref: str, at: int = NOW, **body: Any) -> Entry:
    return Entry(at, "programme-door", kind, ref, body, b"")


def list_entries(press: PassPress, plan: bytes, *, served: int | None = 20) -> list[Entry]:
    name = press.occasion.occasion
    entries = [
        say("survey_stated", name, plan=compute_plan_hash(plan)),
        say("wave_planned", "a" * 16, occasions=[press.occasion.descriptor()]),
        say("wave_opened", "a" * 16, keys=[[name, "key"]]),
        say("occasion_closed", name, NOW + 10, bundle="ab" * 32, redeemed=12),
    ]
    return entries if served is None else [*entries, say("occasion_key_destroyed", name, served=served)]


def run_closed_survey(config: Config, work: Callable[[SpendingDoor, PassPress, bytes], Any]) -> None:
    """Let twelve members answer, close, and hand the door to the work with the plan's bytes."""
    press = build_press("survey", closes_at=NOW)
    place_occasion(config.database("programme"), press)
    place_plan(config.database("programme"), press, QUESTIONS)

    async def live(door: SpendingDoor) -> None:
        door._clock = lambda: NOW - 5
        door.look()
        await spend_all(door, [press.make_answer({"q1": place % 2, "q2": place % 5}) for place in range(12)])
        ask_for_closing(config.database("programme"), press)
        await close_all(door)
        plan = door._ledger.find_plan_bytes(press.occasion.occasion)
        assert plan
        await work(door, press, plan)

    asyncio.run(live_once(config, live))


def find_file(config: Config, press: PassPress, ending: str) -> Path:
    return config.folder("programme") / "recounts" / f"{press.occasion.occasion}.{ending}"


def test_the_published_bundle_gives_its_results_again(config: Config) -> None:
    async def work(door: SpendingDoor, press: PassPress, plan: bytes) -> None:
        (published,) = await door._publishing.publish_due(LogView(tuple(list_entries(press, plan))))
        bundle = parse_results_bundle(find_file(config, press, "bundle.json").read_bytes())
        assert bundle.results == published.results == find_file(config, press, "results.json").read_bytes()
        assert bundle.recount == find_file(config, press, "json").read_bytes()
        recount = parse_recount_bundle(bundle.recount)
        verify_recount_bundle(recount)
        payloads = [spent.answer.payload for spent in recount.spent if spent.answer]
        counted = count_survey(parse_plan(bundle.plan), bundle.words, payloads)
        assert counted.readable == 12
        verify_results(bundle.results, parse_plan(bundle.plan), counted, Setting(was_timed=True, served=20))
        assert await door._publishing.publish_due(LogView(tuple(list_entries(press, plan)))) == []

    run_closed_survey(config, work)


def test_nothing_is_published_before_the_log_tells_how_many_passes_were_handed_out(config: Config) -> None:
    async def work(door: SpendingDoor, press: PassPress, plan: bytes) -> None:
        entries = list_entries(press, plan, served=None)
        assert await door._publishing.publish_due(LogView(tuple(entries))) == []
        assert not find_file(config, press, "results.json").exists()

    run_closed_survey(config, work)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_what_a_full_disk_cut_off_is_published_at_the_next_start(
    sqlite_config: Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: int
) -> None:
    async def work(door: SpendingDoor, press: PassPress, plan: bytes) -> None:
        view = LogView(tuple(list_entries(press, plan)))
        done: list[Path] = []
        write = publishing_module.write_durably

        def fail(path: Path, data: bytes) -> None:
            done.append(path)
            if len(done) == step:
                raise OSError(28, "No space left on device")
            write(path, data)

        with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
            patch.setattr(publishing_module, "write_durably", fail)
            assert await door._publishing.publish_due(view) == []
            assert await door._publishing.publish_due(view) == []
        assert len(done) == step
        assert "could not be worked out" in caplog.text
        assert not find_file(sqlite_config, press, "bundle.json").exists()
        again = Publishing(find_file(sqlite_config, press, "json").parent, door._ledger)
        assert len(await again.publish_due(view)) == 1

    run_closed_survey(sqlite_config, work)
