"""Whatever is deleted, edited, reordered or forked in a served log is refused, and the message says where."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from amanah.core.public_log.tiles import encode_bundle, parse_bundle
from amanah.verify.command import main
from tests.doors.cli.served_log import VKEY, make_leaves, run_verify, write_log

SIZES = (5, 256, 257, 700)
MUTATIONS_EACH = 30

Named = list[str]
Mutation = Callable[[Path, random.Random], Named]
"""Damages a folder; gives the texts of which one must stand in the message."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folders = {size: tmp_path_factory.mktemp(f"log-{size}") for size in SIZES}
    for size, folder in folders.items():
        write_log(folder, make_leaves(size))
    return folders


def list_files(folder: Path, part: str = "") -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and part in str(path.relative_to(folder))
    )


def name(folder: Path, *paths: Path) -> Named:
    return [str(path.relative_to(folder)) for path in paths]


def delete(folder: Path, chance: random.Random) -> Named:
    path = chance.choice(list_files(folder))
    path.unlink()
    return name(folder, path)


def flip(folder: Path, chance: random.Random) -> Named:
    path = chance.choice(list_files(folder))
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return name(folder, path)


def cut_off(folder: Path, chance: random.Random) -> Named:
    path = chance.choice(list_files(folder))
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])
    return name(folder, path)


def let_go_on(folder: Path, chance: random.Random) -> Named:
    path = chance.choice(list_files(folder))
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.choice((1, 32, 40))))
    return name(folder, path)


def swap_two_files(folder: Path, chance: random.Random) -> Named:
    pairs = [
        (one, other)
        for one in list_files(folder, "tile/")
        for other in list_files(folder, "tile/")
        if one < other and one.read_bytes() != other.read_bytes()
    ]
    one, other = chance.choice(pairs)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return name(folder, one, other)


