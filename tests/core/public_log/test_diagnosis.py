"""Whatever is deleted, edited, reordered or forked in a log's files, the file or the entry is named."""

import random
from collections.abc import Callable, Iterator

import pytest

from amanah.core.public_log.checkpoints import Checkpoint
from amanah.core.public_log.diagnosis import (
    Damage,
    describe_fork,
    describe_shrinking,
    find_damages,
)
from amanah.core.public_log.tiles import (
    TreeEdge,
    encode_bundle,
    encode_tile_path,
    is_partial_path,
    parse_bundle,
)
from tests.core.public_log.build import ORIGIN

Files = dict[str, bytes]
SIZES = (1, 5, 255, 256, 257, 512, 700)
LARGE = 256 * 256 + 300


def build_files(leaves: list[bytes]) -> tuple[Checkpoint, Files]:
    edge = TreeEdge()
    files = {file.path: file.data for leaf in leaves for file in edge.append(leaf)}
    files |= {file.path: file.data for file in edge.list_partial_files()}
    return Checkpoint(ORIGIN, edge.size, edge.compute_root()), files


def make_leaves(size: int) -> list[bytes]:
    return [b"entry %d of a log" % number for number in range(size)]


def diagnose(checkpoint: Checkpoint, files: Files) -> list[Damage]:
    return list(find_damages(checkpoint, files.get))


