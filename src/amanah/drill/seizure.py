"""Taking everything: a copy of all that the servers have on disk, as whoever pulls the plug would find it.

It changes nothing it takes.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DEPARTMENTS = frozenset({"card-door", "programme-door", "request-door", "log", "public"})
"""The folders that `amanah init` makes below the data folder."""
Words = np.ndarray[tuple[int], np.dtype[np.uint64]]


@dataclass(frozen=True)
class Seizure:
    """A copied tree; `label` says at which moment the plug was pulled."""

    label: str
    root: Path

    def list_files(self) -> Iterator[Path]:
        """Give every file, whatever its name."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path

    def name(self, path: Path) -> str:
        """Give a file's place inside the seized tree."""
        return path.relative_to(self.root).as_posix()

    def department(self, path: Path) -> str:
        """Give whose folder a file was seized from, wherever the data lies; else the top folder that was taken."""
        parts = path.relative_to(self.root).parts
        return next((part for part in parts[:-1] if part in DEPARTMENTS), parts[0])


def seize(folders: Sequence[Path], into: Path, label: str) -> Seizure:
    """Copy folders whole (databases, WAL, journals, temporary files, logs, keys) with their times."""
    root = into / label
    for folder in folders:
        try:
            shutil.copytree(
                folder, root / folder.name, symlinks=True, ignore=_ignore_sockets, copy_function=_copy
            )
        except shutil.Error as error:
            # A database server that still runs takes files away meanwhile; whatever else fails must be seen.
            if any("No such file" not in reason for _, _, reason in error.args[0]):
                raise
    return Seizure(label, root)


def _ignore_sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if (Path(folder) / name).is_socket() or (Path(folder) / name).is_fifo()}


def _copy(source: str, target: str) -> None:
    with suppress(FileNotFoundError):
        shutil.copy2(source, target, follow_symlinks=False)


class NeedleIndex:
    """Finds many needles of at least eight bytes in one pass over some bytes, by their first eight bytes."""

    WIDTH = 8
    _FILTER_BITS = 20

    def __init__(self, needles: Iterable[bytes]) -> None:
        self._by_head: dict[bytes, list[bytes]] = {}
        for needle in dict.fromkeys(needles):
            if len(needle) < self.WIDTH:
                raise ValueError("A needle is too short to mean anything.")
            self._by_head.setdefault(needle[: self.WIDTH], []).append(needle)
        heads = np.frombuffer(b"".join(self._by_head), dtype="<u8")
        self._heads = np.unique(heads)
        # One table look-up throws out almost every place before the exact comparison.
        self._filter = np.zeros(1 << self._FILTER_BITS, dtype=bool)
        self._filter[self._shorten(heads)] = True

    def find(self, data: bytes) -> dict[bytes, list[int]]:
        """Give, for each needle that is there, the offsets at which it begins."""
        found: dict[bytes, list[int]] = {}
        for offset in self._list_candidates(data):
            for needle in self._by_head[data[offset : offset + self.WIDTH]]:
                if data.startswith(needle, offset):
                    found.setdefault(needle, []).append(offset)
        return found

    def _shorten(self, words: Words) -> Words:
        folded: Words = (words * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - self._FILTER_BITS)
        return folded

    def _list_candidates(self, data: bytes) -> list[int]:
        candidates: list[int] = []
        for shift in range(self.WIDTH):
            width = (len(data) - shift) // self.WIDTH
            if width > 0:
                words = np.frombuffer(data, dtype="<u8", count=width, offset=shift)
                likely = np.flatnonzero(self._filter[self._shorten(words)])
                nearest = np.searchsorted(self._heads, words[likely]).clip(max=len(self._heads) - 1)
                hits = likely[self._heads[nearest] == words[likely]]
                candidates += (hits * self.WIDTH + shift).tolist()
        return sorted(candidates)


@dataclass(frozen=True)
class Scan:
    """What one pass over every seized file found: for each file the needles in it and their offsets."""

    seizure: Seizure
    hits: Mapping[Path, Mapping[bytes, Sequence[int]]]
    in_names: frozenset[bytes]
    files: int
    size: int


def scan(seizure: Seizure, needles: Iterable[bytes]) -> Scan:
    """Read every file once, and every file name."""
    index = NeedleIndex(needles)
    hits: dict[Path, Mapping[bytes, Sequence[int]]] = {}
    names: list[str] = []
    size = 0
    for path in seizure.list_files():
        data = path.read_bytes()
        size += len(data)
        names.append(seizure.name(path))
        found = index.find(data)
        if found:
            hits[path] = found
    in_names = frozenset(index.find("\0".join(names).encode()))
    return Scan(seizure, hits, in_names, len(names), size)
