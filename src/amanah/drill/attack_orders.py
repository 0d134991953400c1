"""Attacks on order: does anything seized remember in which order members came?

It reads files, tables and page layouts, never a server.
"""

import shutil
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from amanah.drill.attack_secrets import spell
from amanah.drill.chance import (
    Finding,
    compute_rank_p,
    compute_stratified_kendall_p,
    count_position_matches,
)
from amanah.drill.seizure import NeedleIndex, Scan

PAGE_SIZES = (4096, 8192)
SQLITE_MAGIC = b"SQLite format 3\0"
FEWEST_EVENTS = 8
PLACES = "places in files"
PAGES = "places inside pages"
TIMES = "times of files"
STORAGE = "storage order of rows"
COLUMN = "rows sorted by a column"

Streams = Mapping[str, Sequence[tuple[int, bytes]]]


@dataclass(frozen=True)
class RecoveredOrder:
    """Values that some place in the seized tree gives to events, listed in the true order of the events."""

    kind: str
    detail: str
    where: str
    stream: str
    members: tuple[int, ...]
    values: tuple[float, ...]

    def judge(self) -> Finding:
        """Count the members whom the recovered order puts in their true place; p is that of its correlation."""
        recovered = [self.members[place] for place in self.rank()]
        linked = max(
            count_position_matches(self.members, recovered),
            count_position_matches(self.members, recovered[::-1]),
        )
        return Finding(
            kind=self.kind,
            detail=f"{self.detail}: {self.stream}" if self.detail else self.stream,
            where=self.where,
            linked=linked,
            trials=len(self.members),
            chance=1 / max(len(self.members), 1),
            p=compute_rank_p(self.values),
        )

    def rank(self) -> list[int]:
        """Give the places in recovered order; equal values fall as they may, and never in the true order."""
        return sorted(range(len(self.members)), key=lambda place: (self.values[place], place * 7919 % 104729))


def list_event_needles(streams: Streams) -> Iterator[bytes]:
    """Give the bytes that stand for each event in every spelling."""
    for events in streams.values():
        for _, needle in events:
            yield from spell(needle)


def attack_file_layout(scan: Scan, streams: Streams) -> Iterator[Finding]:
    """Look where in each file the bytes of each event lie: rowids, WAL frames, heap order, logs, all at once."""
    for stream, events in streams.items():
        alone: dict[int, float] = {}
        for path, hits in scan.hits.items():
            found = _find_events(hits, events)
            if len(found) == 1:
                alone.setdefault(next(iter(found)), path.stat().st_mtime_ns)
            if len(found) < FEWEST_EVENTS:
                continue
            places = sorted(found)
            members = tuple(events[place][0] for place in places)
            where = f"{scan.seizure.label} {scan.seizure.name(path)}"
            for moment, pick in (("first", min), ("last", max)):
                values = tuple(float(pick(found[place])) for place in places)
                yield RecoveredOrder(PLACES, moment, where, stream, members, values).judge()
            yield from _judge_pages(found, stream, where)
        if len(alone) >= FEWEST_EVENTS:
            members = tuple(events[place][0] for place in sorted(alone))
            values = tuple(alone[place] for place in sorted(alone))
            yield RecoveredOrder(TIMES, "", scan.seizure.label, stream, members, values).judge()


def _find_events(
    hits: Mapping[bytes, Sequence[int]], events: Sequence[tuple[int, bytes]]
) -> dict[int, list[int]]:
    """Give, for each event of a stream that a file holds in any spelling, the offsets."""
    found: dict[int, list[int]] = {}
    for place, (_, needle) in enumerate(events):
        for spelling in spell(needle):
            if spelling in hits:
                found.setdefault(place, []).extend(hits[spelling])
    return found


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
        yield Finding(PAGES, f"of {size}: {stream}", where, max(agreeing, pairs - agreeing), pairs, 0.5, p)


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


def recover_orders(
    where: str, names: Sequence[str], rows: Sequence[tuple[object, ...]], streams: Streams
) -> Iterator[RecoveredOrder]:
    """Match rows to events by the bytes they hold, then give their storage order and that of every column."""
    row_of_needle = _find_rows(rows, streams)
    for stream, events in streams.items():
        row_of = {
            place: row_of_needle[spelling]
            for place, (_, needle) in enumerate(events)
            for spelling in spell(needle)
            if spelling in row_of_needle
        }
        if len(row_of) < FEWEST_EVENTS:
            continue
        places = sorted(row_of)
        members = tuple(events[place][0] for place in places)
        storage = tuple(float(row_of[place]) for place in places)
        yield RecoveredOrder(STORAGE, "", where, stream, members, storage)
        for column, name in enumerate(names):
            sortable = _make_sortable([rows[row_of[place]][column] for place in places])
            if sortable is not None:
                yield RecoveredOrder(COLUMN, name, where, stream, members, sortable)


def _find_rows(rows: Sequence[tuple[object, ...]], streams: Streams) -> dict[bytes, int]:
    """Give, for each spelling of an event, the first row that holds it anywhere in any cell."""
    flat = [b"\0".join(as_bytes(cell) for cell in row) + b"\0\0" for row in rows]
    needles = list(list_event_needles(streams))
    if not flat or not needles:
        return {}
    starts = list(accumulate(map(len, flat), initial=0))
    found = NeedleIndex(needles).find(b"".join(flat))
    return {needle: bisect_right(starts, offsets[0]) - 1 for needle, offsets in found.items()}


def as_bytes(cell: object) -> bytes:
    """Give a cell as the bytes a reader would see."""
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


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
