"""A scholar with a phone and no account makes a key, reads what waits, and signs it; nothing else is ever signed."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from amanah.core.credentials.authorisations import Strength, read_credential
from amanah.core.credentials.proofs import SUITES
from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.verify.sources import read_log
from tests.journeys.people_with_keys import Giver
from tests.support.processes import run_django_command, start_departments

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.processes]

BILAL = "urn:uuid:33333333-3333-4333-8333-333333333333"
BEGIN = """
import secrets
from tests.doors.credentials.town import BILAL, NOW, build_grant, build_root, recognise
from amanah.core.credentials.authorisations import Strength
from amanah.programme_door.credentials.actions import open_draft, record_name
from amanah.programme_door.credentials.actions.drafts import DRAFT_RANDOM_SIZE, open_key_request
from django.utils import timezone
now, drawn = int(timezone.now().timestamp()), secrets.token_bytes(DRAFT_RANDOM_SIZE)
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, browser: "Browser") -> "Iterator[Town]":
    """Give a community that has a log and no member."""
    from tests.journeys.people import Town

    running = start_departments(tmp_path_factory.mktemp("town"), processes=("log", "programme", "spending"))
    founded = Town(running, browser)
    yield founded
    founded.close()
    running.stop()


def do(town: "Town", code: str) -> str:
    """Do at the desk what its pages do, in the process of the programme door; give what it prints last."""
    done = run_django_command(town.running, "programme", "shell", "-v", "0", "-c", BEGIN + code)
    return done.strip().splitlines()[-1]


def ask_for_key(town: "Town", name: str) -> str:
    return do(town, f"print(open_key_request({name!r}, now=now, random_bytes=drawn))")


def open_draft(town: "Town", giver: str, **changes: Any) -> str:
    said = {"giver": giver, "holder": BILAL, "witnesses": (), "may_authorise": False} | changes
    return do(
        town,
        f"record_name(BILAL, 'Bilal Invented')\n"
        f"grant = build_grant(strength=Strength.SIGNED, **{said!r})\n"
        "print(open_draft(grant, giver_name='Amina Invented', now=now, random_bytes=drawn))",
    )


@pytest.fixture(scope="module")
def amina(town: "Town") -> Giver:
    """Give a scholar who made a key here, handed over its name, and is recognised by the community."""
    someone = Giver(town)
    assert someone.open(ask_for_key(town, "Amina Invented")) == 200
    someone.did = someone.make_key(is_kept=True)
    someone.press("Hand over the name of my key")
    someone.see("Your key is written down here under your name")
    root = f"build_root(id={someone.did!r}, name='Amina Invented')"
    do(town, f"recognise({root}, now=now - 100)\nprint('recognised')")
    return someone


@pytest.fixture(autouse=True)
def nobody_was_told(town: "Town") -> Iterator[None]:
    """Hold after every journey: no cookie, no third party, no complaint of a browser."""
    yield
    assert town.list_foreign_requests() == []
    assert town.complaints == []
    assert all(context.cookies() == [] for context in town.contexts)


def test_whoever_hands_over_a_key_is_known_by_the_name_that_was_asked(town: "Town", amina: Giver) -> None:
    named = do(
        town,
        "from amanah.programme_door.credentials.queries import list_parties\nimport json\n"
        "print(json.dumps(dict(list_parties())))",
    )
    assert json.loads(named)[amina.did] == "Amina Invented"


def test_what_a_giver_signs_on_a_phone_holds_by_both_suites_and_is_logged(town: "Town", amina: Giver) -> None:
    secret = open_draft(town, amina.did)
    assert amina.open(secret) == 200
    words = amina.page.locator(".said").inner_text()
    for said in ("Amina Invented", "Bilal Invented", BILAL, "They may teach it. They may not give authority"):
        assert said in words
    assert "each with a key of their own" not in words
    assert "12 September 2026" in words
    amina.press("Use this key")
    amina.sign()
    read = read_credential(amina.find_signed())
    assert (read.giver, read.holder, read.strength) == (amina.did, BILAL, Strength.SIGNED)
    assert read.suites == SUITES
    config = town.running.config
    key = parse_verifier_key((config.data / "public" / "log.vkey").read_text())

    def is_logged() -> bool:
        entries = read_log(config.urls["log"], Policy(key)).entries
        return read.document_hash.hex() in {entry.body.get("document") for entry in entries}

    from tests.journeys.people import wait_until

    wait_until(amina.page, is_logged)
    assert amina.open(secret) == 404
    amina.see("This address does not work any more")
    town.complaints[:] = [text for text in town.complaints if "404 (Not Found)" not in text]


def test_the_key_on_paper_signs_on_another_device_and_another_key_does_not(
    town: "Town", amina: Giver
) -> None:
    secret = open_draft(town, amina.did, scope="quran/hafs", name="حفص", may_authorise=True)
    other = Giver(town, locale="ar")
    assert other.open(secret) == 200
    other.make_key(is_kept=False)
    other.see("This authority is to be given with another key.")
    other.page.locator("[data-state=other-key] button").click()
    other.bring_key(amina.paper[:-1] + ("0" if amina.paper[-1] != "0" else "1"))
    other.see("One letter is wrong or missing.")
    other.page.locator("#field-key-code").fill(amina.paper.replace("-", " ").lower())
    other.press("Use this key")
    other.see("They may teach it, and they may give others authority")
    other.sign()
    read = read_credential(other.find_signed())
    assert (read.giver, read.scope, read.name) == (amina.did, "quran/hafs", "حفص")
    assert read.may_authorise
    assert other.open(open_draft(town, amina.did)) == 200
    assert not other.page.get_by_text("This browser keeps a key").is_visible()


