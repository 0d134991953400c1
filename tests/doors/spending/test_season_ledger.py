"""After each counted survey the gate is read and stated in public once, whatever is cut off in between."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.entries import Entry, check_schema, parse_entry
from amanah.core.public_log.reading import LogView
from amanah.core.surveys.counting import SurveyCount
from amanah.core.surveys.gate import ENOUGH
from amanah.core.surveys.stated_plan import StatedPlan
from amanah.programme_door.trust.ledger import SeasonLedger
from amanah.web.config import Config
from amanah.web.database import Database, open_database
from tests.core.surveys.season_log import SEASON, STARTS_AT, SeasonLog, name_survey

GOOD = (10, 60, 130)
NOW = STARTS_AT + 5_000_000
SEED = b"\x07" * 32


@dataclass
class Door:
    """A door's database and log, and what it says when it reads them."""

    database: Database
    log: SeasonLog = field(default_factory=SeasonLog)
    unpublished: set[str] = field(default_factory=set)
    counted: list[str] = field(default_factory=list)

    def start(self) -> SeasonLedger:
        return SeasonLedger(self.database, SEED, self.log.plans.get)

    def read(self, ledger: SeasonLedger, *, has_new_results: bool = True) -> bool:
        entries = [
            Entry(one["at"], "programme-door", one["kind"], one["ref"], one["body"], b"")
            for one in self.log.entries
        ]
        done = ledger.record_due(
            LogView(tuple(entries)), self._find_counted, now=NOW, has_new_results=has_new_results
        )
        return asyncio.run(done)

    async def _find_counted(self, occasion: str) -> tuple[StatedPlan, SurveyCount] | None:
        self.counted.append(occasion)
        if occasion in self.unpublished:
            return None
        return self.log.plans[occasion], self.log.count_answers(occasion)

    def list_said(self) -> list[tuple[str, dict[str, Any]]]:
        rows = self.database.execute("SELECT entry FROM outbox_entry").fetchall()
        entries = [parse_entry(bytes(row[0])) for row in rows]
        for entry in entries:
            check_schema(entry)
        ours = [entry for entry in entries if entry.ref == SEASON]
        return sorted(
            ((entry.kind, dict(entry.body)) for entry in ours),
            key=lambda said: (said[0] == "gate_closed", said[1].get("batches", 0)),
        )


@pytest.fixture
def door(config: Config) -> Iterator[Door]:
    with open_database(config.database("programme")) as database:
        database.execute("DELETE FROM trust_claimcount")
        database.execute("DELETE FROM outbox_entry")
        made = Door(database)
        made.log.state_season()
        yield made


def test_a_counted_survey_is_read_and_stated_once(door: Door) -> None:
    door.log.add_survey(1, GOOD, watched=10)
    ledger = door.start()
    assert door.read(ledger)
    assert not door.read(ledger)
    assert not door.read(door.start())
    ((kind, said),) = door.list_said()
    assert kind == "gate_read"
    assert said["occasion"] == name_survey(1)
    assert (said["batches"], said["state"]) == (1, "open")
    assert said["evidence"] >= ENOUGH
    assert door.counted == [name_survey(1)]


def test_what_is_stated_is_what_anybody_reads_in_the_log(door: Door) -> None:
    for number, trust in ((1, (20, 60, 70)), (2, GOOD), (3, (5, 5, 5))):
        door.log.add_survey(number, trust, watched=12)
    door.read(door.start())
    expected = [
        (one.batches, one.evidence, one.detector, one.occasion, one.state) for one in door.log.read().readings
    ]
    said = [
        (body["batches"], body["evidence"], body["detector"], body["occasion"], body["state"])
        for _, body in door.list_said()
    ]
    assert said == expected


def test_an_alarm_is_stated_with_the_closing_of_the_gate_and_only_once(door: Door) -> None:
    door.log.add_survey(1, GOOD, watched=60)
    door.log.add_survey(2, GOOD, watched=60)
    door.read(door.start())
    assert [kind for kind, _ in door.list_said()] == ["gate_read", "gate_read", "gate_closed"]
    assert door.list_said()[-1][1] == {"reason": "alarm"}
    assert {body["state"] for kind, body in door.list_said() if kind == "gate_read"} == {"shut"}


def test_a_survey_whose_results_are_not_out_yet_is_waited_for_in_the_logs_order(door: Door) -> None:
    door.log.add_survey(1, GOOD)
    door.log.add_survey(2, GOOD)
    door.unpublished.add(name_survey(1))
    ledger = door.start()
    assert not door.read(ledger)
    assert door.list_said() == []
    door.unpublished.clear()
    assert door.read(ledger)
    assert [body["occasion"] for _, body in door.list_said()] == [name_survey(1), name_survey(2)]


def test_without_anything_new_nothing_is_read_again(door: Door) -> None:
    door.log.add_survey(1, GOOD)
    door.unpublished.add(name_survey(1))
    ledger = door.start()
    door.read(ledger)
    door.read(ledger, has_new_results=False)
    assert door.counted == [name_survey(1)]


def test_a_file_that_cannot_be_read_stops_nothing_else(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(occasion: str) -> None:
        raise InvalidInputError("damaged")

    door.log.add_survey(1, GOOD)
    door._find_counted = fail  # type: ignore[assignment,method-assign]
    assert not door.read(door.start())
    assert "could not be read for the gate" in caplog.text


def test_a_survey_that_is_no_evidence_is_counted_and_never_stated(door: Door) -> None:
    occasion = door.log.plan_survey(1)
    door.log.say("survey_stated", occasion, STARTS_AT, plan="a" * 64)
    door.log.count_survey(1, GOOD)
    assert door.read(door.start())
    assert door.list_said() == []
    assert not door.read(door.start())