def swap_two_hashes(folder: Path, chance: random.Random) -> Named:
    tiles = [path for path in list_files(folder, "tile/") if "entries" not in str(path)]
    path = chance.choice([tile for tile in tiles if len(tile.read_bytes()) > 32])
    data = path.read_bytes()
    one, other = sorted(chance.sample(range(len(data) // 32), 2))
    hashes = [data[place : place + 32] for place in range(0, len(data), 32)]
    hashes[one], hashes[other] = hashes[other], hashes[one]
    path.write_bytes(b"".join(hashes))
    return name(folder, path)


def _change_entries(folder: Path, chance: random.Random, change: Callable[[list[bytes], int], None]) -> Named:
    """Change a bundle of two or more entries at a place that has one after it; the index must be named."""
    bundles = [
        path for path in list_files(folder, "tile/entries/") if len(parse_bundle(path.read_bytes())) > 1
    ]
    path = chance.choice(bundles)
    entries = parse_bundle(path.read_bytes())
    place = chance.randrange(len(entries) - 1)
    change(entries, place)
    path.write_bytes(encode_bundle(entries))
    number = int(path.name if path.parent.name == "entries" else path.parent.name.removesuffix(".p"))
    return [f"Entry {number * 256 + place} in the file {path.relative_to(folder)}"]


def edit_an_entry(folder: Path, chance: random.Random) -> Named:
    def change(entries: list[bytes], place: int) -> None:
        entries[place] = entries[place].replace(b'"v":1', b'"v":2')

    return _change_entries(folder, chance, change)


def delete_an_entry(folder: Path, chance: random.Random) -> Named:
    return _change_entries(folder, chance, lambda entries, place: entries.pop(place) and None)


def swap_two_entries(folder: Path, chance: random.Random) -> Named:
    def change(entries: list[bytes], place: int) -> None:
        other = chance.randrange(place + 1, len(entries))
        entries[place], entries[other] = entries[other], entries[place]

    return _change_entries(folder, chance, change)


def put_in_an_entry(folder: Path, chance: random.Random) -> Named:
    return _change_entries(folder, chance, lambda entries, place: entries.insert(place, b"{}"))


def repeat_an_entry(folder: Path, chance: random.Random) -> Named:
    def change(entries: list[bytes], place: int) -> None:
        entries[place] = entries[place + 1]

    return _change_entries(folder, chance, change)


MUTATIONS: list[Mutation] = [
    delete,
    flip,
    cut_off,
    let_go_on,
    swap_two_files,
    swap_two_hashes,
    edit_an_entry,
    delete_an_entry,
    swap_two_entries,
    put_in_an_entry,
    repeat_an_entry,
]


@pytest.mark.parametrize("size", SIZES)
def test_the_log_before_any_damage_holds(size: int, logs: dict[int, Path]) -> None:
    done = run_verify("log", str(logs[size]), "--vkey", VKEY)
    assert done.returncode == 0, done.stderr
    assert f"holds: {size} entries have the root that the log signed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_random_damage_is_refused_and_named(
    size: int, logs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(size)
    for number in range(MUTATIONS_EACH):
        folder = tmp_path / str(number)
        shutil.copytree(logs[size], folder)
        mutate = MUTATIONS[number % len(MUTATIONS)]
        named = mutate(folder, chance)
        capsys.readouterr()
        code = main(["log", str(folder), "--vkey", VKEY])
        said = capsys.readouterr().err
        assert code in (1, 2), (mutate.__name__, named)
        assert code == 1 or "checkpoint" in named[0], (mutate.__name__, named, said)
        assert any(text in said for text in named), (mutate.__name__, named, said)
        assert "rule" not in said, "Files that somebody damaged say nothing about what the log did."


@pytest.mark.parametrize("size", SIZES)
def test_every_single_file_that_is_deleted_is_named(
    size: int, logs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, path in enumerate(list_files(logs[size])):
        folder = tmp_path / str(number)
        shutil.copytree(logs[size], folder)
        (named,) = name(logs[size], path)
        (folder / named).unlink()
        assert main(["log", str(folder), "--vkey", VKEY]) == (2 if named == "checkpoint" else 1)
        assert named in capsys.readouterr().err


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("grown", [0, 1, 300])
def test_a_log_that_was_forked_is_named_with_both_sizes_and_roots(
    size: int, grown: int, logs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory, evidence = tmp_path / "seen.json", tmp_path / "evidence.json"
    assert main(["log", str(logs[size]), "--vkey", VKEY, "--remember", str(memory)]) == 0
    before, first = memory.read_text(), (logs[size] / "checkpoint").read_text()
    other = make_leaves(size, extra="9.9.9") if size > 5 else make_leaves(size, at=1_800_000_000)
    second = write_log(tmp_path / "fork", other + make_leaves(size + grown)[size:]).decode()
    capsys.readouterr()
    code = main(
        [
            "log",
            str(tmp_path / "fork"),
            "--vkey",
            VKEY,
            "--remember",
            str(memory),
            "--evidence",
            str(evidence),
        ]
    )
    said = capsys.readouterr().err
    assert code == 1
    for text in (
        f"The log was forked: its first {size} entries had the root",
        f"{size + grown} entries with the root",
        first.splitlines()[2],
        second.splitlines()[2],
    ):
        assert text in said
    assert memory.read_text() == before
    assert first.splitlines()[-1] in evidence.read_text()
    assert second.splitlines()[-1] in evidence.read_text()


@pytest.mark.parametrize("size", [256, 257, 700])
def test_a_log_that_takes_entries_back_is_named_with_both_sizes(
    size: int, logs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = tmp_path / "seen.json"
    assert main(["log", str(logs[size]), "--vkey", VKEY, "--remember", str(memory)]) == 0
    write_log(tmp_path / "old", make_leaves(size)[: size - 1])
    assert main(["log", str(tmp_path / "old"), "--vkey", VKEY, "--remember", str(memory)]) == 1
    said = capsys.readouterr().err
    assert f"The log is smaller than it was: {size} entries" in said
    assert f"it shows {size - 1} with the root" in said


def test_files_of_another_history_under_an_old_checkpoint_are_named(
    logs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(tmp_path / "mixed", make_leaves(700, extra="9.9.9"))
    shutil.copy(logs[700] / "checkpoint", tmp_path / "mixed" / "checkpoint")
    assert main(["log", str(tmp_path / "mixed"), "--vkey", VKEY]) == 1
    assert "the checkpoint and the files are not of one tree" in capsys.readouterr().err


def test_a_damaged_tile_is_named_although_the_entries_hold(
    logs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "log"
    shutil.copytree(logs[700], folder)
    (folder / "tile/0/001").unlink()
    assert main(["log", str(folder), "--vkey", VKEY]) == 1
    assert (
        "The file tile/0/001 is missing; it must hold the hashes of level 0 256 to 511"
        in capsys.readouterr().err
    )
    assert main(["log", str(folder), "--vkey", VKEY, "--no-tiles"]) == 0
    assert "NOT checked: the hash tiles" in capsys.readouterr().out
