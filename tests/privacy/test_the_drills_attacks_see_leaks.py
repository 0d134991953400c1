"""The drill's attacks on made-up files: each planted leak is seen, and honest storage is not accused."""

import os
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from amanah.drill.attack_across import attack_across_doors, attack_equal_values, attack_row_sizes
from amanah.drill.attack_orders import PAGES, Streams, attack_file_layout, list_event_needles, recover_orders
from amanah.drill.attack_secrets import (
    attack_crossing_marks,
    attack_device_secrets,
    attack_names,
    attack_request_door,
    spell,
)
from amanah.drill.attack_wire import attack_key_marks, attack_sizes, attack_timing
from amanah.drill.chance import Finding, compute_rank_p, compute_stratified_kendall_p, compute_wilson_interval
from amanah.drill.crowd import imagine_people
from amanah.drill.judgement import judge_seizure, list_needles, split_orders
from amanah.drill.seizure import NeedleIndex, Scan, Seizure, scan, seize
from amanah.drill.snapshot import SeizedTable, read_tables
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
    return [
        order.judge()
        for table in read_tables(seizure, {})
        for order in recover_orders(table.where, table.names, table.rows, streams)
    ]


def attack_layout(seizure: Seizure, streams: Streams) -> list[Finding]:
    return list(attack_file_layout(scan(seizure, list_event_needles(streams)), streams))


def look_for(truth: Truth, folder: Path, tmp_path: Path) -> Scan:
    return scan(take(folder, tmp_path), list_needles(truth, {}))


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
    assert list_leaks(attack_layout(seizure, {"s": events}))


def test_a_time_in_a_column_gives_the_order_away(folder: Path, tmp_path: Path, events: Events) -> None:
    database = sqlite3.connect(folder / "a.sqlite3")
    database.execute("CREATE TABLE spent (nonce BLOB PRIMARY KEY, at TEXT) WITHOUT ROWID")
    rows = [(needle, f"2026-01-01T00:{place:02d}") for place, (_, needle) in enumerate(events)]
    random.Random(1).shuffle(rows)
    database.executemany("INSERT INTO spent VALUES (?, ?)", rows)
    database.commit()
    database.close()
    leaks = list_leaks(list(attack_sqlite_columns(take(folder, tmp_path), {"s": events})))
    assert [leak.attack for leak in leaks] == ["rows sorted by a column: at: s"]
    assert leaks[0].linked == MEMBERS


def test_a_tidy_unordered_table_is_not_accused(folder: Path, tmp_path: Path, events: Events) -> None:
    database = sqlite3.connect(folder / "a.sqlite3")
    database.execute("CREATE TABLE spent (nonce BLOB PRIMARY KEY) WITHOUT ROWID")
    database.executemany("INSERT INTO spent VALUES (?)", [(needle,) for _, needle in events])
    database.commit()
    database.execute("VACUUM")
    database.close()
    seizure = take(folder, tmp_path)
    findings = [*attack_sqlite_columns(seizure, {"s": events}), *attack_layout(seizure, {"s": events})]
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
    leaks = list_leaks(attack_layout(take(folder, tmp_path), {"s": events}))
    assert any(leak.kind == PAGES for leak in leaks)


def test_a_member_whom_the_request_door_knows_is_found_there(tmp_path: Path) -> None:
    people = imagine_people(random.Random(1), MEMBERS)
    truth = Truth(people)
    truth.card_keys[3] = bytes(range(32))
    data = tmp_path / "data"
    for door in ("request-door", "card-door"):
        (data / door).mkdir(parents=True)
    (data / "card-door" / "cards").write_bytes(truth.card_keys[3])
    assert attack_request_door(look_for(truth, data, tmp_path / "first"), truth).linked == 0
    asked = f"They ask about {people[5].name}, card {truth.card_keys[3].hex()}."
    (data / "request-door" / "asked.txt").write_text(asked)
    found = attack_request_door(look_for(truth, data, tmp_path / "second"), truth)
    assert found.linked == 2
    assert list_leaks([found]) == [found]


def test_a_card_outside_its_door_is_found_wherever_the_data_lies(tmp_path: Path) -> None:
    truth = Truth(imagine_people(random.Random(1), MEMBERS))
    truth.card_keys[3] = bytes(range(32))
    data = tmp_path / "data"
    for door in ("programme-door", "card-door"):
        (data / door).mkdir(parents=True)
    (data / "card-door" / "cards").write_bytes(truth.card_keys[3])
    cards, _passes = attack_crossing_marks(look_for(truth, data, tmp_path / "first"), truth)
    assert cards.linked == 0
    (data / "programme-door" / "notes").write_bytes(truth.card_keys[3])
    cards, _passes = attack_crossing_marks(look_for(truth, data, tmp_path / "second"), truth)
    assert list_leaks([cards]) == [cards]


def test_an_access_log_names_members(folder: Path, tmp_path: Path) -> None:
    people = imagine_people(random.Random(1), MEMBERS)
    (folder / "access.log").write_text("".join(f"{p.address} - GET / {p.user_agent}\n" for p in people))
    truth = Truth(people)
    findings = {f.detail: f for f in attack_names(look_for(truth, folder, tmp_path), truth)}
    assert findings["each member's address"].linked == MEMBERS
    assert findings["each member's user agent"].linked == MEMBERS


