"""Every table of every door, on both databases: no serial, no time, no order where members write; no score anywhere."""

import json
import re
from pathlib import Path

import psycopg
import pytest

from amanah.core.errors import MisconfiguredError
from amanah.core.public_log import schemas
from amanah.web.config import SETTINGS, load_config
from amanah.web.database import open_database
from tests.support.postgresql import Cluster
from tests.support.processes import build_settings, found_from_template, run_init

SOURCE = Path(__file__).resolve().parents[2] / "src" / "amanah"
HOLDINGS = sorted(SOURCE.rglob("holdings.json"))
# What a row of a member may consist of; a wave's counter and an occasion's place in its plan belong to no member.
WRITTEN_BY_MEMBERS = {
    "card": {"invitation", "used_join_token", "card"},
    "spending": {"spending_spentpass"},
}
SQLITE_KINDS = {"BLOB", "bool"}
POSTGRESQL_KINDS = {"bytea", "boolean"}
FORBIDDEN_WORDS = re.compile(
    r"risk|score|scoring|radical|extrem|suspic|vulnerab|threat|watch_?list|profile|religio|faith|ethnic|race|"
    r"nationality|ip_?addr|user_?agent|device_?id|fingerprint|phone|e?mail|birth|full_?name|surname|last_?seen|last_?login"
)


def test_on_sqlite_no_table_that_members_write_has_a_serial_a_time_or_a_hidden_row_number(
    tmp_path: Path,
) -> None:
    config = load_config(build_settings(tmp_path / "data"))
    found_from_template(config)
    for name, expected in WRITTEN_BY_MEMBERS.items():
        with open_database(config.database(name), read_only=True) as database:
            tables = dict(
                database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
            )
            assert expected <= set(tables)
            for table in expected:
                assert "WITHOUT ROWID" in tables[table]
                columns = database.execute(f"PRAGMA table_info({table})").fetchall()
                assert {kind for _, _, kind, *_ in columns} <= SQLITE_KINDS, table
                assert [default for *_, default, _ in columns if default is not None] == [], table
            kinds = database.execute("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')")
            assert kinds.fetchall() == []


@pytest.mark.postgresql
@pytest.mark.slow
def test_on_postgresql_no_table_that_members_write_has_a_serial_a_time_or_a_default(
    postgresql: Cluster, tmp_path: Path
) -> None:
    databases = postgresql.create_door_databases()
    run_init(build_settings(tmp_path / "data", databases=databases))
    for name, expected in WRITTEN_BY_MEMBERS.items():
        with psycopg.connect(databases[name]) as connection:
            for table in expected:
                columns = connection.execute(
                    "SELECT data_type, column_default, is_identity, is_generated FROM information_schema.columns"
                    " WHERE table_name = %s",
                    (table,),
                ).fetchall()
                assert columns, table
                assert {column[0] for column in columns} <= POSTGRESQL_KINDS, table
                assert {column[1:] for column in columns} == {(None, "NO", "NEVER")}, table
            triggers = connection.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal").fetchone()
            assert triggers == (0,)


def test_every_door_has_a_list_of_what_it_holds() -> None:
    assert {path.parent.name for path in HOLDINGS} == {
        "card_door",
        "log_service",
        "programme_door",
        "request_door",
    }


@pytest.mark.parametrize("path", HOLDINGS, ids=lambda path: path.parent.name)
def test_no_schema_has_a_field_that_scores_or_traces_a_person(path: Path) -> None:
    names = set(re.findall(r'"([a-z0-9_]+)"', path.read_text()))
    assert len(names) > 5
    assert sorted(name for name in names if FORBIDDEN_WORDS.search(name)) == sorted(
        # What an outside body writes about itself, at a door that knows no member.
        {"email", "contact_email"} & names if path.parent.name == "request_door" else []
    )


def test_no_kind_of_entry_of_the_public_log_has_such_a_member() -> None:
    source = Path(schemas.__file__).read_text()
    members = set(re.findall(r"""\b([a-z][a-z0-9_]+)(?:=|"|')""", source))
    assert {"hashes", "redeemed"} <= members
    assert [name for name in members if FORBIDDEN_WORDS.search(name)] == []


def test_the_search_for_scores_would_find_one(tmp_path: Path) -> None:
    planted = json.dumps([["card", "at_risk_level", "p", "r"], ["card", "public_key", "p", "r"]])
    assert [name for name in re.findall(r'"([a-z0-9_]+)"', planted) if FORBIDDEN_WORDS.search(name)] == [
        "at_risk_level"
    ]


def test_no_setting_turns_recording_on() -> None:
    recording = re.compile(
        r"DEBUG|TRACK|ANALYTIC|ACCESS|AUDIT|VERBOSE|ANONYM|PRIVACY|IDENTIF|SENTRY|RETAIN|LOG_LEVEL"
    )
    assert len(SETTINGS) > 10
    assert [name for name in SETTINGS if recording.search(name)] == []
    for name in ("AMANAH_DEBUG", "AMANAH_ACCESS_LOG", "AMANAH_LOG_LEVEL"):
        with pytest.raises(MisconfiguredError, match="is not a setting"):
            load_config({name: "1"})
    assert "DEBUG = True" not in (SOURCE / "web" / "settings.py").read_text()
