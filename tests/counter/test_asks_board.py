"""Outside bodies ask only while the published log says that the gate is open, and nobody answers here."""

import re
from typing import Any

import pytest
from django.core import signing

from amanah.core.data_requests.asks import compute_ask_hash, parse_ask
from amanah.request_door.asks.actions import (
    MOST_A_DAY,
    AsksFullError,
    GateShutError,
    withdraw_asks_of_shut_gates,
)
from amanah.request_door.asks.gate import get_gate
from amanah.request_door.asks.models import Ask, State
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.log_copy import forget_view
from amanah.web.settings import get_config
from tests.counter.asks_town import DAY, ENDS_AT, NOW, SEASON, STARTS_AT, TYPED, AskTown

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> AskTown:
    return AskTown()


def post(town: AskTown) -> Ask:
    """Put an ask on the board and into the log, as the trustees' decision does."""
    row = town.ask()
    Ask.objects.filter(ask=row.ask).update(state=State.SHOWN)
    town.say("ask_posted", row.ask, town.now, by="request-door", ask=row.ask_hash, season=SEASON)
    return row


def close(town: AskTown, reason: str = "alarm") -> None:
    town.say("gate_closed", SEASON, NOW - 1, reason=reason)


def break_reading(town: AskTown) -> None:
    town.read_gate("shut", at=NOW - 1)


def forget(_town: AskTown) -> None:
    forget_view()


def grow_old(town: AskTown) -> None:
    town.now = town.log.entries[-1].at + 26 * 3_600 + 1


def end_season(town: AskTown) -> None:
    town.now = ENDS_AT
    town.beat(ENDS_AT)


def begin_another(town: AskTown) -> None:
    town.now = ENDS_AT + 1
    town.state_season("6" * 16, starts_at=ENDS_AT)
    town.beat(ENDS_AT)


SHUTTING = [
    (close, "harm was done to them"),
    (lambda town: close(town, "trustees"), "closed in the trustees"),
    (break_reading, "Nobody can be sure yet"),
    (forget, "has not read the public log"),
    (grow_old, "no sign of life for more than a day"),
    (end_season, "The season is over."),
    (begin_another, "Nobody can be sure yet"),
]


def test_before_any_season_nobody_may_ask_and_the_board_says_why(town: AskTown) -> None:
    town.beat(NOW)
    page = town.read("/en/asks/")
    assert "Shut: outside bodies may not ask" in page
    assert "has not said yet how much trust it asks for" in page
    assert "/en/asks/new/" not in page
    assert "<form" not in town.read("/en/asks/new/")


def test_while_the_gate_is_open_a_body_hands_in_an_ask_and_finds_it_by_its_link_alone(town: AskTown) -> None:
    town.open_gate()
    assert "Open: outside bodies may ask" in town.read("/en/asks/")
    answer = town.send()
    assert answer.status_code == 303
    page = town.read(answer.headers["Location"])
    assert "It waits for the trustees." in page
    assert "Which street floods first?" in page
    row = Ask.objects.get()
    ask = parse_ask(bytes(row.document))
    assert (ask.season, ask.community) == (SEASON, get_config().community)
    assert row.ask_hash == compute_ask_hash(bytes(row.document))
    secret = answer.headers["Location"].split("/")[-2]
    assert secret not in repr(list(Ask.objects.values()))
    assert TYPED["title"] not in town.read("/en/asks/")
    for guess in ("x", "A" * 22, secret[:-1] + ("A" if secret[-1] != "A" else "Q")):
        town.read(f"/en/asks/status/{guess}/", status=404)


def test_an_admitted_ask_stands_on_the_board_with_its_bytes_only_once_the_log_has_it(town: AskTown) -> None:
    town.open_gate()
    row = town.ask()
    Ask.objects.update(state=State.SHOWN)
    assert TYPED["title"] not in town.read("/en/asks/")
    town.read(f"/asks/{row.ask}.json", status=404)
    town.say("ask_posted", row.ask, NOW, by="request-door", ask=row.ask_hash, season=SEASON)
    page = town.read("/en/asks/")
    assert TYPED["title"] in page
    assert "Answers go to:" in page
    assert TYPED["channel"] in page
    assert f"kind=ask_posted&amp;about={row.ask}" in page
    document = town.read(f"/asks/{row.ask}.json").encode()
    assert compute_ask_hash(document) == row.ask_hash


