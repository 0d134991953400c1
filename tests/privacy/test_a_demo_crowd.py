"""A survey with sensitive questions from announcement to results, with a crowd over HTTP, checked by an outsider."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from amanah.cli.command import EXIT_MISCONFIGURED
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import verify_log
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.drill.demo_crowd import CrowdRefusedError, Visit, run
from amanah.drill.organiser import Organiser
from amanah.drill.world import World
from amanah.web.config import Config
from tests.support.processes import Running, build_environment, run_amanah

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.timeout(300)]

MEMBERS = 60
SENSITIVE = {
    "programme-trust", "police-trust", "harm-alienated", "harm-stigmatised", "harm-watched", "harm-opposite",
}  # fmt: skip


@dataclass
class Journey:
    """What was seen on the way."""

    world: World
    occasion: str
    while_open: dict[str, int]
    printed: str
    results: dict[str, Any]

    def fetch(self, name: str) -> bytes:
        return (
            httpx.get(f"{self.world.urls['programme']}/surveys/{self.occasion}/{name}")
            .raise_for_status()
            .content
        )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            return printed
    raise AssertionError(f"the crowd ended before it said {words!r}:\n{printed}")


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    world = World(tmp_path_factory.mktemp("crowd") / "data")
    world.start()
    organiser = Organiser(world.urls["programme"])
    organiser.register(world.setup_url)
    crowd = subprocess.Popen(
        [sys.executable, "-m", "amanah.cli", "demo", "crowd", "--members", str(MEMBERS), "--seed", "5"],
        env=world.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        printed = read_until(crowd, "it waits here")
        found = re.search(r"/desk/close/([0-9a-f]{16})/", printed)
        assert found, printed
        address = f"{world.urls['programme']}/surveys/{found[1]}"
        names = ("plan.json", "words.json", "results.json", "bundle.json")
        while_open = {name: httpx.get(f"{address}/{name}").status_code for name in names}
        organiser.close_occasion(found[1])
        rest, _ = crowd.communicate(timeout=120)
        assert crowd.returncode == 0, printed + rest
        results = httpx.get(f"{address}/results.json").json()
        yield Journey(world, found[1], while_open, printed + rest, results)
    finally:
        crowd.kill()
        organiser.close()
        world.pull_the_plug()


def test_nothing_is_published_before_the_survey_closes(journey: Journey) -> None:
    assert journey.while_open == {
        "plan.json": 200,
        "words.json": 200,
        "results.json": 404,
        "bundle.json": 404,
    }


def test_the_plan_stood_in_the_log_before_anybody_could_answer(journey: Journey) -> None:
    urls = journey.world.urls
    key = journey.world.read_log_key()
    note = httpx.get(urls["log"] + "/checkpoint").content
    size = verify_checkpoint(note, key).size
    bundles = [httpx.get(f"{urls['log']}/{path}").content for path in list_bundle_paths(0, size)]
    kinds = [(entry.kind, entry.ref) for entry in verify_log(note, bundles, Policy(key)).entries]
    stated = kinds.index(("survey_stated", journey.occasion))
    opened = next(place for place, (kind, _) in enumerate(kinds) if kind == "wave_opened")
    closed = kinds.index(("occasion_closed", journey.occasion))
    assert stated < opened < closed < kinds.index(("occasion_key_destroyed", journey.occasion))
    season = next(place for place, (kind, _) in enumerate(kinds) if kind == "season_stated")
    assert season < stated
    assert "gate_read" in {kind for kind, _ in kinds[closed:]}


def test_every_member_is_counted_once_and_a_third_by_lot_is_asked_about_harm(journey: Journey) -> None:
    questions = {question["code"]: question for question in journey.results["questions"]}
    assert set(questions) >= SENSITIVE
    assert (journey.results["readable"], journey.results["unreadable"]) == (MEMBERS, 0)
    for code in SENSITIVE:
        question = questions[code]
        assert (question["foreign"], question["weight"] >= 3) == (0, True)
        # Of 60 by lots of three 20 are asked; fewer than 6 or more than 36 would be one run in 50,000.
        assert 6 <= question["reports"] <= 36 if code.startswith("harm-") else question["reports"] == MEMBERS
    assert len({questions[code]["reports"] for code in SENSITIVE if code.startswith("harm-")}) == 1


def test_the_published_intervals_hold_what_the_members_truly_think(journey: Journey) -> None:
    found = re.search(r"Of (\d+) intervals (\d+) hold the truth", journey.printed)
    assert found, journey.printed
    told, held = int(found[1]), int(found[2])
    assert told >= len(SENSITIVE)
    # Each may miss once in twenty surveys, and one that is looked at once misses far more rarely.
    assert told - held <= 1, journey.printed


def verify_results(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "amanah.verify", "results", *arguments],
        env=build_environment({}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_outsider_computes_every_published_number_again(journey: Journey, tmp_path: Path) -> None:
    urls, folder = journey.world.urls, journey.world.folder
    vkey = folder / "public" / "log.vkey"
    address = f"{urls['programme']}/surveys/{journey.occasion}/bundle.json"
    done = verify_results(address, "--log", urls["log"], "--vkey", str(vkey))
    assert done.returncode == 0, done.stdout + done.stderr
    bundle = journey.fetch("bundle.json")
    for true, false in ((b'"readable":60', b'"readable":61'), (b'"unreadable":0', b'"unreadable":1')):
        assert bundle.count(true) == 1
        forged = tmp_path / "bundle.json"
        forged.write_bytes(bundle.replace(true, false))
        assert verify_results(str(forged), "--log", urls["log"], "--vkey", str(vkey)).returncode == 1


def test_a_community_of_real_people_is_never_visited(
    departments: Callable[..., Running],
) -> None:
    running = departments(pace="calm", processes=("log", "programme", "spending"))
    config: Config = running.config
    refused = run_amanah(running.settings, "demo", "crowd", "--members", "3")
    assert (refused.returncode, "AMANAH_PACE is not demo" in refused.stderr) == (EXIT_MISCONFIGURED, True)
    # Also when somebody says that it is an example: what its own log states counts.
    pretended = run_amanah(running.settings | {"AMANAH_PACE": "demo"}, "demo", "crowd", "--members", "3")
    assert pretended.returncode == EXIT_MISCONFIGURED
    key = parse_verifier_key((config.data / "public" / "log.vkey").read_text().strip())
    visit = Visit(config.urls, key, config.issuer_name, members=3, seed=1, closes=True)

    def make_setup_address() -> str:
        raise AssertionError("the crowd asked for an organiser's account")

    with pytest.raises(CrowdRefusedError, match="pace demo"):
        run(visit, make_setup_address)
    with pytest.raises(CrowdRefusedError, match="1 to"):
        run(Visit(config.urls, key, config.issuer_name, members=0, seed=1, closes=True), make_setup_address)
