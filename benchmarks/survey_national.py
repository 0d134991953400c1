"""A national survey closes: five million sheets of ten questions are counted, and the results come out as bytes.

The core's part: payloads in, canonical JSON out, on two processes. Checking signatures is the bundle's part.
"""

import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from amanah.core.encoding import encode_canonical_json
from amanah.core.surveys.counting import SurveyCount, add_counts, count_answers
from amanah.core.surveys.questions import Question, list_labels
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.stated_plan import StatedPlan
from benchmarks.measuring import CORES, CpuWatch, Goal, Row, Scale

SECONDS_GOAL = Goal("at most", 60.0)
OCCASION = "00112233aabbccdd"
ANSWERED = 0.9
PORTIONS = 8
CHOICES = tuple("abcde")
QUESTIONS = (
    *(Question(f"q{n}", "single", CHOICES, mechanism="bag", weight=7) for n in range(1, 4)),
    *(Question(f"q{n}", "scale", lowest=0, highest=10, mechanism="scale3", weight=7) for n in range(4, 8)),
    Question("q8", "single", CHOICES),
    Question("q9", "scale", lowest=0, highest=10),
    Question("r1", "multiple", CHOICES, mechanism="one_of_many", weight=7),
)
PLAN = StatedPlan(OCCASION, 1_790_000_000, QUESTIONS, "00" * 32)


def measure(scale: Scale) -> list[Row]:
    """Write the sheets beforehand, then count and publish."""
    sheets = scale.entries // 2
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(PORTIONS)]
        shares = [(path, sheets // PORTIONS, number) for number, path in enumerate(paths)]
        # A Pool ends its workers by SIGTERM, and with our handler for it one in some thousand never ends.
        with ProcessPoolExecutor(CORES, multiprocessing.get_context("fork")) as pool:
            list(pool.map(write_sheets, *zip(*shares, strict=True)))
            with CpuWatch() as watch:
                started = time.perf_counter()
                counted, *rest = pool.map(count_file, paths)
                for one in rest:
                    counted = add_counts(counted, one)
                counting = time.perf_counter() - started
                results = build_results(PLAN, counted, Setting(was_timed=True, served=2 * sheets))
                seconds = time.perf_counter() - started
    if counted.readable != sheets // PORTIONS * PORTIONS or counted.unreadable:
        raise RuntimeError("Some sheet was not read.")
    return [
        Row(
            "survey_national",
            f"{counted.readable:,} sheets of ten questions counted and published, two processes",
            seconds,
            "s",
            watch.foreign,
            goal=SECONDS_GOAL,
            more={
                "us a sheet and process": 1e6 * counting * min(CORES, os.cpu_count() or 1) / counted.readable,
                "publishing s": seconds - counting,
                "results kB": len(results) / 1_000,
            },
        )
    ]


def write_sheets(path: Path, count: int, number: int) -> None:
    """Write sheets, one a line; nine of ten questions are answered."""
    source = random.Random(number)
    ranges = [(question, len(list_labels(question))) for question in QUESTIONS]
    with path.open("wb") as file:
        for _ in range(count):
            answers = {}
            for question, size in ranges:
                if source.random() < ANSWERED:
                    place = int(source.random() * size)
                    answers[question.code] = CHOICES[place] if question.code == "q8" else place
            payload = encode_canonical_json({"answers": {**answers}, "occasion": OCCASION, "v": 1})
            file.write(payload + b"\n")


def count_file(path: Path) -> SurveyCount:
    """Count one portion."""
    return count_answers(list_payloads(path), occasion=OCCASION, questions=QUESTIONS)


def list_payloads(path: Path) -> Iterator[bytes]:
    """Give the payloads of a file."""
    with path.open("rb") as file:
        for line in file:
            yield line[:-1]
