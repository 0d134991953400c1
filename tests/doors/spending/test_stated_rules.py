"""The waiting times that a door keeps to stand in the public log, once for as long as they are the same."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from amanah.core.public_log.entries import Entry, encode_entry, sign_entry
from amanah.core.public_log.reading import LogView
from amanah.programme_door.occasions.mirror import LogMirror
from amanah.programme_door.spending.rules import find_stated_rules, list_rules
from amanah.web.config import Config, load_config
from amanah.web.database import Database, open_database
from amanah.web.outbox import append_entry_raw
from tests.support.processes import build_settings, found_from_template

SEED = bytes(32)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Config:
    config = load_config(build_settings(tmp_path_factory.mktemp("rules") / "data"))
    found_from_template(config)
    return config


@pytest.fixture
def database(founded: Config, tmp_path: Path) -> Iterator[Database]:
    original = Path(founded.database("programme").removeprefix("sqlite:///"))
    with sqlite3.connect(original) as source, sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        source.backup(copy)
    source.close()
    copy.close()
    with open_database(f"sqlite:///{tmp_path / 'copy.sqlite3'}") as database:
        database.execute("DELETE FROM outbox_entry")
        yield database


def state(config: Config, at: int) -> Entry:
    return sign_entry(
        SEED, at=at, by="programme-door", kind="rules_stated", ref=None, body=list_rules(config)
    )


def test_the_rules_are_those_of_the_chosen_pace_and_fit_their_schema(founded: Config) -> None:
    calm, demo = (replace(founded, pace=pace) for pace in ("calm", "demo"))

    assert state(calm, 1).body == {
        "fetch_window": 86_400,
        "minimum_age": 86_400,
        "pace": "calm",
        "register_window": 86_400,
    }
    assert state(demo, 1).body == {
        "fetch_window": 20,
        "minimum_age": 60,
        "pace": "demo",
        "register_window": 8,
    }


def test_nothing_was_stated_before_the_first_time(database: Database) -> None:
    assert find_stated_rules(database) is None


def test_what_waits_is_later_than_what_the_log_has(founded: Config, database: Database) -> None:
    calm, demo = (replace(founded, pace=pace) for pace in ("calm", "demo"))
    LogMirror(database).record(LogView((state(demo, 10), state(calm, 20))))
    assert find_stated_rules(database) == list_rules(calm)

    append_entry_raw(database, state(calm, 30))
    append_entry_raw(database, state(demo, 40))
    heartbeat = sign_entry(SEED, at=50, by="log", kind="heartbeat", ref=None, body={"entries": 0})
    append_entry_raw(database, encode_entry(heartbeat))
    assert find_stated_rules(database) == list_rules(demo)
