"""Proofs out of tiles are those of the whole tree, at every size around a tile, and need few tiles."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.public_log.merkle import (
    EMPTY_ROOT,
    compute_consistency_proof,
    compute_inclusion_proof,
    compute_leaf_hash,
    compute_root,
    verify_consistency,
    verify_inclusion,
)
from amanah.core.public_log.tile_hashes import TileHashes
from amanah.core.public_log.tiles import TILE_WIDTH, TreeEdge, encode_tile_path, parse_tile

SIZES = (1, 2, 3, 5, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537)
LARGEST = SIZES[-1]


@cache
def list_hashes() -> list[bytes]:
    return [compute_leaf_hash(b"%d" % number) for number in range(LARGEST)]


@cache
def list_files() -> dict[str, bytes]:
    """Give all hash tiles as the log writes them: full ones, and the partial ones of each size above."""
    edge, files = TreeEdge(), {}
    for number in range(LARGEST):
        files |= {file.path: file.data for file in edge.append(b"%d" % number)}
        if edge.size in SIZES:
            files |= {file.path: file.data for file in edge.list_partial_files()}
    return {path: data for path, data in files.items() if "entries" not in path}


class Shelf:
    """Reads tiles from the files, and counts them; what is not there is an error, as for a reader."""

    def __init__(self) -> None:
        self.read_paths: list[str] = []

    def __call__(self, level: int, number: int, width: int) -> Sequence[bytes]:
        path = encode_tile_path(level, number, width)
        self.read_paths.append(path)
        return parse_tile(list_files()[path])


def choose_indexes(size: int) -> list[int]:
    around = {0, 1, size // 2, 254, 255, 256, 257, 511, 512, 65_279, 65_280, 65_535, size - 2, size - 1}
    return sorted(index for index in around if 0 <= index < size)


@pytest.mark.parametrize("size", SIZES)
def test_the_tiles_have_the_root_of_the_tree(size: int) -> None:
    assert TileHashes(size, Shelf()).compute_root() == compute_root(list_hashes()[:size])


def test_an_empty_tree_has_its_root_and_reads_nothing() -> None:
    shelf = Shelf()
    empty = TileHashes(0, shelf)
    assert empty.compute_root() == EMPTY_ROOT
    assert empty.compute_consistency_proof(0) == []
    assert shelf.read_paths == []
    with pytest.raises(InvalidInputError):
        empty.compute_inclusion_proof(0)


@pytest.mark.parametrize("size", SIZES)
def test_an_inclusion_proof_is_that_of_the_whole_tree(size: int) -> None:
    hashes = list_hashes()[:size]
    root = compute_root(hashes)
    for index in choose_indexes(size):
        proof = TileHashes(size, Shelf()).compute_inclusion_proof(index)
        assert proof == compute_inclusion_proof(hashes, index)
        verify_inclusion(hashes[index], index, size, proof, root)


@pytest.mark.parametrize("size", SIZES)
def test_a_consistency_proof_is_that_of_the_whole_tree(size: int) -> None:
    hashes = list_hashes()[:size]
    new = (size, compute_root(hashes))
    tree = TileHashes(size, Shelf())
    for index in choose_indexes(size):
        old_size = index + 1
        proof = tree.compute_consistency_proof(old_size)
        assert proof == compute_consistency_proof(hashes, old_size)
        verify_consistency((old_size, compute_root(hashes[:old_size])), new, proof)


@given(st.sampled_from([257, 513]), st.data())
def test_any_entry_and_any_prefix_is_provable(size: int, data: st.DataObject) -> None:
    hashes = list_hashes()[:size]
    tree = TileHashes(size, Shelf())
    index, old_size = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree.compute_inclusion_proof(index) == compute_inclusion_proof(hashes, index)
    assert tree.compute_consistency_proof(old_size) == compute_consistency_proof(hashes, old_size)


@pytest.mark.parametrize("size", [size for size in SIZES if size])
def test_there_is_nothing_to_prove_before_the_first_and_after_the_last_entry(size: int) -> None:
    shelf = Shelf()
    tree = TileHashes(size, shelf)
    for index in (-1, size, size + 1):
        with pytest.raises(InvalidInputError):
            tree.compute_inclusion_proof(index)
    assert [tree.compute_consistency_proof(old) for old in (0, size)] == [[], []]
    assert shelf.read_paths == []


@pytest.mark.parametrize("size", SIZES)
def test_a_proof_reads_two_tiles_a_level_at_the_most_and_none_twice(size: int) -> None:
    levels = len([level for level in range(8) if size > TILE_WIDTH**level])
    for index in choose_indexes(size):
        shelf = Shelf()
        tree = TileHashes(size, shelf)
        tree.compute_inclusion_proof(index)
        assert len(shelf.read_paths) <= 2 * max(1, levels)
        tree.compute_root()
        tree.compute_inclusion_proof(index)
        assert len(shelf.read_paths) == len(set(shelf.read_paths))


@pytest.mark.parametrize("size", [255, 257, 513, 65_535])
def test_full_tiles_serve_where_the_partial_ones_are_gone(size: int) -> None:
    """Only the tiles of the largest tree are kept full, so that each size here finds more than it needs."""
    whole = 65_536
    hashes = list_hashes()

    def read_full(level: int, number: int, width: int) -> list[bytes]:
        start, step = number * TILE_WIDTH, TILE_WIDTH**level
        return [
            compute_root(hashes[place * step : (place + 1) * step])
            for place in range(start, min(start + TILE_WIDTH, whole // step))
        ]

    tree = TileHashes(size, read_full)
    assert tree.compute_root() == compute_root(hashes[:size])
    assert tree.compute_inclusion_proof(size - 1) == compute_inclusion_proof(hashes[:size], size - 1)


def test_a_tile_that_is_too_short_is_refused() -> None:
    tree = TileHashes(257, lambda level, number, width: [bytes(32)] * (width - 1))
    with pytest.raises(InvalidInputError):
        tree.compute_root()
    with pytest.raises(InvalidInputError):
        tree.compute_inclusion_proof(3)


def test_a_wrong_tile_proves_nothing() -> None:
    hashes = list_hashes()[:513]
    root = compute_root(hashes)

    def lie(level: int, number: int, width: int) -> Sequence[bytes]:
        tile = [*Shelf()(level, number, width)]
        return [bytes(32), *tile[1:]] if (level, number) == (0, 1) else tile

    tree = TileHashes(513, lie)
    for index in (256, 257, 300, 511):
        proof = tree.compute_inclusion_proof(index)
        with pytest.raises(VerificationError):
            verify_inclusion(tree._find_tile(0, 1)[index - 256], index, 513, proof, root)
    for index in (0, 255, 512):
        verify_inclusion(hashes[index], index, 513, tree.compute_inclusion_proof(index), root)
