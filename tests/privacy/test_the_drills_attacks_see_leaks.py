"""The drill's attacks on made-up files: each planted leak is seen, and honest storage is not accused."""

import random
import sqlite3
from pathlib import Path

import pytest

from amanah.drill.attack_orders import Streams, attack_file_layout, judge_rows
from amanah.drill.attack_secrets import attack_device_secrets, attack_names, spell
from amanah.drill.attack_wire import attack_key_marks, attack_sizes, attack_timing
from amanah.drill.chance import Finding, compute_rank_p, compute_stratified_kendall_p, compute_wilson_interval
from amanah.drill.crowd import imagine_people
from amanah.drill.seizure import NeedleIndex, Seizure, seize
from amanah.drill.snapshot import read_tables
from amanah.drill.table import Report, render_table
from amanah.drill.truth import Truth

MEMBERS = 60
Events = list[tuple[int, bytes]]


@pytest.fixture
def events() -> Events:
    generator = random.Random(7)
    return [(member, generator.randbytes(32)) for member in range(MEMBERS)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "programme-door"
    place.mkdir()
    return place


def take(folder: Path, tmp_path: Path) -> Seizure:
    return seize([folder], tmp_path / "seized", "test")


def attack_sqlite_columns(seizure: Seizure, streams: Streams) -> list[Finding]:
    tables = read_tables(seizure, {})
    return [
        finding for table in tables for finding in judge_rows(table.where, table.names, table.rows, streams)
    ]


def list_leaks(findings: list[Finding]) -> list[Finding]:
    return Report(findings).leaks


def test_a_table_with_rowids_gives_the_order_away(folder: Path, tmp_path: Path, events: Events) -> None:
    database = sqlite3.connect(folder / "a.sqlite3")
    database.execute("CREATE TABLE spent (nonce BLOB PRIMARY KEY)")
    database.executemany("INSERT INTO spent VALUES (?)", [(needle,) for _, needle in events])
    database.commit()
    database.close()
    seizure = take(folder, tmp_path)
    assert list_leaks(list(attack_sqlite_columns(seizure, {"s": events})))
    assert list_leaks(list(attack_file_layout(seizure, {"s": events})))


def test_a_time_in_a_column_gives_the_order_away(folder: Path, tmp_path: Path, events: Events) -> None:
    database = sqlite3.connect(folder / "a.sqlite3")
    database.execute("CREATE TABLE spent (nonce BLOB PRIMARY KEY, at TEXT) WITHOUT ROWID")
    rows = [(needle, f"2026-01-01T00:{place:02d}") for place, (_, needle) in enumerate(events)]
    random.Random(1).shuffle(rows)
    database.executemany("INSERT INTO spent VALUES (?, ?)", rows)
    database.commit()
    database.close()
    leaks = list_leaks(list(attack_sqlite_columns(take(folder, tmp_path), {"s": events})))
    assert [leak.attack for leak in leaks] == ["sorted by at: s"]
    assert leaks[0].linked == MEMBERS


def test_a_tidy_unordered_table_is_not_accused(folder: Path, tmp_path: Path, events: Events) -> None:
    database = sqlite3.connect(folder / "a.sqlite3")
    database.execute("CREATE TABLE spent (nonce BLOB PRIMARY KEY) WITHOUT ROWID")
    database.executemany("INSERT INTO spent VALUES (?)", [(needle,) for _, needle in events])
    database.commit()
    database.execute("VACUUM")
    database.close()
    seizure = take(folder, tmp_path)
    findings = [*attack_sqlite_columns(seizure, {"s": events}), *attack_file_layout(seizure, {"s": events})]
    assert findings
    assert list_leaks(findings) == []


def test_an_unordered_table_that_was_never_rewritten_keeps_the_order_inside_its_pages(
    folder: Path, tmp_path: Path, events: Events
) -> None:
    database = sqlite3.connect(folder / "a.sqlite3")
    database.execute("CREATE TABLE spent (nonce BLOB PRIMARY KEY) WITHOUT ROWID")
    for _, needle in events:
        database.execute("INSERT INTO spent VALUES (?)", (needle,))
        database.commit()
    database.close()
    leaks = list_leaks(list(attack_file_layout(take(folder, tmp_path), {"s": events})))
    assert any("inside pages" in leak.attack for leak in leaks)


def test_an_access_log_names_members(folder: Path, tmp_path: Path) -> None:
    people = imagine_people(random.Random(1), MEMBERS)
    (folder / "access.log").write_text("".join(f"{p.address} - GET / {p.user_agent}\n" for p in people))
    findings = {f.attack: f for f in attack_names(take(folder, tmp_path), Truth(people))}
    assert findings["search for each member's address"].linked == MEMBERS
    assert findings["search for each member's user agent"].linked == MEMBERS


@pytest.mark.parametrize("spelling", range(5))
def test_a_secret_is_found_in_every_spelling(folder: Path, tmp_path: Path, spelling: int) -> None:
    truth = Truth(imagine_people(random.Random(1), 1))
    truth.note_secret(0, "card secret", bytes(range(16)))
    (folder / "debug.log").write_bytes(b"x=" + list(spell(bytes(range(16))))[spelling] + b"\n")
    (finding,) = attack_device_secrets(take(folder, tmp_path), truth)
    assert (finding.linked, finding.trials) == (1, 1)
    assert Report([finding]).names_recovered == 1


def test_fetching_on_demand_links_people_by_time_and_waves_do_not() -> None:
    generator = random.Random(3)
    people = imagine_people(generator, MEMBERS)
    demand, wave = Truth(people), Truth(people)
    arrivals = sorted((generator.random() * 3600, member) for member in range(MEMBERS))
    demand.fetched = [(moment - 0.1, member) for moment, member in arrivals]
    wave.fetched = [(generator.random() * -86_400, member) for member in range(MEMBERS)]
    for truth in (demand, wave):
        truth.spent["o"] = [(moment, member, bytes(32)) for moment, member in arrivals]
    assert len(list_leaks(list(attack_timing(demand)))) == 2
    assert list_leaks(list(attack_timing(wave))) == []


def test_a_second_size_and_a_second_key_are_seen() -> None:
    truth = Truth(imagine_people(random.Random(1), 3))
    truth.note_size("card /x", (200, 10, 512))
    truth.note_size("card /x", (409, 10, 512))
    assert list_leaks(list(attack_sizes(truth))) == []
    truth.note_size("card /x", (200, 11, 512))
    assert len(list_leaks(list(attack_sizes(truth)))) == 1
    truth.keys_seen = {0: b"a", 1: b"a", 2: b"b"}
    assert attack_key_marks(truth).linked == 1


def test_the_needle_index_finds_what_a_plain_search_finds(tmp_path: Path) -> None:
    generator = random.Random(5)
    needles = [generator.randbytes(12) for _ in range(40)]
    data = generator.randbytes(5000) + b"".join(needles[place] + bytes(place) for place in range(0, 40, 3))
    path = tmp_path / "file"
    path.write_bytes(data)
    found = NeedleIndex(needles).find(path)
    assert {place: offsets[0] for place, offsets in found.items()} == {
        place: data.find(needle) for place, needle in enumerate(needles) if needle in data
    }


def test_the_statistics_agree_with_a_reference() -> None:
    stats = pytest.importorskip("scipy.stats")
    generator = random.Random(11)
    values = [generator.random() + place / 40 for place in range(200)]
    assert compute_rank_p(values) == pytest.approx(
        2 * stats.norm.sf(abs(stats.spearmanr(values, range(200)).statistic) * 199**0.5), rel=1e-6
    )
    low, high = compute_wilson_interval(7, 50)
    expected = stats.binomtest(7, 50).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), rel=1e-5)
    # Kendall's asymptotic p without continuity correction, on one stratum.
    tau = stats.kendalltau(values[:60], range(60), method="asymptotic")
    assert compute_stratified_kendall_p([values[:60]]) == pytest.approx(tau.pvalue, rel=1e-6)


def test_the_table_says_how_many_attacks_beat_chance() -> None:
    clean = Finding("search", "file", 0, 5, 0.0, 1.0, is_forbidden=True)
    report = Report([Finding("order", "file", 5, 5, 0.2, 1e-9), clean])
    assert "Attacks that beat chance: 1." in render_table(report)
    assert "LEAK" in render_table(report)
