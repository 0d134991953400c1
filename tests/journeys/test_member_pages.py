"""What else can happen on a member's pages: reloads, lost phones, wrong codes, keyboards, no connection."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.people import (
    HOLDS_NOTHING,
    PATIENCE,
    SESSION,
    SURVEY,
    Member,
    Organiser,
    get_part,
    list_stored,
    move_on,
    press_until,
)

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


def test_every_step_of_joining_survives_a_reload(organiser: Organiser) -> None:
    (code,) = organiser.draw(1)
    member = Member(organiser.town)
    member.scan(code)
    assert code.replace("-", "") not in member.page.url
    member.page.reload()
    expect(member.page.locator("#backup-code")).to_have_text(member.backup)
    expect(member.page.locator("#revocation-code")).to_have_text(member.slip)
    member.page.locator("#field-ending").fill("0000" if member.backup[-4:] != "0000" else "1111")
    member.page.get_by_role("button", name="I have both").click()
    expect(member.page.get_by_text("That is not how the backup ends.")).to_be_visible()
    member.keep_codes()
    member.page.get_by_role("heading", name="Your card is being made").wait_for()
    member.page.reload()
    member.page.reload()
    member.page.get_by_role("heading", name="Your card is ready").wait_for()
    member.open(f"/join/#{code.replace('-', '')}")
    expect(member.page.get_by_role("heading", name="This device has a card already")).to_be_visible()


def test_a_used_or_misspelt_invitation_is_refused_in_words(organiser: Organiser) -> None:
    used, fresh = organiser.draw(2)
    Member(organiser.town).join(used)
    member = Member(organiser.town)
    member.open("/en/join/")
    member.page.locator("#field-code").fill(used[:-1] + ("0" if used[-1] != "0" else "1"))
    member.page.get_by_role("button", name="Make my card").click()
    expect(member.page.get_by_text("One letter is wrong or missing.")).to_be_visible()
    member.page.locator("#field-code").fill(used.lower().replace("-", " "))
    member.page.get_by_role("button", name="Make my card").click()
    member.page.locator("#backup-code").wait_for()
    member.backup = member.page.locator("#backup-code").inner_text()
    member.keep_codes()
    expect(member.page.get_by_text("This code was already used.")).to_be_visible(timeout=PATIENCE)
    expect(member.page.get_by_text("Your card and its codes are kept.")).to_be_visible()
    member.page.get_by_role("button", name="Use another sheet").click()
    member.page.locator("#field-code").fill(fresh)
    member.page.get_by_role("button", name="Make my card").click()
    member.page.get_by_role("heading", name="Your card is ready").wait_for()


def test_a_card_comes_back_on_a_new_device_and_ends_with_its_slip(organiser: Organiser) -> None:
    (code,) = organiser.draw(1)
    old = Member(organiser.town)
    old.join(code)
    new = Member(organiser.town)
    new.open(f"/card/restore/#{old.backup.replace('-', '')}")
    new.page.get_by_role("heading", name="Your card is back").wait_for()
    assert new.page.url.endswith("/restore/")
    new.fetch_passes()
    # The door makes the passes of a season once: the old device is too late.
    old.open("/en/card/")
    is_given_nothing(old)

    stranger = Member(organiser.town)
    stranger.open("/en/card/restore/")
    stranger.page.locator("#field-slip").fill(old.backup)
    stranger.page.get_by_role("button", name="End the card").click()
    expect(stranger.page.locator("#revocation").get_by_text("One letter is wrong")).to_be_visible()
    stranger.page.locator("#field-slip").fill(old.slip)
    stranger.page.get_by_role("button", name="End the card").click()
    expect(stranger.page.get_by_text("The card is ended.")).to_be_visible()

    again = Member(organiser.town)
    again.open("/en/card/restore/")
    again.page.locator("#field-code").fill(old.backup)
    again.page.get_by_role("button", name="Bring it back").click()
    again.page.get_by_role("link", name="Go to my card").click()
    is_given_nothing(again)


def is_given_nothing(member: Member) -> None:
    """Ask for passes, at once or when the device does, and be refused in words."""
    ask = member.page.get_by_role("button", name="Fetch my passes now")
    words = member.page.get_by_text("The card door gave no passes to this card.")
    expect(ask.or_(words).filter(visible=True).first).to_be_visible(timeout=PATIENCE)
    if ask.is_visible():
        ask.click()
    expect(words).to_be_visible(timeout=PATIENCE)


def test_the_code_on_the_wall_lets_a_member_in_and_a_wrong_one_does_not(organiser: Organiser) -> None:
    (code,) = organiser.draw(1)
    member = Member(organiser.town)
    member.join(code)
    member.fetch_passes()
    occasion = organiser.town.list_occasions(member.page)[SESSION]
    member.check_in("seven up")
    expect(member.page.get_by_text("This is not a code of a room.")).to_be_visible()
    member.page.locator("#field-code").fill("0000-0000")
    member.page.get_by_role("button", name="I am here").click()
    expect(member.page.get_by_text("Your pass is still here and was not used.")).to_be_visible()
    # Scanning the wall is no wish to ignore a warning: the young pass waits for a second word.
    room = organiser.get_room_code(occasion).replace("-", "")
    member.open(f"/en/sessions/{occasion}/here/#{room}")
    expect(member.page.get_by_text("This pass is young.")).to_be_visible()
    expect(member.page.locator("#field-code")).to_have_value(room)
    assert "#" not in member.page.url
    member.page.get_by_role("button", name="I am here").click()
    expect(member.page.get_by_text("The server now has one more used pass")).to_be_visible()
    member.page.reload()
    expect(member.page.get_by_text("You have checked in already")).to_be_visible()


def test_the_card_works_without_a_connection_and_leaves_nothing_when_cleared(organiser: Organiser) -> None:
    (code,) = organiser.draw(1)
    member = Member(organiser.town)
    member.join(code)
    member.fetch_passes()
    member.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    member.page.reload()
    member.find_opening(SESSION).wait_for()
    member.context.set_offline(True)
    member.page.reload()
    expect(member.page.locator("[data-state~=hindered-log-unreachable]")).to_be_visible()
    member.find_opening(SESSION).get_by_role("button", name="Show my pass").click()
    expect(member.page.locator("#pass-picture")).to_be_visible()
    expect(member.page.get_by_text("Turn up the brightness")).to_be_visible()
    member.context.set_offline(False)
    kept = member.page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat()"""
    )
    pages = [path for path in kept if not path.startswith("/static/")]
    assert set(pages) <= {"/occasions.json", "/en/card/", "/en/join/"}
    member.page.get_by_role("button", name="Back to my card").click()
    member.page.get_by_role("button", name="Leave or clear this device").click()
    member.page.get_by_role("button", name="Clear this device").click()
    member.page.get_by_role("heading", name="This device has forgotten your card").wait_for()
    assert list_stored(member.page) == HOLDS_NOTHING


