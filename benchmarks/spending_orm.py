"""Passes spent per second by the gate, beside the same job as a plain Django view; never against a slowed-down view."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgresql import find_free_port
from tests.support.processes import Running, build_environment, is_answering
from tests.support.spending import PassPress, build_press, read_descriptor

from benchmarks.crowds import send_bodies, write_presences
from benchmarks.measuring import Goal, Row, Sample, Scale, build_ratio_row, collect_samples, take_sample
from benchmarks.orm_application import FACTS
from benchmarks.spending_sqlite import CONNECTIONS, spend, start_gate

ROOT = Path(__file__).resolve().parents[1]
GOAL = Goal("at least", 5.0)
READY_WITHIN = 30.0


def measure(scale: Scale) -> list[Row]:
    """Run the rounds on SQLite."""
    samples = collect_samples(scale, lambda: measure_round(scale))
    names = ("times a Django view", "gate spent/s", "Django view spent/s")
    return [
        build_ratio_row(
            "spending_orm", "Passes spent, gate beside Django's ORM", samples, goal=GOAL, names=names
        )
    ]


def measure_round(scale: Scale) -> Sample:
    """Measure the view, the gate and the view again, over one deployment."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        folder = Path(name)
        running, press = start_gate(folder)
        bodies = write_presences(press, scale.count_passes(), folder / "bodies")
        views = [
            (
                press_of_view,
                write_presences(press_of_view, scale.count_passes() // 4, folder / f"view-{number}"),
            )
            for number, press_of_view in enumerate((build_press(), build_press()))
        ]
        try:

            def measure_ours() -> tuple[float, Mapping[str, float]]:
                return spend(running, press, bodies, scale)

            return take_sample(lambda: measure_view(running, *views.pop(), scale.seconds), measure_ours)
        finally:
            running.stop()


def measure_view(running: Running, press: PassPress, bodies: Path, seconds: float) -> float:
    """Give passes a second of the view."""
    with running_view(running, press) as address:
        return send_bodies(address, bodies, connections=CONNECTIONS, seconds=seconds).wait().rate


@contextmanager
def running_view(running: Running, press: PassPress) -> Iterator[tuple[str, int]]:
    """Serve the view with granian, one worker with one thread: the fastest way that was found to serve it."""
    port = find_free_port()
    facts = {
        "descriptor": read_descriptor(press),
        "spki": press.public_key.spki.hex(),
        "room_secret": press.room_secret.hex(),
    }
    environment = build_environment(running.settings)
    environment |= {FACTS: json.dumps(facts), "PYTHONPATH": f"{environment['PYTHONPATH']}:{ROOT}"}
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options += [
        "--blocking-threads",
        "1",
        "--no-ws",
        "--log-level",
        "warning",
        "benchmarks.orm_application:application",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *options], env=environment, stdin=subprocess.DEVNULL, cwd=ROOT
    )
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not is_answering(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError("The reference view did not start.")
            time.sleep(0.1)
        yield ("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(timeout=20)
