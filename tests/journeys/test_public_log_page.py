"""Anybody reads the public log on a phone: without a script, by keyboard alone, in two languages, and checks it."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.doors.web.test_look_in_browser import FIND_CLIPPED, FIND_SMALL_TARGETS
from tests.journeys.people import PATIENCE, PHONE, Organiser, wait_until
from tests.support.processes import build_environment

pytestmark = pytest.mark.browser
LOOKS = [(language, scheme) for language in ("en", "ar") for scheme in ("light", "dark")]
FIND_NAMELESS = """() => [...document.querySelectorAll("a, button, summary, select, input, progress")]
  .filter((node) => node.checkVisibility() && node.type !== "hidden")
  .filter((node) => !(node.innerText?.trim() || node.getAttribute("aria-label") || node.labels?.length))
  .map((node) => node.outerHTML.slice(0, 80))"""
NAME_OF_FOCUSED = """() => {
  const node = document.activeElement;
  return node.nodeName === "SELECT" ? node.name : node.innerText || node.name || "";
}"""
FIND_SKIPPED_HEADINGS = """() => {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5")].filter((node) => node.checkVisibility())
    .map((node) => Number(node.nodeName[1]));
  return levels.filter((level, place) => level > (levels[place - 1] ?? 0) + 1);
}"""


@pytest.fixture
def log_address(organiser: Organiser) -> str:
    """Give the address of the log's pages once all that opening the season wrote has arrived there."""
    address = f"{organiser.town.url}/en/log/"
    wait_until(organiser.page, lambda: "Keys made" in organiser.page.request.get(address).text())
    return address


def open_page(organiser: Organiser, address: str, **options: object) -> Page:
    page = organiser.town.open_context(**options).new_page()
    page.goto(address)
    return page


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press the tab key until what has the focus has this name."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAME_OF_FOCUSED):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_the_log_is_read_and_searched_without_a_script(organiser: Organiser, log_address: str) -> None:
    page = open_page(organiser, log_address, java_script_enabled=False)
    expect(page.get_by_text("Fresh: there was a sign of life")).to_be_visible()
    expect(page.get_by_text("No witness yet: only the log's own signature")).to_be_visible()
    expect(page.get_by_role("button", name="Check the whole log now")).to_be_hidden()
    expect(page.get_by_role("link", name="Programme changed")).to_be_visible()

    page.get_by_text("Show only some entries").click()
    page.get_by_label("Kind of entry").select_option(label="Keys made")
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_text("1 entry is as you asked.")).to_be_visible()
    page.get_by_role("link", name="Keys made").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keys made")
    expect(page.locator("#related").get_by_role("link", name="Sessions planned")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_on_a_phone_nothing_is_clipped_nameless_or_too_small_to_touch(
    organiser: Organiser, log_address: str, language: str, scheme: str
) -> None:
    page = open_page(organiser, log_address, color_scheme=scheme)
    for path in ("log/", "log/entries/", "log/entries/?since=2040-01-01", "log/0/", "log/1/"):
        page.goto(f"{organiser.town.url}/{language}/{path}")
        open_details(page)
        assert page.evaluate(FIND_CLIPPED) == [], path
        small = [target for target in page.evaluate(FIND_SMALL_TARGETS) if not target.endswith(": 0 x 0")]
        assert small == [], path
        assert page.evaluate(FIND_NAMELESS) == [], path
        assert page.evaluate(FIND_SKIPPED_HEADINGS) == [], path
    assert page.viewport_size == PHONE


def test_the_keyboard_alone_leads_from_the_front_to_one_entry(organiser: Organiser, log_address: str) -> None:
    page = open_page(organiser, log_address)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the page")).to_be_focused()
    tab_to(page, "Read the entries")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#entries$"))
    tab_to(page, "Show only some entries")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Kind of entry")).to_be_focused()
    page.keyboard.type("Keys")
    tab_to(page, "Show these")
    page.keyboard.press("Enter")
    page.wait_for_url("**/log/entries/?kind=wave_opened**")
    tab_to(page, "Keys made")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keys made")


def test_the_reader_s_own_browser_checks_the_whole_log(organiser: Organiser, log_address: str) -> None:
    page = open_page(organiser, log_address)
    page.get_by_role("button", name="Check the whole log now").press("Enter")
    result = page.get_by_role("status")
    expect(result.get_by_text("Everything holds.")).to_be_visible(timeout=PATIENCE)
    expect(result.get_by_text("No witness is asked for.")).to_be_visible()
    expect(result.get_by_text("This device had nothing to compare with.")).to_be_visible()
    expect(result.get_by_text("Something is broken.")).to_be_hidden()
    open_details(page)
    assert page.evaluate(FIND_CLIPPED) == []


def test_the_command_on_an_entry_s_page_proves_the_entry(
    organiser: Organiser, log_address: str, tmp_path: Path
) -> None:
    page = open_page(organiser, log_address)
    page.get_by_role("link", name="Keys made").click()
    written = page.locator("#entry-text").inner_text()
    lines = page.locator("#check pre").inner_text().replace("\\\n", " ").splitlines()
    for line in lines[:-1]:
        curl, _, name, address = line.split()
        assert curl == "curl"
        tmp_path.joinpath(name).write_bytes(httpx.get(address).raise_for_status().content)
    assert page.get_by_role("link", name="Download the proof").get_attribute("href") == lines[0].split()[-1]
    python, *arguments = lines[-1].split()
    assert python == "python"

    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tmp_path,
        env=build_environment({}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (proof,) = tmp_path.glob("*.tlog-proof")
    assert written.encode() in proof.read_bytes() or "extra" in proof.read_text()


def test_what_a_programme_shows_is_what_the_log_was_told(organiser: Organiser, log_address: str) -> None:
    page = open_page(organiser, f"{organiser.town.url}/en/programmes/solid-ground/")
    expect(page.get_by_text("What stands here now is not in the public log yet.")).to_be_hidden()
    page.get_by_role("link", name="Each change in the public log").click()
    page.get_by_role("link", name="Programme changed").first.click()
    written = page.locator("#entry-text").inner_text()
    facts = httpx.get(f"{organiser.town.url}/programmes/solid-ground/facts.json").content
    assert hashlib.sha256(facts).hexdigest() in written
