"""Every kind of question on a phone: what is shown before and after a ball is drawn, and that only the ball leaves."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.journeys.every_question import EVERY, LOTS, SEASON, list_questions, plan_every_question
from tests.journeys.people import Member, Organiser, Town, get_part, move_on, press_until, wait_until

pytestmark = pytest.mark.browser
RANDOMISED = {item["code"]: item["weight"] for item in list_questions() if item.get("weight")}
LARGEST = {
    "harm-watched": 1,
    "police-trust": 2,
    "s-many": 5,
    "s-rank": 5,
    "s-index": 2,
    "s-change": 2,
}
READ_NOTES = """() => new Promise((resolve) => {
    const request = indexedDB.open("amanah");
    request.onsuccess = () => {
        const read = request.result.transaction("records").objectStore("records").get("surveys");
        read.onsuccess = () => { request.result.close(); resolve(read.result ?? null); };
    };
})"""


@dataclass
class Place:
    """A town with its organiser, one member with all passes, and the occasions by their titles."""

    town: Town
    organiser: Organiser
    member: Member
    occasions: dict[str, str]

    def open(self, title: str, language: str = "en", member: Member | None = None) -> Page:
        """Open a survey on a phone and wait for its first screen."""
        chosen = member or self.member
        chosen.open(f"/{language}/surveys/{self.occasions[title]}/answer/")
        chosen.page.locator("[data-question]:visible, [data-state=review]:visible").first.wait_for()
        return chosen.page

    def read_bundle(self, title: str) -> list[dict[str, Any]]:
        """Close a survey and give every sheet that is published."""
        self.organiser.close_occasion(self.occasions[title])
        address = f"{self.town.url}/recounts/{self.occasions[title]}.json"
        bundle = self.member.page.request.get(address).json()
        return [json.loads(decode(item["payload"])) for item in bundle["spent"]]


@pytest.fixture(scope="module")
def place(found_town: Callable[[], Town]) -> Iterator[Place]:
    """Found a town in which every kind of question is asked."""
    town = found_town()
    organiser = Organiser(town)
    organiser.set_up()
    (code,) = organiser.draw(1)
    member = Member(town)
    member.join(code)
    plan_every_question(town.running)
    wait_until(organiser.page, lambda: EVERY in town.list_occasions(organiser.page, state="open"))
    member.fetch_passes()
    yield Place(town, organiser, member, town.list_occasions(organiser.page))
    assert town.list_foreign_requests() == []
    assert town.complaints == []


def decode(text: str) -> bytes:
    """Read base64url without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def get_screen(page: Page) -> Locator:
    """Give the question that is on the screen."""
    return page.locator("[data-question]:visible")


def press(page: Page, name: str) -> None:
    """Press a button of the walk by its words."""
    page.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()


def list_sent(notes: dict[str, Any] | None) -> list[str]:
    """Give the codes of the questions that this device knows it answered."""
    return sorted(report["question"] for report in (notes or {"sent": []})["sent"])


def answer_by_keyboard(page: Page, screen: Locator) -> None:
    """Choose something on a screen without touching it: the first option, or the first of each line."""
    kind = screen.get_attribute("data-kind")
    if kind == "ranking":
        for place in (3, 1):
            press_until(page, f"[data-question]:not([hidden]) .ranked:nth-of-type({place})")
            page.keyboard.press("Enter")
        return
    lines = screen.locator("[data-item]").count() or 1
    for line in range(lines):
        inside = "[data-item]" if screen.locator("[data-item]").count() else "fieldset"
        wanted = screen.locator(inside).nth(line).locator("input").first.get_attribute("name")
        press_until(page, f'[data-question]:not([hidden]) input[name="{wanted}"]')
        page.keyboard.press("Space")


