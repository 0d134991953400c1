"""Attacks on order: does anything seized remember in which order members came?

It reads files, tables and page layouts, never a server.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from amanah.drill.chance import (
    Finding,
    compute_match_p,
    compute_rank_p,
    compute_stratified_kendall_p,
    count_position_matches,
)
from amanah.drill.seizure import NeedleIndex, Seizure

PAGE_SIZES = (4096, 8192)
SQLITE_MAGIC = b"SQLite format 3\0"
FEWEST_EVENTS = 8


@dataclass(frozen=True)
class RecoveredOrder:
    """Values that some place in the seized tree gives to events, listed in the true order of the events."""

    attack: str
    where: str
    stream: str
    members: tuple[int, ...]
    values: tuple[float, ...]

    def judge(self) -> Finding:
        """Count the members whom the recovered order puts in their true place; p is that of its correlation."""
        ranked = sorted(
            range(len(self.members)), key=lambda place: (self.values[place], place * 7919 % 104729)
        )
        recovered = [self.members[place] for place in ranked]
        linked = max(
            count_position_matches(self.members, recovered),
            count_position_matches(self.members, recovered[::-1]),
        )
        return Finding(
            attack=f"{self.attack}: {self.stream}",
            where=self.where,
            linked=linked,
            trials=len(self.members),
            chance=1 / max(len(self.members), 1),
            p=compute_rank_p(self.values),
        )


Streams = Mapping[str, Sequence[tuple[int, bytes]]]


def attack_file_layout(seizure: Seizure, streams: Streams) -> Iterator[Finding]:
    """Look where in each file the bytes of each event lie: rowids, WAL frames, heap order, logs, all at once."""
    for stream, events in streams.items():
        index = NeedleIndex([needle for _, needle in events])
        for path in seizure.list_files():
            found = index.find(path)
            if len(found) < FEWEST_EVENTS:
                continue
            places = sorted(found)
            members = tuple(events[place][0] for place in places)
            where = f"{seizure.label} {seizure.name(path)}"
            for moment, pick in (("first", min), ("last", max)):
                values = tuple(float(pick(found[place])) for place in places)
                yield RecoveredOrder(f"layout, {moment} offset", where, stream, members, values).judge()
            yield from _judge_pages(found, stream, where)


def _judge_pages(found: Mapping[int, Sequence[int]], stream: str, where: str) -> Iterator[Finding]:
    """A page fills from one end, so neighbours keep their order even where the file as a whole is shuffled."""
    for size in PAGE_SIZES:
        pages: dict[int, list[tuple[int, int]]] = {}
        for place in sorted(found):
            offset = found[place][-1]
            pages.setdefault(offset // size, []).append((place, offset))
        strata = [[float(offset) for _, offset in rows] for rows in pages.values() if len(rows) > 1]
        pairs = sum(len(rows) - 1 for rows in strata)
        agreeing = sum(1 for rows in strata for left, right in pairwise(rows) if right < left)
        p = compute_stratified_kendall_p(strata)
        linked = max(agreeing, pairs - agreeing)
        yield Finding(f"layout inside pages of {size}: {stream}", where, linked, pairs, 0.5, p)


def read_sqlite_tables(path: Path) -> Iterator[tuple[str, list[str], list[tuple[object, ...]]]]:
    """Give each table's column names and rows in storage order, the rowid first where there is one."""
    with TemporaryDirectory() as folder:
        # Opening a database folds its WAL in; the seized files stay as they were found.
        for beside in path.parent.glob(path.name + "*"):
            shutil.copy(beside, folder)
        yield from _read_copy(Path(folder) / path.name)


def _read_copy(path: Path) -> Iterator[tuple[str, list[str], list[tuple[object, ...]]]]:
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA query_only = ON")
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            quoted = '"' + table.replace('"', '""') + '"'
            try:
                cursor = connection.execute(f"SELECT rowid AS rowid, * FROM {quoted}")  # noqa: S608 (names come from the schema itself)
            except sqlite3.OperationalError:
                cursor = connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608
            yield table, [column[0] for column in cursor.description], cursor.fetchall()
    finally:
        connection.close()


def judge_rows(
    where: str, names: Sequence[str], rows: Sequence[tuple[object, ...]], streams: Streams
) -> Iterator[Finding]:
    """Match rows to events by the bytes they hold, then sort by each column and compare with the truth."""
    values = [_flatten(row) for row in rows]
    for stream, events in streams.items():
        row_of = _find_rows(values, [needle for _, needle in events])
        if len(row_of) < FEWEST_EVENTS:
            continue
        places = sorted(row_of)
        members = tuple(events[place][0] for place in places)
        storage = tuple(float(row_of[place]) for place in places)
        yield RecoveredOrder("storage order", where, stream, members, storage).judge()
        for column, name in enumerate(names):
            sortable = _make_sortable([rows[row_of[place]][column] for place in places])
            if sortable is not None:
                yield RecoveredOrder(f"sorted by {name}", where, stream, members, sortable).judge()


def _flatten(row: tuple[object, ...]) -> bytes:
    parts = [bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row]
    return b"\0".join(parts)


def _find_rows(values: Sequence[bytes], needles: Sequence[bytes]) -> dict[int, int]:
    """Give needle place -> row place; needles are looked up by their first bytes at every offset of every row."""
    heads: dict[bytes, list[int]] = {}
    for place, needle in enumerate(needles):
        heads.setdefault(needle[:8], []).append(place)
    row_of: dict[int, int] = {}
    for row, value in enumerate(values):
        for offset in range(len(value) - 7):
            for place in heads.get(value[offset : offset + 8], ()):
                if value.startswith(needles[place], offset):
                    row_of.setdefault(place, row)
    return row_of


def _make_sortable(cells: Sequence[object]) -> tuple[float, ...] | None:
    """Give numbers in the cells' own sorting order, or None where they cannot be sorted or are all alike."""
    if any(isinstance(cell, bytes | memoryview) for cell in cells):
        keys: list[object] = [bytes(cell) if isinstance(cell, bytes | memoryview) else b"" for cell in cells]
    elif all(isinstance(cell, int | float) for cell in cells):
        keys = list(cells)
    else:
        keys = [str(cell) for cell in cells]
    ranks = {key: float(rank) for rank, key in enumerate(sorted(set(keys)))}  # type: ignore[type-var]
    return tuple(ranks[key] for key in keys) if len(ranks) > 1 else None


def attack_across_doors(cards: Sequence[RecoveredOrder], acts: Sequence[RecoveredOrder]) -> Iterator[Finding]:
    """Line up every order of cards with every order of acts, first with first: the naive way to say who did what."""
    for card in cards:
        for act in acts:
            shared = set(card.members) & set(act.members)
            left = [m for _, m in sorted(zip(card.values, card.members, strict=True)) if m in shared]
            right = [m for _, m in sorted(zip(act.values, act.members, strict=True)) if m in shared]
            hits = count_position_matches(left, right)
            yield Finding(
                f"cards lined up with {act.stream}",
                f"{card.where} × {act.where}",
                hits,
                len(shared),
                1 / max(len(shared), 1),
                compute_match_p(hits),
            )
