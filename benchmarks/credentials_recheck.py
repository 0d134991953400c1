"""Ten thousand papers re-checked as every night: read, both proofs and the form of each, then the standing of all.

One process, nothing kept from the night before.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.interop.credential_papers import (
    AMINA,
    ASKED,
    SCOPE,
    SIGNED_AT,
    Person,
    draft_grant,
    list_roots,
    name_paper,
)

from amanah.core.credentials.authorisations import Authorisation, build_authorisation, read_credential
from amanah.core.credentials.chains import Question
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.proofs import sign_document
from amanah.core.credentials.reading import encode_jcs
from amanah.core.credentials.root_lists import parse_root_list
from amanah.core.credentials.standing import compute_standings
from benchmarks.measuring import CORES, CpuWatch, Goal, Row, Scale

FIGURE = "credentials_recheck"
PAPERS = 10_000
FEW = 40
GOAL = Goal("at most", 60.0)


def measure(scale: Scale) -> list[Row]:
    """Sign the papers beforehand, then re-check them once under the clock."""
    count = PAPERS if scale.has_network else FEW
    files = sign_papers(count)
    with CpuWatch() as watch:
        started = time.perf_counter()
        read = [read_credential(file) for file in files]
        checked = time.perf_counter()
        judge(read)
        ended = time.perf_counter()
    return [
        Row(
            FIGURE,
            f"{count:,} papers re-checked",
            ended - started,
            "s",
            watch.foreign,
            goal=GOAL,
            more={
                "ms a paper": 1_000 * (checked - started) / count,
                "s for all standings": ended - checked,
                "bytes a paper": sum(map(len, files)) / count,
            },
        )
    ]


def sign_papers(count: int) -> list[bytes]:
    """Sign with both suites, on all cores: it is no part of what is measured."""
    cores = min(CORES, os.cpu_count() or 1)
    with ProcessPoolExecutor(cores) as pool:
        parts = pool.map(_sign_part, range(cores), [cores] * cores, [count] * cores)
        return [file for part in parts for file in part]


def _sign_part(first: int, step: int, count: int) -> list[bytes]:
    return [*_sign(range(first, count, step))]


def _sign(numbers: range) -> Iterator[bytes]:
    for number in numbers:
        draft = draft_grant(AMINA, Person(f"Invented Number {number}"), id=name_paper(f"paper {number}"))
        yield encode_jcs(sign_document(build_authorisation(draft), AMINA.key, created=SIGNED_AT))


def judge(read: list[Authorisation]) -> None:
    """Compute the standing of every holder."""
    papers = Papers(authorisations=tuple(read), root_list=parse_root_list(list_roots()))
    standings = compute_standings([Question(one.holder, SCOPE, ASKED) for one in read], papers)
    if not all(standing.is_good for standing in standings):
        raise ValueError("A paper that is timed does not hold.")
