"""Checks every kept paper again, spread over the machine's processors. It reads bytes and knows no database.

Each process that helps gets papers and gives back what it read; it imports the core alone.
"""

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from amanah.programme_door.credentials.kept_papers import CheckedPaper, KeptPaper, check_paper

ALONE_UP_TO = 200
A_BATCH = 50


def check_papers(papers: Iterable[KeptPaper], *, helpers: int | None = None) -> Iterator[CheckedPaper]:
    """Check papers in any order; few of them are checked here, many by as many processes as there are processors."""
    waiting = iter(papers)
    first = list(islice(waiting, ALONE_UP_TO + 1))
    count = helpers or len(os.sched_getaffinity(0))
    if len(first) <= ALONE_UP_TO or count == 1:
        yield from map(check_paper, first)
        yield from map(check_paper, waiting)
        return
    # A process that was forked would share the database's connection with us.
    with multiprocessing.get_context("spawn").Pool(count) as pool:
        for checked in pool.imap_unordered(_check_batch, _batch(first, waiting)):
            yield from checked


def _check_batch(papers: Sequence[KeptPaper]) -> list[CheckedPaper]:
    return [check_paper(paper) for paper in papers]


def _batch(first: list[KeptPaper], rest: Iterator[KeptPaper]) -> Iterator[list[KeptPaper]]:
    for start in range(0, len(first), A_BATCH):
        yield first[start : start + A_BATCH]
    while batch := list(islice(rest, A_BATCH)):
        yield batch
