"""People at the door: the scanner with its camera and without a connection, and the shared device for paper cards."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fake_camera import browser_seeing
from tests.journeys.people import (
    HOLDS_NOTHING,
    SESSION,
    SURVEY,
    Member,
    Organiser,
    answer_all,
    list_stored,
    read_qr,
    wait_until,
)

pytestmark = pytest.mark.browser
MILLIMETRES_A_PIXEL = 25.4 / 96


def test_the_scanner_lets_in_without_a_connection_and_sends_one_batch_later(
    organiser: Organiser, tmp_path: Path
) -> None:
    town = organiser.town
    (code,) = organiser.draw(1)
    member = Member(town)
    member.join(code)
    member.fetch_passes()
    session = town.list_occasions(member.page)[SESSION]
    member.find_opening(SESSION).get_by_role("button", name="Show my pass").click()
    expect(member.page.get_by_text("Turn up the brightness")).to_be_visible()
    with browser_seeing(town.browser, read_qr(member.page, "#pass-picture"), tmp_path) as seeing:
        door = town.open_context(seeing, storage_state=organiser.context.storage_state())
        page = door.new_page()
        page.goto(f"{town.url}/desk/sessions/{session}/scanner/")
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        page.reload()
        door.set_offline(True)
        page.reload()
        expect(page.get_by_text("offline")).to_be_visible()
        scan_twice(page)
        spends = count_spends(organiser)
        door.set_offline(False)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Sent, in an order that nobody came in.")).to_be_visible()
        expect(page.locator("[data-fill=unsent]").first).to_be_hidden()
        assert count_spends(organiser) == spends + 1
        door.close()
    # The pass was counted: the member's own check-in with it is refused.
    member.page.get_by_role("button", name="Back to my card").click()
    member.check_in(organiser.get_room_code(session))
    expect(member.page.get_by_text("That did not work.")).to_be_visible()


# A busy machine may look again only after the verdict has gone: the page itself notes what it showed.
WATCH_FOR = """(words) => {
    const verdict = document.getElementById("verdict");
    window.colourOfVerdict = new Promise((resolve) => {
        const look = () => {
            if (verdict.innerText.includes(words)) {
                requestAnimationFrame(() => resolve(getComputedStyle(document.body).backgroundColor));
            }
        };
        new MutationObserver(look).observe(verdict, { attributes: true, childList: true, subtree: true });
    });
}"""


def scan_twice(page: Page) -> None:
    """Let the camera see the pass, then see it again; reload, and find nothing kept but sorted passes."""
    counted = page.locator("[data-fill=counted]")
    expect(counted).to_have_text("1")
    expect(page.get_by_text("This pass was used already")).to_be_visible(timeout=30_000)
    expect(counted).to_have_text("1")
    page.reload()
    expect(counted).to_have_text("1")
    expect(page.locator("[data-fill=unsent]")).to_have_text("1")
    kept = page.evaluate("Object.values(localStorage).map((text) => Object.keys(JSON.parse(text)))")
    assert kept == [["unsent", "sent", "excess"]]


def count_spends(organiser: Organiser) -> int:
    """Count the requests that used a pass, from any browser."""
    return sum(address.endswith("/spend") for address in organiser.town.requests)


def test_the_scanner_judges_what_is_typed_and_takes_back_the_last(organiser: Organiser) -> None:
    town = organiser.town
    (first,) = organiser.draw(1)
    page = organiser.page
    member = Member(town)
    member.join(first)
    member.fetch_passes()
    occasions = town.list_occasions(member.page)
    text = read_pass(member)
    page.goto(f"{town.url}/desk/sessions/{occasions[SESSION]}/scanner/")
    page.get_by_role("button", name="Type a pass").click()

    def press(name: str, words: str) -> str:
        """Press a button and give the page's colour while these words stand there: they stay for a moment only."""
        page.evaluate(WATCH_FOR, words)
        page.get_by_role("button", name=name).click()
        colour: str = page.evaluate("window.colourOfVerdict")
        return colour

    def show(given: str, words: str) -> None:
        page.locator("#field-code").fill(given)
        press("Check it", words)

    show("AMANAH:nonsense", "Could not read it")
    broken = text[:-3] + ("000" if text[-3:] != "000" else "111")
    show(broken, "This is no pass of ours")
    show(text, "Welcome in")
    expect(page.locator("[data-fill=counted]")).to_have_text("1")
    show(text, "This pass was used already")
    colour = press("Undo", "Undone. The pass was not sent.")
    expect(page.locator("[data-fill=counted]")).to_have_text("0")
    expect(page.locator("body.judging")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != colour


def read_pass(member: Member) -> str:
    """Decode the pass that a member shows, with the client's own reader."""
    member.find_opening(SESSION).get_by_role("button", name="Show my pass").click()
    expect(member.page.get_by_text("Turn up the brightness")).to_be_visible()
    text: str = member.page.evaluate(
        """async () => {
            const script = document.querySelector("script[type=module]").src;
            const { default: decodeQr } = await import(new URL("../vendor/qr/decode.js", script));
            const canvas = document.getElementById("pass-picture");
            return decodeQr(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
        }"""
    )
    assert text.startswith("AMANAH:")
    return text


def test_a_paper_card_is_large_enough_for_any_camera(organiser: Organiser) -> None:
    organiser.draw(1, sealed=True)
    page = organiser.page
    assert page.locator(".paper-card").count() == 1
    assert len(page.locator(".paper-card [data-fill=backup]").inner_text()) == len("XXXX-") * 7 - 1
    page.emulate_media(media="print")
    measure = "(canvas) => canvas.getBoundingClientRect().width"
    pass_width = page.locator(".paper-pass canvas").first.evaluate(measure)
    page.emulate_media(media="screen")
    assert pass_width * MILLIMETRES_A_PIXEL >= 40
    organiser.draw(1)
    page.emulate_media(media="print")
    ticket_width = page.locator(".ticket canvas").evaluate(measure)
    page.emulate_media(media="screen")
    assert ticket_width * MILLIMETRES_A_PIXEL >= 30


def test_a_paper_card_answers_at_the_shared_device_which_forgets(
    organiser: Organiser, tmp_path: Path
) -> None:
    modules = draw_paper_pass(organiser, SURVEY)
    with browser_seeing(organiser.town.browser, modules, tmp_path) as seeing:
        hall = organiser.town.open_context(seeing, viewport={"width": 1024, "height": 768})
        page = hall.new_page()
        page.goto(f"{organiser.town.url}/en/kiosk/")
        start_survey(page)
        page.locator("fieldset:visible label").first.click()
        page.get_by_role("button", name="Stop and forget everything").click()
        expect(page.get_by_role("button", name="Scan my paper pass")).to_be_visible()
        assert page.locator("#survey").count() == 0
        start_survey(page)
        assert page.locator("input:checked").count() == 0
        send_answers(page)
        expect(page.get_by_text("This device is forgetting you now.")).to_be_visible()
        start_survey(page)
        send_answers(page)
        expect(page.get_by_role("heading", name="This pass was not taken")).to_be_visible()
        assert list_stored(page) == HOLDS_NOTHING
        hall.close()


def draw_paper_pass(organiser: Organiser, title: str) -> list[list[bool]]:
    """Draw one paper card; give the code of its pass for an occasion."""
    organiser.draw(1, sealed=True)
    rows = organiser.page.locator(".paper-pass").all_inner_texts()
    place = [row.split("\n")[0].strip() for row in rows].index(title)
    return read_qr(organiser.page, f".paper-pass:nth-child({place + 1}) canvas")


def start_survey(page: Page) -> None:
    """Hold the paper before the camera and wait for the first question."""
    page.get_by_role("button", name="Scan my paper pass").click()
    page.locator("fieldset:visible legend").wait_for()


def send_answers(page: Page) -> None:
    """Leave every question out and send."""
    answer_all(page, choose=lambda _: None)
    page.get_by_role("button", name="Send", exact=True).click()


def test_the_shared_device_forgets_whoever_walks_away(organiser: Organiser, tmp_path: Path) -> None:
    town = organiser.town
    modules = draw_paper_pass(organiser, SESSION)
    with browser_seeing(town.browser, modules, tmp_path) as seeing:
        hall = town.open_context(seeing)
        page = hall.new_page()
        page.clock.install()
        page.goto(f"{town.url}/en/kiosk/")
        page.get_by_role("button", name="Scan my paper pass").click()
        code = page.locator("#field-code")
        wait_until(page, lambda: page.clock.run_for(300) is None and code.is_visible())
        code.fill("half a code")
        page.clock.run_for(60_000)
        assert code.is_visible()
        page.clock.run_for(40_000)
        expect(page.get_by_role("button", name="Scan my paper pass")).to_be_visible()
        expect(code).to_have_value("")
        hall.close()
