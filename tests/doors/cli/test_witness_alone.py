"""A witness alone is one process and one folder with nothing of a community in it, and cosigns for others."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from socket import create_server

import pytest

from amanah.cli.founding import found_data_folder
from amanah.cli.witnessing.our_policy import add_witness, change_policy, regroup
from amanah.core.public_log.notes import COSIGNER, parse_verifier_key
from amanah.core.public_log.policies import Witness, verify_witnessed
from amanah.web.config import Config, load_config
from amanah.web.log_policy import load_policy
from tests.support.processes import (
    Running,
    build_environment,
    build_settings,
    found_from_template,
    is_answering,
    run_amanah,
)

PATIENCE = 40


class Lighthouse:
    """An invented house with a witness and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.settings: Mapping[str, str] = build_settings(folder / "data", AMANAH_COMMUNITY="lighthouse")
        self.config: Config = load_config(self.settings)
        self.output = folder / "lighthouse.output"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "amanah.cli", "witness", "serve"],
                env=build_environment(self.settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while not is_answering(f"{self.config.urls['log']}/healthz"):
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=20)

    @property
    def key(self) -> str:
        return (self.config.data / "public" / "witness.vkey").read_text()


@pytest.fixture
def lighthouse(tmp_path: Path) -> Iterator[Lighthouse]:
    house = Lighthouse(tmp_path / "lighthouse")
    house.output.parent.mkdir()
    yield house
    if house.process is not None and house.process.poll() is None:
        house.process.kill()
        house.process.wait(10)


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[Running]:
    settings = build_settings(tmp_path / "harbour", AMANAH_COMMUNITY="harbour-house")
    running = Running(tmp_path / "harbour", settings, load_config(settings))
    found_from_template(running.config)
    yield running
    running.kill9()


def read_checkpoint(config: Config) -> bytes:
    """Give the checkpoint, or nothing before the first one is published."""
    try:
        with urllib.request.urlopen(f"{config.urls['log']}/checkpoint", timeout=20) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return b""


def wait_until_cosigned(config: Config) -> None:
    deadline = time.monotonic() + PATIENCE
    while b"/witness " not in read_checkpoint(config):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert set(verify_witnessed(read_checkpoint(config), load_policy(config)).seen_at) == {"lighthouse"}


@pytest.mark.processes
def test_a_witness_alone_cosigns_another_houses_log_and_goes_on_after_a_restart(
    lighthouse: Lighthouse, harbour: Running
) -> None:
    lighthouse.start()
    log_key = (harbour.config.data / "public" / "log.vkey").read_text()
    assert run_amanah(lighthouse.settings, "witness", "add-log", log_key).returncode == 0
    witness = Witness(
        parse_verifier_key(lighthouse.key, COSIGNER), f"{lighthouse.config.urls['log']}/witness"
    )
    change_policy(harbour.config, lambda policy: regroup(add_witness(policy, "lighthouse", witness), 1))
    harbour.start("log")
    wait_until_cosigned(harbour.config)
    before = read_checkpoint(harbour.config)
    harbour.stop()
    assert lighthouse.stop(signal.SIGTERM) == 0
    lighthouse.start()
    assert "serves 1 logs" in lighthouse.output.read_text()
    harbour.start("log", "card")
    deadline = time.monotonic() + PATIENCE
    while (note := read_checkpoint(harbour.config)).splitlines()[1] == before.splitlines()[1]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert int(note.splitlines()[1]) > int(before.splitlines()[1])
    wait_until_cosigned(harbour.config)
    assert lighthouse.stop() == 0


@pytest.mark.processes
def test_a_witness_alone_makes_nothing_of_a_community(lighthouse: Lighthouse) -> None:
    lighthouse.start()
    assert lighthouse.stop() == 0
    data = lighthouse.config.data
    assert sorted(path.name for path in data.iterdir()) == ["log", "public"]
    assert sorted(path.name for path in (data / "public").iterdir()) == ["witness.vkey", "witnessed-logs"]
    keys = sorted(path.name for path in lighthouse.config.keys("log").iterdir())
    assert keys == ["django-secret.key", "witness-signing.key"]
    open_to_others = [path for path in (data / "log").rglob("*") if path.lstat().st_mode & 0o077]
    assert open_to_others == []
    shown = run_amanah(lighthouse.settings, "witness", "show")
    assert "lighthouse.amanah/witness" in shown.stdout
    assert "Our log" not in shown.stdout


@pytest.mark.processes
def test_a_witness_alone_becomes_a_community_with_the_same_witness(lighthouse: Lighthouse) -> None:
    lighthouse.start()
    lighthouse.stop()
    key = lighthouse.key
    done = run_amanah(lighthouse.settings, "init")
    assert done.returncode == 0, done.stderr
    assert lighthouse.key == key
    assert load_policy(lighthouse.config).witnesses == {}
    again = run_amanah(lighthouse.settings, "witness", "serve", timeout=60)
    assert again.returncode == 78
    assert "holds a whole community" in again.stderr
    assert "Traceback" not in again.stderr


def test_a_busy_port_is_said_so_and_nothing_is_made(lighthouse: Lighthouse) -> None:
    with create_server(lighthouse.config.binds["log"]):
        done = run_amanah(lighthouse.settings, "witness", "serve", timeout=60)
    assert (done.returncode, "AMANAH_LOG_BIND" in done.stderr) == (78, True)
    assert not lighthouse.config.data.exists()


def test_a_community_is_not_served_as_a_witness_alone(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    found_data_folder(load_config(settings))
    done = run_amanah(settings, "witness", "serve", timeout=60)
    assert (done.returncode, "amanah serve" in done.stderr) == (78, True)
