"""Who gets in at the desk, by which address and passkey, and when it ends. Nothing tells why somebody does not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from amanah.core.public_log.entries import Entry
from amanah.core.public_log.reading import LogView
from amanah.request_door.records.log_copy import forget_view, keep_view
from amanah.request_door.trustees.actions import COUNTER, destroy_expired, open_founding, open_link
from amanah.request_door.trustees.models import Account, Link, Passkey, Seat
from amanah.request_door.trustees.queries import find_account, find_panel_hash
from amanah.web.pages import KEPT_PAGES
from tests.support.authenticator import SoftAuthenticator
from tests.support.trustees import (
    Desk,
    begin_founding,
    build_browser,
    build_founding_form,
    find_trustee,
    found_panel,
)

pytestmark = pytest.mark.django_db

REFUSED = {"words": "The passkey was not accepted. Nothing was changed. Try again."}


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    KEPT_PAGES.pages.clear()
    forget_view()
    yield
    forget_view()


@pytest.fixture
def desks() -> list[Desk]:
    return found_panel(open_founding(now=timezone.now()))


def invite_to_counter() -> str:
    return open_link(COUNTER, now=timezone.now())


def test_a_trustee_signs_in_with_a_passkey_and_out_again(desks: list[Desk]) -> None:
    again = Desk(key=desks[0].key)
    assert not again.is_signed_in()
    assert again.sign_in().json() == {"next": "/desk/"}
    assert again.is_signed_in()
    again.browser.post("/desk/sign-out/")
    assert not again.is_signed_in()


def test_the_cookie_stays_at_the_desk(desks: list[Desk]) -> None:
    cookie = desks[0].browser.cookies["request-desk"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/desk", True, "Strict")
    for path in ("/en/panel/", "/panel.json"):
        answer = desks[0].browser.get(path)
        assert not answer.cookies
        assert answer.content == build_browser().get(path).content


def test_signing_in_begins_a_new_session(desks: list[Desk]) -> None:
    again = Desk(key=desks[0].key)
    asked = again.post_json("/desk/sign-in/ask/", {})
    planted = again.browser.cookies["request-desk"].value
    again.post_json("/desk/sign-in/passkey/", again.key.use(asked.json()))
    assert again.browser.cookies["request-desk"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_passkey_that_nobody_knows_is_refused_like_one_that_signs_wrongly(desks: list[Desk]) -> None:
    stranger = Desk().sign_in()
    forger = Desk(key=SoftAuthenticator(desks[0].key.origin, credential=desks[0].key.credential)).sign_in()
    elsewhere = Desk(key=SoftAuthenticator("http://elsewhere.example", key=desks[0].key.key))
    elsewhere.key.credential = desks[0].key.credential
    unverified = Desk(key=desks[0].key)
    unverified.key.flags = 0x01
    for answer in (stranger, forger, elsewhere.sign_in(), unverified.sign_in()):
        assert (answer.status_code, answer.json()) == (409, REFUSED)


def test_a_challenge_is_good_for_one_answer(desks: list[Desk]) -> None:
    again = Desk(key=desks[0].key)
    asked = again.post_json("/desk/sign-in/ask/", {}).json()
    assert again.post_json("/desk/sign-in/passkey/", Desk().key.use(asked)).status_code == 409
    assert again.post_json("/desk/sign-in/passkey/", again.key.use(asked)).json() == REFUSED


@pytest.mark.parametrize("body", ["", "[]", "{", '{"rawId": 5}', '{"rawId": "AAAA"}', "x" * 30_000])
def test_what_is_no_answer_of_a_passkey_is_refused(desks: list[Desk], body: str) -> None:
    browser = build_browser()
    browser.post("/desk/sign-in/ask/", "{}", content_type="application/json")
    answer = browser.post("/desk/sign-in/passkey/", body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (409, REFUSED)


@pytest.mark.parametrize("path", ["/desk/", "/desk/panel/", "/desk/panel/change/", "/desk/founding/"])
def test_nobody_reads_the_desk_without_signing_in(desks: list[Desk], path: str) -> None:
    answer = build_browser().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/sign-in/")


def test_an_address_works_once_and_for_seven_days() -> None:
    first, second, _third = begin_founding(open_founding(now=timezone.now()))
    assert build_browser().get(first).status_code == 200
    assert Desk().enrol(first).status_code == 200
    late = Desk()
    assert build_browser().get(first).status_code == 404
    assert late.enrol(first).status_code == 409
    Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert build_browser().get(second).status_code == 404
    assert late.enrol(second).status_code == 409
    assert Passkey.objects.count() == 1


def test_two_who_come_by_one_address_at_one_moment_are_still_one() -> None:
    first, *_others = begin_founding(open_founding(now=timezone.now()))
    quick, slow = Desk(), Desk()
    asked = slow.post_json(f"{first}ask/", {}).json()
    quick.enrol(first)
    answer = slow.post_json(f"{first}passkey/", slow.key.make(asked))
    assert answer.status_code == 409
    assert Passkey.objects.count() == 1


def test_an_answer_to_another_address_is_refused() -> None:
    first, second, _third = begin_founding(open_founding(now=timezone.now()))
    desk = Desk()
    asked = desk.post_json(f"{first}ask/", {}).json()
    assert desk.post_json(f"{second}passkey/", desk.key.make(asked)).status_code == 409
    assert Passkey.objects.count() == 0


def test_a_trustee_who_is_signed_in_makes_no_passkey_for_another() -> None:
    first, second, _third = begin_founding(open_founding(now=timezone.now()))
    desk = Desk()
    desk.enrol(first)
    page = desk.browser.get(second).content.decode()
    assert "You are signed in as somebody else" in page
    assert "data-way" not in page
    desk.key = Desk().key
    assert desk.enrol(second).status_code == 409
    assert Seat.objects.exclude(key="").count() == 1


def test_a_passkey_that_is_known_here_is_not_taken_a_second_time(desks: list[Desk]) -> None:
    for key in (
        desks[0].key,
        SoftAuthenticator(desks[0].key.origin, key=desks[0].key.key),
        SoftAuthenticator(desks[0].key.origin, credential=desks[0].key.credential),
    ):
        answer = Desk(key=key).enrol(invite_to_counter(), name="Second Voice")
        assert answer.status_code == 409
        assert "known here already" in answer.json()["words"]
    assert not Account.objects.filter(role="counter").exists()


def test_somebody_at_the_counter_is_invited_and_removed(desks: list[Desk]) -> None:
    page = desks[0].browser.post("/desk/counter/invite/").content.decode()
    assert "You see this address only now" in page
    counter = Desk()
    assert counter.enrol(invite_to_counter(), name="  Counter   Person ").json() == {"next": "/desk/"}
    assert Desk(key=counter.key).sign_in().status_code == 200
    assert "You give nothing and promise nothing" in counter.browser.get("/desk/").content.decode()
    for path in ("/desk/panel/", "/desk/panel/change/"):
        assert counter.browser.get(path).status_code == 403
    assert counter.browser.post("/desk/counter/invite/").status_code == 403
    account = Account.objects.get(role="counter")
    assert account.name == "Counter Person"
    left_open = invite_to_counter()
    assert (
        "Counter Person" in desks[1].browser.get(f"/desk/counter/{account.account}/remove/").content.decode()
    )
    desks[1].browser.post(f"/desk/counter/{account.account}/remove/")
    assert not counter.is_signed_in()
    assert counter.sign_in().json() == REFUSED
    assert build_browser().get(left_open).status_code == 404


def test_the_counter_wants_a_name(desks: list[Desk]) -> None:
    address = invite_to_counter()
    for name in ("", "   ", "x" * 121, "Hid\u202eden"):
        answer = Desk().enrol(address, name=name)
        assert answer.status_code == 400
        assert answer.json()["words"]
    assert build_browser().get(address).status_code == 200


def test_a_trustee_is_not_removed_by_the_way_for_the_counter(desks: list[Desk]) -> None:
    trustee = find_trustee("Bilal Invented")
    assert desks[0].browser.post(f"/desk/counter/{trustee}/remove/").status_code == 404
    assert find_account(trustee) is not None


def test_the_desk_is_read_in_the_language_that_was_chosen(desks: list[Desk]) -> None:
    page = desks[0].browser.get("/desk/panel/?language=ar").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<html lang="ar" dir="rtl">' in desks[0].browser.get("/desk/panel/").content.decode()


def test_no_page_of_the_desk_is_kept_by_a_browser(desks: list[Desk]) -> None:
    assert desks[0].browser.get("/desk/panel/").headers["Cache-Control"] == "no-store"


def test_what_is_over_is_forgotten_and_what_is_not_stays(desks: list[Desk]) -> None:
    now = timezone.now()
    invite_to_counter()
    stranger = Desk()
    stranger.post_json("/desk/sign-in/ask/", {})
    assert Session.objects.count() == len(desks) + 1
    destroy_expired(int((now + timedelta(minutes=11)).timestamp()))
    assert Session.objects.count() == len(desks)
    assert all(desk.is_signed_in() for desk in desks)
    assert Link.objects.count() == 1
    destroy_expired(int((now + timedelta(days=7, minutes=1)).timestamp()))
    assert Link.objects.count() == Session.objects.count() == 0


def test_an_old_panel_from_a_backup_lets_nobody_read_or_sign(desks: list[Desk]) -> None:
    page = desks[0].browser.get("/en/panel/").content.decode()
    assert "newer panel" not in page
    body = {"least": 2, "members": 3, "number": 2, "panel": "ab" * 32}
    keep_view(LogView((Entry(1, "request-door", "panel_stated", None, body, b""),)))
    for path in ("/desk/", "/desk/panel/", "/desk/decisions/"):
        answer = desks[0].browser.get(path)
        assert answer.status_code == 409
        assert "restored from an old backup" in answer.content.decode()
    assert "newer panel" in desks[0].browser.get("/en/panel/").content.decode()


def test_the_panel_that_the_log_knows_is_no_old_one(desks: list[Desk]) -> None:
    body = {"least": 2, "members": 3, "number": 1, "panel": find_panel_hash()}
    keep_view(LogView((Entry(1, "request-door", "panel_stated", None, body, b""),)))
    assert desks[0].browser.get("/desk/panel/").status_code == 200
    other = {**body, "panel": "cd" * 32}
    keep_view(LogView((Entry(1, "request-door", "panel_stated", None, other, b""),)))
    assert desks[0].browser.get("/desk/panel/").status_code == 409


def test_nobody_founds_a_panel_where_the_log_knows_one() -> None:
    address = open_founding(now=timezone.now())
    body = {"least": 2, "members": 3, "number": 1, "panel": "ab" * 32}
    keep_view(LogView((Entry(1, "request-door", "panel_stated", None, body, b""),)))
    answer = build_browser().post(address, build_founding_form())
    assert answer.status_code == 409
    assert "There is a panel already" in answer.content.decode()
    assert Seat.objects.count() == 0
