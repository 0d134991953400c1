"""Somebody with a phone of their own, no account, and a key on paper, at the page behind a one-time address."""

import re
from typing import Any

from playwright.sync_api import Page

from amanah.core.credentials.identifiers import is_did_key
from tests.journeys.people import Town

CODE = re.compile(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}")


class Giver:
    """Somebody with a phone of their own, and a paper."""

    def __init__(self, town: Town, **options: Any) -> None:
        self.town = town
        self.page: Page = town.open_context(**options).new_page()
        self.paper = ""
        self.did = ""

    def open(self, secret: str, language: str = "en") -> int:
        """Open a one-time address by its secret; give the status."""
        return self.open_address(f"{self.town.url}/{language}/give/{secret}/")

    def open_address(self, address: str) -> int:
        answer = self.page.goto(address)
        assert answer is not None
        return answer.status

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def see(self, words: str) -> None:
        self.page.get_by_text(words).locator("visible=true").first.wait_for()

    def make_key(self, *, is_kept: bool) -> str:
        """Make a key, write it on paper, and read the end of it from there."""
        self.press("Make a new key")
        self.paper = self.page.locator("#key-code").inner_text()
        assert CODE.fullmatch(self.paper)
        printed = self.page.locator("[data-fill=made-did]").inner_text()
        self.page.locator("#field-ending").fill("0000")
        self.press("I have it on paper. Go on")
        self.see("That is not how the key ends.")
        self.page.locator("#field-ending").fill(self.paper[-4:].lower())
        if is_kept:
            self.page.locator("#field-keep-made").check()
        self.press("I have it on paper. Go on")
        name = self.page.locator("#did").filter(has_text="did:key:")
        name.wait_for(state="attached")
        did = name.inner_text()
        assert is_did_key(did)
        assert did == printed
        return did

    def bring_key(self, paper: str) -> None:
        self.press("I have my key on paper")
        self.page.locator("#field-key-code").fill(paper)
        self.press("Use this key")

    def sign(self) -> None:
        self.press("Sign and hand it over")

    def find_signed(self) -> bytes:
        """Fetch the paper that was signed, as everybody can."""
        self.see("You signed it, and it was taken in")
        digest = self.page.locator("#fingerprint").inner_text()
        address = self.page.locator("#file").get_attribute("href")
        assert address is not None
        assert address.endswith(f"/{digest}.json")
        return self.page.request.get(self.town.url + address).body()
