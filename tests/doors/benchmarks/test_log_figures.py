"""The figures of the log measure what they say: real trees, real entries, and requests that a witness grants."""

from pathlib import Path

import pytest
from benchmarks.log_entries import ENTRY_LENGTH, build_entries, sign_entries, write_entries
from benchmarks.log_integration import grow_apart
from benchmarks.log_proofs import TileFolder, count_levels, make_leaf_hash, prove, write_tree
from benchmarks.log_witnessing import build_tree, measure_decisions, measure_judgements
from benchmarks.measuring import FULL, TINY

from amanah.core.public_log.entries import check_schema, parse_entry
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root
from amanah.core.public_log.tile_hashes import TileHashes

SIZE = 66_000


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> TileFolder:
    return write_tree(tmp_path_factory.mktemp("tree"), SIZE)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 1_000, 65_536, SIZE])
def test_the_tree_on_the_disk_is_the_tree_at_every_size_below_its_own(tree: TileFolder, size: int) -> None:
    expected = compute_root([make_leaf_hash(index) for index in range(size)])
    assert TileHashes(size, tree.read_tile).compute_root() == expected


def test_proofs_are_checked_while_they_are_timed_and_tiles_are_counted(tree: TileFolder) -> None:
    costs = prove(tree, SIZE)
    assert all(cost > 0 for cost in costs.values())
    assert costs["inclusion hashes"] == 17
    assert 3 <= costs["inclusion tiles"] <= count_levels(SIZE) + 2
    assert [count_levels(size) for size in (1, 256, 257, 65_536, 65_537, 10_000_000)] == [1, 1, 2, 2, 3, 3]


def test_the_entries_have_the_length_and_form_of_real_ones(tmp_path: Path) -> None:
    (signed,) = sign_entries(bytes(32), 1)
    check_schema(parse_entry(signed))
    (built,) = build_entries(7, 1)
    assert len(signed) == len(built) == ENTRY_LENGTH
    check_schema(parse_entry(built))
    assert len(set(build_entries(0, 1_000))) == 1_000
    data = write_entries(bytes(32), 20, tmp_path / "bodies").read_bytes()
    entries = {data[start : start + ENTRY_LENGTH] for start in range(0, len(data), ENTRY_LENGTH)}
    assert len(entries) == 20
    for entry in entries:
        check_schema(parse_entry(entry))


def test_a_tree_of_equal_leaves_has_the_root_that_hashing_them_gives() -> None:
    for size in (1, 5, 256, 1_000):
        assert build_tree(size).compute_root() == compute_root([compute_leaf_hash(b"the same")] * size)


def test_the_witness_grants_what_is_timed_and_the_reader_believes_it() -> None:
    assert measure_decisions(9_000, 10_000).ours > 0
    assert measure_judgements(10_000).ours > 0


def test_the_memory_of_the_tree_is_not_that_of_whoever_asked_for_it() -> None:
    """A process that starts another hands on its own peak in `getrusage`, which would hide any growth below it."""
    ballast = bytearray(b"x") * 80_000_000
    seen = grow_apart(TINY.list_tree_sizes())
    assert len(ballast) / 1e6 > seen["peak"] > seen["growth"] > 0


def test_the_log_is_measured_at_ten_thousand_one_million_and_ten_million_entries() -> None:
    assert FULL.list_tree_sizes() == (10_000, 1_000_000, 10_000_000)
    assert TINY.list_tree_sizes()[-1] <= 10_000
