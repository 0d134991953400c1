"""A package is put together after k signatures, is signed byte for byte, given once, and leaves when it is sealed."""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from amanah.core.data_requests.approvals import ApprovalRefusedError
from amanah.core.data_requests.packages import PackageItem, PackageUnfitError, verify_package
from amanah.core.errors import RefusedError
from amanah.request_door.answers.actions import (
    add_item,
    close_without_package,
    destroy_answers,
    destroy_package,
    release_due,
    state_package,
    withdraw_item,
)
from amanah.request_door.answers.models import Letter, Package
from amanah.request_door.answers.models import PackageItem as KeptItem
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.decisions.queries import get_decision
from amanah.request_door.requests.models import DataRequest, State
from amanah.request_door.trustees.actions import open_founding
from tests.counter.answered_cases import Door, take_in
from tests.counter.decision_bench import (
    LESS,
    NOBODY_KNOWN,
    PAPER,
    decide,
    draft,
    list_records,
    number,
    read_paper,
    receive,
    seat_panel,
    sign,
)
from tests.support.counter import ORDER, build_counter_client
from tests.support.trustees import found_panel

pytestmark = pytest.mark.django_db
ITEM = PackageItem(
    "known.txt",
    b"Nobody of this name is known here.",
    "identity",
    NOBODY_KNOWN,
    date(2026, 1, 1),
    date(2026, 3, 31),
)


@pytest.fixture
def door() -> Door:
    seat_panel()
    return Door()


@pytest.fixture
def answered(door: Door) -> str:
    reference = receive()
    read_paper(reference)
    decide(reference)
    door.keep_time()
    return reference


def put(reference: str, door: Door, *items: PackageItem) -> str:
    for item in items or (ITEM,):
        add_item(reference, item)
    return state_package(reference, by=number(1), now=door.now)


def test_nothing_can_be_put_together_before_enough_trustees_have_signed(door: Door) -> None:
    reference = receive()
    read_paper(reference)
    decision = draft(reference)
    with pytest.raises(RefusedError, match="No decision of this case"):
        add_item(reference, ITEM)
    sign(decision, 1)
    with pytest.raises(RefusedError, match="No decision of this case"):
        add_item(reference, ITEM)
    sign(decision, 2)
    add_item(reference, ITEM)
    assert KeptItem.objects.count() == 1


def test_nothing_is_given_where_the_answer_gives_nothing(door: Door) -> None:
    for outcome in ("refuse", "contest"):
        reference = receive()
        read_paper(reference)
        sign(draft(reference, outcome, None), 1, 2)
        with pytest.raises(RefusedError):
            add_item(reference, ITEM)
    assert KeptItem.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"person": "Somebody Else"},
        {"category": "membership-list"},
        {"until": date(2026, 4, 1)},
        {"since": None},
    ],
)
def test_an_item_beyond_the_decision_is_refused_when_it_is_added(
    answered: str, change: dict[str, Any]
) -> None:
    with pytest.raises(PackageUnfitError, match="beyond"):
        add_item(answered, replace(ITEM, **change))
    assert KeptItem.objects.count() == 0


def test_a_narrowed_answer_gives_only_what_is_left(door: Door) -> None:
    reference = receive()
    read_paper(reference)
    sign(draft(reference, "narrow", LESS), 1, 2)
    with pytest.raises(PackageUnfitError):
        add_item(reference, ITEM)
    add_item(reference, replace(ITEM, category="attendance", since=date(2026, 2, 1)))


def test_the_same_item_twice_is_refused_and_can_be_taken_out(answered: str) -> None:
    kept = add_item(answered, ITEM)
    with pytest.raises(PackageUnfitError):
        add_item(answered, replace(ITEM, name="copy.txt"))
    withdraw_item(answered, kept.item)
    add_item(answered, replace(ITEM, name="copy.txt"))


