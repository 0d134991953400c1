"""Killed at random moments under load, witness and all: nothing acknowledged is lost or doubled, and nothing forks."""

import http.client
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from amanah.core.public_log.entries import compute_entry_hash, encode_entry
from amanah.core.public_log.policies import NotWitnessedError, Policy, read_cosignatures
from amanah.web.config import load_config
from amanah.web.database import open_database
from tests.doors.log_service.place import FOUNDING, RUN, LogPlace, MakePlace, stop, wait_until
from tests.support.processes import build_environment, is_answering

pytestmark = pytest.mark.processes
DOORS = ("card-door", "programme-door", "request-door")


@dataclass
class World:
    """What doors and an outside observer know of a log."""

    place: LogPlace
    policy: Policy
    acknowledged: dict[bytes, int] = field(default_factory=dict)
    saved: dict[int, bytes] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def hand_over(self, is_over: threading.Event) -> None:
        """Hand entries over as fast as answers come, each twice; note only what was acknowledged."""
        while not is_over.is_set():
            number = next(self.numbers)
            entry = self.place.entry(number, DOORS[number % 3])
            for _ in range(2):
                try:
                    status, body = self.place.post(entry)
                except (OSError, ValueError, http.client.HTTPException):
                    return
                if status == 200:
                    assert self.acknowledged.setdefault(entry, body["index"]) == body["index"]

    def save_checkpoints(self, is_over: threading.Event) -> None:
        """Keep every checkpoint that is ever seen; two of one size must be of one tree."""
        while not is_over.wait(0.02):
            path = self.place.public / "checkpoint"
            if path.exists():
                checkpoint = read_cosignatures(path.read_bytes(), self.policy).checkpoint
                assert self.saved.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root

    def live_through(self, processes: list["subprocess.Popen[bytes]"], moments: list[float]) -> None:
        """Work until each process was killed at its moment."""
        is_over = threading.Event()
        with ThreadPoolExecutor(6) as workers:
            work = [workers.submit(self.hand_over, is_over) for _ in range(4)]
            work.append(workers.submit(self.save_checkpoints, is_over))
            for process, moment in zip(processes, moments, strict=True):
                time.sleep(moment)
                process.kill()
            is_over.set()
        for done in work:
            done.result()
        for process in processes:
            process.communicate()

    def check(self) -> None:
        """Read the log as it stands in the end."""
        view = self.place.read()
        leaves = [encode_entry(entry) for entry in view.entries]
        assert len({compute_entry_hash(leaf) for leaf in leaves}) == len(leaves)
        for entry, index in self.acknowledged.items():
            assert leaves[index] == entry
        for seen in self.saved.items():
            assert self.place.read(seen).size == view.size


def test_killed_at_random_moments_with_a_witness_attached(
    make_place: MakePlace, kill_rounds: Callable[[], Iterator[int]]
) -> None:
    commons, hill = make_place("sqlite"), make_place("sqlite", "hill")
    hill.serve_log_of(commons)
    world = World(commons, commons.write_policy(hill.as_witness("hill")))
    chance = random.Random(20_261_125)
    rounds = 0
    for _ in kill_rounds():
        rounds += 1
        processes = [hill.start_process("witness.process"), commons.start_process()]
        if chance.random() < 0.5:
            processes.reverse()
        world.live_through(processes, [chance.uniform(0.05, 0.9), chance.uniform(0, 0.4)])
    witness, log = hill.start_process("witness.process"), commons.start_process()
    wait_until(lambda: is_witnessed(world))
    assert stop(log).count("Traceback") == 0
    assert stop(witness) == ""
    world.check()
    assert len(world.acknowledged) > 10 * rounds
    assert len(world.saved) > rounds
    with open_database(hill.config.database("log")) as database:
        assert database.execute("SELECT count(*) FROM fork_evidence").fetchone()[0] == 0


def is_witnessed(world: World) -> bool:
    try:
        return world.place.read_under(world.policy).size > max(world.acknowledged.values())
    except NotWitnessedError:
        return False


def test_of_two_services_started_at_once_one_works_and_the_other_says_why_not(any_place: LogPlace) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RUN.format("process")],
            env=build_environment(any_place.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for _ in range(2)
    ]
    any_place.processes += processes
    wait_until(lambda: any(process.poll() is not None for process in processes))
    refused, working = sorted(processes, key=lambda process: process.poll() is None)
    assert b"Another log service works in" in refused.communicate()[0]
    world = World(any_place, Policy(any_place.log_key))
    wait_until(lambda: is_answering(any_place.url("/healthz")))
    is_over = threading.Event()
    with ThreadPoolExecutor(9) as workers:
        work = [workers.submit(world.hand_over, is_over) for _ in range(8)]
        work.append(workers.submit(world.save_checkpoints, is_over))
        time.sleep(1.5)
        is_over.set()
    for done in work:
        done.result()
    assert stop(working) == ""
    world.check()
    indexes = sorted(world.acknowledged.values())
    assert indexes == list(range(FOUNDING, FOUNDING + len(indexes)))
    assert len(indexes) > 50


@pytest.mark.postgresql
def test_a_cloned_machine_on_the_same_postgresql_database_is_refused_while_the_first_one_works(
    make_place: MakePlace,
) -> None:
    place = make_place("postgresql")
    process = place.start_process()
    clone_folder = place.config.data.with_name("clone")
    shutil.copytree(place.config.data, clone_folder)
    free = make_place("sqlite", "hill").settings
    settings = place.settings | {
        "AMANAH_DATA": str(clone_folder),
        "AMANAH_LOG_BIND": free["AMANAH_LOG_BIND"],
        "AMANAH_LOG_URL": place.settings["AMANAH_LOG_URL"],
    }
    clone = LogPlace(load_config(settings), settings)
    second = subprocess.Popen(
        [sys.executable, "-c", RUN.format("process")],
        env=build_environment(clone.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    place.processes.append(second)
    assert b"Another log service works on this database" in second.communicate(timeout=30)[0]
    assert second.returncode != 0
    assert place.post(place.entry(1)) == (200, {"index": FOUNDING})
    assert stop(process) == ""
