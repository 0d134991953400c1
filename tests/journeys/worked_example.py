"""The worked example in real processes over a temporary folder, with an invented crowd; it opens no browser itself."""

import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext

from amanah.cli.environment import SETTINGS_MODULES
from amanah.core.encoding import encode_base64url
from amanah.core.public_log.notes import parse_verifier_key
from amanah.drill.crowd import Crowd, imagine_people
from amanah.drill.truth import Truth
from amanah.drill.wire import Wire
from amanah.web.config import Config, Department, load_config
from tests.support.processes import SOURCE, build_environment, build_settings

READY_WITHIN = 120.0
_SETUP = re.compile(r"(http://\S+/desk/setup/\S+)")


@dataclass
class Example:
    """The worked example, running."""

    config: Config
    setup: str
    session: str = ""
    survey: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def at(self, path: str) -> str:
        """Give an address at the programme door."""
        return self.config.urls["programme"] + path

    def run_command(self, department: Department, name: str) -> str:
        """Run one of Django's commands in a department; give what it printed."""
        command = [sys.executable, "-m", "django", name, "--settings", SETTINGS_MODULES[department]]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def list_occasions(self) -> list[dict[str, str]]:
        """Read the public list of occasions."""
        listed: list[dict[str, str]] = httpx.get(self.at("/occasions.json")).json()["occasions"]
        return listed

    def wait_until_destroyed(self, occasion: str) -> None:
        """Wait until the card door has destroyed an occasion's key, as the public recount page says."""
        deadline = time.monotonic() + READY_WITHIN
        while "The key is destroyed." not in httpx.get(self.at(f"/en/recount/{occasion}/")).text:
            if time.monotonic() > deadline:
                raise RuntimeError(f"The key of {occasion} was not destroyed in time.")
            time.sleep(0.5)


@contextmanager
def running_example(folder: Path) -> Iterator[Example]:
    """Run `amanah demo` for the time of a `with` block, from a copy: no edit meanwhile shows in half the pages."""
    shutil.copytree(SOURCE, folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    settings = build_settings(folder / "data") | {
        "AMANAH_COMMUNITY": "riverside",
        "AMANAH_COMMUNITY_NAME": "Riverside Commons",
    }
    environment = build_environment(settings) | {"PYTHONPATH": str(folder / "src")}
    process = subprocess.Popen(
        [sys.executable, "-m", "amanah.cli", "demo"],
        env=environment,
        cwd=folder,
        stdout=(folder / "output").open("wb"),
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        example = wait_for_example(process, folder / "output", load_config(settings))
        example.environment = environment
        yield example
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def wait_for_example(process: subprocess.Popen[bytes], output: Path, config: Config) -> Example:
    """Wait for the setup address and for an open session and an open survey."""
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        found = _SETUP.search(output.read_text())
        if found:
            example = Example(config, found.group(1))
            opened = {
                row["kind"]: row["occasion"] for row in example.list_occasions() if row["state"] == "open"
            }
            if {"session", "survey"} <= set(opened):
                example.session, example.survey = opened["session"], opened["survey"]
                return example
        time.sleep(0.5)
    raise RuntimeError("The example did not start:\n" + output.read_text()[-2000:])


def register_hashes(example: Example, desk: BrowserContext, hashes: list[bytes]) -> None:
    """Send the hashes of the crowd's invitations, as the organiser's page does."""
    answer = desk.request.post(
        example.at("/desk/invitations/"),
        data={
            "hashes": [encode_base64url(item) for item in sorted(hashes)],
            "medium": "sheet",
            "replacement": False,
        },
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.ok, f"the crowd's invitations were answered with {answer.status}"


def send_crowd(example: Example, desk: BrowserContext, room_code: str, *, size: int) -> None:
    """Let invented members join, come to the session and answer the survey."""
    vkey = (example.config.data / "public" / "log.vkey").read_text().strip()
    generator = random.Random(7)
    truth = Truth(imagine_people(generator, size))
    crowd = Crowd(Wire(example.config.urls, truth), truth, generator, parse_verifier_key(vkey))
    register_hashes(example, desk, crowd.draw_invitations("riverside.amanah"))

    async def find_room_code() -> str:
        return room_code

    async def play() -> None:
        await asyncio.sleep(8)
        await crowd.join(2)
        await crowd.register(2)
        await crowd.fetch_wave(2)
        await crowd.come(example.session, find_room_code, 2)
        await crowd.answer(await crowd.read_plan(example.survey), 2)

    # Playwright's loop runs in this thread already.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, play()).result()
