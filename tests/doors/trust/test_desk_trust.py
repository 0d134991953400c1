"""The desk states a season in public and closes the gate; it moves no line that somebody may answer under."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from amanah.core.surveys.seasons import SeasonError
from amanah.programme_door.occasions.logged_seasons import find_gate_state
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.trust.actions import GateNotClosableError, close_gate
from amanah.programme_door.trust.models import Season
from amanah.programme_door.trust.queries import (
    is_changeable,
    list_own_seasons,
    list_season_lines,
)
from tests.doors.results.published import DAY
from tests.doors.trust.season_town import ENDS_AT, STARTS_AT, SeasonTown, at_time
from tests.support.desk import DATABASES, as_field, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
NOW = STARTS_AT - 5 * DAY


@pytest.fixture
def desk(db: None) -> Client:
    """A sign-in of today has not expired at an earlier time."""
    return build_signed_in_client()


def as_moment(at: int) -> str:
    return as_field(datetime.fromtimestamp(at, UTC))


def fill(**changes: Any) -> dict[str, Any]:
    return {
        "starts_at": as_moment(STARTS_AT),
        "ends_at": as_moment(ENDS_AT),
        "line": "65",
        "harm": "4",
    } | changes


def list_said(kind: str) -> list[dict[str, Any]]:
    entries = [json.loads(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    return [entry for entry in entries if entry["kind"] == kind]


def test_a_season_is_stated_in_the_log_and_on_the_desk(desk: Client) -> None:
    with at_time(NOW):
        answer = desk.post("/desk/trust/", fill())
    assert (answer.status_code, answer["Location"]) == (302, "/desk/trust/")
    (said,) = list_said("season_stated")
    assert said["body"] == {"ends_at": ENDS_AT, "harm": 40_000, "line": 650_000, "starts_at": STARTS_AT}
    (lines,) = list_season_lines()
    assert (lines.trust, lines.harm) == (650_000, 40_000)


def test_the_form_says_which_rule_a_season_breaks_and_states_nothing(desk: Client) -> None:
    with at_time(STARTS_AT + DAY):
        page = desk.post("/desk/trust/", fill()).content.decode()
    assert "stays as it is once it has begun" in page
    with at_time(NOW):
        page = desk.post("/desk/trust/", fill(ends_at=as_moment(STARTS_AT - DAY))).content.decode()
        assert "Choose a later end." in page
        page = desk.post("/desk/trust/", fill(ends_at=as_moment(STARTS_AT + 401 * DAY))).content.decode()
        assert "400 days at most" in page
        page = desk.post("/desk/trust/", fill(line="100")).content.decode()
        assert "Write a whole number from 1 to 99." in page
        page = desk.post("/desk/trust/", fill(line="sixty", harm="")).content.decode()
        assert page.count("Write a whole number from 1 to 99.") == 2
    assert list_said("season_stated") == []
    assert not Season.objects.exists()


def test_a_beginning_that_passed_while_the_page_was_read_is_now(desk: Client) -> None:
    with at_time(STARTS_AT + 600):
        assert desk.post("/desk/trust/", fill()).status_code == 302
    assert Season.objects.get().starts_at == STARTS_AT + 600


def test_the_desk_shows_how_many_answers_the_line_takes(desk: Client) -> None:
    page = desk.get("/desk/trust/").content.decode()
    assert "with a line of 60" in page
    assert "Answers through a bag of weight 7" in page
    assert "Ask the trustees to confirm it at their own desk" in page


def test_a_season_ahead_can_be_changed_until_a_survey_is_announced_in_it(
    town: SeasonTown, desk: Client
) -> None:
    name = town.state_season(now=NOW)
    with at_time(NOW):
        assert f"/desk/trust/{name}/" in desk.get("/desk/trust/").content.decode()
        assert desk.post(f"/desk/trust/{name}/", fill(line="70")).status_code == 302
    assert Season.objects.get().line == 700_000
    (season,) = list_own_seasons()
    town.lines = season.lines
    town.ask()
    assert not is_changeable(season, now=NOW)
    with at_time(NOW):
        page = desk.post(f"/desk/trust/{name}/", fill(line="50")).content.decode()
        assert f"/desk/trust/{name}/" not in desk.get("/desk/trust/").content.decode()
    assert "They stay until the season ends." in page
    assert Season.objects.get().line == 700_000


def test_an_unknown_season_cannot_be_changed(desk: Client) -> None:
    assert desk.get(f"/desk/trust/{'0' * 16}/").status_code == 404


def test_the_gate_is_closed_once_and_in_words(town: SeasonTown) -> None:
    town.state_season()
    town.hold(trust=0.8, people=500)
    with at_time(ENDS_AT - DAY):
        desk = build_signed_in_client()
        assert "This cannot be undone." in desk.get("/desk/trust/close/").content.decode()
        assert desk.post("/desk/trust/close/").status_code == 302
        assert desk.post("/desk/trust/close/").status_code == 302
    (said,) = list_said("gate_closed")
    assert said["body"] == {"reason": "trustees"}
    town.copy_log()
    state = find_gate_state(ENDS_AT - DAY)
    assert state
    assert state.reason == "trustees"


def test_only_the_gate_of_a_running_season_can_be_closed(town: SeasonTown) -> None:
    name = town.state_season()
    for at in (STARTS_AT - 1, ENDS_AT):
        with pytest.raises(GateNotClosableError):
            close_gate(name, now=at)
    with at_time(ENDS_AT):
        desk = build_signed_in_client()
        assert desk.get("/desk/trust/close/").status_code == 404
    assert list_said("gate_closed") == []


def test_two_seasons_do_not_overlap(town: SeasonTown) -> None:
    town.state_season()
    with pytest.raises(SeasonError):
        town.state_season(starts_at=ENDS_AT - 1, ends_at=ENDS_AT + DAY, now=STARTS_AT)
    assert Season.objects.count() == 1


def test_nobody_states_a_season_without_signing_in(db: None) -> None:
    from tests.support.desk import build_client

    for address in ("/desk/trust/", "/desk/trust/close/"):
        assert "sign-in" in build_client().post(address, fill())["Location"]
    assert not Season.objects.exists()
