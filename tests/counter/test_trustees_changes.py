"""The next panel: who comes or goes, a lost passkey, another number; and nothing before it is signed."""

import dataclasses
import json
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from amanah.core.data_requests.panels import PanelChainError, check_succession, parse_panel
from amanah.request_door.trustees.actions import PanelNotNextError, apply_panel_change, open_founding
from amanah.request_door.trustees.founding import NewSeat
from amanah.request_door.trustees.models import Account, Link, Panel, Passkey, Proposal, Seat
from amanah.request_door.trustees.proposals import (
    ProposalClosedError,
    ProposalUnfitError,
    add_seat,
    open_proposal,
    plan_key,
    plan_least,
    plan_seat,
    state_proposal,
    withdraw_key,
    withdraw_proposal,
    withdraw_seat,
)
from amanah.request_door.trustees.queries import find_proposal, get_panel_in_force, list_panel_chain
from amanah.web.pages import KEPT_PAGES
from tests.support.trustees import Desk, build_browser, find_addresses, find_trustee, found_panel, sign_change

pytestmark = pytest.mark.django_db

AMINA, BILAL, CHANA = "Amina Invented", "Bilal Invented", "Chana Invented"
NEW = NewSeat("Dawud Invented", "Deputy chair", is_deputy=True)
MEMBER = NewSeat("Emine Invented", "Librarian", is_deputy=False)
NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    KEPT_PAGES.pages.clear()


@pytest.fixture
def desks() -> dict[str, Desk]:
    founded = found_panel(open_founding(now=timezone.now()))
    return dict(zip((AMINA, BILAL, CHANA), founded, strict=True))


def find_seat_of(name: str) -> Seat:
    return Seat.objects.get(name=name, proposal__panel_hash="")


def find_seat_of_opened(name: str) -> Seat:
    open_proposal()
    return find_seat_of(name)


def sign(desks: dict[str, Desk], panel_hash: str, *names: str) -> None:
    sign_change([(find_trustee(name), desks[name]) for name in names], panel_hash, now=NOW)


def test_a_lost_key_is_replaced_by_the_others_and_ends_every_session_that_it_opened(desks) -> None:
    chana = find_trustee(CHANA)
    address = plan_key(find_seat_of_opened(CHANA), keeps_others=False, now=timezone.now()).path
    found = Desk()
    answer = found.enrol(address)
    assert answer.json() == {"next": "/desk/enrol/done/"}
    assert "It does not count yet" in found.browser.get("/desk/enrol/done/").content.decode()
    assert found.sign_in().status_code == 409
    assert desks[CHANA].is_signed_in()
    sign(desks, state_proposal(open_proposal()), AMINA, BILAL)
    assert not desks[CHANA].is_signed_in()
    assert desks[CHANA].sign_in().status_code == 409
    assert found.sign_in().status_code == 200
    assert find_trustee(CHANA) == chana
    assert desks[AMINA].is_signed_in()
    old, new = (parse_panel(link.panel) for link in list_panel_chain())
    check_succession(old, new)
    assert old.trustees[:2] == new.trustees[:2]
    assert len(new.trustees[2].keys) == 1
    assert old.trustees[2].keys != new.trustees[2].keys


def test_a_second_passkey_of_ones_own_goes_through_the_panel_too(desks) -> None:
    second = Desk()
    second.enrol(plan_key(find_seat_of_opened(AMINA), keeps_others=True, now=timezone.now()).path)
    sign(desks, state_proposal(open_proposal()), BILAL, CHANA)
    assert desks[AMINA].is_signed_in()
    assert Desk(key=desks[AMINA].key).sign_in().status_code == 200
    assert second.sign_in().status_code == 200
    assert Passkey.objects.filter(account=find_trustee(AMINA)).count() == 2


def test_somebody_new_comes_and_somebody_leaves_who_is_signed_out_at_once(desks) -> None:
    proposal = open_proposal()
    newcomer = Desk()
    newcomer.enrol(add_seat(proposal, MEMBER, now=timezone.now()).path)
    withdraw_seat(find_seat_of(BILAL))
    leaver = find_trustee(BILAL)
    sign(desks, state_proposal(proposal), AMINA, CHANA)
    assert not desks[BILAL].is_signed_in()
    assert desks[BILAL].browser.post("/desk/panel/change/begin/").headers["Location"] == "/desk/sign-in/"
    assert not Account.objects.filter(account=leaver).exists()
    assert newcomer.sign_in().status_code == 200
    assert newcomer.browser.get("/desk/panel/").status_code == 200
    assert not [session for session in Session.objects.all() if leaver in str(session.get_decoded())]


def test_a_proposal_that_nobody_signs_changes_nothing(desks) -> None:
    before = get_panel_in_force()
    public = build_browser().get("/panel.json").content
    proposal = open_proposal()
    Desk().enrol(add_seat(proposal, NEW, now=timezone.now()).path)
    state_proposal(proposal)
    assert get_panel_in_force() == before
    assert build_browser().get("/panel.json").content == public
    assert all(desk.is_signed_in() for desk in desks.values())


