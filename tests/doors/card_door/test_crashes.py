"""Power cuts at any moment: the same end state, one key per occasion, and no answer that is ever taken back."""

import random
import secrets
import sqlite3
import subprocess
import sys
import threading
import time

import httpx
import psycopg
import pytest

from tests.doors.card_door.town import Town, finish, start_town
from tests.support.processes import build_environment

pytestmark = [pytest.mark.processes, pytest.mark.slow]

ROUNDS = 6


def list_published_keys(town: Town) -> list[tuple[str, str]]:
    return [
        (occasion, spki)
        for entry in town.read_log().list_entries("wave_opened")
        for occasion, spki in entry.body["keys"]
    ]


def test_killed_at_any_moment_the_door_opens_each_wave_once_and_destroys_each_key_once(own_town):
    town = own_town
    moments = random.Random(2468)
    closed = []
    for _ in range(ROUNDS):
        wave = town.plan_wave(5)
        time.sleep(moments.uniform(0, 0.9))
        town.running.kill9("card")
        town.running.start("card")
        keys = town.wait_for_wave(wave)
        occasions = [key.occasion.occasion for key in keys]
        for occasion in occasions[:3]:
            town.close_occasion(occasion)
        closed += occasions[:3]
        time.sleep(moments.uniform(0, 0.6))
        town.running.kill9("card")
        town.running.start("card")
        view = town.wait_for(
            lambda view, all_closed=tuple(closed): all(
                view.find_entry("occasion_key_destroyed", one) for one in all_closed
            )
        )
    published = list_published_keys(town)
    assert len(published) == len({occasion for occasion, _ in published}) == 5 * ROUNDS
    assert len({spki for _, spki in published}) == 5 * ROUNDS
    assert len(view.list_entries("occasion_key_destroyed")) == len(closed)
    assert len(view.list_entries("join_key_opened")) == 1


def test_whatever_was_answered_before_a_crash_is_answered_again_after_it(own_town):
    town = own_town
    moments = random.Random(1357)
    devices = [town.join(invitation) for invitation in town.print_invitations(8)]
    wave = town.plan_wave(10)
    keys = town.wait_for_wave(wave)
    requests = [device.start_wave(wave, keys) for device in devices]
    answers: dict[int, set[bytes]] = {place: set() for place in range(len(devices))}

    def fetch(place: int) -> None:
        with httpx.Client(timeout=30, trust_env=False) as http:
            for _ in range(40):
                try:
                    answer = http.post(f"{town._url('card')}/api/v1/wave", content=requests[place][0])
                except httpx.HTTPError:
                    time.sleep(0.05)
                    continue
                assert answer.status_code == 200
                answers[place].add(answer.content)

    threads = [threading.Thread(target=fetch, args=(place,)) for place in answers]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(moments.uniform(0.05, 0.4))
        town.running.kill9("card")
        town.running.start("card")
    for thread in threads:
        thread.join()
    for place, seen in answers.items():
        seen.add(town.post("wave", requests[place][0]).content)
        assert len(seen) == 1
        finish(requests[place][1], seen.pop())
    occasion = keys[0].occasion.occasion
    town.close_occasion(occasion)
    view = town.wait_for(lambda view: view.find_entry("occasion_key_destroyed", occasion) is not None)
    assert view.find_entry("occasion_key_destroyed", occasion).body["served"] == len(devices)


def test_a_database_that_lost_its_keys_never_draws_them_again(own_town):
    town = own_town
    town.wait_for_join_key()
    wave = town.plan_wave(2)
    town.wait_for_wave(wave)
    town.running.stop("card")
    database = town.card_folder / "card.sqlite3"
    database.unlink()
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0", "--settings", "amanah.card_door.settings"],
        env=build_environment(town.running.settings),
        check=True,
    )
    town.running.start("card")
    later = town.plan_wave(1)
    town.wait_for_wave(later)
    view = town.read_log()
    assert len(view.list_entries("join_key_opened")) == 1
    assert len(view.list_entries_about("wave_opened", wave)) == 1
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM occasion_key").fetchone() == (1,)
    connection.close()
    assert "restore the card door's backup" in town.running.read_output("card")


@pytest.mark.postgresql
def test_the_door_finds_its_database_again_after_the_server_dropped_it(postgresql, tmp_path):
    name = f"t{secrets.token_hex(6)}"
    town = start_town(tmp_path, {"card": postgresql.create_database(name)})
    try:
        [invitation] = town.print_invitations(1)
        device = town.join(invitation)
        with psycopg.connect(postgresql.admin_url, autocommit=True) as connection:
            dropped = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", (name,)
            ).fetchone()
        assert dropped == (1,)
        assert town.post("leave", device.encode_leave()).status_code == 503
        assert town.post_until_known("leave", device.encode_leave()).status_code == 200
        town.wait_for_wave(town.plan_wave(1))
        assert town.running.stop("card") == {"card": 0}
    finally:
        town.close()
