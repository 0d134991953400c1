"""A crowd at a gate: many connections, each sending its next request when the last is answered.

It is a process of its own that costs the machine as little as it can, so that a measurement is of the gate.
It never keeps an answer's body, only counts and times.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

_HEADER_END = b"\r\n\r\n"


@dataclass
class Tally:
    """What a crowd saw: how many answers of each status, and how long each took in seconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    outcomes: list[tuple[int, int]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Give answers a second."""
        return sum(self.statuses.values()) / self.seconds if self.seconds else 0.0

    def compute_percentile(self, share: float) -> float:
        """Give the latency in seconds below which a share of the answers lies."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def build_request(path: str, body: bytes, host: str = "gate") -> bytes:
    """Give one HTTP/1.1 POST as a browser would send it, without the headers that do not matter."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Visitor(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends the next; knows only fixed-length answers."""

    def __init__(self, crowd: "_Crowd") -> None:
        self._crowd = crowd
        self._transport: asyncio.Transport
        self._buffer = b""
        self._expected = 0
        self._status = 0
        self._request = -1
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send_next()

    def _send_next(self) -> None:
        self._request = self._crowd.take()
        if self._request < 0:
            self._transport.close()
            return
        self._expected = 0
        self._sent_at = time.perf_counter()
        self._transport.write(self._crowd.requests[self._request])

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        if not self._expected:
            end = data.find(_HEADER_END)
            if end < 0:
                self._buffer = data
                return
            head = data[:end].lower()
            self._status = int(head[9:12])
            place = head.find(b"content-length:")
            length = int(head[place + 15 : end].split(b"\r\n", 1)[0]) if place >= 0 else 0
            self._expected = end + len(_HEADER_END) + length
        if len(data) < self._expected:
            self._buffer = data
            return
        self._buffer = b""
        self._crowd.note(self._request, self._status, time.perf_counter() - self._sent_at)
        self._send_next()

    def connection_lost(self, _error: Exception | None) -> None:
        self._crowd.leave()


class _Crowd:
    def __init__(self, requests: Sequence[bytes], connections: int, seconds: float) -> None:
        self.requests = requests
        self.tally = Tally()
        self._next = 0
        self._stop_at = time.perf_counter() + seconds if seconds else 0.0
        self._present = connections
        self._gone = asyncio.get_running_loop().create_future()

    def take(self) -> int:
        is_over = bool(self._stop_at) and time.perf_counter() > self._stop_at
        if self._next >= len(self.requests) or is_over:
            return -1
        self._next += 1
        return self._next - 1

    def note(self, request: int, status: int, latency: float) -> None:
        self.tally.statuses[status] += 1
        self.tally.latencies.append(latency)
        self.tally.outcomes.append((request, status))

    def leave(self) -> None:
        self._present -= 1
        if not self._present and not self._gone.done():
            self._gone.set_result(None)

    async def wait(self) -> None:
        await self._gone


async def send_crowd(
    address: tuple[str, int], requests: Sequence[bytes], *, connections: int, seconds: float = 0.0
) -> Tally:
    """Send every request once over so many connections, or as many as fit into `seconds`."""
    loop = asyncio.get_running_loop()
    connections = min(connections, len(requests))
    crowd = _Crowd(requests, connections, seconds)
    started = time.perf_counter()
    await asyncio.gather(
        *(loop.create_connection(lambda: _Visitor(crowd), *address) for _ in range(connections))
    )
    await crowd.wait()
    crowd.tally.seconds = time.perf_counter() - started
    return crowd.tally


def run_crowd(
    address: tuple[str, int], requests: Sequence[bytes], *, connections: int, seconds: float = 0.0
) -> Tally:
    """Run a crowd to its end on uvloop."""
    import uvloop

    return uvloop.run(send_crowd(address, requests, connections=connections, seconds=seconds))


def read_bodies(path: Path, size: int) -> list[bytes]:
    """Read a file of bodies of one size, one after the other."""
    data = path.read_bytes()
    return [data[start : start + size] for start in range(0, len(data), size)]


def main(arguments: list[str]) -> None:
    """Run `HOST PORT PATH BODIES-FILE BODY-SIZE CONNECTIONS [SECONDS]`; print one line of JSON."""
    host, port, path, bodies, size, connections, *seconds = arguments
    requests = [build_request(path, body) for body in read_bodies(Path(bodies), int(size))]
    tally = run_crowd(
        (host, int(port)),
        requests,
        connections=int(connections),
        seconds=float(seconds[0]) if seconds else 0.0,
    )
    print(
        json.dumps(
            {
                "seconds": tally.seconds,
                "rate": tally.rate,
                "statuses": tally.statuses,
                "p50": tally.compute_percentile(0.5),
                "p99": tally.compute_percentile(0.99),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
