"""A parent with a phone finds out who may teach what, prints it, checks it without us, and sees a page go at once."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.people import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.people import Organiser

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]
SLUGS = ("amina", "maryam", "tariq", "layla", "jonah")
LANGUAGES = ("en", "ar")
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def parent(organiser: "Organiser") -> Iterator["Page"]:
    """Give the phone of somebody who has no JavaScript and no account."""
    context = organiser.town.open_context(java_script_enabled=False)
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def open_page(organiser: "Organiser", page: "Page", slug: str, language: str = "en") -> None:
    answer = page.goto(f"{organiser.town.url}/{language}/educators/{slug}/")
    assert answer
    assert answer.ok


def find_box(page: "Page", selector: str) -> Any:
    box = page.locator(selector).first.bounding_box()
    assert box, selector
    return box


@pytest.mark.parametrize("slug", SLUGS)
def test_the_first_screen_of_a_phone_says_what_they_may_teach(
    organiser: "Organiser", parent: "Page", slug: str
) -> None:
    open_page(organiser, parent, slug)
    verdict = find_box(parent, ".verdict")
    assert verdict["y"] + verdict["height"] <= PHONE["height"]


def test_from_the_programme_a_parent_comes_to_the_line_and_its_vote(
    organiser: "Organiser", parent: "Page"
) -> None:
    parent.goto(f"{organiser.town.url}/en/programmes/solid-ground/")
    parent.locator("#teaches").get_by_role("link", name="Amina Invented").click()
    expect(parent.locator(".verdict.yes")).to_contain_text("May teach: Recitation by Hafs")
    names = parent.locator(".line .line-name").all_inner_texts()
    assert names == ["Salma Invented", "Yusuf Invented", "Amina Invented"]
    expect(parent.locator(".line-person.is-root")).to_contain_text("For: 41; against: 2; abstained: 6.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_and_strands_join_the_boxes(organiser: "Organiser", language: str) -> None:
    page = organiser.town.open_context().new_page()
    for slug in SLUGS:
        open_page(organiser, page, slug, language)
        assert page.evaluate(OVERFLOW) == 0, slug
    open_page(organiser, page, "amina", language)
    root, strand, person = (
        find_box(page, selector)
        for selector in (".is-root", ".line-grant:not(.is-short) .strand", ".is-root ~ .line-person")
    )
    assert abs(root["y"] + root["height"] - strand["y"]) <= 1
    assert abs(strand["y"] + strand["height"] - person["y"]) <= 1
    is_at_the_start = strand["x"] + strand["width"] / 2 < root["x"] + root["width"] / 2
    assert is_at_the_start is (language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_one_sheet_of_paper(organiser: "Organiser", language: str) -> None:
    page = organiser.town.open_context().new_page()
    for slug in SLUGS:
        open_page(organiser, page, slug, language)
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4")))
        assert len(sheets.pages) == 1, slug
        assert f"/educators/{slug}/" in "".join(sheets.pages[0].extract_text().split())


def test_the_file_is_checked_on_ones_own_computer_without_us(
    organiser: "Organiser", parent: "Page", tmp_path: Path
) -> None:
    open_page(organiser, parent, "maryam")
    with parent.expect_download() as downloading:
        parent.get_by_role("link", name="The file to check").click()
    file = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(file)
    assert file.name in parent.locator("#check pre").inner_text()
    done = subprocess.run(
        [sys.executable, "-m", "amanah.verify", "credential", str(file), "--scope", "ethics"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "recognised by" in done.stdout
    assert len(json.loads(file.read_text())["verifiableCredential"]) >= 3


def test_every_paper_of_the_line_stands_in_the_public_log(organiser: "Organiser", parent: "Page") -> None:
    open_page(organiser, parent, "amina")
    links = parent.locator("#check details a")
    addresses = [str(link.get_attribute("href")) for link in links.all()]
    hashes = parent.locator("#check details .code").all_inner_texts()
    assert len(addresses) == len(hashes) == 2
    for address in addresses:
        parent.goto(f"{organiser.town.url}{address}")
        expect(parent.locator(".ledger > li")).to_have_count(1)


def show_somebody_new(organiser: "Organiser", name: str, slug: str) -> None:
    """Write a page at the desk and show it, so that taking it down takes nothing from the other tests."""
    desk = organiser.page
    desk.goto(f"{organiser.town.url}/desk/educators/new/")
    desk.get_by_label("Name", exact=True).fill(name)
    desk.get_by_label("Short name for the address").fill(slug)
    desk.locator("main form [type=submit]").click()
    desk.wait_for_url(f"**/desk/educators/{slug}/")
    desk.goto(f"{organiser.town.url}/desk/educators/{slug}/consent/")
    desk.get_by_label("Day on which they agreed that this page is shown").fill(
        datetime.now(UTC).date().isoformat()
    )
    desk.get_by_label("Show the page to everyone").check()
    desk.locator("main form [type=submit]").click()
    desk.wait_for_url(f"**/desk/educators/{slug}/")


def test_whoever_takes_consent_back_is_gone_at_once(organiser: "Organiser", parent: "Page") -> None:
    show_somebody_new(organiser, "Zahra Invented", "zahra")
    open_page(organiser, parent, "zahra")
    desk = organiser.page
    desk.goto(f"{organiser.town.url}/desk/educators/zahra/withdraw/")
    expect(desk.get_by_text("Copies that others made of the page stay with them.")).to_be_visible()
    desk.get_by_role("button", name="Take the page down and destroy it").click()
    expect(desk.get_by_text("The page is down, and what it said is destroyed.")).to_be_visible()
    assert parent.request.get(f"{organiser.town.url}/en/educators/zahra/").status == 404
    parent.goto(f"{organiser.town.url}/en/educators/")
    assert "Zahra" not in parent.content()
    assert "Amina" in parent.content()
