"""Taking everything: a copy of all that the servers have on disk, as whoever pulls the plug would find it.

It changes nothing it takes.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


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
        """Give the top folder that a file was seized from."""
        return path.relative_to(self.root).parts[0]


def seize(folders: Sequence[Path], into: Path, label: str) -> Seizure:
    """Copy folders whole (databases, WAL, journals, temporary files, logs, keys) with their times."""
    root = into / label
    for folder in folders:
        shutil.copytree(folder, root / folder.name, symlinks=True, ignore=_ignore_sockets)
    return Seizure(label, root)


def _ignore_sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if (Path(folder) / name).is_socket() or (Path(folder) / name).is_fifo()}


class NeedleIndex:
    """Finds many needles of at least eight bytes in one pass over a file, by their first eight bytes."""

    WIDTH = 8

    def __init__(self, needles: Sequence[bytes]) -> None:
        self._by_head: dict[bytes, list[int]] = {}
        self._needles = list(needles)
        for place, needle in enumerate(self._needles):
            if len(needle) < self.WIDTH:
                raise ValueError("A needle is too short to mean anything.")
            self._by_head.setdefault(needle[: self.WIDTH], []).append(place)
        self._heads = np.unique(np.frombuffer(b"".join(self._by_head), dtype="<u8"))

    def find(self, path: Path) -> dict[int, list[int]]:
        """Give, for each needle's place in the list, the offsets at which the file holds it."""
        found: dict[int, list[int]] = {}
        data = path.read_bytes()
        for offset in self._list_candidates(data):
            for place in self._by_head[data[offset : offset + self.WIDTH]]:
                if data.startswith(self._needles[place], offset):
                    found.setdefault(place, []).append(offset)
        return found

    def _list_candidates(self, data: bytes) -> list[int]:
        candidates: list[int] = []
        for shift in range(self.WIDTH):
            width = (len(data) - shift) // self.WIDTH
            if width > 0:
                words = np.frombuffer(data, dtype="<u8", count=width, offset=shift)
                hits = np.flatnonzero(np.isin(words, self._heads))
                candidates += (hits * self.WIDTH + shift).tolist()
        return sorted(candidates)