LIES: dict[str, tuple[str, str]] = {
    "another holder": (
        f'data-of="credentialSubject.id">{BILAL}',
        f'data-of="credentialSubject.id">{BILAL[:-1]}4',
    ),
    "another day": ('<time datetime="2026-09-12', '<time datetime="2026-09-13'),
    "other words": ("The whole was heard.</bdi>", "The first page was heard.</bdi>"),
    "more in the document than is said": (
        "&#34;validFrom&#34;",
        "&#34;validUntil&#34;: &#34;2030-01-01T00:00:00Z&#34;,\n  &#34;validFrom&#34;",
    ),
    "an end that is not signed": ('data-absent="validUntil"', 'data-of="validUntil"'),
    "a ground that is left out": ('data-of="credentialSubject.achievement.criteria.narrative"', ""),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_page_that_does_not_say_what_would_be_signed_is_not_signed(
    town: "Town", amina: Giver, lie: str
) -> None:
    secret = open_draft(town, amina.did)
    old, new = LIES[lie]
    posted: list[str] = []

    def change(route: Any) -> None:
        if route.request.method == "POST":
            posted.append(route.request.url)
            route.abort()
            return
        answer = route.fetch()
        text = answer.text()
        assert text.count(old) == 1
        route.fulfill(response=answer, body=text.replace(old, new))

    amina.page.route("**/give/**", change)
    try:
        assert amina.open(secret) == 200
        amina.see("The page does not say all that would be signed.")
        assert not amina.page.get_by_role("button", name="Sign and hand it over").is_visible()
    finally:
        amina.page.unroute("**/give/**")
    assert posted == []


def test_words_that_change_after_the_page_was_read_are_seen_before_anything_is_signed(
    town: "Town", amina: Giver
) -> None:
    assert amina.open(open_draft(town, amina.did)) == 200
    amina.press("Use this key")
    amina.page.evaluate("document.querySelector('[data-of=\"issuer.name\"]').textContent = 'Somebody Else'")
    amina.sign()
    amina.see("The page does not say all that would be signed.")


def test_what_the_server_refuses_is_told_in_words_and_can_be_tried_again(town: "Town", amina: Giver) -> None:
    assert amina.open(open_draft(town, amina.did)) == 200
    amina.press("Use this key")

    def spoil(route: Any) -> None:
        body = json.loads(route.request.post_data)
        body["signatures"]["eddsa-rdfc-2022"] = body["signatures"]["eddsa-jcs-2022"]
        route.continue_(post_data=json.dumps(body))

    amina.page.route("**/answer/", spoil)
    amina.sign()
    amina.see("It was not taken in.")
    assert amina.page.locator("[data-fill=refusal]").inner_text() != ""
    amina.page.unroute("**/answer/")
    amina.sign()
    assert read_credential(amina.find_signed()).suites == SUITES
    town.complaints[:] = [text for text in town.complaints if "422" not in text]


def test_without_javascript_all_that_waits_can_be_read(town: "Town", amina: Giver) -> None:
    reader = Giver(town, java_script_enabled=False)
    assert reader.open(open_draft(town, amina.did)) == 200
    assert reader.page.locator("noscript .notice").is_visible()
    words = reader.page.locator(".said").inner_text()
    assert "Bilal Invented" in words
    assert "They may not give authority to others" in words


def test_a_key_can_be_taken_out_of_the_browser_again(town: "Town") -> None:
    someone = Giver(town)
    someone.open(ask_for_key(town, "Chana Invented"))
    someone.make_key(is_kept=True)
    someone.page.reload()
    someone.see("This browser keeps a key")
    someone.press("Take it out of this browser")
    someone.page.get_by_text("This browser keeps a key").wait_for(state="hidden")
    someone.page.reload()
    someone.see("A key is a secret that only you have.")
    assert not someone.page.get_by_text("This browser keeps a key").is_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone_nothing_is_wider_than_the_screen(town: "Town", amina: Giver, language: str) -> None:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert amina.open(open_draft(town, amina.did), language) == 200
    amina.page.locator("summary").click()
    assert amina.page.evaluate(wide) == 0
    amina.page.locator("[data-act=use-kept]").click()
    assert amina.page.evaluate(wide) == 0


def test_a_program_that_sends_nonsense_is_refused_and_the_address_still_works(
    town: "Town", amina: Giver, find_refusals: Callable[[str, Any], int]
) -> None:
    secret = open_draft(town, amina.did)
    for body in (b"", b"{}", b"[]", b"null", b'{"did": 5}', b'{"did": "", "created": "", "signatures": {}}'):
        assert find_refusals(secret, body) == 400
    assert amina.open(secret) == 200


@pytest.fixture
def find_refusals(amina: Giver) -> Callable[[str, Any], int]:
    """Give what posts bytes to an address and gives the status."""

    def post(secret: str, body: bytes) -> int:
        return amina.page.request.post(f"{amina.town.url}/en/give/{secret}/answer/", data=body).status

    return post
