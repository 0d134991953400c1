"""Two logs that need each other's witness wait for nobody: started together, one after the other, or one left alone."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from amanah.cli.founding import WITNESSED_LOGS
from amanah.cli.witnessing.our_policy import add_witness, change_policy, regroup
from amanah.cli.witnessing.our_witness import add_log, find_witness_address
from amanah.cli.witnessing.public_folder import find_own_keys
from amanah.core.public_log.policies import Witness, read_cosignatures, verify_witnessed
from amanah.web.config import Config, load_config
from amanah.web.log_policy import load_policy
from tests.support.processes import Running, build_settings, found_from_template

PUBLISHED_WITHIN, COSIGNED_WITHIN = 15, 40


@pytest.fixture
def sisters(tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    houses = []
    for name in ("harbour-house", "orchard-house"):
        settings = build_settings(tmp_path / name, AMANAH_COMMUNITY=name)
        houses.append(Running(tmp_path / name, settings, load_config(settings)))
        found_from_template(houses[-1].config)
    first, second = houses
    let_witness(first.config, second.config)
    let_witness(second.config, first.config)
    yield first, second
    for house in houses:
        house.kill9()


def let_witness(witnessing: Config, witnessed: Config) -> None:
    log, _ = find_own_keys(witnessed)
    _, key = find_own_keys(witnessing)
    assert log is not None
    assert add_log(witnessing, witnessing.data / "public", log)
    witness = Witness(key, find_witness_address(witnessing))
    change_policy(witnessed, lambda policy: regroup(add_witness(policy, witnessing.community, witness), 1))


def read_checkpoint(config: Config) -> bytes:
    try:
        with urllib.request.urlopen(f"{config.urls['log']}/checkpoint", timeout=20) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return b""


def wait_until_published(config: Config) -> bytes:
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while not (note := read_checkpoint(config)):
        assert time.monotonic() < deadline, f"{config.community} waits for its witness"
        time.sleep(0.1)
    return note


def wait_until_cosigned(config: Config) -> None:
    policy = load_policy(config)
    deadline = time.monotonic() + COSIGNED_WITHIN
    while not policy.is_met_by(read_cosignatures(wait_until_published(config), policy).seen_at):
        assert time.monotonic() < deadline, f"{config.community} is not cosigned"
        time.sleep(0.1)
    verify_witnessed(read_checkpoint(config), policy)


@pytest.mark.processes
def test_two_that_start_together_and_again_after_a_power_cut_are_both_cosigned(
    sisters: tuple[Running, Running],
) -> None:
    for _ in range(2):
        for house in sisters:
            house.start("log")
        for house in sisters:
            wait_until_cosigned(house.config)
        for house in sisters:
            house.kill9()


@pytest.mark.processes
def test_one_alone_publishes_without_the_other_and_is_cosigned_when_she_comes(
    sisters: tuple[Running, Running],
) -> None:
    first, second = sisters
    first.start("log")
    note = wait_until_published(first.config)
    assert not load_policy(first.config).is_met_by(read_cosignatures(note, load_policy(first.config)).seen_at)
    second.start("log")
    wait_until_cosigned(first.config)
    wait_until_cosigned(second.config)


@pytest.mark.processes
def test_a_log_that_was_put_on_the_list_late_is_cosigned_without_a_restart(
    sisters: tuple[Running, Running],
) -> None:
    first, second = sisters
    served = second.config.data / "public" / WITNESSED_LOGS
    line = served.read_text()
    served.write_text("# nobody yet\n")
    first.start("log")
    second.start("log")
    wait_until_cosigned(second.config)
    note = wait_until_published(first.config)
    assert read_cosignatures(note, load_policy(first.config)).seen_at == {}
    served.write_text(line)
    wait_until_cosigned(first.config)
