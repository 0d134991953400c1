"""What the gate's clerk takes over from the public log: every entry, and a key only where it is the only one."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import Entry, encode_entry, parse_entry, sign_entry
from amanah.core.public_log.reading import LogView
from amanah.programme_door.occasions.ledger import OccasionLedger
from amanah.programme_door.occasions.mirror import LogMirror
from amanah.programme_door.occasions.states import decide_state
from amanah.web.config import load_config
from amanah.web.database import Database, open_database
from tests.support.processes import (
    Running,
    build_settings,
    found_from_template,
    run_amanah,
    run_django_command,
)
from tests.support.spending import PassPress, build_press, place_occasion

SEED = bytes(32)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror") / "data"
    done = run_amanah(build_settings(folder), "init")
    assert done.returncode == 0, done.stderr
    return folder / "programme-door" / "programme.sqlite3"


@pytest.fixture
def url(founded: Path, tmp_path: Path) -> str:
    """Give a copy of the migrated database, so that every test begins with an empty one."""
    with sqlite3.connect(founded) as source, sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return f"sqlite:///{tmp_path / 'copy.sqlite3'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with open_database(url) as database:
        database.execute("DELETE FROM outbox_entry")
        yield database


def announce(url: str, press: PassPress) -> None:
    place_occasion(url, press)
    with open_database(url) as database:
        database.execute(
            "UPDATE occasions_occasion SET spki = NULL WHERE occasion = ?", (press.occasion.occasion,)
        )


def open_wave(*pairs: tuple[PassPress, PassPress]) -> Entry:
    """Give a `wave_opened` entry: for each pair, the occasion of the first under the key of the second."""
    keys = [[press.occasion.occasion, encode_base64url(holder.public_key.spki)] for press, holder in pairs]
    return sign_entry(
        SEED, at=1, by="card-door", kind="wave_opened", ref=secrets.token_hex(8), body={"keys": keys}
    )


def find_key(database: Database, press: PassPress) -> bytes | None:
    sql = "SELECT spki FROM occasions_occasion WHERE occasion = ?"
    (key,) = database.execute(sql, (press.occasion.occasion,)).fetchone()
    return key if key is None else bytes(key)


def test_the_only_key_of_an_occasion_is_taken_over(url: str, database: Database) -> None:
    press = build_press()
    announce(url, press)
    mirror = LogMirror(database)
    mirror.record(LogView())
    assert find_key(database, press) is None
    mirror.record(LogView((open_wave((press, press)),)))
    assert find_key(database, press) == press.public_key.spki


@pytest.mark.parametrize(
    "build",
    [
        lambda first, second: [open_wave((first, first)), open_wave((first, second))],
        lambda first, second: [open_wave((first, first), (first, second))],
        lambda first, second: [open_wave((first, first)), open_wave((first, first))],
        lambda first, second: [open_wave((first, first), (second, first))],
    ],
    ids=["another key later", "two keys at once", "the same key twice", "one key for two occasions"],
)
def test_a_key_that_is_not_the_only_one_is_never_taken(
    url: str, database: Database, build: Callable[[PassPress, PassPress], list[Entry]]
) -> None:
    first, second = build_press(), build_press()
    announce(url, first)
    LogMirror(database).record(LogView(tuple(build(first, second))))
    assert find_key(database, first) is None


def test_a_key_that_was_taken_over_never_changes(url: str, database: Database) -> None:
    first, second = build_press(), build_press()
    announce(url, first)
    opened = open_wave((first, first))
    LogMirror(database).record(LogView((opened,)))
    LogMirror(database).record(LogView((opened, open_wave((first, second)))))
    assert find_key(database, first) == first.public_key.spki


def test_entries_are_copied_once_each_at_their_place(url: str, database: Database) -> None:
    entries = tuple(
        sign_entry(SEED, at=at, by="log", kind="heartbeat", ref=None, body={"entries": at}) for at in range(7)
    )
    for size in (0, 3, 3, 7):
        LogMirror(database).record(LogView(entries[:size]))
    rows = database.execute(
        "SELECT position, kind, ref, entry, at FROM occasions_loggedentry ORDER BY position"
    )
    copied = rows.fetchall()
    assert [row[0] for row in copied] == list(range(7))
    assert tuple(parse_entry(bytes(row[3])) for row in copied) == entries
    assert [row[4] for row in copied] == [entry.at for entry in entries]


def test_the_last_checkpoint_that_was_believed_is_kept_and_no_other(url: str, database: Database) -> None:
    mirror = LogMirror(database)
    mirror.record(LogView())
    assert database.execute("SELECT COUNT(*) FROM occasions_logstate").fetchone() == (0,)
    for note in (b"first", b"second", b"second"):
        mirror.record(LogView(), note)
        kept = database.execute("SELECT state, note FROM occasions_logstate").fetchall()
        assert [(state, bytes(held)) for state, held in kept] == [(1, note)]


def test_a_copy_made_before_times_were_kept_gets_them_from_its_entries(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    config = load_config(settings)
    found_from_template(config)
    running = Running(tmp_path / "data", settings, config)
    run_django_command(running, "programme", "migrate", "occasions", "0001", "--noinput")
    entry = sign_entry(SEED, at=77, by="log", kind="heartbeat", ref=None, body={"entries": 0})
    with open_database(config.database("programme")) as database:
        database.execute(
            "INSERT INTO occasions_loggedentry (position, kind, ref, entry) VALUES (0, 'heartbeat', '', ?)",
            (encode_entry(entry),),
        )
    run_django_command(running, "programme", "migrate", "occasions", "--noinput")
    with open_database(config.database("programme")) as database:
        assert database.execute("SELECT position, at FROM occasions_loggedentry").fetchall() == [(0, 77)]
        (sql,) = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'occasions_loggedentry'"
        ).fetchone()
        assert "WITHOUT ROWID" in sql


def test_nothing_is_copied_when_any_of_it_fails(
    url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise OSError

    monkeypatch.setattr(LogMirror, "_record_keys", fail)
    entry = sign_entry(SEED, at=1, by="log", kind="heartbeat", ref=None, body={"entries": 1})
    with pytest.raises(OSError):
        LogMirror(database).record(LogView((entry,)))
    assert database.execute("SELECT COUNT(*) FROM occasions_loggedentry").fetchone() == (0,)


def test_the_ledger_writes_down_the_states_that_the_clock_has_changed(url: str, database: Database) -> None:
    press = build_press(opens_at=100, closes_at=200)
    place_occasion(url, press)
    ledger = OccasionLedger(database)
    sql = "SELECT state FROM occasions_occasion WHERE occasion = ?"
    seen = []
    for now in (99, 100, 199, 200, 150):
        (found,) = ledger.list_unclosed(now)
        (written,) = database.execute(sql, (press.occasion.occasion,)).fetchone()
        assert found.state == written
        seen.append(written)
    assert seen == ["planned", "open", "open", "closing", "closing"]


@pytest.mark.parametrize(
    ("written", "has_key", "now", "expected"),
    [
        ("planned", False, 150, "planned"),
        ("planned", True, 99, "planned"),
        ("planned", True, 100, "open"),
        ("open", True, 199, "open"),
        ("open", True, 200, "closing"),
        ("open", True, 50, "planned"),
        ("closing", True, 150, "closing"),
        ("closed", True, 150, "closed"),
        ("closed", False, 500, "closed"),
        ("planned", False, 500, "closing"),
    ],
)
def test_one_rule_gives_the_state(written: str, has_key: bool, now: int, expected: str) -> None:
    assert decide_state(written, has_key=has_key, opens_at=100, closes_at=200, now=now) == expected