def find_bundle(index: int, size: int) -> str:
    return encode_tile_path("entries", index // 256, min(256, size - index // 256 * 256))


def change_bundle(files: Files, path: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
    files[path] = encode_bundle(change(parse_bundle(files[path])))


@pytest.mark.parametrize("size", [0, *SIZES])
def test_nothing_is_found_where_nothing_was_changed(size: int) -> None:
    checkpoint, files = build_files(make_leaves(size))
    assert diagnose(checkpoint, files) == []
    fuller, later = build_files(make_leaves(256 * (size // 256 + 1)))
    only_full = {path: data for path, data in (files | later).items() if not is_partial_path(path)}
    grown = {path: data for path, data in files.items() if "/1/" in path} | only_full
    assert diagnose(checkpoint, grown) == []
    assert fuller.size > size


@pytest.mark.parametrize("size", SIZES)
def test_every_file_that_is_missing_is_named(size: int) -> None:
    checkpoint, files = build_files(make_leaves(size))
    for path in files:
        (damage,) = diagnose(checkpoint, {name: data for name, data in files.items() if name != path})
        assert damage.path == path
        assert damage.sentence.startswith(f"The file {path} is missing; it must hold")


@pytest.mark.parametrize("size", SIZES)
def test_every_file_of_which_any_byte_is_changed_is_named(size: int) -> None:
    checkpoint, files = build_files(make_leaves(size))
    chance = random.Random(size)
    for path in files:
        for _ in range(10):
            damaged = bytearray(files[path])
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            (damage,) = diagnose(checkpoint, files | {path: bytes(damaged)})
            assert damage.path == path
            assert path in damage.sentence


@pytest.mark.parametrize("size", SIZES)
def test_every_file_that_is_cut_off_or_goes_on_is_named(size: int) -> None:
    checkpoint, files = build_files(make_leaves(size))
    for path, data in files.items():
        for changed in (data[:-1], data[: len(data) // 2], b"", data + b"\0", data + data[-32:], data[:-32]):
            (damage,) = diagnose(checkpoint, files | {path: changed})
            assert damage.path == path
            assert path in damage.sentence


@pytest.mark.parametrize("size", [5, 256, 257, 700])
def test_an_entry_that_is_changed_is_named_by_its_index(size: int) -> None:
    checkpoint, files = build_files(make_leaves(size))
    for index in {0, 1, size // 2, size - 2, size - 1}:
        path, place = find_bundle(index, size), index % 256
        damaged = dict(files)
        change_bundle(damaged, path, lambda rows, at=place: [*rows[:at], b"forged", *rows[at + 1 :]])  # type: ignore[misc]
        (damage,) = diagnose(checkpoint, damaged)
        assert damage == Damage(
            f"Entry {index} in the file {path} is not the one that the log signed; it was changed or exchanged.",
            path,
            index,
        )


def list_changes() -> Iterator[tuple[str, Callable[[list[bytes]], list[bytes]], int]]:
    yield "has changed places with entry 4.", lambda rows: [*rows[:3], rows[4], rows[3], *rows[5:]], 3
    yield (
        "has changed places with entry 9.",
        lambda rows: [*rows[:3], rows[9], *rows[4:9], rows[3], *rows[10:]],
        3,
    )
    yield "is missing; what follows it was moved up.", lambda rows: rows[:7] + rows[8:], 7
    yield "is missing; what follows it was moved up.", lambda rows: [*rows[:7], *rows[8:], b"next"], 7
    yield "and all after it are missing.", lambda rows: rows[:7], 7
    yield (
        "is one that was put in; what stood there was moved down.",
        lambda rows: [*rows[:7], b"new", *rows[7:]],
        7,
    )
    yield (
        "is one that was put in; what stood there was moved down.",
        lambda rows: [*rows[:7], b"new", *rows[7:-1]],
        7,
    )
    yield (
        "and others after it stand in another order than the one that the log signed.",
        lambda rows: rows[:2] + rows[4:6] + rows[2:4] + rows[6:][::-1],
        2,
    )
    yield (
        "is missing; a copy of entry 1 stands in its place.",
        lambda rows: [*rows[:5], rows[1], *rows[6:]],
        5,
    )


@pytest.mark.parametrize(("told", "change", "index"), list(list_changes()))
@pytest.mark.parametrize("size", [20, 700])
def test_what_was_done_to_the_entries_of_a_file_is_told(
    size: int, told: str, change: Callable[[list[bytes]], list[bytes]], index: int
) -> None:
    checkpoint, files = build_files(make_leaves(size))
    path = find_bundle(0, size)
    if size > 256:
        change_bundle(files, path, lambda rows: change(rows)[:256])
    else:
        change_bundle(files, path, change)
    (damage,) = diagnose(checkpoint, files)
    assert (damage.index, damage.path) == (index, path)
    if not (size > 256 and told == "is one that was put in; what stood there was moved down."):
        assert told in damage.sentence


def test_entries_after_the_end_are_named() -> None:
    checkpoint, files = build_files(make_leaves(5))
    change_bundle(files, "tile/entries/000.p/5", lambda rows: [*rows, b"more"])
    (damage,) = diagnose(checkpoint, files)
    assert damage.sentence == "The file tile/entries/000.p/5 goes on after entry 4, where it must end."


def test_two_files_that_changed_places_are_both_named() -> None:
    checkpoint, files = build_files(make_leaves(700))
    for kind in ("entries", "0"):
        one, other = f"tile/{kind}/000", f"tile/{kind}/001"
        damages = diagnose(checkpoint, files | {one: files[other], other: files[one]})
        assert [damage.path for damage in damages] == [one, other]


def test_an_entry_taken_out_of_all_files_is_named_where_it_stood() -> None:
    leaves = make_leaves(700)
    checkpoint, files = build_files(leaves)
    _, shorter = build_files(leaves[:300] + leaves[301:])
    bundles = {path: data for path, data in shorter.items() if "entries" in path}
    bundles[find_bundle(699, 700)] = bundles.pop(find_bundle(698, 699))
    first, *rest = diagnose(checkpoint, files | bundles)
    assert (first.index, first.path) == (300, "tile/entries/001")
    assert "is missing; what follows it was moved up." in first.sentence
    assert [damage.index for damage in rest] == [512]


def test_damage_in_several_files_is_given_in_the_order_of_the_entries() -> None:
    checkpoint, files = build_files(make_leaves(700))
    for path in ("tile/1/000.p/2", "tile/entries/000", "tile/entries/002.p/188"):
        files[path] = files[path][:-5] + b"wrong"
    assert [damage.path for damage in diagnose(checkpoint, files)] == [
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/002.p/188",
    ]


def test_files_of_another_tree_are_told_from_damaged_ones() -> None:
    leaves = make_leaves(700)
    checkpoint, _ = build_files(leaves)
    _, forked = build_files([*leaves[:123], b"another history", *leaves[124:]])
    (damage,) = diagnose(checkpoint, forked)
    assert damage.path == "checkpoint"
    assert "the checkpoint and the files are not of one tree" in damage.sentence


def test_files_that_fit_neither_each_other_nor_the_root_are_named_where_they_part() -> None:
    leaves = make_leaves(700)
    checkpoint, files = build_files(leaves)
    _, forked = build_files([*leaves[:600], b"another history", *leaves[601:]])
    mixed = files | {path: data for path, data in forked.items() if path.startswith("tile/entries")}
    mixed["tile/0/002.p/188"] = bytes(188 * 32)
    (damage,) = diagnose(checkpoint, mixed)
    assert damage.path == "tile/0/002.p/188"
    assert "neither leads to the root" in damage.sentence


@pytest.mark.parametrize("size", [5, 257, 700])
def test_any_mixture_of_damage_is_noticed_and_never_breaks_the_search(size: int) -> None:
    checkpoint, files = build_files(make_leaves(size))
    chance = random.Random(size)
    for _ in range(60):
        damaged = dict(files)
        for path in chance.sample(sorted(files), chance.randint(1, len(files))):
            data = files[path]
            match chance.randrange(4):
                case 0:
                    del damaged[path]
                case 1:
                    damaged[path] = chance.randbytes(chance.randrange(3 * len(data)))
                case 2:
                    damaged[path] = data[: chance.randrange(len(data))]
                case _:
                    place = chance.randrange(len(data))
                    damaged[path] = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        changed = {path for path in files if damaged.get(path) != files[path]}
        first = next(find_damages(checkpoint, damaged.get))
        named = {path for path in files if path in first.sentence}
        assert named & changed or "neither leads to the root" in first.sentence


def test_a_tile_above_the_lowest_is_named_in_a_log_of_three_levels() -> None:
    checkpoint, files = build_files(make_leaves(LARGE))
    for path in ("tile/2/000.p/1", "tile/1/000", "tile/1/001.p/1", "tile/0/256", "tile/0/257.p/44"):
        damaged = files | {path: files[path][:-1] + bytes([files[path][-1] ^ 1])}
        (damage,) = diagnose(checkpoint, damaged)
        assert damage.path == path
    change_bundle(files, "tile/entries/200", lambda rows: [*rows[:9], b"forged", *rows[10:]])
    (damage,) = diagnose(checkpoint, files)
    assert damage.index == 200 * 256 + 9


def test_a_fork_is_told_with_both_roots_and_sizes() -> None:
    told = describe_fork((300, bytes(32)), b"\1" * 32, Checkpoint(ORIGIN, 700, b"\2" * 32))
    for part in ("300", "700", "A" * 43 + "=", "AQEB", "AgIC", "Keep both checkpoints"):
        assert part in told
    told = describe_shrinking((300, bytes(32)), Checkpoint(ORIGIN, 200, b"\2" * 32))
    for part in ("300", "200", "A" * 43 + "=", "AgIC", "Keep both checkpoints"):
        assert part in told
