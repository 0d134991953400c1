"""An organiser builds a survey out of nothing and announces it, in the time that a coffee takes."""

import re
import time
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.verify.sources import read_log
from tests.journeys.people import PATIENCE, Organiser, wait_until

pytestmark = pytest.mark.browser
LONGEST = 120


class Announced(NamedTuple):
    """A survey that was built and announced, and how long that took."""

    occasion: str
    seconds: float


@pytest.fixture(scope="module")
def organiser(found_town):
    someone = Organiser(found_town())
    someone.set_up()
    return someone


def write_programme(page: Page) -> None:
    page.locator("[name=title]").fill("Riverside Evenings")
    page.locator("[name=summary]").fill("Six evenings about the news and how it is made.")
    page.locator("[name=who_teaches]").fill("An invented teacher.")
    page.locator("[name=who_pays]").fill("Nobody yet.")
    page.locator("[name=slug]").fill("riverside-evenings")
    page.locator("main form [type=submit]").click()
    page.wait_for_url("**/desk/programmes/riverside-evenings/")


def add_question(page: Page, kind: str, wording: str, sensitivity: str, **typed: str) -> None:
    page.get_by_role("link", name="Add a question").click()
    page.get_by_role("link", name=kind, exact=True).click()
    page.locator("[name=wording]").fill(wording)
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator(f"#sensitivity-{sensitivity}").check()
    page.get_by_role("button", name="Add the question").click()
    page.wait_for_url("**/desk/surveys/*/?people=*")


def list_logged(organiser: Organiser, ref: str) -> list[str]:
    """Give the kinds of the entries that the public log has about something."""
    config = organiser.town.running.config
    key = parse_verifier_key((config.data / "public" / "log.vkey").read_text())
    return [entry.kind for entry in read_log(config.urls["log"], Policy(key)).entries if entry.ref == ref]


@pytest.fixture(scope="module")
def announced(organiser: Organiser) -> Announced:
    """Build a survey out of nothing and announce it; every test may be the first."""
    page, started = organiser.page, time.monotonic()
    write_programme(page)
    page.get_by_role("link", name="A new survey").click()
    page.locator("[name=title]").fill("After the first evening")
    page.locator("[name=intro]").fill("We change the evenings by what you say.")
    page.get_by_role("button", name="Go on to the questions").click()
    page.get_by_label("How many people will answer?").fill("30")
    page.get_by_role("button", name="Reckon again").click()
    add_question(page, "One choice", "Do you live near the river?", "harmless", choices="Yes\nNo")
    add_question(page, "One choice", "Did you feel watched?", "sensitive", choices="Yes\nNo")
    add_question(
        page,
        "A scale",
        "How far can you say here what you think?",
        "gravest",
        low="not at all",
        high="entirely",
    )
    questions = page.locator("#questions > li")
    expect(questions).to_have_count(3)
    expect(questions.nth(0)).to_contain_text("reads the answers, but not whose they are")
    expect(questions.nth(1)).to_contain_text("at most 7 times surer")
    expect(questions.nth(1)).to_contain_text("Too few to say")
    expect(page.get_by_text("This group is too small for some of these questions")).to_be_visible()
    page.get_by_label("How many people will answer?").fill("900")
    page.get_by_role("button", name="Reckon again").click()
    expect(page.get_by_text("This group is too small for some of these questions")).to_have_count(0)
    expect(questions.nth(1)).to_contain_text(re.compile(r"A random third is asked, about 300 people"))
    page.get_by_role("link", name="Open the season").last.click()
    page.get_by_role("button", name="Announce all of it").click()
    page.wait_for_url("**/desk/")
    seconds = time.monotonic() - started
    return Announced(organiser.town.list_occasions(page)["After the first evening"], seconds)


def test_a_survey_is_built_from_nothing_to_announced_in_two_minutes(
    organiser: Organiser, announced: Announced
) -> None:
    assert announced.seconds < LONGEST
    wait_until(
        organiser.page,
        lambda: "survey_stated" in list_logged(organiser, announced.occasion),
        seconds=PATIENCE // 1000,
    )


def test_once_it_is_announced_nothing_of_it_can_be_changed_at_the_desk(
    organiser: Organiser, announced: Announced
) -> None:
    page = organiser.page
    page.goto(f"{organiser.town.url}/desk/surveys/{announced.occasion}/")
    expect(page.locator("#questions > li")).to_have_count(3)
    for name in ("Add a question", "Ask earlier", "Ask later", "Remove", "Remove this survey"):
        expect(page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))).to_have_count(
            0
        )


@pytest.mark.usefixtures("announced")
def test_on_an_arabic_phone_no_page_of_the_builder_is_wider_than_the_screen(organiser: Organiser) -> None:
    desk = f"{organiser.town.url}/desk"
    organiser.page.goto(f"{desk}/programmes/riverside-evenings/surveys/new/")
    organiser.page.locator("[name=title]").fill("Second")
    organiser.page.locator("[name=intro]").fill("Again.")
    organiser.page.get_by_role("button", name="Go on to the questions").click()
    survey = organiser.page.url.split("?")[0]
    add_question(organiser.page, "One choice", "Tea?", "sensitive", choices="Yes\nNo")
    phone = organiser.town.open_context(storage_state=organiser.context.storage_state()).new_page()
    for path in (
        f"{survey}?people=30",
        f"{survey}new-question/?people=30",
        *(f"{survey}new-question/{kind}/?people=30" for kind in ("single", "index", "change")),
        f"{desk}/surveys/planning/?people=30",
    ):
        phone.goto(f"{path}&language=ar")
        expect(phone.locator("html")).to_have_attribute("dir", "rtl")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert phone.evaluate(wide) <= 0, path
        small = """[...document.querySelectorAll("main button, main a.button, main summary, main .choice")]
            .filter((part) => part.checkVisibility() && part.getBoundingClientRect().height < 48)
            .map((part) => part.textContent)"""
        assert phone.evaluate(small) == [], path
