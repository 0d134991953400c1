"""Tiles and bundles have the paths and bytes of C2SP tlog-tiles, and the same tree always has the same files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root
from amanah.core.public_log.tiles import (
    TreeEdge,
    compute_edge_root,
    encode_bundle,
    encode_tile_path,
    is_partial_path,
    is_tile_path,
    list_bundle_paths,
    list_edge_paths,
    parse_bundle,
    parse_tile,
)

SIZES = (0, 1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537)


@pytest.mark.parametrize(
    ("path", "level", "number", "width"),
    [
        ("tile/0/000", 0, 0, 256),
        ("tile/0/x001/x234/067", 0, 1_234_067, 256),
        ("tile/entries/x001/000.p/7", "entries", 1_000, 7),
        ("tile/3/999.p/255", 3, 999, 255),
    ],
)
def test_paths_are_those_of_the_format(path: str, level: int | str, number: int, width: int) -> None:
    assert encode_tile_path(level, number, width) == path
    assert is_tile_path(path)
    assert is_partial_path(path) == (width < 256)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/64/000",
        "tile/00/000",
        "tile/data/000",
        "tile/0/../checkpoint",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/000.p/01",
        "checkpoint",
        "tile/0/000.writing",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/000.p/\u0661",
    ],
)
def test_no_other_path_is_taken_for_a_tile(path: str) -> None:
    assert not is_tile_path(path)


@given(st.integers(0, 10**12), st.integers(1, 256), st.sampled_from([0, 1, 63, "entries"]))
def test_every_path_that_is_written_is_recognised(number: int, width: int, level: int | str) -> None:
    assert is_tile_path(encode_tile_path(level, number, width))


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=256))
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    assert parse_bundle(encode_bundle(entries)) == entries


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\5abc", b"\0\1a\0", encode_bundle([b""] * 257)])
def test_a_damaged_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse_bundle(data)


@pytest.mark.parametrize("data", [b"", bytes(31), bytes(33), bytes(257 * 32)])
def test_a_damaged_tile_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse_tile(data)


def test_the_files_of_every_size_hold_the_whole_tree() -> None:
    files: dict[str, bytes] = {}
    edge = TreeEdge()
    hashes: list[bytes] = []
    for size in range(max(SIZES) + 1):
        if size in SIZES:
            now = files | {file.path: file.data for file in edge.list_partial_files()}
            stored = [entry for path in list_bundle_paths(0, size) for entry in parse_bundle(now[path])]
            assert [compute_leaf_hash(entry) for entry in stored] == hashes
            assert edge.compute_root() == compute_root(hashes)
            assert set(list_edge_paths(size)) <= now.keys()
            for number in range(size // 256):
                assert (
                    parse_tile(now[encode_tile_path(0, number)]) == hashes[number * 256 : number * 256 + 256]
                )
                whole = (
                    now.get(encode_tile_path(1, number // 256))
                    or now[encode_tile_path(1, number // 256, size // 256 % 256)]
                )
                assert parse_tile(whole)[number % 256] == compute_root(
                    hashes[number * 256 : number * 256 + 256]
                )
        entry = b"entry %d" % size
        for file in edge.append(entry):
            assert file.path not in files
            files[file.path] = file.data
        hashes.append(compute_leaf_hash(entry))


def test_the_right_edge_alone_gives_the_root() -> None:
    edge = TreeEdge()
    for number in range(600):
        edge.append(b"%d" % number)
        partials = {file.path: file.data for file in edge.list_partial_files()}
        by_level: dict[int, list[bytes]] = {}
        for path in list_edge_paths(edge.size):
            by_level[int(path.split("/")[1])] = parse_tile(partials[path])
        assert compute_edge_root([by_level.get(level, []) for level in range(4)]) == edge.compute_root()


def test_a_reader_fetches_only_the_bundles_that_it_needs() -> None:
    assert list_bundle_paths(0, 0) == []
    assert list_bundle_paths(5, 5) == []
    assert list_bundle_paths(0, 5) == ["tile/entries/000.p/5"]
    assert list_bundle_paths(256, 512) == ["tile/entries/001"]
    assert list_bundle_paths(300, 513) == ["tile/entries/001", "tile/entries/002.p/1"]
