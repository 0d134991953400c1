"""Sheets of paper: printed, typed in with squares of paper cards, sent as one mixed pile, counted like any other."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fake_camera import browser_seeing
from tests.journeys.people import HOLDS_NOTHING, SESSION, SURVEY, Organiser, list_stored, read_qr

pytestmark = pytest.mark.browser
READ_SQUARE = """async (place) => {
    const script = document.querySelector("script[type=module]").src;
    const { default: decodeQr } = await import(new URL("../vendor/qr/decode.js", script));
    const canvas = document.querySelectorAll(".paper-pass canvas")[place];
    return decodeQr(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
}"""


def read_squares(organiser: Organiser, title: str, count: int) -> list[str]:
    """Draw paper cards; give what the squares for one occasion hold, as a scanner with a cable reads them."""
    organiser.draw(count, sealed=True)
    rows = organiser.page.locator(".paper-pass").all_inner_texts()
    places = [place for place, row in enumerate(rows) if row.split("\n")[0].strip() == title]
    assert len(places) == count
    return [organiser.page.evaluate(READ_SQUARE, place) for place in places]


def open_key_in(organiser: Organiser, occasion: str) -> Page:
    """Open the page in a browser that holds nothing but the organiser's sign-in."""
    context = organiser.town.open_context(storage_state=organiser.context.storage_state())
    page = context.new_page()
    page.goto(f"{organiser.town.url}/desk/surveys/{occasion}/key-in/")
    page.get_by_role("button", name="Type a sheet B").wait_for()
    return page


def use_square(page: Page, sheet: str, text: str) -> None:
    """Take up a sheet and let the scanner type its square; this browser has no camera."""
    page.get_by_role("button", name=f"Type a sheet {sheet}").click()
    expect(page.get_by_text("There is no camera to use here.")).to_be_visible()
    page.locator("#field-code").fill(text)
    page.get_by_role("button", name="Use it").click()


def type_sheet(page: Page, sheet: str, square: str) -> list[str]:
    """Cross the last of everything that is asked; give the codes of the questions in order."""
    use_square(page, sheet, square)
    walk(page, seen := [])
    expect(page.get_by_text("The sheet is typed.")).to_be_visible()
    return seen


def walk(page: Page, seen: list[str]) -> None:
    """Go through all screens to the end, drawing where there is a bag, and keep the sheet."""
    page.locator("[data-question]:visible").wait_for()
    while code := page.evaluate("document.querySelector('[data-question]:not([hidden])')?.dataset.question"):
        screen = page.locator(f'[data-question="{code}"]')
        seen.append(code)
        lines = screen.locator("[data-item]")
        for line in lines.all() if lines.count() else [screen]:
            line.locator("label.choice:not(.keep)").last.click()
        page.get_by_role("button", name="Go on", exact=True).click()
        if screen.get_attribute("data-mechanism") != "plain":
            page.get_by_role("button", name="Draw a ball").click()
            expect(screen.get_by_role("heading", name="The ball says")).to_be_visible()
            page.get_by_role("button", name="Go on", exact=True).click()
        expect(screen).to_be_hidden()
    page.get_by_role("button", name="Keep this sheet").click()


def list_asked(page: Page) -> tuple[list[str], list[str]]:
    """Give the codes of everything that the survey asks, and of what one in three is asked."""
    read = """(block) => [...document.getElementById("sheet").content.querySelectorAll("[data-question]")]
        .filter(({ dataset }) => !block || dataset.block === "yes").map(({ dataset }) => dataset.question)"""
    return page.evaluate(read, False), page.evaluate(read, True)


def test_a_pile_of_sheets_is_typed_sent_and_counted(organiser: Organiser) -> None:
    survey = organiser.town.list_occasions(organiser.page)[SURVEY]
    squares = read_squares(organiser, SURVEY, 3)
    page = open_key_in(organiser, survey)
    everything, block = list_asked(page)
    assert block
    rest = [code for code in everything if code not in block]
    assert type_sheet(page, "B", squares[0]) == everything
    assert type_sheet(page, "A", squares[1]) == rest
    use_square(page, "A", squares[0])
    expect(page.get_by_text("This square was typed already.")).to_be_visible()
    stop_half_way(page, squares[2])
    assert type_sheet(page, "B", squares[2]) == everything
    send_without_and_with_a_connection(page, organiser)
    assert list_stored(page) | {"jar": []} == HOLDS_NOTHING
    page.context.close()
    type_what_was_counted(organiser, survey, squares[1])
    organiser.close_occasion(survey)
    sheets = read_bundle(organiser, survey)
    assert sorted(map(sorted, sheets)) == sorted(map(sorted, [everything, everything, rest]))
    assert all(isinstance(sheet[code], int) for sheet in sheets for code in block if code in sheet)


def stop_half_way(page: Page, square: str) -> None:
    """Begin with a sheet and stop: nothing of it is left, and its square stays good."""
    expect(page.locator("[data-fill=waiting]")).to_have_text("2")
    use_square(page, "A", square)
    page.locator("[data-question]:visible label.choice").first.click()
    page.get_by_role("button", name="Stop and forget this sheet").click()
    assert page.locator("#survey").count() == 0
    expect(page.locator("[data-fill=waiting]")).to_have_text("2")


def send_without_and_with_a_connection(page: Page, organiser: Organiser) -> None:
    """Try once in vain, which loses nothing; then send the pile."""
    before = count_spends(organiser)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send the pile").click()
    expect(page.get_by_text("Not sent: no connection.")).to_be_visible()
    expect(page.locator("[data-fill=waiting]")).to_have_text("3")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send the pile").click()
    expect(page.get_by_text("Sent, in an order in which nobody typed.")).to_be_visible()
    expect(page.get_by_role("button", name="Send the pile")).to_be_hidden()
    assert count_spends(organiser) >= before + 3


def type_what_was_counted(organiser: Organiser, survey: str, square: str) -> None:
    """Type a sheet with a square that was counted before, on another page: it is not counted again."""
    page = open_key_in(organiser, survey)
    type_sheet(page, "A", square)
    page.get_by_role("button", name="Send the pile").click()
    expect(page.locator("[data-fill=excess]")).to_have_text("1")
    page.context.close()


def count_spends(organiser: Organiser) -> int:
    """Count the requests that used a pass, from any browser."""
    return sum(address.endswith("/spend") for address in organiser.town.requests)


def read_bundle(organiser: Organiser, occasion: str) -> list[dict[str, object]]:
    """Give the answers of every published sheet."""
    bundle = organiser.page.request.get(f"{organiser.town.url}/recounts/{occasion}.json").json()
    payloads = [base64.urlsafe_b64decode(item["payload"] + "==") for item in bundle["spent"]]
    return [json.loads(payload)["answers"] for payload in payloads]


@pytest.fixture(scope="module")
def second_organiser(found_town: Callable[[], object]) -> Organiser:
    """Give an organiser of another town, whose survey is still open."""
    town = found_town()
    someone = Organiser(town)  # type: ignore[arg-type]
    someone.set_up()
    town.seed(someone.page)  # type: ignore[attr-defined]
    return someone


def test_a_camera_reads_the_square_and_another_occasions_square_is_put_aside(
    second_organiser: Organiser, tmp_path: Path
) -> None:
    organiser, town = second_organiser, second_organiser.town
    survey = town.list_occasions(organiser.page)[SURVEY]
    (wrong,) = read_squares(organiser, SESSION, 1)
    rows = organiser.page.locator(".paper-pass").all_inner_texts()
    place = [row.split("\n")[0].strip() for row in rows].index(SURVEY)
    modules = read_qr(organiser.page, f".paper-pass:nth-child({place + 1}) canvas")
    page = open_key_in(organiser, survey)
    use_square(page, "A", wrong)
    expect(page.get_by_text("This square is for something else.")).to_be_visible()
    page.locator("#field-code").fill("AMANAH:nonsense")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("This is no square that can be used here.")).to_be_visible()
    page.context.close()
    with browser_seeing(town.browser, modules, tmp_path) as seeing:
        desk = town.open_context(seeing, storage_state=organiser.context.storage_state())
        page = desk.new_page()
        page.goto(f"{town.url}/desk/surveys/{survey}/key-in/")
        page.get_by_role("button", name="Type a sheet A").click()
        page.locator("[data-question]:visible legend").first.wait_for()
        desk.close()


def test_a_printed_sheet_fits_a4_and_letter_and_its_boxes_are_large(second_organiser: Organiser) -> None:
    town, page = second_organiser.town, second_organiser.page
    survey = town.list_occasions(page)[SURVEY]
    for language in ("en", "ar"):
        page.goto(f"{town.url}/desk/surveys/{survey}/paper/?sheet=b&language={language}")
        page.emulate_media(media="print")
        for width, height in ((210, 297), (216, 279)):
            pixels = round((width - 32) / 25.4 * 96)
            page.set_viewport_size({"width": pixels, "height": round(height / 25.4 * 96)})
            assert page.evaluate("document.documentElement.scrollWidth") <= pixels
        box = page.locator(".box").first.evaluate("(box) => box.getBoundingClientRect().width")
        assert box * 25.4 / 96 >= 6.9
        assert re.search("#|http", page.locator(".paper-survey").inner_text()) is None
    page.emulate_media(media="screen")
    page.goto(f"{town.url}/desk/?language=en")
