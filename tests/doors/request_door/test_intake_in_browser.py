"""The counter in a real browser without JavaScript: with a keyboard, on a small phone, and on paper."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.support.papers import HOSTILE_PAPERS, build_pdf
from tests.support.processes import Running, start_departments

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PAGES = (
    *("ask/", "door-card/", "door-card/all/"),
    *("", "reports/", "rules/", "panel/", "asks/", "jurisdictions/uk/", "what-this-door-holds/"),
)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOUCHED = "form :is(label.choice, button, select, input:not([type=hidden])), .links a"
TOO_SMALL = """(touched) => [...document.querySelectorAll(touched)]
    .filter((item) => !item.closest("label.choice") || item.matches("label.choice"))
    .filter((item) => item.getBoundingClientRect().height < 47.5).map((item) => item.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start_departments(tmp_path_factory.mktemp("counter"), processes=("log", "request"))
    yield running
    running.stop()


@pytest.fixture
def phone(browser: Browser, running: Running) -> Iterator[Page]:
    context = browser.new_context(
        base_url=running.urls["request"],
        viewport={"width": 360, "height": 740},
        java_script_enabled=False,
        locale="en-GB",
    )
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def fill_in(page: Page, paper: bytes) -> None:
    page.get_by_label("Which body asks").fill("Borchester Police")
    page.get_by_label("A production order of a judge").check()
    page.get_by_label("Who signed the paper").select_option("judge")
    page.get_by_label("Addresses, telephone numbers, e-mail").check()
    page.get_by_label("About whom").fill("Invented Person")
    page.get_by_label("What is asked for, and for what purpose").fill("What is held about one person.")
    page.get_by_label("Nothing forbids to speak of it").check()
    attach(page, paper)


def attach(page: Page, paper: bytes) -> None:
    page.get_by_label("The paper itself, as PDF").set_input_files(
        {"name": "order.pdf", "mimeType": "application/pdf", "buffer": paper}
    )


def test_a_refused_file_loses_only_itself_and_the_next_one_is_taken_in(phone: Page) -> None:
    phone.goto("/en/ask/")
    fill_in(phone, HOSTILE_PAPERS["script at opening"][1])
    phone.get_by_role("button", name="Hand it in").click()
    summary = phone.get_by_role("alert")
    assert phone.locator(":focus").get_by_role("alert").count() == 1, (
        "a screen reader begins with what is missing"
    )
    assert "Print the paper and scan it again." in summary.inner_text()
    summary.get_by_role("link", name="The paper itself, as PDF").click()
    assert phone.url.endswith("#field-paper")
    assert phone.get_by_label("About whom").input_value() == "Invented Person"
    assert phone.get_by_label("A production order of a judge").is_checked()
    assert phone.get_by_label("Who signed the paper").input_value() == "judge"
    attach(phone, build_pdf())
    phone.get_by_role("button", name="Hand it in").click()
    phone.wait_for_url("**/status/**")
    assert phone.get_by_text("An answer comes on this page by").is_visible()
    assert phone.get_by_text("Invented Person").is_visible()


def test_the_form_can_be_handed_in_with_a_keyboard_alone(phone: Page) -> None:
    phone.goto("/en/ask/")
    phone.get_by_label("Which body asks").focus()
    phone.keyboard.type("Borchester Council")
    for words, key in (
        ("An informal ask", "Space"),
        ("A list of members or participants", "Space"),
        ("Nothing forbids to speak of it", "Space"),
    ):
        phone.get_by_label(words).focus()
        phone.keyboard.press(key)
    phone.get_by_label("Who signed the paper").focus()
    phone.keyboard.type("Nobody")
    phone.get_by_label("What is asked for, and for what purpose").focus()
    phone.keyboard.type("All members")
    phone.keyboard.press("Tab")
    phone.get_by_role("button", name="Hand it in").focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/status/**")
    assert phone.get_by_text("Nobody is named: a class of people").is_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_clipped_or_too_small_on_a_small_phone(browser, running, language, path) -> None:
    for width in (320, 360, 1280):
        page = browser.new_page(viewport={"width": width, "height": 740})
        faults: list[str] = []
        page.on("console", lambda message, faults=faults: faults.append(message.text))
        page.goto(f"{running.urls['request']}/{language}/{path}")
        assert page.evaluate(TOO_WIDE) <= 0, width
        assert page.evaluate(TOO_SMALL, TOUCHED) == [], width
        assert faults == [], "a policy of the page stopped something"
        page.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["door-card/", "door-card/all/"])
def test_the_card_prints_on_two_sheets(browser, running, tmp_path: Path, language, path, paper) -> None:
    page = browser.new_page()
    page.goto(f"{running.urls['request']}/{language}/{path}")
    printed = PdfReader(io.BytesIO(page.pdf(format=paper)))
    assert len(printed.pages) == 2
    assert "Print this page" not in printed.pages[0].extract_text()
    page.close()