def test_the_link_of_a_request_that_was_written_down_at_the_counter_gives_no_package(door: Door) -> None:
    reference, status = take_in(replace(ORDER, channel="letter"), paper=PAPER)
    client = build_counter_client()
    facts = read_paper(reference, ORDER.asked)
    decide(reference, "comply", facts.asked)
    door.keep_time()
    person = ORDER.asked.people[0]
    item = replace(
        ITEM, category="contact-details", person=person, since=ORDER.asked.since, until=ORDER.asked.until
    )
    disclosure = put(reference, door, item)
    sign(disclosure, 1, now=door.now)
    sign(disclosure, 3, now=door.now)
    door.keep_time()
    assert list_records("disclosure-made")
    assert client.get(f"{status}letter.txt").status_code == 200
    assert client.get(f"{status}package.zip").status_code == 404
    assert "package.zip" not in client.get(status).content.decode()


def test_a_package_leaves_only_when_enough_have_signed_and_it_is_sealed(door: Door) -> None:
    reference, status = take_in(replace(ORDER, channel="form"), paper=PAPER)
    client = build_counter_client()
    facts = read_paper(reference, ORDER.asked)
    answer = decide(reference, "comply", facts.asked)
    door.keep_time()
    person = ORDER.asked.people[0]
    item = replace(
        ITEM, category="contact-details", person=person, since=ORDER.asked.since, until=ORDER.asked.until
    )
    disclosure = put(reference, door, item)
    door.keep_time()
    assert client.get(f"{status}package.zip").status_code == 404
    sign(disclosure, 1, now=door.now)
    door.keep_time()
    assert client.get(f"{status}package.zip").status_code == 404
    sign(disclosure, 3, now=door.now)
    carry_out_due(door.now)
    release_due(door.now)
    assert client.get(f"{status}package.zip").status_code == 404, "decided, and not sealed"
    door.keep_time()
    given = client.get(f"{status}package.zip").content
    package = verify_package(given, hashlib.sha256(bytes(answer.document)).hexdigest(), ORDER.asked)
    assert package.items == (item,)
    (record,) = list_records("disclosure-made")
    assert record.body == {"items": 1, "package": hashlib.sha256(given).hexdigest(), "people": 1}
    assert "package.zip" in client.get(status).content.decode()
    assert DataRequest.objects.get().state == State.CLOSED
    assert KeptItem.objects.count() == 0
    with zipfile.ZipFile(io.BytesIO(given)) as archive:
        assert archive.namelist() == ["manifest.json", "known.txt"]


def test_what_was_changed_after_signing_is_not_given(answered: str, door: Door) -> None:
    first = put(answered, door)
    sign(first, 1, now=door.now)
    add_item(answered, replace(ITEM, name="more.txt", content=b"more"))
    with pytest.raises(ApprovalRefusedError):
        sign(first, 2, now=door.now)
    second = state_package(answered, by=number(1), now=door.now)
    door.keep_time()
    assert get_decision(first).state == "stale"
    assert list_records("disclosure-made") == []
    sign(second, 1, 2, now=door.now)
    door.keep_time()
    assert get_decision(second).state == "done"
    assert len(list_records("disclosure-made")) == 1


def test_bytes_that_were_changed_in_the_database_are_not_given(answered: str, door: Door) -> None:
    disclosure = put(answered, door)
    package = Package.objects.get()
    package.content = bytes(package.content).replace(b"Nobody of", b"Everybody")
    package.save()
    sign(disclosure, 1, 2, now=door.now)
    door.keep_time()
    assert get_decision(disclosure).state == "void"
    assert Package.objects.exclude(disclosure="").count() == 0


def test_one_decision_gives_once(answered: str, door: Door) -> None:
    first = put(answered, door)
    sign(first, 1, 2, now=door.now)
    carry_out_due(door.now)
    with pytest.raises(RefusedError, match="One decision gives once"):
        put(answered, door)
    door.keep_time()
    with pytest.raises(RefusedError):
        put(answered, door)
    assert Package.objects.count() == 1


