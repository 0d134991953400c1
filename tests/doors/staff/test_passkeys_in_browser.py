"""A real browser with a virtual authenticator opens the setup address, makes a passkey and signs in with it."""

import re

import pytest

from tests.support.processes import run_amanah

pytestmark = [pytest.mark.browser, pytest.mark.processes]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_browser_makes_a_passkey_and_signs_in_with_it(browser, departments):
    running = departments(processes=("programme",))
    printed = run_amanah(running.settings, "init").stdout
    address = re.search(r"http://localhost:\d+/desk/setup/[0-9a-f]+/", printed)[0]
    context = browser.new_context()
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda line: failures.append(line.text) if line.type == "error" else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(address)
    page.fill("[name=welcome]", "Come in.")
    page.click("main form button")
    page.wait_for_url("**/account/")
    page.fill("#field-passkey-name", "Key Holder")
    page.click("#passkey-button")
    page.wait_for_url("**/desk/programmes/new/?first")
    context.clear_cookies()
    page.goto(f"{running.urls['programme']}/desk/")
    page.wait_for_url("**/desk/sign-in/")
    page.click("#passkey-button")
    page.wait_for_url("**/desk/")
    assert page.locator("h1").inner_text() == "Today"
    assert not failures
    context.close()
