"""An organiser with a passkey and members with phones, each in a browser context of their own, at one deployment."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.processes import Running, run_django_command

SESSION, SURVEY = "First evening: what we can know", "How is it going?"
PHONE = {"width": 360, "height": 740}
PATIENCE = 60_000
# A refused room code or a second check-in is answered with 409, which the console always tells.
EXPECTED_COMPLAINTS = ("409 (Conflict)", "ERR_INTERNET_DISCONNECTED")

_PART = """() => {
    const isThere = (part) => part.getClientRects().length > 0;
    const screen = [...document.querySelectorAll("[data-question]")].find(isThere);
    if (screen) {
        const part = [...screen.querySelectorAll(":scope > [data-state]")].find(isThere);
        return `${screen.dataset.question}/${part?.dataset.state}`;
    }
    const review = document.querySelector("#survey [data-state=review]");
    return review && isThere(review) ? "review" : "none";
}"""


@dataclass
class Town:
    """One deployment with the worked example, and everything that browsers asked for or complained of."""

    running: Running
    browser: Browser
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Give the address of the programme door."""
        return self.running.urls["programme"]

    def seed(self, page: Page) -> None:
        """Write the worked example down, announce its season, and wait until it has its keys."""
        run_django_command(self.running, "programme", "seed_example")
        wait_until(page, lambda: SESSION in self.list_occasions(page, state="open"))

    def open_context(self, browser: Browser | None = None, **options: Any) -> BrowserContext:
        """Open a browser context that is listened to."""
        context = (browser or self.browser).new_context(**({"viewport": PHONE, "locale": "en-GB"} | options))
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", lambda message: self._note(message.type, message.text))
        context.on("weberror", lambda error: self._note("error", str(error.error)))
        self.contexts.append(context)
        return context

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(known in text for known in EXPECTED_COMPLAINTS):
            self.complaints.append(text)

    def list_occasions(self, page: Page, state: str = "") -> dict[str, str]:
        """Give the occasion id of each title in the public list, of those in one state or of all."""
        listed = page.request.get(f"{self.url}/occasions.json").json()["occasions"]
        return {item["titles"]["en"]: item["occasion"] for item in listed if state in {"", item["state"]}}

    def list_foreign_requests(self) -> list[str]:
        """Give what was asked of anybody but our own processes."""
        own = {urlsplit(address).netloc for address in self.running.urls.values()}
        return [
            address
            for address in self.requests
            if urlsplit(address).scheme not in {"blob", "data"} and urlsplit(address).netloc not in own
        ]

    def close(self) -> None:
        """Close every context."""
        for context in self.contexts:
            context.close()


class Organiser:
    """Whoever runs the place: a laptop with a passkey."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.context = town.open_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        session = self.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        authenticator = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})

    def set_up(self) -> None:
        """Open the address that `amanah init` prints, and make the first account with a passkey."""
        address = run_django_command(self.town.running, "programme", "setup_address").strip().split()[-1]
        self.page.goto(address)
        for box in self.page.locator("main form input[type=text], main form textarea").all():
            if not box.input_value():
                box.fill("An invented community.")
        self.page.get_by_role("button", name="Go on").click()
        self.page.locator("#field-passkey-name").fill("Noor")
        self.page.get_by_role("button", name="Make a passkey").click()
        self.page.wait_for_url("**/desk/programmes/new/**")

    def sign_in_again(self) -> None:
        """Sign out, and in with the passkey."""
        self.context.clear_cookies()
        self.page.goto(f"{self.town.url}/desk/")
        self.page.get_by_role("button", name="Sign in with a passkey").click()
        self.page.wait_for_url("**/desk/")

    def draw(self, count: int, *, sealed: bool = False) -> list[str]:
        """Draw invitations or paper cards; give the codes on the sheets."""
        self.page.goto(f"{self.town.url}/desk/invitations/")
        self.page.locator("#field-count").fill(str(count))
        if sealed:
            self.page.get_by_label("Sealed paper cards").check()
        self.page.get_by_role("button", name="Draw and register").click()
        expect(self.page.locator("#draw-state [data-state=done]")).to_be_visible(timeout=PATIENCE)
        return self.page.locator("#tickets .ticket .code").all_inner_texts()

    def get_room_code(self, occasion: str) -> str:
        """Read the code of this minute off the screen in the room."""
        self.page.goto(f"{self.town.url}/desk/sessions/{occasion}/screen/")
        return self.page.locator("#room-code").inner_text()

    def close_occasion(self, occasion: str) -> None:
        """Close for good and wait until the recount is published."""
        self.page.goto(f"{self.town.url}/desk/close/{occasion}/")
        self.page.locator("main form [type=submit]").click()
        self.page.wait_for_url("**/desk/s*/**")
        bundle = f"{self.town.url}/recounts/{occasion}.json"
        wait_until(self.page, lambda: self.page.request.get(bundle).ok)


class Member:
    """Somebody with a phone."""

    def __init__(self, town: Town, **options: Any) -> None:
        self.town = town
        self.context = town.open_context(**options)
        self.page = self.context.new_page()
        self.backup = ""
        self.slip = ""

    def open(self, path: str) -> None:
        """Open an address of the programme door."""
        self.page.goto(self.town.url + path)

    def scan(self, code: str) -> None:
        """Open what the QR code of an invitation holds; give the codes to keep."""
        self.open(f"/join/#{code.replace('-', '')}")
        self.page.locator("#backup-code").wait_for()
        self.backup = self.page.locator("#backup-code").inner_text()
        self.slip = self.page.locator("#revocation-code").inner_text()

    def keep_codes(self) -> None:
        """Type how the backup ends, as somebody who wrote it down."""
        self.page.locator("#field-ending").fill(self.backup[-4:].lower())
        self.page.get_by_role("button", name="I have both").click()

    def join(self, code: str) -> None:
        """Join with an invitation, to the end."""
        self.scan(code)
        self.keep_codes()
        self.page.get_by_role("heading", name="Your card is ready").wait_for()

    def fetch_passes(self) -> None:
        """Open the card and wait for its passes; on a slow machine the window is over and the member asks for them."""
        self.open("/en/card/")
        ready = self.page.locator("#now article").first
        ask = self.page.get_by_role("button", name="Fetch my passes now")
        ready.or_(ask).filter(visible=True).first.wait_for()
        if ask.is_visible():
            ask.click()
        ready.wait_for()

    def find_opening(self, title: str) -> Any:
        """Find what can be done now in an occasion."""
        return self.page.locator("#now article").filter(has_text=title)

    def find_place(self, title: str) -> Any:
        """Find the place of an occasion on the slip."""
        return self.page.locator("#slip li").filter(has_text=title)

    def check_in(self, code: str) -> None:
        """Check in from the card by typing the room's code."""
        self.find_opening(SESSION).get_by_role("link", name="Check in").click()
        self.page.locator("#field-code").fill(code)
        self.page.get_by_role("button", name="I am here").click()