@pytest.mark.parametrize(("shut", "words"), SHUTTING)
def test_when_the_gate_shuts_the_board_is_empty_and_says_why(town: AskTown, shut: Any, words: str) -> None:
    town.open_gate()
    row = post(town)
    assert TYPED["title"] in town.read("/en/asks/")
    shut(town)
    page = town.read("/en/asks/")
    assert TYPED["title"] not in page
    assert words in page
    assert "Nothing stands here while the gate is shut" in page
    town.read(f"/asks/{row.ask}.json", status=404)


@pytest.mark.parametrize(("shut", "words"), SHUTTING)
def test_a_page_that_was_kept_is_not_shown_after_the_gate_shut(town: AskTown, shut: Any, words: str) -> None:
    town.open_gate()
    row = post(town)
    with town.at_now() as browser:
        assert browser.get(f"/asks/{row.ask}.json").status_code == 200
        assert TYPED["title"] in browser.get("/en/asks/").content.decode()
        shut(town)
        page = browser.get("/en/asks/").content.decode()
        assert words in page
        assert TYPED["title"] not in page


@pytest.mark.parametrize(("shut", "words"), SHUTTING)
def test_when_the_gate_is_shut_nothing_can_be_handed_in_and_nothing_typed_is_lost(
    town: AskTown, shut: Any, words: str
) -> None:
    town.open_gate()
    token = signing.dumps("A" * 22, salt="amanah.request-door.asks")
    shut(town)
    with pytest.raises(GateShutError):
        town.ask()
    answer = town.send(form_token=token)
    page = answer.content.decode()
    # Where the clock was moved on, the token is no longer of the same day.
    assert answer.status_code in {409, 422}
    assert words in page
    assert TYPED["title"] in page
    assert "Tell us where, not who you are." in page
    assert not Ask.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": " \u200b "}, "Write which body asks."),
        ({"title": ""}, "Write what it is about."),
        ({"text": "x" * 4_001}, "at most 4000 characters"),
        ({"channel": ""}, "This platform carries no answers."),
        ({"channel": "http://LOCALHOST:8703/en/ask/"}, "It carries no answers; use your own."),
        ({"form_token": "forged"}, "older than a day"),
    ],
)
def test_a_form_that_is_incomplete_or_names_an_address_of_ours_stores_nothing(
    town: AskTown, changes: dict[str, str], words: str
) -> None:
    town.open_gate()
    answer = town.send(**changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert changes.get("title", TYPED["title"]) in page
    assert not Ask.objects.exists()
    fresh = re.search(r'name="form_token" value="([^"]+)"', page)
    assert fresh
    assert town.send(form_token=fresh[1]).status_code == 303


def test_the_same_form_sent_twice_is_one_ask(town: AskTown) -> None:
    town.open_gate()
    token = signing.dumps("A" * 22, salt="amanah.request-door.asks")
    places = {town.send(form_token=token).headers["Location"] for _ in range(3)}
    assert len(places) == Ask.objects.count() == 1


def test_what_a_body_typed_comes_back_as_text_and_its_address_is_no_link(town: AskTown) -> None:
    town.open_gate()
    attack = '<a href="https://elsewhere.invalid">x</a>'
    town.send(title=attack, channel="https://elsewhere.invalid/answers")
    row = Ask.objects.get()
    Ask.objects.update(state=State.SHOWN)
    town.say("ask_posted", row.ask, NOW, by="request-door", ask=row.ask_hash, season=SEASON)
    page = town.read("/en/asks/")
    assert attack not in page
    assert "https://elsewhere.invalid/answers" in page
    assert 'href="https://elsewhere' not in page


def test_a_day_has_so_many_asks_and_the_next_one_begins_anew(town: AskTown) -> None:
    town.open_gate()
    for _ in range(MOST_A_DAY):
        town.ask()
    with pytest.raises(AsksFullError):
        town.ask()
    assert "Come again tomorrow." in town.send().content.decode()
    town.now += DAY
    town.beat(town.now)
    town.ask()


def test_a_body_takes_its_ask_back_and_the_log_says_so_once(town: AskTown) -> None:
    town.open_gate()
    place = town.send().headers["Location"]
    row = Ask.objects.get()
    Ask.objects.update(state=State.SHOWN)
    town.say("ask_posted", row.ask, NOW, by="request-door", ask=row.ask_hash, season=SEASON)
    with town.at_now() as browser:
        for _ in range(2):
            assert browser.post(f"{place}withdraw/").status_code == 303
        assert browser.post("/en/asks/status/AAAAAAAAAAAAAAAAAAAAAA/withdraw/").status_code == 404
    assert "You took it back." in town.read(place)
    assert TYPED["title"] not in town.read("/en/asks/")
    assert town.list_said("ask_withdrawn") == [("ask_withdrawn", row.ask, {"reason": "body"})]


def test_what_was_never_posted_leaves_without_a_word_in_the_log(town: AskTown) -> None:
    town.open_gate()
    place = town.send().headers["Location"]
    with town.at_now() as browser:
        browser.post(f"{place}withdraw/")
    assert Ask.objects.get().reason == "body"
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize("shut", [close, break_reading, end_season, begin_another])
def test_the_clock_takes_down_what_stands_when_the_gate_is_shut(town: AskTown, shut: Any) -> None:
    town.open_gate()
    row = post(town)
    waiting = town.ask()
    withdraw_asks_of_shut_gates(town.now)
    assert town.list_said("ask_withdrawn") == []
    shut(town)
    for _ in range(2):
        withdraw_asks_of_shut_gates(town.now)
    assert town.list_said("ask_withdrawn") == [("ask_withdrawn", row.ask, {"reason": "gate"})]
    assert not Ask.objects.filter(ask=waiting.ask).exclude(state=State.LEFT).exists()


def test_a_log_that_was_not_read_or_is_old_hides_asks_and_takes_none_down(town: AskTown) -> None:
    town.open_gate()
    row = post(town)
    forget_view()
    withdraw_asks_of_shut_gates(town.now)
    town.log.show()
    grow_old(town)
    withdraw_asks_of_shut_gates(town.now)
    assert Ask.objects.get(ask=row.ask).state == State.SHOWN
    town.beat(town.now)
    assert TYPED["title"] in town.read("/en/asks/")


def test_what_a_season_held_is_destroyed_when_it_ends(town: AskTown) -> None:
    town.open_gate()
    post(town)
    town.ask()
    end_season(town)
    withdraw_asks_of_shut_gates(town.now)
    assert not Ask.objects.exists()


def test_a_gate_that_opens_again_brings_back_nothing_by_itself(town: AskTown) -> None:
    town.open_gate()
    post(town)
    break_reading(town)
    withdraw_asks_of_shut_gates(town.now)
    town.read_gate("open", at=NOW)
    assert get_gate(NOW).is_open
    assert "Nobody asks anything now" in town.read("/en/asks/")


@pytest.mark.parametrize("path", ["asks/", "asks/new/"])
def test_pages_stand_in_both_languages_set_no_cookie_and_load_nothing_from_elsewhere(
    town: AskTown, path: str
) -> None:
    town.open_gate()
    post(town)
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        page = town.read(f"/{language}/{path}")
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
    with town.at_now() as browser:
        assert browser.get("/asks/").headers["Location"] == "/en/asks/"


def test_the_board_says_where_answers_go_and_what_an_answer_shows(town: AskTown) -> None:
    page = town.read("/en/asks/")
    assert "This platform carries no answer, and no report about anyone." in page
    assert "Whoever answers shows that they know this community" in page
    assert "nobody here knows who did" in page
    assert f"{get_config().urls['programme']}/en/trust/" in page


def test_the_table_has_no_place_for_an_answer_or_a_reader() -> None:
    names = {field.name for field in Ask._meta.get_fields()}
    assert names == {
        "ask",
        "ask_hash",
        "document",
        "handed_in_on",
        "reason",
        "season",
        "state",
        "status_hash",
    }


def test_two_seasons_have_one_gate_each_and_the_latest_decides(town: AskTown) -> None:
    town.open_gate()
    town.state_season("6" * 16, starts_at=STARTS_AT + 90 * DAY)
    assert get_gate(NOW).season == SEASON
    town.beat(ENDS_AT + 5)
    assert get_gate(ENDS_AT + 5).season == "6" * 16
