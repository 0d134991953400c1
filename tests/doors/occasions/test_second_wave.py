"""A second wave while the first has open occasions, on real processes.

What was fetched stays good; what was not fetched is lost.
"""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from amanah.core.passes.codes import compute_invitation_hash
from amanah.core.passes.wave_keys import WaveKey
from amanah.drill.crowd import find_join_key, find_latest_wave
from amanah.drill.device import Device
from amanah.drill.organiser import Organiser
from tests.doors.card_door.town import Town
from tests.support.processes import run_django_command, start_departments

pytestmark = pytest.mark.processes
SPENT_OR_REFUSED = {200, 409}
GATE_LOOKS_WITHIN = 2


class Desk(Organiser):
    """An organiser who also writes down sessions and opens seasons."""

    def read(self, path: str) -> str:
        return self._get(path)

    def has_screen(self, occasion: str) -> bool:
        return self._client.get(f"/desk/sessions/{occasion}/screen/").status_code == 200

    def write_session(self, title: str, starts_at: str) -> str:
        form = {"written_in": "en", "title": title, "place": "Hall", "starts_at": starts_at}
        form |= {"minutes": "60", "official_present": ""}
        answer = self._client.post("/desk/programmes/solid-ground/sessions/new/", data=form)
        found = re.search(r"/desk/sessions/([0-9a-f]{16})/", str(answer.url))
        assert found, answer.text
        return found[1]

    def announce(self, fetch_until: str) -> None:
        answer = self._client.post("/desk/season/", data={"fetch_until": fetch_until})
        assert "The season is announced." in answer.text


def as_field(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def join(town: Town, invitation: bytes) -> Device:
    device = Device(town.running.config.issuer_name, invitation)
    town.wait_for_join_key()
    answer = town.post_until_known("join", device.make_join_request(find_join_key(town.read_log())))
    device.take_join_token(answer.content)
    assert town.post("register", device.make_register_request()).status_code == 200
    return device


def fetch(town: Town, device: Device, wave: tuple[str, tuple[WaveKey, ...]]) -> int:
    answer = town.post("wave", device.make_wave_request(*wave))
    if answer.status_code == 200:
        device.take_wave(answer.content)
    return answer.status_code


def come(town: Town, desk: Desk, device: Device, occasion: str) -> int:
    wait(lambda: desk.has_screen(occasion))
    # The screen shows its code as soon as the key is known; the gate looks for new occasions once a second.
    time.sleep(GATE_LOOKS_WITHIN)
    body = device.make_presence(occasion, desk.read_room_code(occasion))
    status = town.http.post(f"{town.running.urls['spending']}/api/v1/spend", content=body).status_code
    assert status in SPENT_OR_REFUSED
    return status


def wait(is_so: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.3)


@dataclass
class Scene:
    """One member who fetched the first wave, one who did not, one who joined after the second was opened."""

    town: Town
    desk: Desk
    early: Device
    late: Device
    newcomer: Device
    first: tuple[str, tuple[WaveKey, ...]]
    second: tuple[str, tuple[WaveKey, ...]]
    old: str
    new: str
    pages: list[str]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    running = start_departments(tmp_path_factory.mktemp("scene"), settings={"AMANAH_TIME_ZONE": "UTC"})
    town, desk = Town(running), Desk(running.urls["programme"])
    try:
        yield play(town, desk)
    finally:
        desk.close()
        town.close()


def play(town: Town, desk: Desk) -> Scene:
    run_django_command(town.running, "programme", "seed_example")
    desk.register(run_django_command(town.running, "programme", "setup_address").strip())
    codes = [secrets.token_bytes(16) for _ in range(3)]
    desk.register_invitations([compute_invitation_hash(code) for code in codes])
    early, late = join(town, codes[0]), join(town, codes[1])
    town.wait_for(lambda view: bool(view.list_entries("wave_opened")))
    first = find_latest_wave(town.read_log())
    assert fetch(town, early, first) == 200
    old = min(first[1], key=lambda key: key.occasion.opens_at).occasion.occasion
    new = desk.write_session("One more evening", as_field(datetime.now(UTC) + timedelta(minutes=5))[:16])
    pages = [desk.read("/desk/season/")]
    wait(lambda: "Devices are still fetching." not in desk.read("/desk/season/"))
    pages.append(desk.read("/desk/season/"))
    desk.announce(as_field(datetime.now(UTC) + timedelta(seconds=25)))
    town.wait_for(lambda view: len(view.list_entries("wave_opened")) == 2)
    second = find_latest_wave(town.read_log())
    return Scene(town, desk, early, late, join(town, codes[2]), first, second, old, new, pages)


def test_the_desk_says_what_a_second_wave_takes_away_before_it_is_announced(scene: Scene) -> None:
    waiting, ready = scene.pages
    assert "Devices are still fetching." in waiting
    assert "Announce all of it" not in waiting
    assert "Whoever has not fetched them when you go on never can" in ready
    assert ready.index(f"/desk/sessions/{scene.old}/") < ready.index("Announce all of it")


def test_who_did_not_fetch_the_first_wave_never_can_and_fetches_the_second(scene: Scene) -> None:
    assert [key.occasion.occasion for key in scene.second[1]] == [scene.new]
    for device in (scene.late, scene.newcomer):
        assert fetch(scene.town, device, scene.first) == 409
        assert fetch(scene.town, device, scene.second) == 200
        assert list(device.passes) == [scene.new]


def test_passes_of_the_first_wave_stay_good_beside_those_of_the_second(scene: Scene) -> None:
    town, desk, early = scene.town, scene.desk, scene.early
    assert fetch(town, early, scene.second) == 200
    assert {scene.old, scene.new} < set(early.passes)
    assert [come(town, desk, early, scene.old) for _ in range(2)] == [200, 409]
    assert come(town, desk, early, scene.new) == 200
    desk.close_occasion(scene.old)
    view = town.wait_for(lambda view: view.find_entry("occasion_key_destroyed", scene.old) is not None)
    destroyed = view.find_entry("occasion_key_destroyed", scene.old)
    assert destroyed
    # Cards are all that were ever made; only one of them fetched the first wave.
    assert (destroyed.body["served"], destroyed.body["cards"]) == (1, 3)
    bundle = json.loads(desk.fetch_recount(scene.old) or b"{}")
    assert (bundle["descriptor"]["occasion"], len(bundle["spent"])) == (scene.old, 1)
