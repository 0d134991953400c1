"""Legal holds at the door: begun and ended by k trustees, on what exists, and nothing is ever begun by them."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from amanah.core.data_requests.scopes import build_scope, encode_scope
from amanah.request_door.answers.holding import list_frozen_by, list_holds
from amanah.request_door.answers.keeping import destroy_case, destroy_due
from amanah.request_door.answers.material import list_all_material, list_frozen, list_material
from amanah.request_door.answers.models import Hold
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.decisions.models import Decision
from amanah.request_door.models import OutboxEntry
from amanah.request_door.requests.models import DataRequest, State
from tests.counter.answered_cases import Door
from tests.counter.decision_bench import (
    NOBODY_KNOWN,
    get_stored,
    list_records,
    number,
    on_disk,
    receive,
    run_together,
    seat_panel,
    sign,
)
from tests.counter.decision_town import found_town, read
from tests.counter.kept_cases import (
    ABOUT_RECORDS,
    OFFICER,
    begin_hold,
    decide_about,
    end_hold,
    find_keep_time,
    give_case,
    refuse_case,
)

pytestmark = pytest.mark.django_db
MEMBERS = build_scope([], ["answers", "attendance", "contact-details", "membership-list"])


@pytest.fixture
def door() -> Door:
    seat_panel()
    return Door()


def test_a_hold_begins_when_enough_have_signed_and_not_before(door: Door) -> None:
    reference = receive()
    body = {"reference": reference, "scope": dict(encode_scope(ABOUT_RECORDS))}
    decision = draft_decision("hold-begun", body, by=number(1), now=door.now)
    sign(decision, 1)
    carry_out_due(door.now)
    assert list_holds() == []
    sign(decision, 2)
    carry_out_due(door.now)
    assert [(hold.reference, hold.scope) for hold in list_holds()] == [(reference, ABOUT_RECORDS)]


def test_it_is_recorded_without_the_names_that_it_holds(door: Door) -> None:
    reference = receive()
    begin_hold(door, reference)
    end_hold(door, reference)
    begun, ended = list_records("hold-begun", "hold-ended")
    assert (begun.ref, ended.ref) == (reference, reference)
    assert begun.body == ended.body, "the same scope under the same salt"
    again = receive()
    begin_hold(door, again)
    assert list_records("hold-begun")[-1].body != begun.body, "a suspected name cannot be tried out"


def test_about_members_there_is_nothing_to_hold_and_nothing_is_made(door: Door) -> None:
    give_case(door)
    asking = receive()
    before = {model: model.objects.count() for model in (DataRequest, Decision, OutboxEntry)}
    begin_hold(door, asking, MEMBERS)
    assert [hold.materials for hold in list_holds()] == [()]
    assert list_frozen() == set()
    after = {model: model.objects.count() for model in before}
    assert after == before | {Decision: before[Decision] + 1}


def test_a_hold_writes_nothing_into_the_public_log(door: Door) -> None:
    asking = receive()
    waiting = OutboxEntry.objects.count()
    begin_hold(door, asking)
    end_hold(door, asking)
    assert OutboxEntry.objects.count() == waiting


def test_what_comes_after_a_hold_began_is_not_held(door: Door) -> None:
    asking = receive()
    begin_hold(door, asking)
    later = give_case(door)
    names = {one.material for one in list_material(later)}
    assert not names & list_frozen()
    door.now += find_keep_time()
    destroy_due(door.now)
    assert get_stored(later).state == State.DESTROYED


def test_an_officer_who_is_named_is_held_with_the_request(door: Door) -> None:
    reference = refuse_case(door, asked=build_scope([], ["membership-list"]))
    assert list_frozen_by(build_scope([OFFICER], ["request-records"])) == (f"request {reference}",)
    assert list_frozen_by(build_scope(["Nobody Else"], ["request-records"])) == ()


def test_two_holds_keep_until_both_have_ended(door: Door) -> None:
    held = give_case(door)
    one, other = receive(), receive()
    begin_hold(door, one)
    begin_hold(door, other)
    end_hold(door, one)
    door.now += find_keep_time()
    destroy_due(door.now)
    assert get_stored(held).state == State.CLOSED
    end_hold(door, other)
    destroy_due(door.now)
    assert get_stored(held).state == State.DESTROYED


def test_a_hold_that_is_not_there_cannot_be_ended(door: Door) -> None:
    reference = receive()
    begin_hold(door, reference)
    other = replace(ABOUT_RECORDS, people=("Nobody Atall",))
    assert end_hold(door, reference, other).state == "void"
    assert end_hold(door, reference).state == "done"
    assert end_hold(door, reference).state == "void"
    assert len(list_records("hold-ended")) == 1


def test_carrying_out_again_after_a_crash_begins_one_hold(door: Door) -> None:
    reference = receive()
    decision = begin_hold(door, reference)
    carry_out_due(door.now)
    assert Hold.objects.count() == len(list_records("hold-begun")) == 1
    assert Decision.objects.get(decision=decision.decision).state == "done"


def test_a_decision_of_another_kind_holds_nothing(door: Door) -> None:
    reference = receive()
    decide_about(door, "secrecy-ended", {"reference": reference})
    assert list_holds() == []


def test_trustees_see_what_a_hold_would_keep_before_they_draft_and_before_they_sign(client: Client) -> None:
    town = found_town()
    reference = receive()
    browser = town.amina.browser
    page = f"/desk/requests/{reference}/keeping/hold/"
    assert "Choose what must not be destroyed." in read(browser.post(page, {"people": NOBODY_KNOWN}))
    typed = {"people": NOBODY_KNOWN, "categories": ["request-records"]}
    words = read(browser.post(page, typed))
    assert "This is what it would keep from destruction today:" in words
    assert f"Request {reference}: what was asked, whom it names, who asked, the paper" in words
    assert not Decision.objects.exists()
    answer = browser.post(page, {**typed, "seen": "yes"})
    decision = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    assert "Is kept from destruction" in read(browser.get(f"/desk/decisions/{decision}/"))
    again = browser.post(page, {**typed, "seen": "yes"})
    assert again.headers["Location"] == answer.headers["Location"], "one draft waits, not two"
    for desk in (town.amina, town.bilal):
        assert desk.sign_decision(decision).status_code == 200
    case_page = read(browser.get(f"/desk/requests/{reference}/keeping/"))
    assert "Put the end of this hold to signature" in case_page
    ended = browser.post(f"/desk/holds/{decision}/end/")
    end = ended.headers["Location"].rstrip("/").rpartition("/")[2]
    for desk in (town.bilal, town.chana):
        assert desk.sign_decision(end).status_code == 200
    assert list_holds() == []
    assert "No hold is in force." in read(browser.get("/desk/deadlines/"))
    assert "Nothing any more: this hold has ended." in read(browser.get(f"/desk/decisions/{decision}/"))
    assert client.get(page).status_code == 302, "nobody else opens it"


def test_the_page_says_that_the_door_keeps_nothing_of_what_an_order_names() -> None:
    town = found_town()
    reference = receive()
    words = read(
        town.amina.browser.post(
            f"/desk/requests/{reference}/keeping/hold/", {"categories": ["membership-list"]}
        )
    )
    assert "Nothing. This door keeps nothing that lies in it, and it holds nothing about members." in words


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_hold_and_a_destruction_at_the_same_moment_never_hold_what_is_gone(
    tmp_path: Path, attempt: int
) -> None:
    with on_disk(tmp_path / "request.sqlite3"):
        seat_panel()
        door = Door()
        due = give_case(door)
        asking = receive()
        body = {"reference": asking, "scope": dict(encode_scope(ABOUT_RECORDS))}
        decision = draft_decision("hold-begun", body, by=number(1), now=door.now)
        sign(decision, 1, 2, now=door.now)
        door.now += find_keep_time()
        steps = [lambda: carry_out_due(door.now), lambda: destroy_case(due, now=door.now)]
        given = run_together(steps if attempt % 2 else reversed(steps))
        assert not [one for one in given if isinstance(one, Exception)]
        existing = {one.material for one in list_all_material()}
        assert list_frozen() <= existing
        held = {name for name in list_frozen() if due in name}
        assert (get_stored(due).state == State.DESTROYED) == (not held)