@pytest.mark.parametrize("spelling", range(5))
def test_a_secret_is_found_in_every_spelling(folder: Path, tmp_path: Path, spelling: int) -> None:
    truth = Truth(imagine_people(random.Random(1), 1))
    truth.note_secret(0, "card secret", bytes(range(16)))
    (folder / "debug.log").write_bytes(b"x=" + list(spell(bytes(range(16))))[spelling] + b"\n")
    (finding,) = attack_device_secrets(look_for(truth, folder, tmp_path), truth)
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
    assert len(list_leaks(list(attack_timing(demand)))) == 3
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
    found = NeedleIndex(needles).find(data)
    assert {needle: offsets[0] for needle, offsets in found.items()} == {
        needle: data.find(needle) for needle in needles if needle in data
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
    clean = Finding("search", "", "file", 0, 5, 0.0, 1.0, is_forbidden=True)
    hurried = Finding("order", "b", "file", 5, 5, 0.2, 1e-9, is_last_seconds=True)
    report = Report([Finding("order", "a", "file", 5, 5, 0.2, 1e-9), clean, hurried])
    table = render_table(report)
    assert "Attacks that beat chance: 1." in table
    assert "LEAK  order: a" in table
    assert "shown, not counted" in table
    assert Report([clean, hurried]).leaks == []
    assert max(map(len, table.splitlines())) <= 120


def test_a_folder_of_one_file_a_member_gives_the_order_away_by_its_times(
    folder: Path, tmp_path: Path, events: Events
) -> None:
    for place, (_, needle) in enumerate(events):
        path = folder / f"{random.Random(place).random()}.bin"
        path.write_bytes(needle)
        os.utime(path, ns=(place * 10**9, place * 10**9))
    leaks = list_leaks(attack_layout(take(folder, tmp_path), {"s": events}))
    assert [leak.attack for leak in leaks] == ["times of files: s"]


def test_an_order_that_is_written_down_in_words_is_read_too(
    folder: Path, tmp_path: Path, events: Events
) -> None:
    (folder / "debug.log").write_text("".join(f"spent {needle.hex()}\n" for _, needle in events))
    leaks = list_leaks(attack_layout(take(folder, tmp_path), {"s": events}))
    assert {leak.linked for leak in leaks if leak.kind == "places in files"} == {MEMBERS}


def build_crowd(events: Events) -> Truth:
    generator = random.Random(2)
    truth = Truth(imagine_people(generator, MEMBERS))
    truth.card_keys = {member: generator.randbytes(32) for member in range(MEMBERS)}
    truth.spent["o"] = [(float(place), member, nonce) for place, (member, nonce) in enumerate(events)]
    truth.registered = sorted(range(MEMBERS), key=lambda member: truth.card_keys[member])
    truth.fetched = [(float(place), member) for place, member in enumerate(truth.registered)]
    return truth


def build_tables(truth: Truth, mark: Sequence[int]) -> list[SeizedTable]:
    """Two tables whose rows carry a number, as PostgreSQL's rows carry the transaction that wrote them."""
    generator = random.Random(4)
    cards = [(mark[member], truth.card_keys[member], b"r" * 32) for member in range(MEMBERS)]
    acts = [(mark[member], nonce) for _, member, nonce in truth.spent["o"]]
    generator.shuffle(cards)
    generator.shuffle(acts)
    return [
        SeizedTable("here card", ["xmin", "public_key", "revocation_hash"], list(cards)),
        SeizedTable("here spent", ["xmin", "nonce"], list(acts)),
    ]


def test_rows_of_one_transaction_at_both_doors_are_joined(events: Events) -> None:
    truth = build_crowd(events)
    tables = build_tables(truth, [1000 + member for member in range(MEMBERS)])
    leaks = list_leaks(list(attack_equal_values(tables, truth, "here")))
    assert [(leak.linked, leak.detail) for leak in leaks] == [(MEMBERS, "xmin = xmin, spending o")]
    alike = build_tables(truth, [7] * MEMBERS)
    assert list_leaks(list(attack_equal_values(alike, truth, "here"))) == []


def test_numbers_that_grow_at_both_doors_are_lined_up(events: Events) -> None:
    truth = build_crowd(events)
    arrived = [member for _, member, _ in truth.spent["o"]]
    truth.registered = arrived
    streams = truth.list_orders()
    tables = build_tables(truth, [arrived.index(member) for member in range(MEMBERS)])
    orders = [o for table in tables for o in recover_orders(table.where, table.names, table.rows, streams)]
    leaks = list_leaks(list(attack_across_doors(*split_orders(orders, truth))))
    assert {(leak.linked, leak.trials) for leak in leaks} == {(MEMBERS, MEMBERS)}


def test_a_card_row_of_another_size_is_a_mark(events: Events) -> None:
    truth = build_crowd(events)
    (cards, acts) = build_tables(truth, [7] * MEMBERS)
    assert list_leaks(list(attack_row_sizes([cards, acts], truth, "here"))) == []
    cards.rows[3] = (*cards.rows[3][:2], b"longer than the others" * 2)
    assert [leak.linked for leak in attack_row_sizes([cards, acts], truth, "here")] == [1]


def test_what_the_last_seconds_show_is_not_hidden_when_it_names_somebody(
    folder: Path, tmp_path: Path, events: Events
) -> None:
    truth = build_crowd(events)
    (folder / "access.log").write_text("".join(person.address + "\n" for person in truth.people))
    seen = look_for(truth, folder, tmp_path)
    assert Report(list(judge_seizure(seen, [], truth))).names_recovered == MEMBERS
