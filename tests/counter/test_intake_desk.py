"""Writing down what was asked at the door, by letter or orally; the slip; and the paper, which trustees alone fetch."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from amanah.core.data_requests.deciding import decide_request
from amanah.request_door.requests.models import DataRequest
from amanah.request_door.requests.queries import find_instrument, get_facts
from amanah.request_door.rules.queries import get_rules_in_force
from amanah.request_door.trustees.actions import COUNTER, open_founding, open_link
from amanah.web.pages import KEPT_PAGES
from tests.support.counter import ORDER, build_counter_client, find_form_token, record_ask
from tests.support.papers import HOSTILE_PAPERS, build_pdf
from tests.support.trustees import Desk, found_panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def trustees() -> list[Desk]:
    KEPT_PAGES.pages.clear()
    return found_panel(open_founding(now=timezone.now()))


@pytest.fixture
def volunteer(trustees: list[Desk]) -> Desk:
    desk = Desk()
    assert desk.enrol(open_link(COUNTER, now=timezone.now()), name="Door Volunteer").status_code == 200
    return desk


def write_down(desk: Desk, *, paper: bytes | None = None, **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "channel": "at-door",
        "body_name": "Borchester Police",
        "officer": "",
        "day": timezone.localdate().isoformat(),
        "said": "Who comes here on Tuesdays?",
        "kinds": ["attendance"],
        "people": "",
        "paper_state": "none",
        "form_token": find_form_token(desk.browser.get("/desk/intake/").content.decode()),
    } | changes
    if paper is not None:
        fields["paper"] = SimpleUploadedFile("scan.pdf", paper, content_type="application/pdf")
    return desk.browser.post("/desk/intake/", fields)


def read_verdict(stored: DataRequest) -> tuple[str, tuple[str, ...]]:
    verdict = decide_request(get_facts(stored.reference), find_instrument(stored), get_rules_in_force()[0])
    return verdict.outcome, verdict.reasons


def test_a_volunteer_needs_five_answers_and_gets_a_slip_for_the_officer(volunteer: Desk) -> None:
    answer = write_down(volunteer)
    assert answer.status_code == 303
    slip = html.unescape(volunteer.browser.get(answer["Location"]).content.decode())
    stored = DataRequest.objects.get()
    assert stored.reference in slip
    assert "You followed the rules of this community." in slip
    link = re.search(r'id="status-link">http://localhost:\d+(/en/status/[^<]+)<', slip)
    assert link
    assert 'class="qr-code"' in slip
    page = build_counter_client().get(link[1])
    assert page.status_code == 200
    assert stored.reference in page.content.decode()


def test_what_was_said_at_the_door_is_refused_by_the_rules(volunteer: Desk) -> None:
    write_down(volunteer)
    stored = DataRequest.objects.get()
    assert stored.instrument == "uk-informal-ask"
    assert (get_facts(stored.reference).channel, get_facts(stored.reference).signed_by) == (
        "at-door",
        "nobody",
    )
    assert read_verdict(stored) == ("refuse", ("bring-an-order",))


def test_a_paper_that_nobody_can_name_goes_to_the_trustees(volunteer: Desk) -> None:
    assert write_down(volunteer, channel="letter", paper_state="left", paper=build_pdf()).status_code == 303
    stored = DataRequest.objects.get()
    assert stored.instrument == "uk-other-written-order"
    assert read_verdict(stored)[0] == "panel"


def test_a_paper_that_was_only_shown_gives_nothing(volunteer: Desk) -> None:
    write_down(
        volunteer, paper_state="shown", instrument="uk-pace-s9-production-order", signed_by="judge",
        people="Invented Person",
    )  # fmt: skip
    stored = DataRequest.objects.get()
    assert stored.is_paper_shown
    assert read_verdict(stored) == ("refuse", ("on-paper",))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "form"}, "Choose from the list."),
        ({"said": ""}, "Write what they said"),
        ({"kinds": []}, "Choose what they asked for"),
        ({"day": (timezone.localdate() + timedelta(days=1)).isoformat()}, "Write a day that has come"),
        ({"day": "2001-01-01"}, "at most 30 days ago"),
        ({"paper_state": "everywhere"}, "Choose from the list."),
        ({"paper": build_pdf()}, "say that they left the paper here"),
        ({"paper": HOSTILE_PAPERS["files inside"][1], "paper_state": "left"}, "Other files, sound or film"),
    ],
)
def test_a_slip_of_the_pen_is_said_and_keeps_the_rest(volunteer: Desk, changes, words) -> None:
    answer = write_down(volunteer, **{"officer": "Constable 417"} | changes)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert words in page
    assert "Constable 417" in page
    assert DataRequest.objects.count() == 0


def test_nobody_else_writes_down_or_reads_a_slip() -> None:
    stranger = build_counter_client()
    for path in ("/desk/intake/", "/desk/intake/AAAAAAAAAAAAAAAAAAAAAA/"):
        assert "/desk/sign-in/" in stranger.get(path)["Location"]


def test_trustees_alone_fetch_the_paper_as_a_file_that_no_page_shows(
    trustees: list[Desk], volunteer: Desk
) -> None:
    stored = record_ask(ORDER, paper=build_pdf())
    path = f"/desk/requests/{stored.reference}/paper.pdf"
    answer = trustees[0].browser.get(path)
    assert answer.content == build_pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="paper.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert volunteer.browser.get(path).status_code == 403
    assert "/desk/sign-in/" in build_counter_client().get(path)["Location"]
    assert trustees[0].browser.get("/desk/requests/0000-0000-0000/paper.pdf").status_code == 404


def test_what_is_written_down_late_promises_no_day_that_has_passed(volunteer: Desk) -> None:
    day = timezone.localdate() - timedelta(days=30)
    slip = volunteer.browser.get(write_down(volunteer, day=day.isoformat())["Location"]).content.decode()
    assert "An answer in writing comes at this address" in slip
    link = re.search(r'id="status-link">http://localhost:\d+(/en/status/[^<]+)<', slip)
    assert link
    assert "The trustees are late" in html.unescape(build_counter_client().get(link[1]).content.decode())
