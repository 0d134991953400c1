"""Crowds as processes of their own, and the passes they spend, made beforehand; never inside what is measured."""

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.spending import PassPress

from amanah.core.encoding import JsonValue
from amanah.core.passes.messages import SPEND_LENGTH
from amanah.drill.load import run_crowd
from amanah.programme_door.spending.gate import SPEND_PATH
from benchmarks.measuring import CORES

ANSWERS: dict[str, JsonValue] = {"q1": "a", "q2": ["b", "c"], "q3": 4, "q4": "d", "q5": "a"}
Address = tuple[str, int]


class CrowdFailedError(Exception):
    """Something other than the expected answer came back, so the rate means nothing."""


@dataclass(frozen=True)
class Tally:
    """What a crowd of another process saw; latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    answers: int


class Crowd:
    """One crowd that has been sent; `wait` gives what it saw."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )

    def wait(self) -> Tally:
        """Wait for its end; every answer must have been a 200."""
        printed, _ = self._process.communicate()
        if self._process.returncode:
            raise CrowdFailedError(f"The crowd ended with {self._process.returncode}.")
        seen = json.loads(printed)
        if set(seen["statuses"]) != {"200"}:
            raise CrowdFailedError(f"The crowd saw other answers than 200: {seen['statuses']}.")
        return Tally(seen["rate"], seen["p50"] * 1_000, seen["p99"] * 1_000, seen["statuses"]["200"])

    def stop(self) -> None:
        """End it before its time."""
        self._process.terminate()
        self._process.communicate()


def send_bodies(
    address: Address,
    bodies: Path,
    *,
    connections: int,
    seconds: float,
    size: int = SPEND_LENGTH,
    path: str = SPEND_PATH,
) -> Crowd:
    """Send each body of a file once, for so many seconds."""
    host, port = address
    arguments = ["amanah.drill.load", host, str(port), path, str(bodies), str(size), str(connections)]
    return Crowd([*arguments, str(seconds)])


def send_readers(address: Address, paths: Sequence[str], *, connections: int, seconds: float) -> Crowd:
    """Let readers ask for these pages in turn, for so many seconds."""
    host, port = address
    return Crowd(["benchmarks.crowds", host, str(port), str(connections), str(seconds), *paths])


def write_presences(press: PassPress, count: int, path: Path) -> Path:
    """Make passes ready to be spent on being there."""
    return _write_passes(press.make_presence, count, path)


def write_answers(press: PassPress, count: int, path: Path) -> Path:
    """Make passes ready to be spent on an answer of five questions."""
    return _write_passes(lambda: press.make_answer(ANSWERS), count, path)


def _write_passes(make: object, count: int, path: Path) -> Path:
    _work["make"] = make
    portions = [count // 8 + (place < count % 8) for place in range(8)]
    # A Pool ends its workers by SIGTERM, and with our handler for it one in some thousand never ends.
    with ProcessPoolExecutor(CORES, multiprocessing.get_context("fork")) as pool:
        path.write_bytes(b"".join(pool.map(_make_portion, portions)))
    return path


# What the forked workers find; a press holds a private key, which cannot be sent to another process.
_work: dict[str, object] = {}


def _make_portion(count: int) -> bytes:
    make = _work["make"]
    assert callable(make)
    return b"".join(make() for _ in range(count))


def find_address(url: str) -> Address:
    """Give the loopback address behind a deployment's URL."""
    return ("127.0.0.1", urlsplit(url).port or 80)


def main(arguments: list[str]) -> None:
    """Run `HOST PORT CONNECTIONS SECONDS PATH…`; print one line of JSON, as `amanah.drill.load` does."""
    host, port, connections, seconds, *paths = arguments
    asked = [f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode() for path in paths]
    most = int(float(seconds) * 30_000) // len(asked) + 1
    tally = run_crowd((host, int(port)), asked * most, connections=int(connections), seconds=float(seconds))
    print(
        json.dumps(
            {
                "rate": tally.rate,
                "statuses": tally.statuses,
                "p50": tally.compute_percentile(0.5),
                "p99": tally.compute_percentile(0.99),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
