"""The whole way: an organiser prints invitations; a member joins, comes, answers, is counted, and leaves."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import (
    HOLDS_NOTHING,
    SESSION,
    SURVEY,
    Member,
    Organiser,
    Town,
    answer_all,
    get_part,
    list_stored,
    move_on,
)
from tests.support.processes import SOURCE

pytestmark = pytest.mark.browser


def test_a_member_joins_comes_answers_is_counted_and_leaves(found_town: Callable[[], Town]) -> None:
    town = found_town()
    organiser = Organiser(town)
    organiser.set_up()
    organiser.sign_in_again()
    codes = organiser.draw(12)
    assert len(set(codes)) == 12

    member = Member(town)
    member.join(codes[0])
    assert member.context.cookies() == []
    # The card is there when the season is announced, so its passes come by themselves unless the machine is slow.
    town.seed(organiser.page)
    member.fetch_passes()
    expect(member.find_place(SESSION)).to_contain_text("Ready")

    occasions = town.list_occasions(member.page)
    member.check_in(organiser.get_room_code(occasions[SESSION]))
    expect(member.page.get_by_text("The server now has one more used pass")).to_be_visible()
    member.open("/en/card/")
    expect(member.find_place(SESSION)).to_contain_text("Used")

    answer_everything(member)
    expect(member.page.get_by_text("The server now has one more set of answers")).to_be_visible()

    survey = occasions[SURVEY]
    organiser.close_occasion(survey)
    recount_holds(town, member, survey)

    member.open("/en/card/")
    member.page.get_by_role("button", name="Leave or clear this device").click()
    member.page.get_by_role("button", name="Leave and delete the card").click()
    member.page.get_by_role("heading", name="Your card is gone").wait_for()
    assert list_stored(member.page) == HOLDS_NOTHING
    assert town.list_foreign_requests() == []
    assert town.complaints == []


def answer_everything(member: Member) -> None:
    """Answer every question that is asked with its first choice, change one, and send."""
    page = member.page
    member.find_opening(SURVEY).get_by_role("link", name="Answer").click()
    answer_all(page)
    # What is plain can still be changed; a ball that was drawn stands, and no row of it has the button.
    page.get_by_role("button", name="Change").first.click()
    page.locator("fieldset:visible label").nth(1).click()
    while get_part(page) != "review":
        move_on(page, "next")
    spends = [address for address in member.town.requests if address.endswith("/spend")]
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Counted", exact=True).wait_for()
    # Nothing was sent before that button, and one request after it.
    assert len([address for address in member.town.requests if address.endswith("/spend")]) == len(spends) + 1


def recount_holds(town: Town, member: Member, survey: str) -> None:
    """Find the one answer on the public page and count it again as an outsider does."""
    page = member.page
    bundle = page.request.get(f"{town.url}/recounts/{survey}.json").json()
    payloads = [item["payload"] for item in bundle["spent"]]
    assert len(payloads) == 1
    for _ in range(60):
        page.goto(f"{town.url}/en/recount/{survey}/")
        if page.get_by_text("1", exact=True).count():
            break
        page.wait_for_timeout(500)
    assert page.get_by_text("1", exact=True).count() > 0
    command = [sys.executable, "-m", "amanah.verify", "recount", f"{town.url}/recounts/{survey}.json"]
    log = ["--log", town.running.urls["log"]]
    for _ in range(60):
        done = subprocess.run(
            [*command, *log],
            env={"PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode == 0:
            break
        # The key's destruction is logged a moment after the closing.
        page.wait_for_timeout(500)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 redeemed <= 1 served <= 1 cards <= 1 invitations used" in done.stdout