def test_an_answer_by_keyboard_ends_as_a_ball_and_the_bundle_holds_nothing_else(place: Place) -> None:
    page = place.open(EVERY)
    spends: list[Request] = []
    page.on("request", lambda request: spends.append(request) if request.url.endswith("/spend") else None)
    seen = answer_everything_by_keyboard(page)
    assert seen == [item["code"] for item in list_questions()]
    expect(page.get_by_role("heading", name="Send your answers?")).to_be_focused()
    page.get_by_text("Exactly as it is sent").click()
    shown = page.locator("[data-fill=payload]").inner_text()
    assert spends == [], "something was sent before the member said so"
    press_until(page, "[data-act=send]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your answers are counted")).to_be_focused()

    (spend,) = spends
    assert shown.encode() in (spend.post_data_buffer or b"")
    notes = page.evaluate(READ_NOTES)
    assert set(list_sent(notes)) >= set(RANDOMISED)
    assert not [ball for ball in notes["drawn"] if ball["question"] in RANDOMISED]
    assert all(report["at"] % 86_400 == 0 for report in notes["sent"])
    (sheet,) = place.read_bundle(EVERY)
    assert sheet == json.loads(shown)
    holds_balls_and_plain_answers(sheet["answers"])


def holds_balls_and_plain_answers(answers: dict[str, Any]) -> None:
    """Check that the sheet has a ball where there was a bag, and otherwise what the keyboard chose."""
    for code, largest in LARGEST.items():
        assert type(answers[code]) is int
        assert 0 <= answers[code] <= largest
    assert {code: given for code, given in answers.items() if code not in RANDOMISED} == {
        "p-single": "a",
        "p-branch": 1,
        "p-many": ["a"],
        "p-rank": ["c", "a", "b"],
        "p-index": 0,
        "p-change": 0,
    }


def answer_everything_by_keyboard(page: Page) -> list[str]:
    """Answer whatever is asked, draw where there is a bag, and give the codes in order."""
    seen: list[str] = []
    while get_part(page) != "review":
        screen = get_screen(page)
        code = screen.get_attribute("data-question") or ""
        seen.append(code)
        expect(screen.locator("legend[data-lead]")).to_be_focused()
        answer_by_keyboard(page, screen)
        move_on(page, "next", by_keyboard=True)
        if code in RANDOMISED:
            draw_by_keyboard(page, screen, code, RANDOMISED[code])
            move_on(page, "next", by_keyboard=True)
    return seen


def draw_by_keyboard(page: Page, screen: Locator, code: str, weight: int) -> None:
    """See the bag, draw, see the ball, and find that it stands."""
    expect(screen.get_by_role("heading", name="Now draw a ball")).to_be_focused()
    kinds = {"police-trust": 3, "s-index": 3, "s-change": 3}.get(code, 2)
    picture = screen.locator(".bag-picture")
    expect(picture).to_be_visible()
    assert picture.locator(".ball-full").count() == weight
    assert picture.locator(".ball-ring").count() == kinds - 1
    expect(screen.get_by_text(f"{weight} balls say your answer")).to_be_visible()
    expect(
        screen.locator("[data-state=bag]").get_by_text(
            f"Whoever takes our computers can become at most {weight} times surer about you."
        )
    ).to_be_visible()
    notes = page.evaluate(READ_NOTES) or {"drawn": []}
    assert code not in {ball["question"] for ball in notes["drawn"]}, "a ball was drawn before the tap"
    assert move_on(page, "draw", by_keyboard=True) == f"{code}/ball"
    expect(screen.get_by_role("heading", name="The ball says")).to_be_focused()
    (drawn,) = [ball for ball in page.evaluate(READ_NOTES)["drawn"] if ball["question"] == code]
    assert drawn["weight"] == weight
    assert drawn.keys() == {"occasion", "question", "family", "weight", "ball", "perhapsSentAt"}
    # What was chosen is on no screen and in no field any more; going back and forth brings no second draw.
    assert screen.locator("input:checked, [aria-pressed=true]").count() == 0
    move_on(page, "back")
    assert move_on(page, "next") == f"{code}/ball"
    expect(page.locator("[data-act=draw]")).to_be_hidden()


