"""Whole drills against real processes: honest storage is clean on both databases, planted leaks are called by name."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from amanah.core.public_log.entries import parse_entry
from amanah.core.public_log.tiles import parse_bundle
from amanah.drill.attack_answers import LINKED, NAMED, TELLING
from amanah.drill.attack_orders import COLUMN, STORAGE
from amanah.drill.attack_secrets import NAMES, SECRETS
from amanah.drill.attack_wire import TIMING
from amanah.drill.chance import Finding
from amanah.drill.crowd import Rhythm
from amanah.drill.judgement import LAST_SECONDS
from amanah.drill.play import EXIT_CLEAN, EXIT_LEAK, Plan, decide_exit_code, play
from amanah.drill.table import Report, render_table
from amanah.drill.world import World
from tests.support.careless_proxy import CarelessProxy
from tests.support.postgresql import find_binaries, running_cluster

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.timeout(600)]

MEMBERS = 32
# An exact place is missed whenever two neighbours swap on their way; chance would give one.
SOME = 5
RHYTHM = Rhythm(joining=3, registering=3, fetching=3, meeting=3, answering=3)


def describe(report: Report) -> str:
    return "\n" + render_table(report)


def check_clean(report: Report) -> None:
    assert report.leaks == [], describe(report)
    assert report.names_recovered == 0, describe(report)
    assert decide_exit_code(report) == EXIT_CLEAN
    assert [entry.label for entry in report.searched] == [LAST_SECONDS, "in the middle", "after closing"]
    assert all(entry.files > 20 and entry.rows > 2 * MEMBERS for entry in report.searched[:2])
    kinds = {finding.kind for finding in report.counted}
    assert {NAMES, SECRETS, TIMING, STORAGE, COLUMN, NAMED, LINKED, TELLING} <= kinds
    answered = [finding for finding in report.counted if finding.kind == LINKED]
    # In the middle of the survey its table is read, after closing its recount bundle.
    assert len(answered) == 2 * len({finding.detail for finding in answered})
    assert {"programme-trust", "police-trust", "harm-watched"} <= {finding.detail for finding in answered}
    assert max(finding.trials for finding in answered) == MEMBERS
    assert sum(finding.trials for finding in report.counted if finding.kind == STORAGE) > 4 * MEMBERS


def test_a_drill_on_sqlite_finds_nobody_and_no_order(tmp_path: Path) -> None:
    check_clean(play(Plan(MEMBERS, seed=1, databases={}, rhythm=RHYTHM), tmp_path))


# PostgreSQL


@pytest.mark.postgresql
def test_a_drill_on_postgresql_finds_nobody_and_no_order(tmp_path: Path) -> None:
    if find_binaries() is None:
        pytest.skip("PostgreSQL is not on this machine: install the package postgresql")
    with running_cluster(fsync=False) as cluster:
        databases = cluster.create_door_databases("drill")
        report = play(
            Plan(MEMBERS, seed=2, databases=databases, also_seize=[cluster.folder], rhythm=RHYTHM), tmp_path
        )
    check_clean(report)
    assert any("ctid" in finding.detail for finding in report.counted), "the rows' places were looked at"
    assert report.searched[1].size > 20_000_000, "the cluster's own files were searched"


# Planted leaks: all in one run, since none of them can hide another


def alter(path: Path, table: str, *, extra: str, without_rowid: bool, key: str = "") -> None:
    """Make a table anew with a column more, or with rowids, as a careless change of the schema would."""
    with sqlite3.connect(path, timeout=30) as connection:
        ((sql,),) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchall()
        columns = sql[sql.index("(") + 1 : sql.rindex(")")]
        if key:
            columns = columns.replace(" PRIMARY KEY", " UNIQUE")
        connection.execute(f"DROP TABLE {table}")
        ending = "WITHOUT ROWID" if without_rowid else ""
        connection.execute(
            f"CREATE TABLE {table} ({', '.join(filter(None, [key, extra, columns]))}) {ending}"
        )
    connection.close()


def plant_in_tables(world: World) -> None:
    now = "written_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))"
    card = world.folder / "card-door" / "card.sqlite3"
    spending = world.folder / "programme-door" / "spending.sqlite3"
    alter(card, "card", extra=now, without_rowid=True)
    alter(
        card, "used_join_token", key="serial INTEGER PRIMARY KEY AUTOINCREMENT", extra="", without_rowid=False
    )
    alter(spending, "spending_spentpass", extra="", without_rowid=False)


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Report, Path]]:
    """Play one drill in which seven rules are broken at once."""
    with ExitStack() as stack:

        def plant(world: World) -> None:
            plant_in_tables(world)
            door = world.folder / "card-door"
            proxy = CarelessProxy(world.urls["card"], door / "access.log", door / "debug.log")
            world.urls["card"] = proxy.start()
            stack.callback(proxy.stop)

        folder = tmp_path_factory.mktemp("careless")
        plan = Plan(MEMBERS, seed=3, databases={}, on_demand=True, without_chance=True, rhythm=RHYTHM)
        yield play(plan, folder, plant), folder


def pick(report: Report, kind: str, detail: str) -> list[Finding]:
    return [leak for leak in report.leaks if leak.kind == kind and re.search(detail, leak.detail)]


@pytest.mark.parametrize(
    ("kind", "detail", "linked"),
    [
        pytest.param(COLUMN, "^written_at: registering$", SOME, id="a time column"),
        pytest.param(STORAGE, "^coming to a session$", SOME, id="a table with rowids"),
        pytest.param(COLUMN, "^rowid: coming to a session$", SOME, id="its rowids"),
        pytest.param(NAMES, "address$", MEMBERS, id="an access log: addresses"),
        pytest.param(NAMES, "user agent$", MEMBERS, id="an access log: browsers"),
        pytest.param(COLUMN, "^serial: registering, join tokens$", SOME, id="a serial key"),
        pytest.param(TIMING, "coming to a session$", SOME, id="issuing on demand"),
        pytest.param(SECRETS, "invitation code$", MEMBERS, id="a debug log of bodies"),
        pytest.param(TELLING, "^all questions$", 6 * SOME, id="phones whose ball is always the answer"),
    ],
)
def test_a_planted_leak_is_called_by_name(
    careless: tuple[Report, Path], kind: str, detail: str, linked: int
) -> None:
    report, _ = careless
    found = pick(report, kind, detail)
    assert found, describe(report)
    assert max(leak.linked for leak in found) >= linked, describe(report)
    alone = Report(found + [finding for finding in report.counted if finding not in report.leaks])
    assert decide_exit_code(alone) == EXIT_LEAK
    assert "LEAK" in render_table(alone)


def test_a_careless_run_is_accused_of_nothing_but_what_was_planted(careless: tuple[Report, Path]) -> None:
    report, _ = careless
    assert report.names_recovered == MEMBERS
    planted = re.compile(r"card\.sqlite3|spending\.sqlite3|access\.log|debug\.log|the wire|recounts")
    found = {NAMES, SECRETS, LINKED, TELLING}
    others = [leak for leak in report.leaks if leak.kind not in found and not planted.search(leak.where)]
    assert others == [], describe(report)


def test_a_column_that_nobody_declared_is_announced_in_the_log_as_not_stated(
    careless: tuple[Report, Path],
) -> None:
    _, folder = careless
    files = [path for path in (folder / "data" / "log").rglob("tile/entries/**/*") if path.is_file()]
    declared = [
        tuple(column)
        for path in files
        for entry in map(parse_entry, parse_bundle(path.read_bytes()))
        if entry.kind == "holdings_declared"
        for column in entry.body["columns"]
    ]
    assert ("card", "written_at", "not-stated", "not-stated") in declared
