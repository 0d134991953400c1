"""The worked example says in numbered steps what to try, and every step is there."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from amanah.cli.demo import DEFAULTS, describe_waits, list_steps, read_occasions
from amanah.web.config import Config, load_config
from tests.support.processes import build_environment, build_settings


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            break
    return printed


def is_there(address: str) -> bool:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return int(answer.status) == 200


@pytest.mark.processes
def test_every_step_that_the_demo_prints_leads_somewhere(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    del settings["AMANAH_PACE"]
    demo = subprocess.Popen(
        [sys.executable, "-m", "amanah.cli", "demo"],
        env=build_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        printed = read_until(demo, "In real use each of these times is a day")
        assert f"for {DEFAULTS['AMANAH_COMMUNITY_NAME']} (pace: demo)" in printed
        assert re.findall(r"^  (\d+)\. ", printed, re.MULTILINE) == [str(number) for number in range(1, 12)]
        addresses = re.findall(r"^     (http\S+)$", printed, re.MULTILINE)
        assert len(addresses) == 9
        assert [address for address in addresses if not is_there(address)] == []
        command = re.search(
            r"-m amanah\.verify recount (\S+) --log (\S+) --vkey (\S+)$", printed, re.MULTILINE
        )
        assert command
        assert Path(command[1]).parent.is_dir()
        assert re.fullmatch(r"[0-9a-f]{16}\.json", Path(command[1]).name)
        assert Path(command[3]).is_file()
        assert printed.count("OCCASION") == 0
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=30)
    assert demo.returncode == 0


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(build_settings(tmp_path / "data"))


def test_steps_can_be_said_where_the_pages_do_not_answer(config: Config) -> None:
    assert read_occasions(config) == {}
    steps = list_steps(config, None, {})
    assert ("Sign in at the desk.", f"{config.urls['programme']}/desk/") in steps
    assert not any("setup" in where for _, where in steps)


def test_waits_are_said_as_they_are_at_each_pace(tmp_path: Path) -> None:
    demo = describe_waits(load_config(build_settings(tmp_path)))
    calm = describe_waits(load_config(build_settings(tmp_path, pace="calm")))
    assert ("8 seconds" in demo, "60 seconds" in demo, "In real use" in demo) == (True, True, True)
    assert ("24 hours" in calm, "seconds" in calm, "In real use" in calm) == (True, False, False)