def draw_once(place: Place, page: Page, title: str) -> None:
    """Draw, and find that neither a bag that is open in another tab nor a reload is a way to another ball."""
    other = open_bag_in_other_tab(place, title)
    move_on(page, "draw")
    ball = get_screen(page).locator("[data-part=says]").inner_text()
    assert ball in {"Yes", "No"}
    assert move_on(other, "draw").endswith("/ball")
    assert get_screen(other).locator("[data-part=says]").inner_text() == ball
    other.close()
    page.reload()
    get_screen(page).get_by_role("heading", name="The ball says").wait_for()
    assert get_screen(page).locator("[data-part=says]").inner_text() == ball


def open_bag_in_other_tab(place: Place, title: str) -> Page:
    """Open the survey once more on the same phone, with the other answer, up to the bag."""
    tab = place.member.context.new_page()
    tab.goto(f"{place.town.url}/en/surveys/{place.occasions[title]}/answer/")
    get_screen(tab).get_by_role("radio", name="No").check()
    assert move_on(tab, "next").endswith("/bag")
    return tab


def answer_yes(page: Page) -> None:
    """Answer a yes/no question, draw, and go on."""
    get_screen(page).get_by_role("radio", name="Yes").check()
    for act in ("next", "draw", "next"):
        move_on(page, act)


def test_three_sensitive_answers_about_one_thing_fill_the_meter_and_the_fourth_is_not_asked(
    place: Place,
) -> None:
    for given, title in enumerate(SEASON[:3]):
        page = place.open(title)
        get_screen(page).get_by_role("radio", name="Yes").check()
        press(page, "Go on")
        meter = get_screen(page).locator("[data-state=bag] .meter")
        expect(meter).to_contain_text(f"Sensitive answers about this within 92 days: {given} / 3")
        assert meter.locator(".used").count() == given
        assert meter.locator(".free").count() == 3 - given
        draw_once(place, page, title)
        press(page, "Go on")
        press(page, "Send")
        page.get_by_text("Counted", exact=True).wait_for()
    page = place.open(SEASON[3])
    screen = get_screen(page)
    expect(screen.get_by_role("heading", name="This question is not asked")).to_be_visible()
    expect(screen.get_by_text("it would tell more about you than your device allows")).to_be_visible()
    expect(screen.locator("[data-state=spent] .meter")).to_contain_text("3 / 3")
    expect(screen.get_by_role("radio")).to_have_count(0)
    press(page, "Go on")
    expect(page.get_by_text("You left everything out.")).to_be_visible()
    press(page, "Send")
    page.get_by_text("Counted", exact=True).wait_for()
    assert [sheet["answers"] for sheet in place.read_bundle(SEASON[3])] == [{}]


def test_the_lot_asks_a_block_or_not_and_does_not_change_its_mind(place: Place) -> None:
    # Both outcomes must be seen, so these two pages get their four bytes from here instead of from chance.
    outcomes = {place.occasions[title]: lot for title, lot in zip(LOTS, (0, 1), strict=True)}
    place.member.context.add_init_script(
        f"""(() => {{
            const lot = {json.dumps(outcomes)}[location.pathname.split("/")[3]];
            if (lot === undefined || sessionStorage.getItem("by chance")) return;
            const draw = crypto.getRandomValues.bind(crypto);
            crypto.getRandomValues = (bytes) =>
                bytes.length === 4 ? (bytes.set([0, 0, 0, lot]), bytes) : draw(bytes);
        }})()"""
    )
    page = place.open(LOTS[1])
    page.evaluate("sessionStorage.setItem('by chance', 'yes')")
    for _ in range(3):
        expect(page.get_by_text("Question 1 / 1")).to_be_visible()
        page.reload()
        get_screen(page).wait_for()
    press(page, "Leave it out")
    expect(page.get_by_text("The lot of this device was not to ask you.")).to_be_visible()
    page.evaluate("sessionStorage.clear()")
    page = place.open(LOTS[0])
    expect(page.get_by_text("Question 1 / 2")).to_be_visible()
    move_on(page, "decline")
    expect(get_screen(page).get_by_text("Asked of one in three, by a lot")).to_be_visible()
    answer_yes(page)
    expect(page.locator("[data-list=answers]")).to_contain_text("The ball says")
    expect(page.locator("[data-list=answers]").get_by_role("button", name="Change")).to_have_count(1)