def test_a_member_becomes_a_deputy_and_another_number_must_sign(desks) -> None:
    proposal = open_proposal()
    Desk().enrol(add_seat(proposal, MEMBER, now=timezone.now()).path)
    plan_seat(find_seat_of(CHANA), NewSeat("Chana Elsewhere Invented", "Deputy teacher", is_deputy=True))
    plan_least(proposal, 3, proposal.origin)
    sign(desks, state_proposal(proposal), AMINA, BILAL)
    known = get_panel_in_force()
    assert known is not None
    assert (known[0].least, [one.name for one in known[0].deputies]) == (3, ["Chana Elsewhere Invented"])
    assert Account.objects.get(account=find_trustee("Chana Elsewhere Invented")).role == "deputy"
    assert desks[CHANA].is_signed_in()


def propose_least(least: int) -> None:
    proposal = open_proposal()
    plan_least(proposal, least, proposal.origin)


@pytest.mark.parametrize(
    ("problem", "change"),
    [
        ("nothing-changed", open_proposal),
        ("least", lambda: propose_least(4)),
        ("least", lambda: propose_least(1)),
        (
            "same-name",
            lambda: plan_seat(find_seat_of_opened(BILAL), NewSeat("amina invented", "Chair", False)),
        ),
        ("too-few-members", lambda: make_deputies(BILAL, CHANA)),
        ("key-missing", lambda: plan_key(find_seat_of_opened(AMINA), keeps_others=True, now=timezone.now())),
        ("key-missing", lambda: add_seat(open_proposal(), NEW, now=timezone.now())),
    ],
)
def test_what_is_no_panel_cannot_be_put_to_signature(
    desks, problem: str, change: Callable[[], object]
) -> None:
    change()
    with pytest.raises(ProposalUnfitError) as unfit:
        state_proposal(open_proposal())
    assert unfit.value.problem == problem
    assert not Panel.objects.filter(in_force_from=None).exists()


def make_deputies(*names: str) -> None:
    for name in names:
        plan_seat(find_seat_of_opened(name), NewSeat(name, "Deputy", is_deputy=True))


def test_what_was_put_to_signature_is_changed_by_nobody(desks) -> None:
    proposal = open_proposal()
    address = add_seat(proposal, NEW, now=timezone.now()).path
    Desk().enrol(address)
    seat = find_seat_of(AMINA)
    state_proposal(proposal)
    for change in (
        lambda: withdraw_seat(seat),
        lambda: plan_least(proposal, 2, proposal.origin),
        lambda: plan_seat(seat, NEW),
        lambda: plan_key(seat, keeps_others=True, now=timezone.now()),
        lambda: withdraw_proposal(proposal),
        lambda: state_proposal(proposal),
    ):
        with pytest.raises(ProposalClosedError):
            change()
    assert open_proposal() != proposal


def test_of_two_proposals_the_second_is_overtaken_with_its_passkeys(desks) -> None:
    first = open_proposal()
    Desk().enrol(add_seat(first, NEW, now=timezone.now()).path)
    first_hash = state_proposal(first)
    second = open_proposal()
    late = Desk()
    late.enrol(add_seat(second, NewSeat("Hala Invented", "Deputy", is_deputy=True), now=timezone.now()).path)
    second_hash = state_proposal(second)
    third = open_proposal()
    open_address = add_seat(
        third, NewSeat("Fares Invented", "Cook", is_deputy=False), now=timezone.now()
    ).path
    sign(desks, first_hash, AMINA, BILAL)
    with pytest.raises(PanelNotNextError):
        apply_panel_change(second_hash, decision=b"{}", approvals=[], now=NOW)
    assert find_proposal() is None
    assert Link.objects.count() == Seat.objects.count() == Proposal.objects.count() == 0
    assert Desk().enrol(open_address).status_code == 409
    assert late.sign_in().status_code == 409
    with pytest.raises(ProposalClosedError):
        state_proposal(third)


def test_a_panel_is_not_put_in_force_twice(desks) -> None:
    proposal = open_proposal()
    Desk().enrol(add_seat(proposal, NEW, now=timezone.now()).path)
    panel_hash = state_proposal(proposal)
    sign(desks, panel_hash, AMINA, BILAL)
    with pytest.raises(PanelChainError):
        apply_panel_change(panel_hash, decision=b"{}", approvals=[], now=NOW)
    assert len(list_panel_chain()) == 2