def test_a_case_of_which_nothing_exists_is_closed_by_a_trustee_after_its_letter(door: Door) -> None:
    reference = receive()
    read_paper(reference)
    decide(reference)
    carry_out_due(door.now)
    with pytest.raises(RefusedError, match="has not left"):
        close_without_package(reference, now=door.now)
    door.keep_time()
    add_item(reference, ITEM)
    close_without_package(reference, now=door.now)
    assert DataRequest.objects.get().state == State.CLOSED
    assert (KeptItem.objects.count(), Package.objects.count()) == (0, 0)
    with pytest.raises(RefusedError):
        add_item(reference, ITEM)


def test_destroying_leaves_nothing_of_letter_items_and_package(answered: str, door: Door) -> None:
    disclosure = put(answered, door)
    sign(disclosure, 1, 2, now=door.now)
    door.keep_time()
    destroy_answers(answered)
    assert Package.objects.count() == 1, "what was given is destroyed by itself"
    destroy_package(Package.objects.get().package_hash)
    assert (Letter.objects.count(), KeptItem.objects.count(), Package.objects.count()) == (0, 0, 0)


def test_trustees_put_a_package_together_at_the_desk_and_see_it_before_they_sign() -> None:
    desks = found_panel(open_founding(now=timezone.now()))
    for desk in desks:
        desk.sign_in()
    door = Door()
    door.now = int(timezone.now().timestamp())
    reference, _status = take_in(ORDER, paper=PAPER)
    read_paper(reference, ORDER.asked)
    page, browser = f"/desk/requests/{reference}/package/", desks[0].browser
    assert "Nothing. No decision that trustees have signed" in browser.get(page).content.decode()
    account = number_of(desks[0])
    decision = draft(reference, "comply", ORDER.asked, by=account, now=door.now)
    for desk in desks[:2]:
        assert desk.sign_decision(decision).status_code == 200
    door.keep_time()
    assert browser.get(f"/desk/requests/{reference}/letter.pdf").status_code == 200
    fields = {
        "name": "known.txt",
        "category": "contact-details",
        "person": ORDER.asked.people[0],
        "since": "2005-01-01",
        "until": "2008-12-31",
    }
    bad = browser.post(page, fields | {"until": "2009-01-01", "file": build_file()})
    assert bad.status_code == 422
    assert "another person, kind of data or day" in bad.content.decode()
    assert browser.post(page, fields | {"person": "Somebody", "file": build_file()}).status_code == 422
    assert browser.post(page, fields | {"file": build_file()}).status_code == 303
    assert "known.txt" in browser.get(page).content.decode()
    put_up = browser.post(f"{page}sign/")
    assert put_up.status_code == 303
    shown = browser.get(put_up["Location"]).content.decode()
    assert "known.txt" in shown
    read_what_leaves(desks[1].browser, put_up["Location"], shown)
    assert "This package waits for signatures." in browser.get(page).content.decode()
    (item,) = KeptItem.objects.all()
    assert browser.post(f"{page}{item.item}/drop/").status_code == 303
    assert "This package waits for signatures." not in browser.get(page).content.decode()
    assert ORDER.asked.people[0] in shown


def test_nobody_but_a_trustee_opens_the_package_of_a_case(answered: str) -> None:
    client = build_counter_client()
    page = f"/desk/requests/{answered}/package/"
    for path in (
        page,
        f"{page}sign/",
        f"/desk/requests/{answered}/close/",
        f"/desk/requests/{answered}/letter.pdf",
    ):
        for answer in (client.get(path), client.post(path, {})):
            assert answer.status_code in {302, 405}, path
            assert answer.headers.get("Location", "/desk/sign-in/") == "/desk/sign-in/"
    assert DataRequest.objects.get().state == State.RECEIVED


def read_what_leaves(browser: Any, decision: str, shown: str) -> None:
    file = decision.rstrip("/") + "/package.zip"
    assert file in shown, "whoever signs can read what leaves"
    fetched = browser.get(file)
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        assert archive.read("known.txt") == b"an invented address"
    assert hashlib.sha256(fetched.content).hexdigest() in shown, "these are the bytes that are signed"
    assert build_counter_client().get(file).status_code == 302


def build_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("anything.txt", b"an invented address", content_type="text/plain")


def number_of(desk: Any) -> str:
    return str(desk.browser.session["account"])
