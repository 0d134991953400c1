"""Three trustees in three browsers, each with an authenticator: they found a panel, sign, and replace a lost key."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amanah.core.data_requests.approvals import is_approved, parse_approval
from amanah.core.data_requests.decision_files import verify_decision_file
from amanah.core.data_requests.panels import check_succession, parse_panel
from amanah.core.encoding import encode_canonical_json
from amanah.drill.outside_body import Ask, OutsideBody
from amanah.drill.papers import build_paper
from tests.journeys.people_at_the_request_door import (
    OFFICES,
    Panel,
    Person,
    draft_answer,
    read_paper,
    sign_what_waits,
)
from tests.support.processes import start_departments

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SEALED_WITHIN = 60.0


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory, browser: "Browser") -> Iterator[Panel]:
    """Give a panel that three people have founded."""
    folder: Path = tmp_path_factory.mktemp("panel")
    running = start_departments(folder, processes=("log", "request"))
    founded = Panel(running, browser)
    try:
        founded.found()
        yield founded
    finally:
        founded.close()
        running.stop()


def test_three_people_found_a_panel_that_anybody_can_check(panel: Panel) -> None:
    chana = panel.people[2]
    chana.open("/desk/")
    chana.see("Today")
    link = panel.read_chain()[0]
    known = parse_panel(encode_canonical_json(link["panel"]))  # type: ignore[arg-type]
    approvals = [parse_approval(approval) for approval in link["approvals"]]  # type: ignore[attr-defined]
    assert is_approved(approvals, encode_canonical_json(link["decision"]), known)  # type: ignore[arg-type]
    assert [one.name for one in known.trustees] == [name for _office, name in OFFICES]
    chana.open("/en/panel/")
    assert "2 of 3 must sign a decision." in chana.read()
    assert all(person.complaints == [] for person in panel.people)


def test_a_trustee_signs_out_and_in_again_by_keyboard(panel: Panel) -> None:
    amina = panel.people[0]
    amina.open("/desk/panel/")
    amina.press("Sign out")
    amina.page.wait_for_url("**/desk/sign-in/")
    amina.press("Sign in with your passkey")
    amina.page.wait_for_url("**/desk/")
    assert amina.complaints == []


def test_somebody_without_a_passkey_here_is_told_and_keeps_the_keyboards_place(panel: Panel) -> None:
    stranger = Person(panel.browser, panel.people[0].url)
    stranger.sign_in()
    words = stranger.page.locator("[data-way] [role=status]")
    words.filter(has_text="No passkey was used. Nothing was changed.").wait_for()
    focused = stranger.page.evaluate("document.activeElement.textContent.trim()")
    assert focused == "Sign in with your passkey"
    stranger.context.close()


def test_a_browser_without_passkeys_says_what_it_needs(panel: Panel) -> None:
    context = panel.browser.new_context()
    context.add_init_script("delete window.PublicKeyCredential;")
    page = context.new_page()
    page.goto(f"{panel.people[0].url}/desk/sign-in/")
    assert page.get_by_text("This browser cannot use passkeys here.").is_visible()
    assert not page.get_by_role("button", name="Sign in with your passkey").is_visible()
    context.close()
    context = panel.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{panel.people[0].url}/desk/sign-in/")
    assert page.locator("noscript .notice").is_visible()
    context.close()


def ask_for_new_key(person: Person, name: str) -> str:
    """Begin the next panel, ask for a new passkey in place of a lost one, and give the address for it."""
    person.open("/desk/panel/")
    person.press("Write the next panel down")
    person.see("The next panel")
    card = person.page.locator("article").filter(has_text=name)
    card.locator("summary").click()
    card.get_by_role("button", name="A passkey is lost").click()
    person.see("A one-time address")
    return person.page.locator("#seat-address").inner_text()


def test_a_lost_key_is_replaced_by_the_others_and_stops_at_once(panel: Panel) -> None:
    amina, bilal, chana = panel.people
    address = ask_for_new_key(amina, "Chana Invented")
    again = Person(panel.browser, chana.url)
    again.open(address)
    again.press("Make a passkey")
    again.see("Your passkey is made")
    fingerprint = again.page.locator("#fingerprint").inner_text()
    amina.open("/desk/panel/change/")
    assert fingerprint in amina.read()
    amina.press("Put it to the trustees")
    amina.see("Another panel of trustees")
    assert fingerprint in amina.read()
    sign_what_waits(amina, "Another panel of trustees", "1 of 2 have signed.")
    assert len(panel.read_chain()) == 1
    sign_what_waits(bilal, "Another panel of trustees", "This was decided.")
    chana.open("/desk/")
    chana.see("Sign in")
    chana.press("Sign in with your passkey")
    chana.page.get_by_text("The passkey was not accepted.").wait_for()
    again.sign_in()
    again.see("Today")
    old, new = (parse_panel(encode_canonical_json(link["panel"])) for link in panel.read_chain())  # type: ignore[arg-type]
    check_succession(old, new)
    panel.people[2] = again
    chana.context.close()
    assert [person.complaints for person in panel.people] == [[], [], []]


PEOPLE = ("Invented Person", "Nobody Atall")
DAYS = {"since": "2005-01-01", "until": "2005-12-31"}
ORDER = Ask(
    instrument="uk-pace-s9-production-order",
    signed_by="judge",
    categories=("contact-details",),
    people=PEOPLE,
    paper=build_paper(["In the Crown Court at Borchester (invented)", *PEOPLE]),
    **DAYS,
)


def test_an_order_is_read_drafted_and_signed_and_its_file_is_checked_without_the_door(panel: Panel) -> None:
    amina, bilal, chana = panel.people
    OutsideBody(amina.url, "Borchester Police (invented)", "Constable 417").ask(ORDER)
    read_paper(amina, ORDER)
    decision = draft_answer(amina)
    bilal.open(decision)
    bilal.page.evaluate("document.querySelector('#signed-document').textContent += ' '")
    bilal.press("Sign this decision")
    bilal.page.get_by_text("What you read is not what the desk asks you to sign.").wait_for()
    amina.press("Sign this decision")
    amina.page.get_by_text("1 of 2 have signed.").wait_for()
    sign_what_waits(bilal, "An answer to a request", "This was decided.")
    chana.open(decision)
    assert "This was decided." in chana.read()
    assert chana.page.get_by_role("button", name="Sign this decision").count() == 0
    deadline = time.monotonic() + SEALED_WITHIN
    while (answer := chana.context.request.get(f"{chana.url}{decision}decision.json")).status != 200:
        assert time.monotonic() < deadline, "the record of the decision was not sealed"
        time.sleep(1)
    checked = verify_decision_file(answer.body())
    assert (checked.document.kind, checked.document.body["outcome"]) == ("request-answered", "comply")
    assert tuple(checked.document.body["scope"]["people"]) == PEOPLE
    assert [person.complaints for person in panel.people] == [[], [], []]
