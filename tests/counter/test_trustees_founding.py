"""Founding the panel: one address each, a passkey each, every member's signature, and nothing before."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from amanah.core.data_requests.approvals import is_approved, parse_approval
from amanah.core.data_requests.panels import compute_panel_hash, parse_panel
from amanah.core.encoding import encode_canonical_json
from amanah.request_door.trustees.actions import PanelInForceError, open_founding
from amanah.request_door.trustees.models import Account, Link, Panel, Seat
from amanah.request_door.trustees.queries import get_panel_in_force, list_panel_chain
from amanah.web.pages import KEPT_PAGES
from tests.support.trustees import (
    OFFICES,
    Desk,
    begin_founding,
    build_browser,
    build_founding_form,
    found_panel,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    KEPT_PAGES.pages.clear()


@pytest.fixture
def address() -> str:
    return open_founding(now=timezone.now())


def test_three_people_found_a_panel_and_anybody_can_check_it(address: str) -> None:
    found_panel(address)
    known = get_panel_in_force()
    assert known is not None
    panel, document = known
    assert [(one.office, one.name) for one in panel.trustees] == list(OFFICES)
    assert (panel.number, panel.previous, panel.least, panel.party) == (1, None, 2, "localhost")
    chain = json.loads(build_browser().get("/panel.json").content)
    assert [link["panel"] for link in chain] == [json.loads(document)]
    decision = encode_canonical_json(chain[0]["decision"])
    assert (
        chain[0]["decision"]["panel"] == chain[0]["decision"]["body"]["next"] == compute_panel_hash(document)
    )
    approvals = [parse_approval(approval) for approval in chain[0]["approvals"]]
    assert is_approved(approvals, decision, panel)
    assert not is_approved(approvals[:-1], decision, panel)


def test_the_panel_is_not_in_force_before_every_member_has_signed(address: str) -> None:
    desks = [Desk() for _ in OFFICES]
    for desk, path in zip(desks, begin_founding(address), strict=True):
        desk.enrol(path)
    for desk in desks[:2]:
        assert desk.sign_founding().json() == {"next": "/desk/founding/"}
        assert get_panel_in_force() is None
        assert "There is no panel yet" in build_browser().get("/en/panel/").content.decode()
    assert desks[2].sign_founding().json() == {"next": "/desk/"}
    assert get_panel_in_force() is not None
    page = build_browser().get("/en/panel/").content.decode()
    assert "2 of 3 must sign a decision" in page
    assert all(name in page and office in page for office, name in OFFICES)


def test_nothing_can_be_signed_before_everybody_has_a_passkey(address: str) -> None:
    first, second, _third = begin_founding(address)
    desk = Desk()
    desk.enrol(first)
    assert desk.sign_founding().status_code == 409
    page = desk.browser.get("/desk/founding/").content.decode()
    assert "No passkey yet" in page
    assert "signed-document" not in page
    Desk().enrol(second)
    assert desk.sign_founding().status_code == 409


def test_what_is_signed_stands_on_the_page_byte_for_byte(address: str) -> None:
    desks = [Desk() for _ in OFFICES]
    for desk, path in zip(desks, begin_founding(address), strict=True):
        desk.enrol(path)
    page = desks[0].browser.get("/desk/founding/").content.decode()
    document = Panel.objects.get().document.decode().replace('"', "&#34;")
    assert document in page
    assert page.count("data-document=") == 1


def test_the_founding_address_works_once(address: str) -> None:
    assert build_browser().get(address).status_code == 200
    assert len(begin_founding(address)) == 3
    assert build_browser().get(address).status_code == 404
    assert begin_founding(address) == []
    assert Seat.objects.count() == 3


def test_a_founding_address_that_is_a_day_old_looks_like_one_that_never_was(address: str) -> None:
    Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert build_browser().get(address).status_code == 404
    assert begin_founding(address) == []


def test_a_new_founding_address_forgets_what_was_begun(address: str) -> None:
    paths = begin_founding(address)
    desk = Desk()
    desk.enrol(paths[0])
    assert desk.is_signed_in()
    open_founding(now=timezone.now())
    assert not desk.is_signed_in()
    assert Account.objects.count() == Seat.objects.count() == 0
    assert Desk().enrol(paths[1]).status_code == 409


def test_once_a_panel_is_in_force_nobody_founds_another(address: str, capsys) -> None:
    found_panel(address)
    call_command("founding_address")
    assert capsys.readouterr().out == ""
    with pytest.raises(PanelInForceError, match="Its trustees change it"):
        open_founding(now=timezone.now())
    assert len(list_panel_chain()) == 1


def test_the_command_prints_one_address(capsys) -> None:
    call_command("founding_address")
    printed = capsys.readouterr().out.strip()
    assert printed.startswith("http://localhost:")
    assert build_browser().get(printed.split("8703")[-1]).status_code == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"offices": OFFICES[:1]}, "A panel has 2 to 12 members"),
        ({"least": 1}, "One person alone can decide nothing"),
        ({"least": 4}, "not more than there are"),
        (
            {"offices": [*OFFICES, ("Secretary", "Dawud Invented")], "least": 2},
            "more than half of the members",
        ),
        ({"deputies": (1, 2)}, "A panel has 2 to 12 members"),
        ({"offices": [*OFFICES[:2], ("Teacher", "amina INVENTED")]}, "have the same name"),
        ({"offices": [*OFFICES[:2], ("Teacher", "")]}, "An office or a name is missing"),
        ({"offices": [*OFFICES[:2], ("Teacher", "Hidden\u202eName")]}, "none that cannot be seen"),
    ],
)
def test_what_is_no_panel_is_refused_in_words_and_nothing_is_lost(address: str, form, words: str) -> None:
    answer = build_browser().post(address, build_founding_form(**form))
    page = answer.content.decode()
    assert words in page
    assert "Amina Invented" in page
    assert Seat.objects.count() == 0
    assert build_browser().get(address).status_code == 200


def test_one_more_row_keeps_what_was_typed(address: str) -> None:
    page = build_browser().post(address, build_founding_form() | {"more": "yes"}).content.decode()
    assert "seat-3-name" in page
    assert "Chana Invented" in page
    assert "Something is missing" not in page


def test_whoever_has_a_passkey_can_give_a_new_address_to_who_has_none(address: str) -> None:
    first, second, _third = begin_founding(address)
    desk = Desk()
    desk.enrol(first)
    seat = Seat.objects.get(name="Bilal Invented")
    answer = desk.browser.post(f"/desk/founding/{seat.seat}/address/")
    renewed = answer.content.decode()
    assert "You see this address only now" in renewed
    assert Desk().enrol(second).status_code == 409
    own = Seat.objects.get(name="Amina Invented")
    assert desk.browser.post(f"/desk/founding/{own.seat}/address/").status_code == 409


def test_a_deputy_has_a_passkey_and_signs_no_founding(address: str) -> None:
    offices = [*OFFICES, ("Deputy chair", "Dawud Invented")]
    desks = found_panel(address, offices=offices, deputies=(3,))
    known = get_panel_in_force()
    assert known is not None
    panel, _document = known
    assert [one.name for one in panel.deputies] == ["Dawud Invented"]
    assert parse_panel(list_panel_chain()[0].panel) == panel
    assert desks[3].is_signed_in()
    assert desks[3].browser.get("/desk/panel/").status_code == 200


def test_a_deputy_who_tries_to_sign_the_founding_is_refused_in_words(address: str) -> None:
    offices = [*OFFICES, ("Deputy chair", "Dawud Invented")]
    desks = [Desk() for _ in offices]
    for desk, path in zip(desks, begin_founding(address, offices=offices, deputies=(3,)), strict=True):
        desk.enrol(path)
    answer = desks[3].sign_founding()
    assert answer.status_code == 409
    assert "A deputy signs only for a member" in answer.json()["words"]
    assert desks[0].sign_founding().status_code == 200
    twice = desks[0].sign_founding()
    assert twice.status_code == 409
    assert "You have signed this already" in twice.json()["words"]


def test_a_crash_at_the_last_passkey_leaves_it_unmade_and_the_address_open(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = begin_founding(address)
    for path in paths[:2]:
        Desk().enrol(path)
    last = Desk()
    with monkeypatch.context() as patched:
        patched.setattr("amanah.request_door.trustees.founding.encode_panel", lambda _panel: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            last.enrol(paths[2])
    assert Seat.objects.exclude(key="").count() == 2
    assert last.enrol(paths[2]).status_code == 200
    assert "signed-document" in last.browser.get("/desk/founding/").content.decode()
