"""They ask for the list three times, then orders come: played over HTTP against a running community, then seized."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from amanah.drill.attack_secrets import attack_request_door
from amanah.drill.judgement import list_needles
from amanah.drill.published import PublicEye, find_band
from amanah.drill.requests_story import NAMED, SECRET_ORDER, Ending, Story, count_invitations, play
from amanah.drill.seizure import scan, seize
from amanah.drill.truth import Truth
from amanah.drill.world import World
from tests.journeys.thousand_members import MEMBERS, bring_members

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass
class Played:
    """The story after its end, in a community that still runs."""

    world: World
    truth: Truth
    story: Story
    ending: Ending


def make_founding_address(world: World) -> str:
    """Ask the request door for its one-time founding address, as `amanah demo` does."""
    code = (
        "from amanah.cli.demo import load_demo_config, run_django;"
        "print(run_django(load_demo_config(), 'request', 'founding_address'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=world.environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    world = World(tmp_path_factory.mktemp("university") / "data")
    world.start()
    eye = PublicEye(world.urls["log"], world.urls["request"], world.read_log_key())
    story = Story(eye, world.urls["request"])
    try:
        truth = bring_members(world.urls, world.read_log_key(), "drill.amanah", world.setup_url)
        ending = play(story, make_founding_address(world))
        yield Played(world, truth, story, ending)
    finally:
        story.close()
        world.stop()


def test_nobodys_details_were_handed_over_and_no_request_is_hidden(played: Played) -> None:
    assert played.ending.cases == 5
    assert played.ending.hidden == 0
    assert played.ending.totals.people == 0
    assert played.ending.is_good


def test_there_were_a_thousand_members_to_ask_about(played: Played) -> None:
    assert len(played.truth.registered) == MEMBERS
    assert count_invitations(played.story.eye.read_log()) >= MEMBERS


def test_the_totals_were_counted_and_are_what_happened(played: Played) -> None:
    totals = played.ending.totals
    assert totals.received == 4, "the order that nobody may speak of is opened nowhere"
    assert totals.answered["refuse"] == 3
    assert totals.answered["comply"] == 1
    assert totals.stated == (4, 0, 0)


def test_no_published_byte_names_anybody_or_speaks_of_the_secret_order(played: Played) -> None:
    reference = played.story.cases["secret"].read_reference()
    for report in played.story.eye.reports.values():
        shown = str(report)
        assert reference not in shown
        assert not any(name in shown for name in NAMED)
        assert find_band(report, SECRET_ORDER) == "0-24"


def test_whoever_takes_the_request_doors_disk_finds_no_member(played: Played, tmp_path: Path) -> None:
    with played.world.freeze():
        seizure = seize([played.world.folder], tmp_path / "seized", "after the story")
    seen = scan(seizure, list_needles(played.truth, {}))
    assert any(seizure.department(path) == "request-door" for path in seizure.list_files())
    assert attack_request_door(seen, played.truth).linked == 0
    assert attack_request_door(seen, played.truth).trials == MEMBERS


def test_a_second_panel_cannot_be_founded_beside_the_first(played: Played) -> None:
    assert make_founding_address(played.world) == ""