def list_stored(page: Page) -> dict[str, Any]:
    """Give the names of everything that this browser holds of the place."""
    script = """async () => ({
        databases: (await indexedDB.databases()).map(({ name }) => name),
        local: Object.keys(localStorage), session: Object.keys(sessionStorage),
        caches: await caches.keys(), cookies: document.cookie,
        workers: (await navigator.serviceWorker.getRegistrations()).length,
    })"""
    stored: dict[str, Any] = page.evaluate(script)
    return stored | {"jar": page.context.cookies()}


HOLDS_NOTHING = {
    "databases": [],
    "local": [],
    "session": [],
    "caches": [],
    "cookies": "",
    "workers": 0,
    "jar": [],
}


def wait_until(page: Page, is_so: Callable[[], bool], seconds: int = 60) -> None:
    """Wait for something that no page shows."""
    for _ in range(seconds * 5):
        if is_so():
            return
        page.wait_for_timeout(200)
    raise AssertionError("It did not happen in time.")


def press_until(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on an element of this kind."""
    for _ in range(60):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}.")


def get_part(page: Page) -> str:
    """Give which question of a survey is on the screen and which part of it, or `review`."""
    part: str = page.evaluate(_PART)
    return part


def move_on(page: Page, act: str, *, by_keyboard: bool = False) -> str:
    """Press the button of this act and give what is on the screen then; a ball is written down before it is shown."""
    before = get_part(page)
    if by_keyboard:
        press_until(page, f"[data-act={act}]")
        page.keyboard.press("Enter")
    else:
        page.locator(f"[data-act={act}]:visible").first.click()
    page.wait_for_function(f"(before) => ({_PART})() !== before", arg=before)
    return get_part(page)


def choose_first(page: Page) -> None:
    """Choose the first answer of the question on the screen, or of each of its lines; put a ranking in its order."""
    screen = page.locator("[data-question]:visible")
    for line in screen.locator("[data-item]").all():
        line.locator("label").first.click()
    if not screen.locator("[data-item]").count():
        for option in screen.locator("fieldset label:has([name])").all()[:1]:
            option.click()
        for option in screen.locator(".ranked[aria-pressed=false]").all()[:-1]:
            option.click()


def answer_all(page: Page, choose: Callable[[Page], None] = choose_first) -> list[str]:
    """Go through a survey to its review, drawing where there is a bag; give the codes of what was asked."""
    page.wait_for_function(f"() => ({_PART})() !== 'none'")
    asked: list[str] = []
    while get_part(page) != "review":
        code, part = get_part(page).split("/")
        if part == "answering":
            asked.append(code)
            choose(page)
        move_on(page, "draw" if part == "bag" else "next")
    return asked


def read_qr(page: Page, selector: str) -> list[list[bool]]:
    """Give the modules of a code on a page, quiet zone and all, as it is drawn there."""
    script = """(canvas) => {
        const size = canvas.width / 6;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const dark = (x, y) => data[4 * ((y * 6 + 3) * canvas.width + x * 6 + 3)] < 128;
        const row = (y) => Array.from({ length: size }, (_, x) => dark(x, y));
        return JSON.stringify(Array.from({ length: size }, (_, y) => row(y)));
    }"""
    modules: list[list[bool]] = json.loads(page.locator(selector).first.evaluate(script))
    return modules
