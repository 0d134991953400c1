"""What a real browser loads for the public programme page, and how long readers wait for it."""

import gzip
import http.client
import statistics
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.support.chromium import running_browser

from amanah.drill.world import World
from benchmarks.crowds import Tally, send_readers
from benchmarks.deployments import PROGRAMME_PAGE, change_content, find_pages, running_world
from benchmarks.measuring import CpuWatch, Goal, Row, Scale

BYTES_GOAL = Goal("at most", 60)
THIRD_PARTY_GOAL = Goal("at most", 0)
# What a reverse proxy does with text by default.
PROXY_LEVEL = 6
READERS = 8
DRAWN = 40


@dataclass
class Loaded:
    """Everything that one first visit loaded: per request its address and its sizes in bytes."""

    urls: list[str] = field(default_factory=list)
    transferred: int = 0
    compressed: int = 0

    def count_third_party(self, origin: str) -> int:
        """Count the requests that went to anybody else."""
        return sum(urlsplit(url).netloc != urlsplit(origin).netloc for url in self.urls)


def measure(scale: Scale) -> list[Row]:
    """Visit once with an empty cache, then let readers come."""
    with CpuWatch() as watch, running_world() as world:
        loaded = visit(world.urls["programme"], PROGRAMME_PAGE)
        alone = read_kept(world, 1, scale.seconds)
        crowd = read_kept(world, READERS, scale.seconds)
        drawn = measure_drawing(world, DRAWN if scale.rounds > 1 else 3)
    third = loaded.count_third_party(world.urls["programme"])
    rows = [
        Row(
            figure="programme_page",
            title="Programme page, first visit, everything it loads, compressed",
            value=loaded.compressed / 1_000,
            unit="kB",
            foreign=watch.foreign,
            goal=BYTES_GOAL,
            needs_quiet=False,
            more={"requests": len(loaded.urls), "kB as this server sent it": loaded.transferred / 1_000},
        ),
        Row(
            figure="programme_page",
            title="Programme page, requests to third parties",
            value=third,
            unit="requests",
            foreign=watch.foreign,
            goal=THIRD_PARTY_GOAL,
            needs_quiet=False,
        ),
    ]
    waits = Row(
        figure="programme_page",
        title="Programme page, p50 of one reader, kept bytes",
        value=alone.p50,
        unit="ms",
        foreign=watch.foreign,
        more={
            "p50 ms at 8 readers": crowd.p50,
            "pages/s at 8 readers": crowd.rate,
            "p50 ms drawn anew": drawn,
        },
    )
    return [*rows, waits]


def visit(origin: str, path: str) -> Loaded:
    """Load a page in a new browser and wait until it asks for nothing more."""
    loaded = Loaded()
    with running_browser() as browser:
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        finished: dict[str, int] = {}
        urls: dict[str, str] = {}
        encoded: set[str] = set()

        def note_response(event: dict[str, Any]) -> None:
            urls[event["requestId"]] = event["response"]["url"]
            if "content-encoding" in {name.lower() for name in event["response"]["headers"]}:
                encoded.add(event["requestId"])

        session.on("Network.responseReceived", note_response)
        session.on(
            "Network.loadingFinished",
            lambda event: finished.update({event["requestId"]: int(event["encodedDataLength"])}),
        )
        session.send("Network.enable")
        page.goto(origin + path, wait_until="networkidle")
        for request, length in finished.items():
            if urls.get(request, "").startswith("data:"):
                continue
            loaded.urls.append(urls[request])
            loaded.transferred += length
            loaded.compressed += length if request in encoded else compress(session, request, length)
    return loaded


def compress(session: Any, request: str, length: int) -> int:
    """Give the length with the body compressed as a proxy would: the head of the answer stays as it is."""
    answer = session.send("Network.getResponseBody", {"requestId": request})
    body = b"" if answer["base64Encoded"] else answer["body"].encode()
    return length - len(body) + len(gzip.compress(body, PROXY_LEVEL)) if body else length


def read_kept(world: World, readers: int, seconds: float, path: str = PROGRAMME_PAGE) -> Tally:
    """Ask for the one page again and again."""
    return send_readers(find_pages(world), [path], connections=readers, seconds=seconds).wait()


def measure_drawing(world: World, times: int, path: str = PROGRAMME_PAGE) -> float:
    """Give the median wait in milliseconds for the first visitor after a change."""
    waits = []
    for _ in range(times):
        change_content(world)
        connection = http.client.HTTPConnection(*find_pages(world), timeout=10)
        started = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        waits.append((time.perf_counter() - started) * 1_000)
        connection.close()
    return statistics.median(waits)