def test_asking_again_for_a_passkey_ends_the_address_and_the_key_before(desks) -> None:
    seat = find_seat_of_opened(CHANA)
    first = plan_key(seat, keeps_others=False, now=timezone.now()).path
    Desk().enrol(first)
    second = plan_key(find_seat_of(CHANA), keeps_others=False, now=timezone.now()).path
    assert find_seat_of(CHANA).key == ""
    assert Desk().enrol(first).status_code == 409
    withdraw_key(find_seat_of(CHANA))
    assert Desk().enrol(second).status_code == 409
    assert len(find_seat_of(CHANA).kept_keys) == 1


def test_somebody_new_cannot_be_left_without_a_passkey(desks) -> None:
    add_seat(open_proposal(), NEW, now=timezone.now())
    with pytest.raises(ProposalUnfitError) as unfit:
        withdraw_key(find_seat_of(NEW.name))
    assert unfit.value.problem == "needs-first-key"


def test_a_panel_that_moves_to_another_host_needs_a_new_passkey_of_everybody(desks) -> None:
    proposal = open_proposal()
    plan_least(proposal, 2, "https://requests.example")
    assert all(seat.needs_key and not seat.kept_keys for seat in Seat.objects.all())
    address = plan_key(find_seat_of(AMINA), keeps_others=False, now=timezone.now()).path
    page = build_browser().get(address).content.decode()
    assert "https://requests.example" in page
    assert "data-way" not in page
    assert Desk().enrol(address).status_code == 409


def test_where_the_door_has_another_address_than_the_panel_every_page_about_it_says_so(
    desks, settings
) -> None:
    moved = {**settings.AMANAH.urls, "request": "http://127.0.0.1:9999"}
    settings.AMANAH = dataclasses.replace(settings.AMANAH, urls=moved)
    KEPT_PAGES.pages.clear()
    origin = "http://localhost:8703"
    assert origin in build_browser().get("/en/panel/").content.decode()
    assert f"AMANAH_REQUEST_URL back to {origin}" in build_browser().get("/desk/sign-in/").content.decode()
    assert f"back to {origin}" in desks[AMINA].browser.get("/desk/panel/").content.decode()


def test_a_trustee_makes_the_whole_change_at_the_desk(desks) -> None:
    desk = desks[AMINA].browser
    assert desk.post("/desk/panel/change/begin/").headers["Location"] == "/desk/panel/change/"
    refused = desk.post("/desk/panel/change/add/", {"name": "", "office": "Secretary"})
    assert refused.status_code == 422
    added = desk.post("/desk/panel/change/add/", {"name": NEW.name, "office": NEW.office, "is_deputy": "on"})
    (address,) = find_addresses(added)
    page = desk.get("/desk/panel/change/").content.decode()
    assert "Waits for a passkey" in page
    assert "Somebody has no passkey yet" in page
    Desk().enrol(address)
    page = desk.get("/desk/panel/change/").content.decode()
    assert "Has made a new passkey" in page
    assert "put-panel-change" not in page
    seat = find_seat_of(BILAL)
    desk.post(f"/desk/panel/change/{seat.seat}/", {"name": "Bilal Other Invented", "office": "Treasurer"})
    desk.post("/desk/panel/change/", {"least": "3", "origin": "http://localhost:8703"})
    leaving = find_seat_of(CHANA)
    desk.post(f"/desk/panel/change/{leaving.seat}/remove/")
    page = desk.get("/desk/panel/change/").content.decode()
    assert "Would leave" in page
    assert CHANA in page
    lost = find_addresses(desk.post(f"/desk/panel/change/{find_seat_of(AMINA).seat}/key/", {"keeps": "no"}))
    assert len(lost) == 1
    assert find_seat_of(AMINA).kept_keys == []
    desk.post(f"/desk/panel/change/{find_seat_of(AMINA).seat}/keep/")
    assert len(find_seat_of(AMINA).kept_keys) == 1
    desk.post("/desk/panel/change/drop/")
    assert find_proposal() is None


@pytest.mark.parametrize(
    "origin", ["http://requests.example", "https://a.example/path", "ftp://x", "https://u@b.example"]
)
def test_an_address_at_which_no_passkey_works_is_refused(desks, origin: str) -> None:
    desk = desks[AMINA].browser
    desk.post("/desk/panel/change/begin/")
    page = desk.post("/desk/panel/change/", {"least": "2", "origin": origin}).content.decode()
    assert "Write it as https://name.example" in page
    assert Proposal.objects.get(panel_hash="").origin == "http://localhost:8703"


def test_the_public_file_holds_every_panel_with_its_decision(desks) -> None:
    proposal = open_proposal()
    Desk().enrol(add_seat(proposal, NEW, now=timezone.now()).path)
    sign(desks, state_proposal(proposal), AMINA, BILAL)
    chain = json.loads(build_browser().get("/panel.json").content)
    assert [link["panel"]["number"] for link in chain] == [1, 2]
    assert chain[1]["decision"]["panel"] == chain[0]["decision"]["panel"] == chain[1]["panel"]["previous"]
    page = build_browser().get("/en/panel/").content.decode()
    assert "Panel 2" in page
    assert "Panels before" in page
