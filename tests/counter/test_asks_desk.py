"""The trustees' pages about asks and the gate: read in full, put to signature, signed at the desk, then in public."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from amanah.request_door.asks.models import Ask
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.decisions.models import Decision
from amanah.request_door.trustees.actions import open_founding
from tests.counter.asks_town import NOW, SEASON, TYPED, AskTown
from tests.support.trustees import Desk, build_browser, found_panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> AskTown:
    town = AskTown()
    town.open_gate()
    return town


@pytest.fixture
def desks(town: AskTown) -> Iterator[list[Desk]]:
    """Three trustees at their desks, while the clock stands still."""
    with town.at_now():
        yield found_panel(open_founding(now=timezone.now()))


def read(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def find_forms(page: str) -> list[str]:
    return re.findall(r'<form method="post" action="(/desk/(?:asks|trust)/[^"]+)"', page)


def test_an_ask_is_read_drafted_signed_by_two_and_then_on_the_board(town: AskTown, desks: list[Desk]) -> None:
    row = town.ask()
    page = read(desks[0].browser, "/desk/asks/")
    assert "Tell us where, not who you are." in page
    assert row.ask_hash[:16] in page
    admit = next(place for place in find_forms(page) if place.endswith("/admit/"))
    address = desks[0].browser.post(admit).headers["Location"]
    assert "drafted" in read(desks[0].browser, address)
    assert desks[1].browser.post(admit).headers["Location"] == address
    decision = Decision.objects.get(kind="ask-admitted")
    for desk in desks[:2]:
        assert TYPED["title"] not in read(build_browser(), "/en/asks/")
        assert desk.sign_decision(str(decision.decision)).status_code == 200
    carry_out_due(NOW)
    town.log.take_over()
    assert TYPED["title"] in read(build_browser(), "/en/asks/")
    assert find_forms(read(desks[2].browser, "/desk/asks/")) == [f"/desk/asks/{row.ask}/withdraw/"]


def test_trustees_see_the_season_confirm_its_lines_and_close_its_gate(
    town: AskTown, desks: list[Desk]
) -> None:
    page = read(desks[0].browser, "/desk/trust/")
    assert "Line of trust: 60 of 100. Line of harm: 5 in 100." in page
    assert "The trustees have not confirmed these lines" in page
    assert find_forms(page) == [f"/desk/trust/{SEASON}/confirm/", f"/desk/trust/{SEASON}/close/"]
    for act, words in (
        ("confirm", "The trustees confirmed these lines"),
        ("close", "The gate was closed until"),
    ):
        desks[0].browser.post(f"/desk/trust/{SEASON}/{act}/")
        decision = Decision.objects.get(state="draft")
        for desk in desks[:2]:
            desk.sign_decision(str(decision.decision))
        carry_out_due(NOW)
        town.log.take_over()
        assert words in read(desks[2].browser, "/desk/trust/")
    assert find_forms(read(desks[2].browser, "/desk/trust/")) == []
    assert "Shut: outside bodies may not ask" in read(build_browser(), "/en/asks/")


@pytest.mark.parametrize("path", ["/desk/asks/", "/desk/trust/"])
def test_nobody_else_opens_these_pages(town: AskTown, desks: list[Desk], path: str) -> None:
    answer = build_browser().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk/sign-in/"


def test_nobody_else_puts_anything_to_signature(town: AskTown, desks: list[Desk]) -> None:
    row = town.ask()
    for path in (f"/desk/asks/{row.ask}/admit/", f"/desk/trust/{SEASON}/close/"):
        assert build_browser().post(path).headers["Location"] == "/desk/sign-in/"
        assert desks[0].browser.get(path).status_code == 405
    for path in ("/desk/asks/nothing/admit/", f"/desk/asks/{row.ask}/open/", f"/desk/trust/{SEASON}/open/"):
        assert desks[0].browser.post(path).status_code == 404
    assert desks[0].browser.post("/desk/trust/9999999999999999/close/").status_code == 404
    assert not Decision.objects.exists()
    assert Ask.objects.count() == 1


def test_without_a_season_the_page_says_that_no_line_is_drawn(desks: list[Desk], town: AskTown) -> None:
    town.log.entries.clear()
    town.log.show()
    assert "No line is drawn yet" in read(desks[0].browser, "/desk/trust/")