def test_the_preview_shows_the_same_screens_and_can_send_nothing(place: Place) -> None:
    address = f"/desk/surveys/{place.occasions[EVERY]}/preview/"
    place.member.open(address)
    assert "/sign-in/" in place.member.page.url
    page = place.organiser.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method + " " + request.url))
    page.goto(place.town.url + address)
    width = page.locator(".phone").evaluate("(phone) => phone.clientWidth")
    assert width == 360
    get_screen(page).get_by_role("radio", name="No").check()
    assert move_on(page, "next") == "p-many/answering", "a branch was asked that the answer does not lead to"
    while (part := get_part(page)) != "review":
        if part == "harm-watched/answering":
            answer_yes(page)
        else:
            move_on(page, "next")
    expect(page.get_by_role("heading", name="Here a member would press Send")).to_be_focused()
    expect(page.locator("[data-list=answers]")).to_contain_text("The ball says")
    expect(page.locator("[data-act=send]")).to_have_count(0)
    assert [line for line in asked if not line.startswith(f"GET {place.town.url}/")] == []
    assert page.evaluate("indexedDB.databases()") == []


def test_screen_readers_find_names_and_the_voice_is_never_somebody_elses(place: Place) -> None:
    # This Chromium has no voices, so the list that a phone would give is put in its place.
    page = place.organiser.context.new_page()
    page.add_init_script(
        """Object.defineProperty(window, "speechSynthesis", { value: {
            said: [], voices: [{ name: "far", lang: "en-GB", localService: false }], speaking: false,
            getVoices() { return this.voices; }, cancel() {}, addEventListener(_, look) { this.look = look; },
            speak(utterance) { this.said.push([utterance.voice.name, utterance.text]); },
        } });
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"""
    )
    page.goto(f"{place.town.url}/desk/surveys/{place.occasions[EVERY]}/preview/")
    get_screen(page).wait_for()
    aloud = page.get_by_role("button", name="Read aloud")
    expect(aloud).to_be_hidden()
    page.evaluate("""() => { speechSynthesis.voices.push(
        { name: "sami", lang: "ar-EG", localService: true }, { name: "near", lang: "en-US", localService: true });
        speechSynthesis.look(); }""")
    aloud.click()
    assert page.evaluate("speechSynthesis.said") == [["near", "Were you here before? Yes No"]]

    group = page.get_by_role("group", name="Were you here before?")
    expect(group.get_by_role("radio", name="Yes")).to_be_visible()
    group.get_by_role("radio", name="Yes").check()
    move_on(page, "next")
    expect(page.get_by_role("radio", name="1 not at all")).to_be_visible()
    expect(page.get_by_role("radio", name="5 completely")).to_be_visible()
    while get_part(page) != "p-index/answering":
        move_on(page, "next")
    line = page.get_by_role("group", name="Mistakes are forgiven here.")
    line.get_by_role("radio", name="3").check()
    press(page, "Go on")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("Something is still empty here.")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_part_of_any_question_scrolls_sideways(place: Place, language: str) -> None:
    member = Member(place.town)
    member.open(f"/{language}/surveys/{place.occasions[SEASON[0]]}/answer/")
    for title in (EVERY, SEASON[0], LOTS[0]):
        member.open(f"/{language}/surveys/{place.occasions[title]}/answer/")
        member.page.wait_for_load_state("networkidle")
        member.page.eval_on_selector_all(
            "main [hidden]", "(parts) => parts.forEach((part) => part.hidden = false)"
        )
        widths = member.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], title
        small = member.page.eval_on_selector_all(
            "label.choice, .ranked, .button",
            "(parts) => parts.filter((part) => part.offsetHeight < 48 || part.offsetWidth < 44).length",
        )
        assert small == 0
        direction = member.page.evaluate("getComputedStyle(document.body).direction")
        assert direction == ("rtl" if language == "ar" else "ltr")
        assert re.search(r"\sstyle=", member.page.locator("#survey").inner_html()) is None
