"""People at the request door, each in a browser of their own: trustees and counter staff with authenticators."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from amanah.drill.outside_body import Ask
from tests.support.processes import Running, run_amanah

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SIGNED = re.compile("You have signed|The panel is in force")
OFFICES = (("Chair", "Amina Invented"), ("Treasurer", "Bilal Invented"), ("Teacher", "Chana Invented"))


class Person:
    """One browser with an authenticator of its own, and everything that it complained about."""

    def __init__(self, browser: Browser, request_url: str, **options: Any) -> None:
        self.url = request_url
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self._note(line.type, line.text))
        self._devtools = self.context.new_cdp_session(self.page)
        self._devtools.send("WebAuthn.enable")
        self._authenticator = ""
        self.take_new_device()

    def take_new_device(self) -> None:
        """Lose the authenticator with every passkey on it, if there is one, and hold an empty one."""
        if self._authenticator:
            self._devtools.send(
                "WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._authenticator}
            )
        made = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._authenticator = made["authenticatorId"]

    def open(self, path: str) -> None:
        """Open a page of the door."""
        self.page.goto(path if path.startswith("http") else f"{self.url}{path}")

    def press(self, name: str) -> None:
        """Press a button with the keyboard alone."""
        self.page.get_by_role("button", name=name, exact=True).first.focus()
        self.page.keyboard.press("Enter")

    def see(self, heading: str) -> None:
        """Wait until a page with this heading is there."""
        self.page.locator("h1").filter(has_text=heading).wait_for()

    def read(self) -> str:
        """Read the page."""
        return self.page.locator("main").inner_text()

    def sign_in(self) -> None:
        """Sign in with whatever passkey the authenticator has."""
        self.open("/desk/sign-in/")
        self.press("Sign in with your passkey")

    def _note(self, kind: str, text: str) -> None:
        # Browsers report every refused answer of the desk as an error of the console.
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)


class Panel:
    """A running request door with its log, and three people in front of it."""

    def __init__(self, running: Running, browser: Browser) -> None:
        self.running = running
        self.browser = browser
        self.people = [Person(browser, running.urls["request"]) for _ in OFFICES]

    def found(self) -> None:
        """Found the panel the whole way, in the browsers."""
        printed = run_amanah(self.running.settings, "new-trustee-address").stdout
        found = re.search(r"http://localhost:\d+/desk/new-panel/[0-9a-f]+/", printed)
        assert found, printed
        found_panel(self.people, found[0])

    def read_chain(self) -> list[dict[str, object]]:
        """Fetch the public file of all panels."""
        answer = self.people[0].context.request.get(f"{self.people[0].url}/panel.json")
        chain: list[dict[str, object]] = json.loads(answer.body())
        return chain

    def close(self) -> None:
        """Close every browser."""
        for person in self.people:
            person.context.close()


def found_panel(people: Sequence[Person], address: str) -> None:
    """Write a panel down under its one-time address, make every passkey, and let everybody sign the founding."""
    write_panel_down(people[0], address)
    addresses = people[0].page.locator(".enrolment-address").all_inner_texts()
    assert len(addresses) == len(OFFICES)
    for person, own in zip(people, addresses, strict=True):
        person.open(own)
        person.press("Make a passkey")
        person.page.wait_for_url("**/desk/founding/")
    for person in people:
        person.open("/desk/founding/")
        person.press("Sign the founding")
        person.page.get_by_text(SIGNED).first.wait_for()


def write_panel_down(founder: Person, address: str) -> None:
    """Write down who is in the panel and how many must sign."""
    founder.open(address)
    for place, (office, name) in enumerate(OFFICES):
        founder.page.fill(f"[name=seat-{place}-office]", office)
        founder.page.fill(f"[name=seat-{place}-name]", name)
    founder.page.fill("[name=least]", "2")
    founder.press("Write this panel down")
    founder.see("Addresses for the trustees")


def invite_to_counter(trustee: Person, staff: Person, name: str) -> None:
    """Invite somebody to the counter, who makes a passkey under the one-time address."""
    trustee.open("/desk/panel/")
    trustee.press("Invite somebody to the counter")
    trustee.see("A one-time address")
    staff.open(trustee.page.locator("#seat-address").inner_text())
    staff.page.get_by_label("Your name").fill(name)
    staff.press("Make a passkey")
    staff.see("At the counter")


def sign_what_waits(person: Person, heading: str, then: str) -> None:
    """Open what waits under Today, and sign it."""
    person.open("/desk/")
    person.page.get_by_role("link", name="Read and sign").first.click()
    person.see(heading)
    person.press("Sign this decision")
    person.page.get_by_text(then).first.wait_for()


def write_down_what_the_paper_names(person: Person, order: Ask) -> None:
    """Fill in, on the page of a paper, what stands in it, and send it."""
    person.see("What the paper names")
    person.page.check(f"[name=instrument][value='{order.instrument}']")
    person.page.select_option("[name=signed_by]", order.signed_by)
    person.page.check(f"[name=secrecy][value='{order.secrecy}']")
    for category in order.categories:
        person.page.check(f"[name=categories][value='{category}']")
    person.page.fill("[name=people]", "\n".join(order.people))
    for name, day in (("since", order.since), ("until", order.until)):
        person.page.fill(f"[name={name}]", day)
    person.press("Write it down")
    person.see("Request")


def read_paper_of(person: Person, reference: str, order: Ask) -> bytes:
    """Save the paper of a case, write down what it names, and give the file."""
    person.open(f"/desk/decisions/case/{reference}/")
    with person.page.expect_download() as saved:
        person.page.get_by_role("link", name="Fetch the paper (PDF)").click()
    person.page.get_by_role("link", name="Write down what the paper names").click()
    write_down_what_the_paper_names(person, order)
    return saved.value.path().read_bytes()


def write_down_what_was_said(staff: Person, body: str, said: str, kinds: Sequence[str]) -> str:
    """Write down at the counter what was asked by word of mouth; give the address on the slip."""
    staff.open("/desk/")
    staff.page.get_by_role("link", name="Write down a request").first.click()
    staff.see("Write down a request")
    staff.page.check("[name=channel][value=oral]")
    staff.page.fill("[name=body_name]", body)
    staff.page.fill("[name=said]", said)
    for kind in kinds:
        staff.page.check(f"[name=kinds][value='{kind}']")
    staff.page.check("[name=paper_state][value=none]")
    staff.press("Write it down")
    staff.see("It is written down.")
    return staff.page.locator("#status-link").inner_text()


def sign(person: Person, decision: str, then: str) -> None:
    """Open a decision and sign it."""
    person.open(decision)
    person.press("Sign this decision")
    person.page.get_by_text(then).first.wait_for()


def step_aside(person: Person, reference: str, reason: str) -> None:
    """Say that oneself has an interest in a case, and have no voice in it from then on."""
    person.open(f"/desk/decisions/case/{reference}/")
    person.page.get_by_role("link", name="Step aside from this request").click()
    person.see("Step aside")
    person.page.check(f"[name=reason][value='{reason}']")
    person.press("Step aside")
    person.see("Request")


def read_paper(person: Person, order: Ask) -> None:
    """Open the unread paper under Today, and write down what it names."""
    person.open("/desk/")
    person.page.get_by_role("link", name="Read the paper").first.click()
    person.page.get_by_role("link", name="Write down what the paper names").click()
    write_down_what_the_paper_names(person, order)


def draft_answer(person: Person, *, silent_until: str = "") -> str:
    """Draft that the order is complied with, as far as anything exists; give the address of the decision."""
    person.page.get_by_role("link", name="Draft an answer").click()
    person.see("Draft an answer")
    person.page.check("[name=outcome][value=comply]")
    if silent_until:
        person.page.check("[name=telling][value=withheld]")
        person.page.fill("[name=silent_until]", silent_until)
    person.press("Put it to signature")
    person.see("An answer to a request")
    return urlsplit(person.page.url).path


@dataclass(frozen=True)
class Officer:
    """Somebody of an outside body with a small phone, without scripts."""

    page: Page
    url: str
    body: str
    name: str
    language: str = "en"

    def ask(self, ask: Ask) -> str:
        """Fill in the public form and hand it in by keyboard; give the secret address of the request."""
        page = self.page
        page.goto(f"{self.url}/{self.language}/ask/")
        self.fill_in(ask)
        page.locator("main form button[type=submit]").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/status/**")
        return page.url

    def fill_in(self, ask: Ask) -> None:
        """Fill in the public form: lines by keyboard, choices with the space bar."""
        page = self.page
        for name, words in (("body_name", self.body), ("officer", self.name)):
            page.locator(f"[name={name}]").focus()
            page.keyboard.type(words)
        chosen = [f"[name=instrument][value='{ask.instrument}']", f"[name=secrecy][value='{ask.secrecy}']"]
        for selector in [*chosen, *(f"[name=categories][value='{one}']" for one in ask.categories)]:
            page.locator(selector).focus()
            page.keyboard.press("Space")
        page.select_option("[name=signed_by]", ask.signed_by)
        page.fill("[name=people]", "\n".join(ask.people))
        page.fill("[name=since]", ask.since)
        page.fill("[name=until]", ask.until)
        page.fill("[name=purpose]", ask.purpose)
        if ask.paper is not None:
            page.set_input_files(
                "[name=paper]", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": ask.paper}
            )
