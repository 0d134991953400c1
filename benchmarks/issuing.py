"""Signatures per second at 20 a request, over HTTP against a real card door, beside `openssl speed`.

`python -m benchmarks.issuing [requests] [connections]` prints three rounds; only ratios on a quiet machine count.
"""

import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
from tests.doors.card_door.town import Town, start_town

OCCASIONS = 20
ROUNDS = 3


class Rate(NamedTuple):
    """What one run gave: by the clock, and by the processor time that it took."""

    per_second: float
    per_cpu_second: float


def measure_openssl(seconds: int = 3) -> Rate:
    """Sign with two processes of openssl itself; half of its time goes into verifying."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["openssl", "speed", "-multi", "2", "-seconds", str(seconds), "rsa2048"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    signed = sum(int(count) for count in re.findall(r"R1:(\d+):2048", done.stdout + done.stderr))
    rate = re.search(r"rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)", done.stdout)
    assert rate
    return Rate(float(rate[1]), signed / (used / 2))


def prepare_requests(town: Town, count: int) -> list[bytes]:
    """Take `count` cards through joining, and blind a wave for each."""
    devices = [
        town.join(code)
        for start in range(0, count, 500)
        for code in town.print_invitations(min(500, count - start))
    ]
    wave = town.plan_wave(OCCASIONS)
    keys = town.wait_for_wave(wave)
    bodies = [device.start_wave(wave, keys)[0] for device in devices]
    return [
        b"POST /api/v1/wave HTTP/1.1\r\nHost: card\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        for body in bodies
    ]


def fetch_all(requests: list[bytes], address: tuple[str, int], connections: int) -> tuple[float, list[float]]:
    """Send every request once over kept connections; give the time it took and the time of each."""
    waiting: Iterator[bytes] = iter(requests)
    lock = threading.Lock()
    times: list[float] = []

    def work() -> None:
        with socket.create_connection(address) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with lock:
                    request = next(waiting, None)
                if request is None:
                    return
                began = time.perf_counter()
                link.sendall(request)
                read_answer(link)
                times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, sorted(times)


def read_answer(link: socket.socket) -> None:
    """Read one answer, which must carry all the signatures."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += link.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    while len(body) < 256 * OCCASIONS:
        body += link.recv(65_536)


def main(arguments: list[str]) -> None:
    """Run the rounds: openssl, ours, openssl."""
    numbers = [int(argument) for argument in arguments]
    count, connections = [*numbers, *(300, 16)[len(numbers) :]]
    with tempfile.TemporaryDirectory() as folder:
        town = start_town(Path(folder))
        try:
            requests = prepare_requests(town, count)
            door = psutil.Process(town.running.pids["card"])
            for number in range(ROUNDS):
                first = measure_openssl()
                before = door.cpu_times()
                took, times = fetch_all(requests, town.running.config.binds["card"], connections)
                after = door.cpu_times()
                second = measure_openssl()
                used = after.user + after.system - before.user - before.system
                ours = Rate(count * OCCASIONS / took, count * OCCASIONS / used)
                print(
                    f"{'first fetch' if number == 0 else 'repeat'}: {ours.per_second:.0f} signatures/s, "
                    f"p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {times[len(times) * 99 // 100] * 1000:.0f} ms; "
                    f"of openssl by the clock {2 * ours.per_second / (first.per_second + second.per_second):.2f}, "
                    f"by processor time {2 * ours.per_cpu_second / (first.per_cpu_second + second.per_cpu_second):.2f}"
                )
        finally:
            town.close()


if __name__ == "__main__":
    main(sys.argv[1:])