def test_a_keyboard_is_enough_to_join_and_to_answer(organiser: Organiser) -> None:
    (code,) = organiser.draw(1)
    member = Member(organiser.town)
    page = member.page
    member.open("/en/join/")
    page.locator("#field-code").wait_for()
    press_until(page, "#field-code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.locator("#backup-code").wait_for()
    expect(page.get_by_role("heading", name="Keep these two codes")).to_be_focused()
    press_until(page, "#field-ending")
    page.keyboard.type(page.locator("#backup-code").inner_text()[-4:])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your card is ready")).to_be_focused(timeout=60_000)
    member.fetch_passes()
    member.open(f"/en/surveys/{organiser.town.list_occasions(page)[SURVEY]}/answer/")
    page.locator("[data-question]:visible").wait_for()
    while get_part(page) != "review":
        part = get_part(page).split("/")[1]
        lead = page.locator(f"[data-question]:visible > [data-state={part}] [data-lead]")
        expect(lead).to_be_focused()
        if part == "answering" and not page.locator("[data-item]:visible").count():
            press_until(page, "section:not([hidden]) input")
            page.keyboard.press("Space")
        move_on(page, "draw" if part == "bag" else "next", by_keyboard=True)
    expect(page.get_by_role("heading", name="Send your answers?")).to_be_focused()
    press_until(page, "[data-act=send]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your answers are counted")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_scrolls_sideways_and_arabic_runs_from_the_right(organiser: Organiser, language: str) -> None:
    member = Member(organiser.town)
    occasions = organiser.town.list_occasions(member.page)
    paths = [
        "join/",
        "card/",
        "card/restore/",
        "kiosk/",
        f"sessions/{occasions[SESSION]}/here/",
        f"surveys/{occasions[SURVEY]}/answer/",
    ]
    for path in paths:
        member.open(f"/{language}/{path}")
        # Every state at once is longer than any that is ever shown.
        member.page.wait_for_load_state("networkidle")
        member.page.eval_on_selector_all(
            "main [hidden]", "(parts) => parts.forEach((part) => part.hidden = false)"
        )
        widths = member.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], path
        direction = member.page.evaluate("getComputedStyle(document.body).direction")
        assert direction == ("rtl" if language == "ar" else "ltr")
    assert member.context.cookies() == []


def test_every_foreseen_failure_has_words_on_the_pages_that_can_meet_it(organiser: Organiser) -> None:
    source = (ROOT / "client" / "src" / "errors.ts").read_text()
    codes = set(re.findall(r'\| "([a-z0-9-]+)"', source))
    codes |= {"unreachable", "busy", "refused", "window-over"}
    member = Member(organiser.town)
    for path in ("join/", "card/", "card/restore/", "kiosk/"):
        member.open(f"/en/{path}")
        said = member.page.eval_on_selector_all(
            "[data-state]", "(parts) => parts.flatMap((part) => part.dataset.state.split(' '))"
        )
        assert {f"hindered-{code}" for code in codes} <= set(said), path


def test_a_browser_that_cannot_hold_a_card_is_told_so(organiser: Organiser) -> None:
    member = Member(organiser.town)
    member.context.add_init_script(
        "SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('unknown'));"
    )
    member.open("/en/join/")
    expect(member.page.get_by_text("This browser is too old for a card.")).to_be_visible()
