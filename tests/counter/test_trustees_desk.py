"""The desk: what waits for whom, a change of the panel as a decision, and what an old panel's page can still do."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from amanah.core.encoding import parse_canonical_json
from amanah.core.public_log.entries import parse_entry
from amanah.core.public_log.reading import LogView
from amanah.drill.papers import build_paper
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.models import Decision
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.log_copy import keep_view
from amanah.request_door.records.models import Record
from amanah.request_door.trustees.actions import COUNTER, open_founding, open_link
from amanah.request_door.trustees.models import Seat
from amanah.request_door.trustees.queries import find_panel_hash, get_panel_in_force
from amanah.web.pages import KEPT_PAGES
from tests.support.counter import LETTER, ORDER, record_ask
from tests.support.trustees import Desk, begin_founding, find_addresses, find_trustee, found_panel

pytestmark = pytest.mark.django_db

AMINA, BILAL, CHANA = "Amina Invented", "Bilal Invented", "Chana Invented"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    KEPT_PAGES.pages.clear()
    keep_view(LogView())


@pytest.fixture
def desks() -> dict[str, Desk]:
    founded = found_panel(open_founding(now=timezone.now()))
    return dict(zip((AMINA, BILAL, CHANA), founded, strict=True))


@pytest.fixture
def counter(desks) -> Desk:
    desk = Desk()
    desk.enrol(open_link(COUNTER, now=timezone.now()), name="Counter Person")
    return desk


def read(desk: Desk, path: str = "/desk/") -> str:
    answer = desk.browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def list_records(kind: str) -> list[dict[str, object]]:
    found = [json.loads(bytes(row.record)) for row in Record.objects.order_by("place")]
    return [record for record in found if record["kind"] == kind]


def put_change(desks: dict[str, Desk], gone: str) -> str:
    """Take somebody out, replace the seat by somebody new, and put it to signature; give the decision."""
    desk = desks[AMINA].browser
    desk.post("/desk/panel/change/begin/")
    seat = Seat.objects.get(name=gone, proposal__panel_hash="")
    desk.post(f"/desk/panel/change/{seat.seat}/remove/")
    (address,) = find_addresses(
        desk.post("/desk/panel/change/add/", {"name": "Dawud Invented", "office": "Cook"})
    )
    desks["Dawud Invented"] = Desk()
    desks["Dawud Invented"].enrol(address)
    answer = desk.post("/desk/panel/change/put/")
    assert answer.status_code == 302
    return str(answer.headers["Location"].rstrip("/").rsplit("/", 1)[1])


def test_a_change_of_the_panel_is_a_decision_that_the_others_sign(desks) -> None:
    decision = put_change(desks, CHANA)
    assert "Another panel of trustees" in read(desks[BILAL])
    assert desks[AMINA].sign_decision(decision).status_code == 200
    assert "Read and sign" not in read(desks[AMINA])
    first = find_panel_hash()
    assert desks[CHANA].is_signed_in()
    assert desks[BILAL].sign_decision(decision).status_code == 200
    assert find_panel_hash() != first
    assert not desks[CHANA].is_signed_in()
    assert desks["Dawud Invented"].sign_in().status_code == 200
    assert "Read and sign" not in read(desks["Dawud Invented"])
    stated = [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    panels = sorted(
        (entry.body["number"], entry.body["panel"]) for entry in stated if entry.kind == "panel_stated"
    )
    assert panels == [(1, first), (2, find_panel_hash())]
    made = list_records("decision-made")
    assert [record["body"]["kind"] for record in made] == ["panel-changed", "panel-changed"]
    assert [record["body"]["approvals"] for record in made] == [3, 2]


def test_whoever_was_removed_signs_nothing_in_the_page_that_is_still_open(desks) -> None:
    now = int(timezone.now().timestamp())
    open_decision = draft_decision("rules-changed", {"next": "ab" * 32}, by=find_trustee(AMINA), now=now)
    asked = desks[CHANA].post_json(f"/desk/decisions/{open_decision}/sign/ask/", {}).json()
    decision = put_change(desks, CHANA)
    for name in (AMINA, BILAL):
        desks[name].sign_decision(decision)
    answer = desks[CHANA].post_json(f"/desk/decisions/{open_decision}/sign/", desks[CHANA].key.use(asked))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/sign-in/")
    assert Decision.objects.get(decision=open_decision).approvals.count() == 0


def test_a_page_of_the_panel_before_signs_nothing_and_is_told_why(desks) -> None:
    now = int(timezone.now().timestamp())
    overtaken = draft_decision("rules-changed", {"next": "ab" * 32}, by=find_trustee(AMINA), now=now)
    asked = desks[BILAL].post_json(f"/desk/decisions/{overtaken}/sign/ask/", {}).json()
    decision = put_change(desks, CHANA)
    for name in (AMINA, BILAL):
        desks[name].sign_decision(decision)
    answer = desks[BILAL].post_json(f"/desk/decisions/{overtaken}/sign/", desks[BILAL].key.use(asked))
    assert answer.status_code == 409
    assert "Load this page again" in answer.json()["words"]
    assert desks[BILAL].sign_decision(overtaken).status_code == 409
    assert Decision.objects.get(decision=overtaken).approvals.count() == 0
    assert "Nobody can sign this any more" in read(desks[BILAL], f"/desk/decisions/{overtaken}/")


def test_another_trustees_passkey_signs_in_nobodys_name(desks) -> None:
    decision = put_change(desks, CHANA)
    asked = desks[AMINA].post_json(f"/desk/decisions/{decision}/sign/ask/", {}).json()
    answer = desks[AMINA].post_json(f"/desk/decisions/{decision}/sign/", desks[BILAL].key.use(asked))
    assert answer.status_code == 409
    assert "not one of yours" in answer.json()["words"]
    assert [record["body"] for record in list_records("approval-refused")] == [{"reason": "wrong-key"}]


def test_a_refused_signature_under_the_founding_is_recorded() -> None:
    founders = [Desk(), Desk(), Desk()]
    for desk, path in zip(founders, begin_founding(open_founding(now=timezone.now())), strict=True):
        desk.enrol(path)
    founders[0].sign_founding()
    founders[0].sign_founding()
    founders[1].key.origin = "http://elsewhere.example"
    assert founders[1].sign_founding().status_code == 409
    reasons = [record["body"]["reason"] for record in list_records("approval-refused")]
    assert reasons == ["twice", "wrong-origin"]
    assert get_panel_in_force() is None


def test_a_paper_waits_for_whoever_reads_it_first_and_the_page_names_nobody(desks) -> None:
    today = timezone.localdate()
    request = record_ask(ORDER, paper=build_paper(["An order (invented)"]), today=today)
    for desk in desks.values():
        page = read(desk)
        assert f"/desk/decisions/case/{request.reference}/" in page
        assert "Papers that nobody has read" in page
        assert "Not read" in page
        assert "Nobody Atall" not in page
        assert "Borchester" not in page


def test_what_the_rules_refuse_waits_for_nobody(desks) -> None:
    request = record_ask(LETTER, today=timezone.localdate())
    page = read(desks[AMINA])
    assert "Nothing. All is done." in page
    assert "Waits for signatures" not in page
    assert request.reference in page
    assert "Answered" in page
    assert "Open the case" not in page


def test_people_are_a_quiet_line_and_nothing_else(desks, counter: Desk) -> None:
    for desk in (desks[AMINA], counter):
        assert "Not collected." in read(desk)


def test_somebody_at_the_counter_reads_no_case_and_signs_nothing(desks, counter: Desk) -> None:
    request = record_ask(ORDER, paper=build_paper(["An order (invented)"]), today=timezone.localdate())
    decision = put_change(desks, CHANA)
    page = read(counter)
    assert request.reference not in page
    assert "Decisions" not in page
    for path in (
        f"/desk/decisions/case/{request.reference}/",
        f"/desk/decisions/{decision}/",
        f"/desk/decisions/{decision}/document.json",
        f"/desk/requests/{request.reference}/paper.pdf",
        "/desk/decisions/",
        "/desk/panel/",
        "/desk/asks/",
        "/desk/trust/",
    ):
        assert counter.browser.get(path).status_code == 403, path
    assert counter.sign_decision(decision).status_code == 403
    assert counter.browser.get("/desk/intake/").status_code == 200


def test_a_proposal_that_waits_for_a_passkey_is_seen_by_every_trustee(desks) -> None:
    desks[AMINA].browser.post("/desk/panel/change/begin/")
    for desk in desks.values():
        assert "A panel in the making" in read(desk)
    desks[BILAL].browser.post("/desk/panel/change/drop/")
    assert "A panel in the making" not in read(desks[CHANA])


def test_a_session_of_a_working_day_ends_by_itself(desks, settings) -> None:
    assert timedelta(hours=10).total_seconds() == settings.SESSION_COOKIE_AGE
    assert settings.SESSION_COOKIE_PATH == "/desk"


def test_the_panel_page_and_the_file_agree_with_what_is_in_force(desks) -> None:
    known = get_panel_in_force()
    assert known is not None
    chain = parse_canonical_json(desks[AMINA].browser.get("/panel.json").content, longest=1 << 20)
    assert chain[-1]["panel"] == parse_canonical_json(known[1])
    assert find_panel_hash() in read(desks[AMINA], "/en/panel/")


def test_what_is_due_stands_under_expires_soon_and_what_is_late_says_so(desks) -> None:
    today = timezone.localdate()
    late = record_ask(ORDER, paper=build_paper(["An order (invented)"]), today=today - timedelta(days=40))
    near = record_ask(ORDER, paper=build_paper(["An order (invented)"]), today=today)
    page = read(desks[AMINA])
    soon = page.split('id="soon"')[1].split("</section>")[0]
    assert late.reference in soon
    assert near.reference in soon
    assert soon.index("Late:") < soon.index(late.reference) < soon.index(near.reference)
    assert "Borchester" not in soon
